"""A clinician lets somebody record for them; and that person's page, on which they do."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal import statements
from mips_ia.portal.actions import signing
from mips_ia.portal.forms.delegations import Allowing
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.forms.stated import Stated
from mips_ia.portal.tenancy import access_of, opened, page
from mips_ia.portal.told.delegations import held, may_be_named, to_record
from mips_ia.portal.web.context import this_year
from mips_ia.portal.web.effect import effect
from mips_ia.portal.web.fresh import fresh_to_post
from mips_ia.portal.web.locked import unless_locked
from mips_ia.portal.web.sign import going_by, title_of
from mips_ia.portal.web.sign_forms import Signing
from mips_ia.problems import Refused


@opened("person")
def sign_delegate(request):
    """Every delegation that the person gave, and the practices where they can give one."""
    clinicians = list(request.user.clinicians.select_related("practice"))
    given = [
        each for clinician in clinicians
        for each in clinician.delegations.order_by("-id")
        .select_related("delegate", "year", "clinician__practice", "person")
    ]  # fmt: skip
    going_by(request, [each.year.year for each in given])
    year = this_year()
    return render(request, "sign_delegate.html", {
        "clinicians": clinicians, "given": [{"row": each, "holds": signing.holds(each)} for each in given],
        "years": (year, year - 1),
    })  # fmt: skip


@opened("person")
@fresh_to_post
def sign_delegate_new(request, practice, year):
    """First whom and until when, then the statement and the name under it."""
    access = access_of(request.user, practice, year)
    if access.clinician is None:
        raise Http404
    going_by(request, [year])
    people, colleagues = may_be_named(access)
    form = Allowing(request.GET or None, people=people, colleagues=colleagues, year=year)
    found = {"form": form, "practice": access.practice, "of_year": year}
    if not form.is_valid():
        return render(request, "sign_delegate_new.html", found)
    to, until = form.whom, form.cleaned_data["until"]
    says = statements.delegation(access, to, until)
    named = Signing(request.POST or None, clinicians=[access.clinician], says=says)
    if request.method == "POST" and named.is_valid():
        signing.delegate(access, to, until, says, named.cleaned_data["name"], verified=request.verified)
        messages.success(request, f"Saved. {to.name} may record for you.")
        return redirect("sign_delegate")
    found |= {"form": named, "statement": says}
    return render(request, "sign_delegate_sign.html", found, status=409 if named.changed else 200)


@opened("person")
def sign_delegate_end(request, delegation):
    """The clinician ends a delegation."""
    for clinician in request.user.clinicians.select_related("practice"):
        found = clinician.delegations.filter(pk=delegation).select_related("year", "delegate").first()
        if found is not None:
            if request.method == "POST":
                access = access_of(request.user, clinician.practice.slug, found.year.year)
                signing.end(access, found)
                messages.success(request, f"Ended. {found.delegate.name} can no longer record for you.")
            return redirect("sign_delegate")
    raise Http404


class Recording(Stated, Nobody):
    """On what the record rests, which names no patient."""

    other = "other days or another delegation hold, or a name is written differently"
    basis = forms.CharField(
        label="I base this on", max_length=300,
        help_text="Such as the practice’s log, minutes or schedule. No patient’s name.",
        error_messages={"required": "Enter what you base this on."},
    )  # fmt: skip

    def __init__(self, year, *given, **known):
        super().__init__(*given, **known)
        self.year = year

    def clean_basis(self):
        return self.completing("basis")

    def clean(self):
        """What may name a patient is taken out, or said to name none."""
        super().clean()
        self.search(self.year, "basis")


@page(see="delegated", change="delegated")
@unless_locked
@fresh_to_post
def participation_cell_record(request, access, activity, clinician):
    """Record for a clinician who allowed it; only while their delegation holds."""
    whom = access.practice.clinicians.filter(pk=clinician).first()
    if whom is None:
        raise Http404
    given = held(access, whom)
    if given is None:
        if not access.may("see_names"):
            raise Http404
        raise PermissionDenied(whom.spoken)
    window = to_record(access, whom, activity)
    says = window and statements.under_delegation(access, window, given, "…")
    before = {"basis": request.GET.get("basis", "")}
    form = Recording(access.year.year, request.POST or None, initial=before, says=says or "")
    if request.method == "POST" and window is not None and form.is_valid():
        basis = form.cleaned_data["basis"]
        try:
            signing.record(
                access, window, given, statements.under_delegation(access, window, given, basis), basis,
                verified=request.verified,
            )  # fmt: skip
        except Refused as refusal:
            messages.warning(request, refusal.problems[0].what)
        else:
            messages.success(request, f"Recorded. {effect(access.year, activity)}")
        return redirect("participation_cell", access.practice.slug, access.year.year, activity, whom.id)
    return render(request, "participation_record.html", {
        "form": form, "window": window, "whom": whom, "activity": activity, "statement": says, "given": given,
        "title": window and title_of(window),
    }, status=409 if form.changed else 200)  # fmt: skip
