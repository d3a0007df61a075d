"""The last day to start an activity that is not met: for the managers, and for clinicians still needed."""

from mips_ia.attestation import last_start, period_of
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import page, stage_of
from mips_ia.portal.templatetags.words import day, many

START = (60, 30, 14, 7, 3, 1)  # days before the last day to start
AGAIN = ("Too short", "Outside the year", "Dates missing")  # what a clinician can still put right


def to_start(ledger, roles):
    """The last day to start an activity that does not count yet, and will not by those who have begun."""
    practice = ledger.row.practice
    for tally in ledger.tallies:
        start = last_start(period_of(tally.activity, ledger.rules), ledger.year)
        left = (start - ledger.today).days
        stage = stage_of(START, left)
        if stage is None or tally.verdict.counts or tally.on_track:
            continue
        of = f"{tally.counting} of {tally.of} clinicians count and {tally.needed} are needed"
        says = f"The last day to start {tally.activity} is {day(start)}, {many(left, 'day')} from now. {of}."
        about = (f"start {ledger.year} {tally.activity} {stage}",)
        for person in roles["manager"]:
            to = page(ledger, f"plan/?activity={tally.activity}")
            yield Due("start", person, practice, "manager", about, says, to, left)
        mine = f"Your days of {tally.activity} do not count yet. The last day to start is {day(start)}."
        for person in ledger.counted:
            if tally.cells[person.id].word in AGAIN and person.clinician.person:
                to, whom = page(ledger, "plan/"), person.clinician.person
                yield Due("start", whom, practice, "needed", about, mine, to, left, tally.activity)
