"""What clinicians who report as individuals attest, each for themselves, from their cells of the ledger."""

from collections.abc import Collection, Mapping
from datetime import date

from mips_ia.attestation import Attestation
from mips_ia.planning.ledger import COMING, COUNTING, Cell

REFUSED = ("Declined", "Withdrawn", "Not claimed")


def attested(cells: Mapping[str, Cell]) -> list[Attestation]:
    """What one clinician attests today, by their cells of each activity."""
    return [
        Attestation(id, found.window.first, found.window.last, True if found.state in COUNTING else None)
        for id, found in cells.items()
        if found.window and found.state in (*COUNTING, "unknown")
    ]


def hoped(cells: Mapping[str, Cell], still: Collection[str], year: int) -> list[Attestation]:
    """What they can still attest: the unknown turn out well, windows finish, others begin.

    `still` has the activities of which a window can begin, or of which nobody entered any.
    """
    whole = date(year, 1, 1), date(year, 12, 31)
    found = []
    for id, cell in cells.items():
        if cell.window and cell.state in COUNTING:
            found.append(Attestation(id, cell.window.first, cell.window.last))
        elif cell.state in ("unknown", *COMING) or (cell.word not in REFUSED and id in still):
            found.append(Attestation(id, *whole, None))
    return found
