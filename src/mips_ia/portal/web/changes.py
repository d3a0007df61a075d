"""What changed in the inventory since the year before, that of the practice's own activities first."""

from django.shortcuts import render

from mips_ia.formats.texts import texts
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.changes import everything, lost_weights, ours
from mips_ia.portal.told.inventory import year_before


@page(see="see")
def changed(request, access):
    """Ours first; then everything, by what happened to it."""
    ledger = ledger_of(access.year)
    before = year_before(ledger.year)
    if before is None:
        return render(request, "changes.html", {"ledger": ledger, "before": None})
    sections = everything(before, ledger.year)
    return render(request, "changes.html", {
        "ledger": ledger, "before": before, "ours": ours(ledger, sections),
        "sections": [section for section in sections if section["entries"]],
        "lost": lost_weights(before, ledger.year), "loaded": bool(texts(before) and texts(ledger.year)),
    })  # fmt: skip
