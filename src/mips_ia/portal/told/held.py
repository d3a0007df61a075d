"""Which copies of evidence go when it is destroyed: its own bytes, and each binder and package with them."""

from collections import defaultdict

from django.db.models import Q

from mips_ia.portal.models import Binder, Revision
from mips_ia.portal.templatetags.words import many


def going(evidence):
    """The digests of evidence that nothing else has of what its practice keeps."""
    mine = {digest for each in evidence.revisions.all() for digest in each.digests}
    near = Revision.objects.filter(having(mine), evidence__practice=evidence.practice_id)
    others = near.exclude(evidence=evidence).exclude(evidence__destruction__agreed_at__isnull=False)
    return mine - {digest for each in others for digest in each.digests}


def having(digests):
    """Revisions of which one of these is the file, or what was filled in."""
    return Q(sha256__in=digests) | Q(fields__sha256__in=digests)


def holding(practice, digests):
    """Binders and packages that are kept and have one of these files.

    One that was made before it was recorded which files are in it may have each that was here by then and is
    about its year.
    """
    came = _came(practice, digests)
    made = Binder.objects.filter(year__practice=practice, gone_at=None).exclude(made_at=None)
    return [
        row for row in made.order_by("id")
        if (any(at <= row.made_at for at in came[row.year_id]) if row.holds is None
            else digests.intersection(row.holds))
    ]  # fmt: skip


def _came(practice, digests):
    """When files of these digests came in, by each year that they show or for whose auditor they are."""
    rows = Revision.objects.filter(evidence__practice=practice, sha256__in=digests)
    found = defaultdict(set)
    ways = "evidence__uses__year", "evidence__audit_answers__item__audit__year"
    for at, *years in rows.order_by().values_list("received_at", *ways):
        for year in years:
            found[year].add(at)
    return found


def counted(rows):
    """How many of them there are, in words: binders, and packages of requests; empty where there is none."""
    packages = sum(row.audit_id is not None for row in rows)
    kinds = (len(rows) - packages, "binder"), (packages, "package")
    return " and ".join(many(count, noun) for count, noun in kinds if count)
