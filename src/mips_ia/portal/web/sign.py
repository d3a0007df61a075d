"""Signing: what a clinician has to sign, and what they say of each window. Nobody else gets here."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.catalogue import catalogue
from mips_ia.portal import statements
from mips_ia.portal.actions import saying, signing
from mips_ia.portal.actions.delegated import open_requests
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.asked import of_person, unsigned
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.signed import SIGNED
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.tenancy import access_of, opened
from mips_ia.portal.web.effect import effect
from mips_ia.portal.web.fresh import fresh_to_post
from mips_ia.portal.web.locked import refusal
from mips_ia.portal.web.sign_forms import Declining, Several, Signing, Withdrawing
from mips_ia.portal.web.windows import newest
from mips_ia.problems import Refused
from mips_ia.reading.guides import guide, leaves


@opened("person")
def to_sign(request):
    """Everything that waits for the signature of whoever is signed in, and what they signed before."""
    waiting = of_person(request.user)
    going_by(request, [each.window.year.year for each in waiting])
    told = [
        {"one": each, "title": title_of(each.window), "days": (each.window.last - each.window.first).days + 1}
        for each in waiting
    ]
    return render(request, "to_sign.html", {
        "asked": told, "signed": _said_before(request.user),
        "requests": open_requests(request.user),
    })  # fmt: skip


def _said_before(person):
    found = person.signatures.filter(window__clinician__person=person).exclude(kind="delegated")
    return found.select_related("window__year__practice", "window__clinician").order_by("-id")[:50]


def going_by(request, years):
    """The page goes by the rules of the latest of these years; by those of today where there is none."""
    request.of_year = max(years, default=None)


def own_window(request, id):
    """A window of the person's own, with what they may do at its practice; 404 for everybody else.

    Its page goes by the rules of its year.
    """
    for clinician in request.user.clinicians.select_related("practice"):
        window = clinician.windows.select_related("year__practice", "entered_by").filter(pk=id).first()
        if window is not None:
            access = access_of(request.user, clinician.practice.slug, window.year.year)
            if access.clinician.pk == clinician.pk:
                window.clinician, window.year = clinician, access.year
                going_by(request, [window.year.year])
                return access, window
    raise Http404


@opened("person")
@fresh_to_post
def sign_one(request, window):
    """What, the days, what the signature means, the name, and Sign."""
    access, asked = own_window(request, window)
    window = newest(access, asked)
    window.clinician, window.year = access.clinician, access.year
    if window.replaced_at is not None:
        messages.warning(request, f"These days of {window.activity} were taken out of the practice’s record.")
        return redirect("to_sign")
    said = window.signatures.order_by("-id").first()
    if said is not None and said.kind == "own":
        messages.info(request, f"You have signed this on {day(said.signed_at)}.")
        return redirect("sign_receipt", window.id)
    if (closed := refusal(request, access.year)) is not None:
        return closed
    around = _around(ledger_of(access.year), window)
    form = Signing(request.POST or None, clinicians=[window.clinician], says=around["statement"])
    if moved := window.pk != asked.pk:
        form.other = "its days were changed"
    if request.method == "POST" and not moved and form.is_valid() and around["ready"]:
        return _signed(request, access, window, around["statement"], form.cleaned_data["name"])
    status = 409 if form.changed or (request.method == "POST" and moved) else 200
    return render(request, "sign.html", around | {
        "form": form, "before": asked if moved else None, "said": said,
    }, status=status)  # fmt: skip


def _signed(request, access, window, says, name):
    try:
        saying.sign(access, window, says, name, verified=request.verified)
    except Refused as refusal_:
        messages.warning(request, f"{refusal_.problems[0].what} {refusal_.problems[0].fix}")
        return redirect("sign_one", window.id)
    messages.success(request, f"Signed. {effect(access.year, window.activity)}")
    return redirect("sign_receipt", window.id)


def _around(ledger, window):
    """What a page says of a window: the activity, the days, and why it cannot be signed yet."""
    found, known = guide(window.activity, ledger.year), window.first and window.last
    cell = unsigned(ledger, window)
    return {
        "window": window, "ledger": ledger, "title": title_of(window), "cell": cell,
        "ready": cell.word == "Not signed", "guide": found,
        "keep": list(leaves(found.requirement)) if found else [],
        "days": (window.last - window.first).days + 1 if known else None,
        "statement": statements.own(window) if known else "",
        "themselves": window.entered_by_id == window.clinician.person_id,
    }  # fmt: skip


def title_of(window):
    """The title of a window's activity, its id where the year has none of it."""
    listed = catalogue(window.year.year).activities.get(window.activity)
    return listed.title if listed else window.activity


