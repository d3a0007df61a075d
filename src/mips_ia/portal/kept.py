"""What a practice keeps for a year, as the core's values: accepted is what the newest revision is."""

from mips_ia.evidence import Evidence
from mips_ia.portal.models import Review, Revision


def kept(year):
    """What is kept for each activity: each use with the core's value of it, in the order of entry.

    What somebody accepted is verified as long as no newer revision came; what was destroyed is not kept.
    A link is among them, and proves nothing: `use.revision.is_link`.
    """
    uses = year.uses.filter(ended_at=None).exclude(evidence__destruction__agreed_at__isnull=False)
    rows = list(uses.select_related("evidence", "clinician"))
    newest = _newest(rows)
    said = {
        (use, revision): accepted
        for use, revision, accepted in Review.objects.filter(use__year=year, use__ended_at=None)
        .order_by("id").values_list("use_id", "revision_id", "accepted")
    }  # fmt: skip
    found = {}
    for use in rows:
        use.revision = newest[use.evidence_id]
        use.verified = said.get((use.id, use.revision.id))
        found.setdefault(use.activity, []).append((use, value_of(use, use.verified)))
    return found


def value_of(use, verified):
    """The core's value of a use of which somebody accepted the newest revision, or did not (None: nobody)."""
    days = use.first, use.last
    return Evidence(use.leaf, use.kind, *days, use.numerator, use.denominator, verified)


def _newest(uses):
    """The newest revision of each evidence that is used."""
    every = Revision.objects.filter(evidence__in={use.evidence_id for use in uses}).order_by("number")
    return {each.evidence_id: each for each in every.defer("fields")}
