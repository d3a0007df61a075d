"""Who stands in the matrix of clinicians and activities."""

ATTENTION = ("unknown", "notmet")


def rows(ledger, access, tallies, attention=False):
    """Everybody who is counted, or a clinician alone; where asked, only those where something is amiss."""
    whole = access.may("see_names")
    return [
        person for person in ledger.counted
        if (whole or person.clinician == access.clinician)
        and (not attention or any(each.cells[person.id].state in ATTENTION for each in tallies))
    ]  # fmt: skip
