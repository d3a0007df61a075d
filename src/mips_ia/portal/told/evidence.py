"""What is said of evidence: what a checklist lacks, what was found in a file, and what to look at."""

from django.db.models import Prefetch

from mips_ia.portal.models import Revision
from mips_ia.portal.templatetags.words import many, moment
from mips_ia.portal.told.alone import Alone, alone
from mips_ia.portal.told.proofs import leaves_of
from mips_ia.portal.told.retention import KEPT_BY
from mips_ia.portal.told.targets import LOOK_UP, STATUSES
from mips_ia.reading.guides import guide, leaves
from mips_ia.screening.apart import CALLED
from mips_ia.screening.names import NAME, TITLE

PLACES = 50  # that are shown one by one


def effect(ledger, activity):
    """How the checklist of an activity stands now."""
    if activity == STATUSES:
        kept = sum(not use.revision.is_link for use, _ in ledger.kept.get(STATUSES, ()))
        return f"{many(kept, 'document')} {'shows' if kept == 1 else 'show'} the statuses of {ledger.year}."
    found = ledger.proofs.get(activity)
    if found is None or found.finding is None:
        return f"{activity} has no checklist for {ledger.year}."
    every = leaves_of(found.finding)
    waits = sum(each.met is None for each in every)
    if found.met:
        return f"{activity} is proved."
    unread = f" {many(waits, 'item')} {'waits' if waits == 1 else 'wait'} to be reviewed." if waits else ""
    return f"{activity} has {sum(each.met is True for each in every)} of {many(len(every), 'item')}.{unread}"


def counted(found):
    """`1 date of birth and 2 medical record numbers`."""
    kinds = [each["kind"] for each in found if each["kind"] in CALLED]
    said = []
    for kind in dict.fromkeys(kinds):
        (one, several), count = CALLED[kind], kinds.count(kind)
        said.append(f"{count} {one if count == 1 else several}")
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}" if said else ""


def stopped(row):
    """Why a file was stopped, in the words that are agreed; the place, where all is in one."""
    places = {each["where"] for each in row.found}
    where = places.pop() if len(places) == 1 else "It"
    return (
        f"We have not saved “{row.name}”. {where[:1].upper()}{where[1:]} has what looks like "
        f"{counted(row.found)}."
    )


def places(row):
    """Each place where something was found, and how many more there are."""
    shown = [{"what": CALLED[each["kind"]][0], "where": each["where"]} for each in row.found[:PLACES]]
    return {"shown": shown, "more": len(row.found) - len(shown)}


def called(row):
    """Whether something was found in what the file is called; to call it otherwise is better than a mask."""
    return any(each["where"] in (NAME, TITLE) for each in row.found)


def limited(names):
    """Who can open a file that names patients."""
    outside = " It is left out of the binder unless you add it." if names else ""
    return f"Saved. {opens(names, 'it')}{outside}"


def opens(names, what):
    """Those who can open something that names patients."""
    if not names:
        return f"Nobody can open {what} until an administrator names who may, under People."
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"Only {listed} can open {what}."


def with_what_it_shows(rows):
    """Rows of evidence with revisions, newest first, what each is said to show, and until when it is kept."""
    newest = Revision.objects.order_by("evidence", "-number").select_related("person")
    return rows.select_related("destruction").prefetch_related(
        Prefetch("revisions", newest, "newest_first"), *KEPT_BY
    )


def uses(ledger, row):
    """What it shows in this year: each use with the leaf's sentence, its verdict, and why it is not met."""
    return [
        {"use": use, "value": value, "says": _leaf(ledger, use), **_judged(ledger, use, value)}
        for held in ledger.kept.values() for use, value in held if use.evidence_id == row.id
    ]  # fmt: skip


def showed(ledger, row):
    """What evidence that was destroyed was said to show in this year, and what a reviewer said of it."""
    rows = row.uses.filter(year__year=ledger.year, ended_at=None).select_related("clinician")
    return [{"use": use, "says": _leaf(ledger, use), "last": _last(use)} for use in rows]


def of_cell(ledger, activity, clinician, seen):
    """What is kept for an activity that is of this clinician or of everybody, as far as it is `seen`."""
    return [
        {"use": use, "says": _leaf(ledger, use), **_worth(ledger, use, value)}
        for use, value in ledger.kept.get(activity, ())
        if use.clinician_id in (None, clinician) and use.evidence_id in seen
    ]  # fmt: skip


def _leaf(ledger, use):
    if use.activity == STATUSES:
        return LOOK_UP.says
    found = guide(use.activity, ledger.year)
    return next((each.says for each in leaves(found.requirement) if each.id == use.leaf), "") if found else ""


def _judged(ledger, use, value):
    return _worth(ledger, use, value) | {"last": _last(use)}


def _last(use):
    """What a reviewer said of a use last."""
    return use.reviews.select_related("person").order_by("-id").first()


def _worth(ledger, use, value):
    """What it is worth for its item by itself; where there is no such item, whether it is accepted."""
    if use.revision.is_link:
        return {"kind": "notmet", "word": "Does not count", "why": []}
    found = alone(ledger, use, value) or Alone(use.verified)
    kind, word = found.status
    why = [said for code, said in found.why.items() if code not in ("not_verified", "rejected")]
    return {"kind": kind, "word": word, "why": why}


def check(revision, fault):
    """Whether the vault has it as it came in: kind, word and a sentence."""
    if fault:
        return {"kind": "notmet", "word": "Not met", "says": f"This differs from what was received. {fault}"}
    at = moment(revision.received_at)
    return {"kind": "met", "word": "Complete", "says": f"This is exactly what was received on {at}."}
