"""The two readings of who is counted, in words: all who billed in the year, or those who are here."""

from dataclasses import dataclass

from mips_ia.portal.facts import BILLED, CURRENT
from mips_ia.portal.templatetags.words import day

WORDS = {True: ("met", "Met"), False: ("notmet", "Not met"), None: ("unknown", "Unknown")}


@dataclass(frozen=True)
class Reading:
    """One reading: its name, what it is called, how many it counts, and how many of them are needed."""

    name: str
    says: str
    count: int
    needed: int | None


def readings(ledger):
    """Both readings, with what each counts."""
    says = named(ledger)
    return [
        Reading(name, says[name], len(people), _needed(ledger, len(people)))
        for name, people in ((BILLED, ledger.billing), (CURRENT, ledger.current))
    ]


def named(ledger):
    """What each reading is called."""
    return {BILLED: f"All who billed in {ledger.year}", CURRENT: f"Those here on {day(ledger.reading_day)}"}


def _needed(ledger, count):
    threshold = next(t for t in ledger.rules.threshold if t.fits(frozenset([ledger.practice.entity])))
    return threshold.needed(count) if ledger.practice.many and count else None


def by_each(ledger, tally):
    """A tally by each reading: what it is called, its verdict, and its numbers; empty where there is one."""
    if tally.other is None:
        return []
    return [
        {"name": name, "says": says, "tally": each, "counts": each.verdict.counts,
         "kind": WORDS[each.verdict.counts][0], "word": WORDS[each.verdict.counts][1]}
        for (name, says), each in zip(named(ledger).items(), tally.readings, strict=True)
    ]  # fmt: skip


def why(ledger, tally):
    """Why an activity is unknown that depends on who is counted: both readings, with their numbers."""
    both = [
        f"{each['says']}: {_numbers(each['tally'])}, {each['word'].lower()}."
        for each in by_each(ledger, tally)
    ]
    return " ".join(["It depends on who is counted.", *both])


def _numbers(tally):
    most = f" to {tally.counting + tally.unknown}" if tally.unknown else ""
    return f"{tally.counting}{most} of {tally.of}, {tally.needed} needed"


def compared(ledger):
    """In one sentence, whether both readings give the same answers, or by which the practice goes."""
    if ledger.reading:
        return ""
    differ = [each.activity for each in ledger.tallies if each.undecided]
    if differ:
        listed = " and ".join(filter(None, (", ".join(differ[:-1]), differ[-1])))
        are = "is Unknown" if len(differ) == 1 else "are Unknown"
        return f"{listed} {are}, since the two readings give different verdicts."
    if not ledger.practice.many or not any(each.other for each in ledger.tallies):
        return ""
    both = "activity" if len(ledger.tallies) == 1 else "activities"
    return f"Both readings give the same verdict for {len(ledger.tallies)} {both}."


def assumed(ledger):
    """What a score assumes of who is counted; empty where it makes no difference."""
    if not ledger.practice.many or len(ledger.current) in (0, len(ledger.billing)):
        return ""
    if ledger.reading:
        return f"{chosen(ledger)} {_otherwise(ledger)}"
    return (
        "CMS does not say on which day those who bill under the TIN are counted. We take all who billed in "
        f"{ledger.year}, even after they leave. {_otherwise(ledger)} "
        "An activity is Unknown where that gives another verdict."
    )


def chosen(ledger):
    """Which reading the practice goes by, and why; empty where it has not said."""
    whom = {BILLED: f"all who billed in {ledger.year}", CURRENT: f"those here on {day(ledger.reading_day)}"}
    if not ledger.row.denominator:
        return ""
    reason = ledger.row.denominator_reason.rstrip(".")
    return f"The practice counts {whom[ledger.row.denominator]}. Its reason: {reason}."


def undecided(ledger):
    """Each activity that depends on who is counted, with both readings."""
    return [f"{tally.activity}: {why(ledger, tally)}" for tally in ledger.tallies if tally.undecided]


def _otherwise(ledger):
    billed, current = readings(ledger)
    mine, other = (current, billed) if ledger.reading == CURRENT else (billed, current)
    called = other.says[0].lower() + other.says[1:]
    instead = (
        f"{other.needed} instead of {mine.needed}" if other.needed != mine.needed else f"{mine.needed} too"
    )
    return f"The other reading would give {called} ({other.count}), and ask for {instead}."


def why_counted(ledger, person):
    """Whether a clinician makes up part of the denominator, and why."""
    if person is None:
        return f"Not counted: not on the roster of {ledger.year}."
    if not person.counted:
        if person.away:
            return f"Not counted: by the roster they were there on no day of {ledger.year}."
        return f"Not counted: the roster says that nothing was billed in {ledger.year}."
    known = any(stay.billed for stay in person.stays)
    said = f"Counted: billed under this TIN in {ledger.year}."
    if not known:
        said = f"Counted: whether anything was billed in {ledger.year} is not known, and is taken as yes."
    if person not in ledger.counted:
        return f"Not counted: not here on {day(ledger.reading_day)}. {chosen(ledger)}"
    if person.left_on and person.left_on < ledger.today:
        said += f" Who left, on {day(person.left_on)}, still counts"
        said += f". {chosen(ledger)}" if ledger.reading else ", and is left out in the other reading."
    return said
