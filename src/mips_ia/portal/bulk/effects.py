"""What saving a file would change, in words and numbers, before it is saved."""

from collections import Counter

from mips_ia.planning.ledger import Entered
from mips_ia.portal.actions.roster import plain
from mips_ia.portal.clinicians import bills
from mips_ia.portal.facts import Ledger
from mips_ia.portal.templatetags.words import day, many


def effects(access, found):
    """Each kind of change: its name, how many, and what it does."""
    of_kind = {"Roster": of_roster, "Participation": of_participation}
    return of_kind[type(found.trial).__name__](Ledger(access.year), found)


def of_roster(ledger, found):
    """Who is new, who changes, who left, and what becomes of the number that is needed."""
    by = {name: [c for c in found.trial.changes if c.result == name] for name in ("new", "changed", "same")}
    left = [each for each in by["changed"] if _left(each)]
    other = [each for each in by["changed"] if each not in left]
    ending = {id(each) for each in found.ending}
    after = {
        npi for npi, stays in found.trial.stays.items()
        if any(bills(s) and id(s) not in ending for s in stays)
    }  # fmt: skip
    still = f" Still in the denominator for {ledger.year}." if all(bills(each.stay) for each in left) else ""
    rows = [
        ("New", len(_people(by["new"])), _named(by["new"])),
        ("Left", len(_people(left)), f"{_left_when(left)}{still}" if left else ""),
        ("Changed", len(_people(other)), _named(other)),
        ("No change", len(_people(by["same"])), ""),
        ("Ended", len(found.ending), "They are not in the file." if found.ending else ""),
    ]
    return [row for row in rows if row[1]], half(ledger, len(after))


def half(ledger, after):
    """What becomes of the number of clinicians that each activity needs."""
    if not ledger.practice.many:
        return ""
    threshold = next(t for t in ledger.rules.threshold if t.fits(frozenset([ledger.practice.entity])))
    before = len(ledger.billing)
    was, now = threshold.needed(before), threshold.needed(after)
    if before == after:
        return f"The number needed for each activity stays {now} of {after}."
    if not before:
        return f"The number needed for each activity will be {now} of {after}."
    return f"The number needed for each activity goes from {was} of {before} to {now} of {after}."


def _left(change):
    return change.before["left_on"] is None and plain(change.stay)["left_on"] is not None


def _left_when(changes):
    first = changes[0].stay
    said = f"{first.clinician.spoken}, {day(first.left_on)}"
    return f"{said}." if len(changes) == 1 else f"{said}, and {many(len(changes) - 1, 'other')}."


def _people(changes):
    """Whose they are: somebody who came back has two rows."""
    return list({each.stay.clinician.npi: each.stay.clinician for each in changes}.values())


def _named(changes):
    first, *others = _people(changes) or [None]
    if not first:
        return ""
    return f"{first.spoken} and {many(len(others), 'other')}." if others else f"{first.spoken}."


def of_participation(ledger, found):
    """Each activity with its new and changed windows, and the signatures that must be given again."""
    trial = found.trial
    rows = []
    for activity in sorted({each.new.activity for each in trial.changes}):
        here = [each for each in trial.changes if each.new.activity == activity]
        counts = Counter(each.result for each in here)
        again = sum(each.result == "changed" and trial.signed(each) for each in here)
        says = f"{counts['new']} new, {counts['changed']} changed, {counts['same']} the same."
        says += f" {many(again, 'signed window')} must be signed again." if again else ""
        says += "" if activity in ledger.activities else " It is not chosen yet, and will be."
        rows.append((activity, len(here), says))
    if trial.added:
        rows.append(("Added to the roster", len(trial.added), ""))
    if found.ending:
        rows.append(("Ended", len(found.ending), "They are not in the file."))
    return rows, _to_sign(ledger, [each for each in trial.changes if each.result != "same"])


def _to_sign(ledger, changes):
    """How many of the windows that a file brings wait for a signature once they are saved."""
    if not changes:
        return ""
    waits = sum(_waits(ledger, each) for each in changes)
    will = (
        f"{many(waits, 'window')} will wait for a signature"
        if waits
        else "none of these windows waits for it"
    )
    return f"Nothing is signed by a file: {will}."


def _waits(ledger, change):
    """Whether a window then counts by a signature alone, and is not recorded by saving itself."""
    new, recorded = change.new, change.asked and change.asked.now
    entered = Entered(new.first, new.last, new.taking_part)
    return not recorded and ledger.judged(new.activity, entered).word == "Not signed"