@opened("person")
@fresh_to_post
def sign_several(request):
    """A statement and an unticked box for each, one name, one button."""
    waiting = of_person(request.user)
    going_by(request, [each.window.year.year for each in waiting])
    form = Several(request.POST or None, waiting=waiting)
    if request.method == "POST" and form.is_valid():
        told = []
        for each, says in form.ticked():
            access, window = own_window(request, each.window.id)
            try:
                saying.sign(access, window, says, form.cleaned_data["name"], verified=request.verified)
            except Refused as refusal_:
                messages.warning(request, f"{window.activity}: {refusal_.problems[0].what}")
                continue
            told.append(effect(access.year, window.activity))
        if told:
            messages.success(request, f"Signed. {' '.join(told)}")
        return redirect("to_sign")
    status = 409 if form.is_bound and form.changed else 200
    return render(request, "sign_several.html", {"form": form, "waiting": waiting}, status=status)


@opened("person")
@fresh_to_post
def sign_decline(request, window):
    """The clinician did not do it."""
    access, window = own_window(request, window)
    if (closed := refusal(request, access.year)) is not None:
        return closed
    window = newest(access, window)
    window.clinician, window.year = access.clinician, access.year
    try:
        signing.nothing_signed(window)
    except Refused as refusal_:
        messages.info(request, f"{refusal_.problems[0].what} {refusal_.problems[0].fix}")
        return redirect("sign_withdraw", window.id)
    says = statements.declined(window)
    form = Declining(request.POST or None, clinicians=[window.clinician], says=says)
    if request.method == "POST" and form.is_valid():
        try:
            signing.decline(access, window, says, form.cleaned_data["name"], verified=request.verified)
        except Refused:  # changed, signed or locked while the form was on its way
            return redirect("sign_one", window.id)
        messages.success(
            request, f"Saved. You did not do {window.activity}. {effect(access.year, window.activity)}"
        )
        return redirect("to_sign")
    found = {"form": form, "window": window, "title": title_of(window), "statement": says}
    return render(request, "sign_decline.html", found, status=409 if form.changed else 200)


@opened("person")
def sign_receipt(request, window):
    """The statement, the time, the number; it prints."""
    access, window = own_window(request, window)
    every = list(window.signatures.select_related("person").order_by("-id"))
    if not every:
        return redirect("sign_one", window.id)
    return render(request, "sign_receipt.html", {
        "window": window, "title": title_of(window), "every": every, "last": every[0],
        "holds": every[0].kind in SIGNED and window.replaced_at is None,
        "rules": ledger_of(access.year).rules, "practice": access.practice,
    })  # fmt: skip


@opened("person")
@fresh_to_post
def sign_withdraw(request, window):
    """Take a signature back, with a reason; also after a lock, which tells the signing official."""
    access, window = own_window(request, window)
    last = window.signatures.order_by("-id").first()
    if last is None or last.kind not in SIGNED:
        return redirect("sign_receipt" if last else "sign_one", window.id)
    form = Withdrawing(
        request.POST or None, clinicians=[window.clinician], year=window.year.year, says=last.number
    )
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data
        try:
            saying.withdraw(access, window, last, known["name"], known["reason"], verified=request.verified)
        except Refused as refusal_:
            messages.warning(request, refusal_.problems[0].what)
            return redirect("sign_receipt", window.id)
        messages.success(request, f"Withdrawn. {effect(access.year, window.activity)}")
        return redirect("sign_receipt", window.id)
    return render(request, "sign_withdraw.html", {
        "form": form, "window": window, "title": title_of(window), "last": last,
        "would": _would(ledger_of(access.year), window), "locked": locked(access.year),
    }, status=409 if form.changed else 200)  # fmt: skip


def _would(ledger, window):
    """What a withdrawal would leave: `IA_BE_16 would have 10 of 18 clinicians and still count`."""
    tally = next((each for each in ledger.tallies if each.activity == window.activity), None)
    if tally is None or tally.needed is None:
        return ""
    left = tally.counting - (
        ledger.cell(window.clinician_id, window.activity).state in ("signed", "delegated")
    )
    need = "is" if tally.needed == 1 else "are"
    still = "and still count" if left >= tally.needed else f"and not count; {tally.needed} {need} needed"
    return f"{window.activity} would have {left} of {many(tally.of, 'clinician')} {still}."
