"""The ways to report side by side, by this practice's standing and with its activities of today."""

from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.portal.actions.practice import consider
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.by_way import by_the_fewest, by_way


@page(see="see", change="edit")
def ways(request, access):
    """What each way would need, and what it would give today; a POST marks an MVP as considered or not."""
    ledger = ledger_of(access.year)
    if request.method == "POST":
        _consider(request, access, ledger)
        return redirect(request.path)
    wide, mvps, own = by_way(ledger)
    return render(request, "ways.html", {
        "ledger": ledger, "wide": wide, "mvps": [row for row in mvps if row["near"]],
        "others": [row for row in mvps if not row["near"]], "own": own,
        "fewest": by_the_fewest(ledger),
        "registration": ledger.rules.window.get("mvp_registration"),
        "may_consider": access.may("edit") and not ledger.locked,
    })  # fmt: skip


def _consider(request, access, ledger):
    """Mark an MVP of the year as considered, or take the mark off, and say the effect."""
    mvp = ledger.listed.mvps.get(request.POST.get("mvp", ""))
    if mvp is None:
        messages.warning(request, f"That MVP is not one of {ledger.year}. Choose one of this page.")
        return
    wanted = request.POST.get("consider") == "yes"
    consider(access, mvp.id, wanted)
    said = f"Saved. You {'consider' if wanted else 'no longer consider'} {mvp.title}."
    closes = ledger.rules.window["mvp_registration"].closes
    if wanted and closes >= ledger.today:
        said += f" Managers are reminded that registration closes on {day(closes)}."
    messages.success(request, said)
