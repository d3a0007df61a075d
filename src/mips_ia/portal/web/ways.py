"""The ways to report side by side, by this practice's standing and with its activities of today."""

from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.planning.side_by_side import granted, in_words, side_by_side
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.actions.practice import describe
from mips_ia.portal.facts import Ledger
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.shown import PATHWAYS
from mips_ia.reading.specialties import specialty

CATEGORIES = {"quality": "Quality", "cost": "Cost", "pi": "Promoting Interoperability"}


@page(see="see", change="edit")
def ways(request, access):
    """What each way would need, and what it would give today; a POST marks an MVP as considered or not."""
    ledger = Ledger(access.year)
    if request.method == "POST":
        _consider(request, access, ledger)
        return redirect(request.path)
    given = [each.attestation for each in ledger.tallies]
    own = specialty(ledger.row.specialty) if ledger.row.specialty else None
    sides = side_by_side(ledger.practice, given, ledger.rules, ledger.listed)
    rows = [_row(side, ledger, own) for side in sides]
    wide = [row for row in rows if row["side"].mvp is None]
    mvps = sorted((row for row in rows if row["side"].mvp), key=_first)
    return render(request, "ways.html", {
        "ledger": ledger, "wide": wide, "mvps": [row for row in mvps if row["near"]],
        "others": [row for row in mvps if not row["near"]], "own": own,
        "registration": ledger.rules.window.get("mvp_registration"),
        "may_consider": access.may("edit") and not locked(ledger.row),
    })  # fmt: skip


def _consider(request, access, ledger):
    """Mark an MVP of the year as considered, or take the mark off, and say the effect."""
    mvp = ledger.listed.mvps.get(request.POST.get("mvp", ""))
    if mvp is None:
        messages.warning(request, f"That MVP is not one of {ledger.year}. Choose one of this page.")
        return
    rest = [id for id in access.year.considered if id != mvp.id]
    wanted = request.POST.get("consider") == "yes"
    describe(access, considered=sorted([*rest, mvp.id] if wanted else rest))
    said = f"Saved. You {'consider' if wanted else 'no longer consider'} {mvp.title}."
    closes = ledger.rules.window["mvp_registration"].closes
    if wanted and closes >= ledger.today:
        said += f" Managers are reminded that registration closes on {day(closes)}."
    messages.success(request, said)


def _first(row):
    """The practice's own first, then those that give most, then those that take most activities."""
    found = row["side"].found
    points = found.score.points if found else 0
    return not row["ours"], -points, not row["specialty"], -len(row["side"].takes), row["side"].mvp.id


def _row(side, ledger, own):
    mvp, found, row = side.mvp, side.found, ledger.row
    ours = side.pathway == row.pathway and (mvp is None or mvp.id == row.mvp)
    special = bool(mvp and own and not set(own.names).isdisjoint(mvp.specialties))
    return {
        "side": side, "ours": ours, "specialty": special,
        "title": mvp.title if mvp else PATHWAYS[side.pathway],
        "considered": bool(mvp and mvp.id in row.considered),
        "near": ours or special or bool(side.takes) or bool(mvp and mvp.id in row.considered),
        "needs": " or ".join(in_words(kinds) for kinds in side.needs),
        "score": found.score if found else None, "granted": found and granted(found.profile, ledger.rules),
        "others": [f"{CATEGORIES[name]} {weight}%" for name, weight in side.others],
    }  # fmt: skip
