"""When each window starts and ends: what was entered, what is short, and what can still begin."""

from calendar import isleap

from django.shortcuts import render

from mips_ia.attestation import last_start, length
from mips_ia.planning.overlaps import overlapping
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import planned
from mips_ia.portal.told.advice import can_begin, closed, to_start
from mips_ia.portal.told.windows import end_from_today, lasting

ROWS = 400  # windows on one page; of more, one activity is shown at a time


@page(see="windows", change="windows")
def plan(request, access):
    """The last day to start, then each activity's windows; a clinician sees their own."""
    ledger = ledger_of(access.year)
    sections = [
        each | {"rows": [*_rows(access, ledger, each["activity"])]} for each in planned.sections(ledger)
    ]  # fmt: skip
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
        "ledger": ledger, "sections": sections_shown, "every": sections, "only": only, "whole": whole,
        "start": start, "left": (start - ledger.today).days, "lasting": lasting(period),
        "length": length(period),
        "ends": end_from_today(ledger), "closed": "" if can_begin(ledger) else closed(ledger),
        "open": not ledger.locked, "still": planned.still(ledger),
        "empty": not any(each["rows"] for each in sections), "own": access.how("windows") == "own",
        "months": "JFMAMJJASOND", "leap": isleap(ledger.year),
        "soon": to_start((start - ledger.today).days, period, ledger.year),
        "may_choose": access.may("plan"), "waiting": planned.waiting(ledger) if access.may("remind") else 0,
    })  # fmt: skip


def _rows(access, ledger, activity):
    own = access.clinician.id if access.how("windows") == "own" else None
    for person in ledger.people:
        if own in (None, person.id):
            held = ledger.windows.get((person.id, activity), ())
            for entered in held:
                cell = ledger.judged(activity, entered)
                yield {"person": person, "cell": cell, "overlaps": bool(overlapping(entered, held))}
