"""Setting up a practice in five short pages, from its name to its first explained score."""

import re

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.forms.sites import zip_code
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import holder_of, may_add_in, opened, page, practices_of, whom_to_ask
from mips_ia.portal.told.shown import PATHWAYS
from mips_ia.portal.web.context import this_year
from mips_ia.portal.web.locked import unless_locked
from mips_ia.portal.web.setup_steps import STEPS, steps
from mips_ia.portal.web.versions import Versions
from mips_ia.problems import Refused

DIGITS = 9
NAME = 200  # characters of a site's name
REPORT_AS = {
    "individual": "Each clinician individually: every NPI has its own score",
    "group": "As a group: everybody who bills under the TIN",
    "virtual_group": "As part of a virtual group: several TINs that CMS takes as one, agreed before the year",
    "subgroup": "As a subgroup: some clinicians of the TIN, registered with CMS",
    "apm_entity": "As an APM Entity: an Alternative Payment Model, such as an accountable care organization",
}
# What a pathway is, beside its name.
MEANT = {
    "traditional": "you choose from the whole list of activities",
    "mvp": "a MIPS Value Pathway, for one specialty or condition; you register for it",
    "app": "only for participants in a MIPS APM",
    "apm_scoring_standard": "only for participants in a MIPS APM",
}

NAMED = {"virtual_group": "virtual group", "subgroup": "subgroup", "apm_entity": "APM Entity"}


class Named(forms.Form):
    """What a practice is called."""

    name = forms.CharField(label="Practice name", max_length=200, help_text="As people call it.")


