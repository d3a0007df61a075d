"""Evidence that a met activity still lacks, and what ends too early: for the managers."""

from mips_ia.planning.deadlines import deadlines
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import page, stage_of
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told import proofs
from mips_ia.portal.told.ending import ending

DECEMBER = 12
ENDS = (30, 7, 1)  # days before the last day of a document


def to_prove(ledger, roles):
    """Each activity that is met and not proved: monthly, from December weekly, while data can be sent."""
    if ledger.today > deadlines(ledger.rules)["submission_closes"]:
        return
    met = {tally.activity for tally in ledger.tallies if tally.verdict.counts}
    lacking = [id for id, found in proofs.short(ledger) if id in met and found.met is False]
    for id in lacking:
        says = f"{id} is met, and evidence for it is missing."
        about, to = (f"prove {ledger.year} {id} {_turn(ledger)}",), page(ledger, f"activities/{id}/")
        for person in roles["manager"]:
            yield Due("prove", person, ledger.row.practice, "manager", about, says, to)


def to_renew(ledger, roles):
    """Each document that ends before the days that it proves do, at each stage before it does."""
    for each in ending(ledger):
        left, row = (each.last - ledger.today).days, each.use.evidence
        if (stage := stage_of(ENDS, left)) is not None:
            about = (f"ending {ledger.year} {each.use.pk} {stage}",)
            says = f"E-{row.number} “{row.title}” ends on {day(each.last)}, {many(left, 'day')} from now."
            for person in roles["manager"]:
                to = page(ledger, f"evidence/{row.number}/")
                yield Due("ending", person, ledger.row.practice, "manager", about, says, to, left)


def _turn(ledger):
    """The month of which it is told; from December of the year on, the week."""
    today = ledger.today
    if today.year == ledger.year and today.month < DECEMBER:
        return f"{today:%Y-%m}"
    return f"{today:%G-W%V}"
