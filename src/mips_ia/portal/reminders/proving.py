"""Evidence that a met activity still lacks: for the managers, monthly, and weekly from December on."""

from mips_ia.planning.deadlines import deadlines
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import page
from mips_ia.portal.told import proofs

DECEMBER = 12


def to_prove(ledger, roles):
    """Each activity that is met and not proved, until it is, and no longer than data can be sent."""
    if ledger.today > deadlines(ledger.rules)["submission_closes"]:
        return
    met = {tally.activity for tally in ledger.tallies if tally.verdict.counts}
    lacking = [id for id, found in proofs.short(ledger) if id in met and found.met is False]
    for id in lacking:
        says = f"{id} is met, and evidence for it is missing."
        about, to = (f"prove {ledger.year} {id} {_turn(ledger)}",), page(ledger, f"activities/{id}/")
        for person in roles["manager"]:
            yield Due("prove", person, ledger.row.practice, "manager", about, says, to)


def _turn(ledger):
    """The month of which it is told; from December of the year on, the week."""
    today = ledger.today
    if today.year == ledger.year and today.month < DECEMBER:
        return f"{today:%Y-%m}"
    return f"{today:%G-W%V}"
