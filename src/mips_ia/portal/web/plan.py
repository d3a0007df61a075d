"""When each window starts and ends: what was entered, what is short, and what can still begin."""

from collections import Counter

from django.shortcuts import render

from mips_ia.attestation import last_start, length, period_of
from mips_ia.planning.outlook import can_begin
from mips_ia.planning.overlaps import overlapping
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import shown
from mips_ia.portal.told.advice import to_start
from mips_ia.portal.told.windows import end_from_today, lasting

ROWS = 400  # windows on one page; of more, one activity is shown at a time
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


@page(see="windows", change="windows")
def plan(request, access):
    """The last day to start, then each activity's windows; a clinician sees their own."""
    ledger = ledger_of(access.year)
    sections = [_section(access, ledger, each) for each in shown.activities(ledger)]
    only = request.GET.get("activity", "")
    whole = sum(len(each["rows"]) for each in sections) <= ROWS
    if only or not whole:
        shown_one = only or next((each["activity"] for each in sections if each["rows"]), "")
        sections_shown = [each for each in sections if each["activity"] == shown_one]
    else:
        sections_shown = sections
    period = ledger.rules.period[-1]
    start = last_start(period, ledger.year)
    return render(request, "plan.html", {
        "ledger": ledger, "sections": sections_shown, "every": sections, "only": only, "start": start,
        "left": (start - ledger.today).days, "lasting": lasting(period), "length": length(period),
        "ends": end_from_today(ledger), "open": not ledger.locked, "still": _still(ledger),
        "empty": not any(each["rows"] for each in sections), "own": access.how("windows") == "own",
        "months": "JFMAMJJASOND", "soon": to_start((start - ledger.today).days, period, ledger.year),
        "may_choose": access.may("plan"), "waiting": _waiting(access, ledger),
    })  # fmt: skip


def _waiting(access, ledger):
    """How many windows wait for a signature, for whoever may ask for it."""
    cells = (cell for tally in ledger.tallies for cell in tally.cells.values())
    return sum(cell.word == "Not signed" for cell in cells) if access.may("remind") else 0


def _section(access, ledger, shown_one):
    """One activity: its verdict, its shortfall, and a row for each window."""
    activity, tally = shown_one["activity"], shown_one["tally"]
    period = period_of(activity, ledger.rules)
    start = last_start(period, ledger.year)
    return shown_one | {
        "rows": list(_rows(access, ledger, activity)), "says": shortfall(tally), "start": start,
        "length": length(period), "own_length": period is not ledger.rules.period[-1],
        "left": (start - ledger.today).days,
    }  # fmt: skip


def _rows(access, ledger, activity):
    own = access.clinician.id if access.how("windows") == "own" else None
    for person in ledger.people:
        if own in (None, person.id):
            held = ledger.windows.get((person.id, activity), ())
            for entered in held:
                cell = ledger.judged(activity, entered)
                yield {"person": person, "cell": cell, "overlaps": bool(overlapping(entered, held))}


def shortfall(tally):
    """How many count, what keeps the others, and how many more: `7 count today, 1 is too short. …`."""
    words = Counter(cell.word for cell in tally.cells.values())
    count = "1 counts today" if tally.counting == 1 else f"{tally.counting} count today"
    told = [f"{words[word]} {one if words[word] == 1 else more}" for word, one, more in _TOLD if words[word]]
    more = f"; {tally.missing} more needed" if tally.missing else ""
    needed = f" {tally.needed} of {tally.of} needed{more}." if tally.needed else ""
    return f"{', '.join([count, *told])}.{needed}"


def _still(ledger):
    """The activities that can still count when no window of the general length can begin any more."""
    found = []
    for tally in ledger.tallies:
        enough = tally.counting + tally.unknown + tally.coming >= (tally.needed or 1)
        if (
            tally.verdict.counts
            or enough
            or can_begin(tally.activity, ledger.today, ledger.rules, ledger.listed)
        ):
            found.append(tally.activity)
    return found
