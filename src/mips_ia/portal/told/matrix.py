"""Who stands in the matrix of clinicians and activities."""

ATTENTION = ("unknown", "notmet")


def people(ledger, access):
    """Everybody who is counted, or a clinician alone."""
    whole = access.may("see_names")
    return [each for each in ledger.counted if whole or each.clinician == access.clinician]


def amiss(whom, tallies):
    """Those of them where something is amiss."""
    return [each for each in whom if any(tally.cells[each.id].state in ATTENTION for tally in tallies)]
