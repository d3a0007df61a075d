"""Evidence comes in, is said to show something, is looked at, and stays: nothing here deletes a byte."""

import io
import secrets

from django.db.models import Max

from mips_ia.portal import clock, forgetting, leaves, seals
from mips_ia.portal.log import note, writing
from mips_ia.portal.meanwhile import changed_by
from mips_ia.portal.models import Destruction, Evidence, Review, Revision, Use
from mips_ia.portal.vaults import store
from mips_ia.problems import Problem, Refused
from mips_ia.screening.kinds import LARGEST
from mips_ia.vault.canonical import canonical, parsed


def receive(access, content, told, evidence=None, shows=None):
    """Keep bytes in the vault and record that they came: as new evidence, or as its next revision.

    `shows` is what they are said to show from the first, as `use` takes it: both are recorded, or neither.

    `told` is what is said of them: `name`, `media_type`, and as they are named in `Revision`; `title` is
    that of new evidence, `filled` as `with_fields` takes it, and `after` the number of the revision from
    which a correction was made. Nothing is recorded where the vault does not have the bytes, or where
    another revision came first: `Refused`, and the vault forgets what only this put there.
    """
    with forgetting.unless_recorded(access.practice) as came:
        return record(access, put(content, came), with_fields(told, came), evidence, shows)


def put(content, came):
    """Bytes in the vault, which no row names yet; `came` is told. `Refused` where it cannot keep them."""
    stored = store().put(io.BytesIO(content), LARGEST)
    came.add(stored.sha256)
    return stored


def with_fields(told, came):
    """What is said of bytes, with the form that was `filled` in, where one was.

    Its fields lie in the vault as the file does, and the row has their fingerprint alone: it never changes,
    and what they say is gone with the file when that is destroyed. A text that is not kept as it was
    written has no fields.
    """
    known = dict(told)
    filled = known.pop("filled", None)
    if not filled:
        return known
    known["form"] = filled["form"]
    if "fields" in filled:
        known["fields"] = {"sha256": put(canonical(filled["fields"]), came).sha256}
    return known


def fields_of(revision):
    """The fields of the form from which a revision was made; `Refused` where the vault cannot give them."""
    return parsed(b"".join(store().read(revision.fields["sha256"])))


def address_of(revision):
    """Where a link leads; empty for a file, and for a link that is not kept as it was written."""
    return fields_of(revision)["address"] if revision.is_link and revision.fields else ""


def record(access, stored, told, evidence=None, shows=None):
    """That bytes came which the vault has, as `receive` says."""
    known = dict(told)
    title, after = known.pop("title", "") or known["name"], known.pop("after", None)
    with writing(access.practice):
        if evidence is None:
            evidence = _new(access, title)
        _refuse_destroyed(evidence)
        last = evidence.revisions.order_by("number").last()
        if after is not None and last.number != after:
            what = changed_by(last.person, last.received_at)
            raise Refused([Problem("changed", str(evidence), what, "Look at what is there now.")])
        revision = Revision(
            evidence=evidence, number=last.number + 1 if last else 1, sha256=stored.sha256, size=stored.size,
            person=access.person, role=access.role, received_at=clock.now(),
            receipt=secrets.token_hex(5).upper(), **known,
        )  # fmt: skip
        _sealed(access, revision, file=stored.sha256)
        for digest in revision.digests:
            store().header(digest)  # no destruction took it away meanwhile, and from here on none can
        note(access, "evidence received", f"evidence {evidence.number}", None, _received(revision))
        if shows:
            use(access, evidence, **shows)
    return revision


def _refuse_destroyed(evidence):
    if Destruction.objects.filter(evidence=evidence).exclude(agreed_at=None).exists():
        raise Refused([Problem("destroyed", str(evidence), "It was destroyed.", "Add it anew.")])


def _new(access, title):
    last = access.practice.evidence.aggregate(Max("number"))["number__max"] or 0
    return Evidence.objects.create(
        practice=access.practice, number=last + 1, title=title, made_by=access.person
    )


def _received(revision):
    """What came in, as the log has it: nothing of what it says."""
    names = ("number", "sha256", "size", "media_type", "receipt", "phi", "masked", "reason")
    return {"title": revision.evidence.title} | {name: getattr(revision, name) for name in names}


def _sealed(access, row, **more):
    """Seal a record, save it, and put its leaf into the log of records."""
    row.digest = seals.of(row)
    row.save()
    leaves.keep(access.practice, row, **more)
    return row


def use(access, evidence, activity, leaf, **known):
    """Say that evidence shows a leaf of an activity's guide; what the same leaf was said of before ends.

    Who may add only their own ends only their own.
    """
    with writing(access.practice):
        _refuse_destroyed(evidence)
        before = evidence.uses.filter(
            year=access.year, activity=activity, leaf=leaf, ended_at=None, clinician=known.get("clinician")
        )  # fmt: skip
        for each in before.filter(person=access.person) if access.how("evidence") == "own" else before:
            _ended(access, each)
        found = _sealed(access, Use(
            evidence=evidence, year=access.year, activity=activity, leaf=leaf, person=access.person,
            role=access.role, at=clock.now(), **known,
        ))  # fmt: skip
        note(access, "evidence used", f"evidence {evidence.number}", None, _told(found))
    return found


def end_use(access, use):
    """Evidence does not show this any more; who said so and what was said stays."""
    with writing(access.practice):
        if Use.objects.filter(pk=use.pk, ended_at=None).exists():
            _ended(access, use)
            note(access, "evidence not used", f"evidence {use.evidence.number}", _told(use))


def _ended(access, use):
    Use.objects.filter(pk=use.pk, ended_at=None).update(ended_at=clock.now(), ended_by=access.person)
    leaves.ended(access.practice, use)


def _told(use):
    names = ("activity", "leaf", "kind", "numerator", "denominator", "note")
    known = {name: getattr(use, name) for name in names if getattr(use, name) not in (None, "")}
    days = {name: getattr(use, name).isoformat() for name in ("first", "last") if getattr(use, name)}
    return known | days | {"year": use.year.year}


def review(access, use, revision, accepted, reason=""):
    """Somebody looked at a revision and accepts it for what it is said to show, or asks for a change."""
    with writing(access.practice):
        newest = use.evidence.revisions.order_by("-number").first()
        if use.ended_at is not None or newest != revision:
            what = "It was changed since this page was shown."
            raise Refused([Problem("changed", str(use.evidence), what, "Look at what is there now.")])
        if newest.is_link:
            what = "It is a link, and what it shows is not kept here."
            raise Refused([Problem("only_a_link", str(use.evidence), what, "Add what it shows as a file.")])
        found = _sealed(access, Review(
            use=use, revision=revision, accepted=accepted, reason=reason, person=access.person,
            role=access.role, at=clock.now(),
        ))  # fmt: skip
        after = _told(use) | {"accepted": accepted, "revision": revision.number, "reason": reason}
        note(access, "evidence reviewed", f"evidence {use.evidence.number}", None, after)
    return found


def retitle(access, evidence, title):
    """Another name for evidence."""
    with writing(access.practice):
        before = evidence.title
        if title != before:
            Evidence.objects.filter(pk=evidence.pk).update(title=title)
            evidence.title = title
            note(
                access, "evidence renamed", f"evidence {evidence.number}", {"title": before}, {"title": title}
            )


def opened(access, revision, how):
    """Somebody opened a file, and which."""
    with writing(access.practice):
        what = {"revision": revision.number, "sha256": revision.sha256, "as": how}
        note(access, "evidence opened", f"evidence {revision.evidence.number}", None, what)
