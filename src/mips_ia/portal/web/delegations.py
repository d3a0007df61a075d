"""A clinician lets somebody record for them; and that person's page, on which they do."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal import clock, statements
from mips_ia.portal.actions import signing
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.roles import ALLOWED
from mips_ia.portal.tenancy import access_of, opened, page
from mips_ia.portal.web.context import this_year
from mips_ia.portal.web.effect import effect
from mips_ia.portal.web.fresh import fresh_to_post, verified
from mips_ia.portal.web.locked import unless_locked
from mips_ia.portal.web.sign import going_by, title_of, unsigned
from mips_ia.portal.web.sign_forms import Named
from mips_ia.problems import Refused


class Allowing(forms.Form):
    """Whom, and until when. Colleagues are not listed: who works here is not shown to clinicians."""

    to = forms.ChoiceField(
        label="Who may record for you", required=False, help_text="They can still not sign for you."
    )
    email = forms.EmailField(
        label="Or a colleague’s e-mail address", required=False,
        help_text="With which they sign in. Leave it blank if you chose a person.",
        error_messages={"invalid": "Enter an e-mail address such as name@practice.org."},
    )  # fmt: skip
    until = Day(label="Until")

    def __init__(self, *args, people, colleagues, year, **known):
        super().__init__(*args, **known)
        self.people = {str(each.id): each for each in people}
        self.colleagues = {each.email.lower(): each for each in colleagues}
        named = [(id, each.name) for id, each in self.people.items()]
        self.fields["to"].choices = [("", "Choose a person"), *named]
        self.fields["until"].help_text = f"The last day. At the latest, when data of {year} have been sent."

    def clean(self):
        """One of the two says who."""
        found = super().clean()
        chosen, typed = found.get("to"), (found.get("email") or "").lower()
        if not chosen and not typed and "email" not in self.errors:
            self.add_error("to", "Choose a person, or enter a colleague’s e-mail address.")
        elif chosen and typed:
            self.add_error("email", "Choose a person or enter an address, not both.")
        elif typed and typed not in self.colleagues:
            self.add_error("email", "Enter the address of somebody who signs in to this practice.")
        return found

    @property
    def whom(self):
        """The person who was chosen or whose address was entered."""
        given = self.cleaned_data
        return self.people[given["to"]] if given["to"] else self.colleagues[given["email"].lower()]

    def clean_until(self):
        """It must lie ahead."""
        if self.cleaned_data["until"] < clock.today():
            raise forms.ValidationError("Enter today or a later date.")
        return self.cleaned_data["until"]


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
    people, colleagues = _people(access)
    form = Allowing(request.GET or None, people=people, colleagues=colleagues, year=year)
    found = {"form": form, "practice": access.practice, "of_year": year}
    if not form.is_valid():
        return render(request, "sign_delegate_new.html", found)
    to, until = form.whom, form.cleaned_data["until"]
    says = statements.delegation(access, to, until)
    named = Named(request.POST or None, clinicians=[access.clinician])
    if request.method == "POST" and named.is_valid():
        signing.delegate(access, to, until, says, named.cleaned_data["name"], verified=verified(request))
        messages.success(request, f"Saved. {to.name} may record for you.")
        return redirect("sign_delegate")
    return render(request, "sign_delegate_sign.html", found | {"form": named, "statement": says})


def _people(access):
    """Who may record under a delegation: those who run or serve the practice, and other clinicians."""
    here = Q(practice=access.practice) | Q(practice=None)
    held = access.practice.organization.memberships.filter(here, ended_at=None, role__in=ALLOWED["delegated"])
    held = held.exclude(person=access.person).select_related("person").order_by("person__name")
    listed = {each.person_id: each.person for each in held if each.role != "clinician"}
    return [*listed.values()], [each.person for each in held]


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


class Recording(Nobody):
    """On what the record rests, which names no patient."""

    basis = forms.CharField(
        label="I base this on", max_length=300,
        help_text="Such as the practice’s log, minutes or schedule. No patient’s name.",
        error_messages={"required": "Enter what you base this on."},
    )  # fmt: skip

    def __init__(self, year, *given, **known):
        super().__init__(*given, **known)
        self.year = year

    def clean_basis(self):
        return self.cleaned_data["basis"].strip().rstrip(".")

    def clean(self):
        """What may name a patient is taken out, or said to name none."""
        self.search(self.year, "basis")


@page(see="delegated", change="delegated")
@unless_locked
@fresh_to_post
def participation_cell_record(request, access, activity, clinician):
    """Record for a clinician who allowed it; only while their delegation holds."""
    whom = access.practice.clinicians.filter(pk=clinician).first()
    if whom is None:
        raise Http404
    held = access.year.delegations.filter(delegate=access.person, clinician=whom, ended_at=None)
    given = next((each for each in held.order_by("-id") if signing.holds(each)), None)
    if given is None:
        if not access.may("see_names"):
            raise Http404
        raise PermissionDenied(whom.spoken)
    window = _waiting(access, whom, activity)
    form = Recording(access.year.year, request.POST or None, initial={"basis": request.GET.get("basis", "")})
    if request.method == "POST" and window is not None and form.is_valid():
        basis = form.cleaned_data["basis"]
        try:
            signing.record(
                access, window, given, statements.under_delegation(access, window, given, basis), basis,
                verified=verified(request),
            )  # fmt: skip
        except Refused as refusal:
            messages.warning(request, refusal.problems[0].what)
        else:
            messages.success(request, f"Recorded. {effect(access.year, activity)}")
        return redirect("participation_cell", access.practice.slug, access.year.year, activity, whom.id)
    says = window and statements.under_delegation(access, window, given, "…")
    return render(request, "participation_record.html", {
        "form": form, "window": window, "whom": whom, "activity": activity, "statement": says, "given": given,
        "title": window and title_of(window),
    })  # fmt: skip


def _waiting(access, whom, activity):
    """The window of a clinician that a record would make count; None where there is none."""
    ledger = ledger_of(access.year)
    cell = ledger.cell(whom.id, activity)
    if cell.word != "Not signed":
        return None
    window = access.year.windows.select_related("clinician").get(pk=cell.window.place)
    window.year = access.year
    return window if unsigned(ledger, window).word == "Not signed" else None
