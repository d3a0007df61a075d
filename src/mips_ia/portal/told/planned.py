"""The plan of a year in words: until when activities can start, what is short, and what can still count."""

from collections import Counter

from mips_ia.attestation import last_start, length, period_of
from mips_ia.planning.outlook import can_begin
from mips_ia.portal.told import shown

# What is said of cells in the sentence above a table: the word, of one, and of more than one.
_TOLD = (
    ("Not signed", "is waiting for a signature", "are waiting for a signature"),
    ("Too short", "is too short", "are too short"),
    ("Dates missing", "has no dates", "have no dates"),
    ("Under way", "is under way", "are under way"),
    ("Planned", "is planned", "are planned"),
    ("Declined", "was declined", "were declined"),
    ("Withdrawn", "was withdrawn", "were withdrawn"),
)


def sections(ledger):
    """Each chosen activity with its verdict, its shortfall, and the last day to start it."""
    return [_section(ledger, each) for each in shown.activities(ledger)]


def _section(ledger, shown_one):
    period = period_of(shown_one["activity"], ledger.rules)
    start = last_start(period, ledger.year)
    return shown_one | {
        "says": shortfall(shown_one["tally"], shown_one["why"]), "start": start, "length": length(period),
        "own_length": period is not ledger.rules.period[-1], "left": (start - ledger.today).days,
    }  # fmt: skip


def shortfall(tally, why):
    """How many count, what keeps the others, and how many more: `7 count today, 1 is too short. …`.

    Where it depends on who is counted, that is why, with both numbers. What cannot count, whoever does it,
    has its reason alone.
    """
    if _refused(tally):
        return why
    words = Counter(cell.word for cell in tally.cells.values())
    count = "1 counts today" if tally.counting == 1 else f"{tally.counting} count today"
    told = [f"{words[word]} {one if words[word] == 1 else more}" for word, one, more in _TOLD if words[word]]
    more = f"; {shown.more_needed(tally)}" if tally.missing else ""
    needed = f" {tally.needed} of {tally.of} needed{more}." if tally.needed else ""
    if tally.undecided:
        needed = f" {why}"
    return f"{', '.join([count, *told])}.{needed}"


def still(ledger):
    """The activities that can still count when no window of the general length can begin any more."""
    found = []
    for tally in ledger.tallies:
        enough = any(  # by one reading of who is counted
            each.counting + each.unknown + each.coming >= (each.needed or 1) for each in tally.readings
        )
        enough = enough or can_begin(tally.activity, ledger.today, ledger.rules, ledger.listed)
        if tally.verdict.counts or (enough and not _refused(tally)):
            found.append(tally.activity)
    return found


def _refused(tally):
    """Whether an activity cannot count, whoever does it: taken off the list, or not on this pathway."""
    wrong = {each.code for each in tally.verdict.problems if each.severity == "error"}
    return bool(wrong - {"too_few_clinicians"})


def waiting(ledger):
    """How many windows wait for a signature."""
    cells = (cell for tally in ledger.tallies for cell in tally.cells.values())
    return sum(cell.word == "Not signed" for cell in cells)
