"""Finding and choosing activities: those that are chosen, a search with filters, and a comparison."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse

from mips_ia.attestation import Attestation, verdict
from mips_ia.portal.actions.ledger import choose, not_locked
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import many
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import shown
from mips_ia.portal.told.activity_search import Inventory, Search, rows
from mips_ia.portal.told.inventory import also_counts, year_before
from mips_ia.portal.told.worth import enough
from mips_ia.portal.web.activity_filters import Filters
from mips_ia.problems import Refused
from mips_ia.reading.guides import called, guide, leaves

PAGE = 20
COMPARED = 3


@page(see="see", change="plan")
def activities(request, access):
    """Those that are chosen, then a search; a button chooses one."""
    ledger = ledger_of(access.year)
    if request.method == "POST":
        chosen(request, access, ledger, request.POST.get("choose", ""))
        return redirect(request.get_full_path())
    inventory = Inventory(ledger)
    filters = Filters(request.GET, inventory=inventory)
    found = filters.search.matching()
    pages = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "ledger": ledger, "filters": filters, "every": len(found), "pages": pages,
        "rows": rows(pages, filters.search), "chips": filters.chips(),
        "clear": reverse("activities", args=(access.practice.slug, ledger.year)),
        "gone": filters.search.gone, "source": filters.search.source,
        "absent": filters.search.searched.absent, "removed": filters.search.removed,
        "only_removed": filters.asked.get("show") == ["removed"],
        "near": [] if found else filters.search.nearest(), "may_choose": access.may("plan"),
    }  # fmt: skip
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "activities_results.html", context)
    context |= {
        "shown": shown.activities(ledger),
        "enough": enough(ledger),
        "before": year_before(ledger.year),
        "may_edit": access.may("edit"),
    }
    return render(request, "activities.html", context)


def chosen(request, access, ledger, id):
    """Choose an activity and say the effect, or say why not."""
    try:
        listed(id, ledger)
        not_locked(access.year)
        choose(access, id)
    except Refused as refusal:
        for each in refusal.problems:
            messages.warning(request, f"{each.what} {each.fix}")
        return
    now = ledger_of(access.year)
    count = len(now.activities)
    said = (
        f"Saved. {id} is now one of your {count} activities."
        if count > 1
        else f"Saved. {id} is your first activity."
    )
    messages.success(request, f"{said} {enough(now)}".strip())


def listed(id, ledger):
    """The activity of the year with this id; `Refused` where there is none."""
    if id not in ledger.listed.activities:
        raise Refused(verdict(Attestation(id), ledger.practice, ledger.rules, ledger.listed).problems)
    return ledger.listed.activities[id]


# ---- Comparing


@page(see="see")
def compare(request, access):
    """Up to three activities side by side."""
    ledger = ledger_of(access.year)
    ids = list(dict.fromkeys(id for id in request.GET.getlist("id") if id in ledger.listed.activities))
    inventory = Inventory(ledger)
    search = Search({}, inventory)
    picked = [ledger.listed.activities[id] for id in ids[:COMPARED]]
    found = [row | _more(row["activity"], ledger) for row in rows(picked, search)]
    return render(request, "activities_compare.html", {
        "ledger": ledger, "rows": found, "left_out": ids[COMPARED:], "most": COMPARED,
        "weights": inventory.weights,
    })  # fmt: skip


def _more(activity, ledger):
    found = guide(activity.id, ledger.year)
    pathways, mvps = also_counts(activity, ledger.listed, ledger.rules)
    keep = list(leaves(found.requirement)) if found else []
    kinds = list(dict.fromkeys(called(kind) for leaf in keep for kind in leaf.kinds))
    return {
        "guide": found, "pathways": pathways, "mvps": len(mvps),
        "keep": f"{many(len(keep), 'requirement')}: {', '.join(kinds)}" if keep else "",
        "measures": [leaf.measure.asks for leaf in keep if leaf.measure],
    }  # fmt: skip