class NewPractice(Named):
    """A practice that is not here yet, in one of the organizations of whoever adds it."""

    tin = forms.CharField(
        label="TIN", max_length=20, help_text="9 digits. It is shown by its last 4 digits only.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    zip = forms.CharField(
        label="ZIP code of the main site", max_length=10, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    site = forms.CharField(
        label="Name of the main site", max_length=200, required=False,
        help_text="Leave it empty where it is called as the practice is.",
    )  # fmt: skip
    more = forms.CharField(
        label="Other sites", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, the name and the ZIP code, as: North Street, 04102",
    )  # fmt: skip
    organization = forms.ChoiceField(label="Organization", widget=forms.RadioSelect)

    def __init__(self, *args, person, memberships, **known):
        super().__init__(*args, **known)
        self.person = person
        self.within = {str(each.organization_id): each for each in memberships}
        self.fields["organization"].choices = [(id, m.organization.name) for id, m in self.within.items()]
        if len(self.within) == 1:
            del self.fields["organization"]

    def clean_tin(self):
        """9 digits as text; hyphens and blanks are dropped, and nothing is added."""
        given = re.sub(r"[\s\u2010-\u2015-]", "", self.cleaned_data["tin"])
        if not re.fullmatch(r"[0-9]+", given):
            raise forms.ValidationError(f"Enter {DIGITS} digits. This has other characters.")
        if len(given) != DIGITS:
            raise forms.ValidationError(f"Enter {DIGITS} digits. This has {len(given)}.")
        if held := holder_of(given):
            raise forms.ValidationError(_already_here(held, self.person))
        return given

    def clean_zip(self):
        """5 digits, or 9."""
        return zip_code(self.cleaned_data["zip"])

    def clean_more(self):
        """A name and a ZIP code for each line; every line that is wrong is named."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["more"].splitlines(), 1):
            name, _, code = (each.strip() for each in line.partition(","))
            try:
                code = zip_code(code)
            except forms.ValidationError as error:
                wrong.append(f"Line {number}: {error.messages[0]}")
            if code and not name:
                wrong.append(f"Line {number}: Enter the name of the site before the comma.")
            if len(name) > NAME:
                wrong.append(f"Line {number}: Enter a name of {NAME} characters or fewer.")
            found += [(name, code)] if name else []
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def clean(self):
        """No two sites of one name."""
        found = super().clean()
        main = found.get("site") or (found.get("name") if found.get("zip") else None)
        names = [*([main] if main else []), *(name for name, _ in found.get("more", ()))]
        for name in dict.fromkeys(each for each in names if names.count(each) > 1):
            self.add_error("more", f"Enter another name. There is a site {name} already.")
        return found

    @property
    def membership(self):
        """The membership by which the practice is added."""
        return self.within[self.cleaned_data.get("organization") or next(iter(self.within))]


def _already_here(held, person):
    if practices_of(person).filter(pk=held.pk).exists():
        return f"This TIN is already here, as {held.name}."
    name = whom_to_ask(held, "people")
    ask = f" Ask {name} for access." if name else ""
    return f"This TIN is already in {held.organization.name}.{ask}"


@opened("organization")
def practices_new(request):
    """The first page: a practice that is not here yet."""
    memberships = may_add_in(request.user)
    if not memberships:
        raise PermissionDenied
    form = NewPractice(request.POST or None, person=request.user, memberships=memberships)
    if request.method == "POST" and form.is_valid() and (made := _added(request.user, form)):
        messages.success(request, f"Saved. {made.name} is here; nothing else is known of it yet.")
        return redirect("setup_reporting", made.slug, this_year())
    ahead = [{"label": label, "says": says, "here": name == "setup"} for name, label, says in STEPS]
    return render(request, "setup.html", {"form": form, "steps": ahead, "new": True})


def _added(person, form):
    """The new practice; None where somebody just added one of its TIN, and the form says so."""
    known, by = form.cleaned_data, form.membership
    try:
        return actions.add(
            person, by.role, by.organization, known["name"], known["tin"], known["zip"], known["site"],
            known["more"],
        )  # fmt: skip
    except Refused:
        form.add_error("tin", _already_here(holder_of(known["tin"]), person))
        return None


@page(see="edit")
def setup(request, access):
    """The practice itself: its name and where its sites are; the TIN stays what it is."""
    form = Named(request.POST or None, initial={"name": access.practice.name})
    versions = Versions(
        request, lambda: actions.named(access.practice), lambda: {"name": access.practice.name}
    )
    if (
        request.method == "POST" and form.is_valid()
        and versions.saved(form, lambda seen: actions.rename(access, form.cleaned_data["name"], seen))
    ):  # fmt: skip
        messages.success(request, f"Saved. The practice is called {access.practice.name}.")
        return redirect("setup_reporting", access.practice.slug, access.year.year)
    return render(request, "setup.html", {
        "form": form, "steps": steps(access, "setup"), "sites": access.practice.open_sites,
        "ending": access.practice.tin[-4:], "versions": versions,
    }, status=versions.status)  # fmt: skip


REPORTS = ("report_as", "pathway", "mvp", "entity_id")


class Reporting(forms.Form):
    """How the practice reports: what the year has, and nothing chosen beforehand."""

    report_as = forms.ChoiceField(
        label="Report as", widget=forms.RadioSelect, error_messages={"required": "Choose how you report."},
        help_text="Not sure? Ask whoever sends your data to CMS. You can change it until the year is locked.",
    )  # fmt: skip
    pathway = forms.ChoiceField(
        label="Pathway", widget=forms.RadioSelect, error_messages={"required": "Choose a pathway."}
    )
    mvp = forms.ChoiceField(label="MVP", required=False, help_text="Only if your pathway is an MVP.")
    entity_id = forms.CharField(label="Identifier", max_length=64, required=False)

    def __init__(self, *args, ledger, **known):
        super().__init__(*args, **known)
        self.rules = ledger.rules
        open_to = {entity for each in self.rules.pathway.values() for entity in each.entities}
        named = " or ".join(NAMED[each] for each in NAMED if each in open_to)
        self.fields["entity_id"].help_text = f"Of the {named}, where you report as one."
        self.fields["report_as"].choices = [each for each in REPORT_AS.items() if each[0] in open_to]
        self.fields["pathway"].choices = [
            (name, f"{PATHWAYS[name]}: {MEANT[name]}") for name in self.rules.pathway
        ]  # fmt: skip
        mvps = [(id, f"{each.title} ({id})") for id, each in ledger.listed.mvps.items()]
        self.fields["mvp"].choices = [("", "No MVP"), *sorted(mvps, key=lambda each: each[1])]
        if "mvp" not in self.rules.pathway:
            del self.fields["mvp"]

    def clean(self):
        """The pathway must be open to who reports; an MVP belongs to the MVP pathway."""
        found = super().clean()
        pathway, entity = self.rules.pathway.get(found.get("pathway")), found.get("report_as")
        if pathway and entity and entity not in pathway.entities:
            named = ", ".join(REPORT_AS[each].split(":")[0].lower() for each in pathway.entities)
            self.add_error(
                "report_as", f"Choose another one: in {self.rules.year} this pathway is open {named}."
            )
        if found.get("pathway") == "mvp" and not found.get("mvp"):
            self.add_error("mvp", "Choose your MVP.")
        if found.get("pathway") != "mvp":
            found["mvp"] = ""
        return found


@page(see="edit", change="edit")
@unless_locked
def setup_reporting(request, access):
    """How the practice reports in the year, and on which pathway."""
    year = access.year
    form = Reporting(request.POST or None, ledger=ledger_of(year), initial=_reports(year))
    versions = Versions(request, lambda: actions.described(year, REPORTS), lambda: _reports(year))
    if (
        request.method == "POST" and form.is_valid()
        and versions.saved(form, lambda seen: actions.describe(access, seen, **form.cleaned_data))
    ):  # fmt: skip
        pathway = f"{PATHWAYS[year.pathway]} {year.mvp}".strip()
        said = f"{REPORT_AS[year.report_as].split(':')[0]}, {pathway}"
        messages.success(request, f"Saved for {year.year}: {said}.")
        return redirect(steps(access, "")[2]["address"])
    return render(request, "setup_reporting.html", {
        "form": form, "steps": steps(access, "setup_reporting"), "versions": versions,
    }, status=versions.status)  # fmt: skip


def _reports(year):
    return {name: getattr(year, name) for name in REPORTS}
