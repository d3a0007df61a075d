"""Links for reviewers: who outside reads what, until when; made, shown once, ended."""

from django import forms
from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from mips_ia.portal import clock
from mips_ia.portal.actions import reviewer_links as actions
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.reviewing import ended_on, notes_of
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.tenancy import page

LONGEST = 366  # days that a link may hold


class NewLink(forms.Form):
    """Who reads, until when, and what."""

    name = forms.CharField(
        label="Who reads it", max_length=200, error_messages={"required": "Enter who reads it."},
        help_text="The auditor or the office, as it stands on each page.",
    )  # fmt: skip
    until = Day(label="Until", help_text="The last day on which the link works.")
    activities = forms.MultipleChoiceField(
        label="Activities", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all of the year, and what answers requests. The score is shown whole.",
    )  # fmt: skip
    audit = forms.ModelChoiceField(
        None, label="For the request of", required=False, empty_label="No request",
        help_text="They see its items with what answers each, and the package if they can open files.",
    )  # fmt: skip
    files = forms.BooleanField(
        label="They can open files", required=False, help_text="Otherwise they see names and fingerprints."
    )
    phi = forms.BooleanField(
        label="Also files that are marked as naming patients", required=False,
        help_text="Only what the auditor asked for, and may see.",
    )  # fmt: skip

    def __init__(self, access, ledger, *given):
        super().__init__(*given)
        listed = ledger.listed.activities | ledger.listed.gone
        self.fields["activities"].choices = [
            (id, f"{id} {listed[id].title}") for id in ledger.activities if id in listed
        ]
        if not ledger.activities:
            del self.fields["activities"]
        asked = access.year.audits.order_by("-id")
        self.fields["audit"].queryset = asked
        self.fields["audit"].label_from_instance = lambda each: (
            f"{each.asked_by}, received {day(each.received_on)}"
        )
        if not asked:
            del self.fields["audit"]
        if not access.may("open_phi"):
            del self.fields["phi"]

    def clean_until(self):
        """From today on, and not for ever."""
        until, left = self.cleaned_data["until"], (self.cleaned_data["until"] - clock.today()).days
        if not 0 <= left <= LONGEST:
            raise forms.ValidationError(
                f"Enter a day from {day(clock.today())} on, at most {LONGEST} days from now."
            )
        return until

    def clean(self):
        """Files that name patients are files."""
        known = super().clean()
        if known.get("phi") and not known.get("files"):
            self.add_error("files", "Tick this too, or leave files that name patients out.")
        if known.get("audit") and known.get("activities"):
            self.add_error("activities", "Tick none: a link for a request shows all that answers it.")
        return known


@page(see="reviewer_links")
def audit_links(request, access):
    """Every link of the year, with when it was opened last, and tried after its end."""
    lines = access.practice.entries.filter(action__in=(actions.VIEWED, actions.REFUSED)).order_by()
    told = {
        (each["action"], each["record"]): each
        for each in lines.values("action", "record").annotate(last=Max("at"), times=Count("id"))
    }
    rows = [
        {"link": each, "over": ended_on(each),
         "opened": told.get((actions.VIEWED, f"{actions.BY} {each.pk}")),
         "refused": told.get((actions.REFUSED, f"{actions.BY} {each.pk}"))}
        for each in access.year.reviewer_links.select_related("person", "audit").order_by("-id")
    ]  # fmt: skip
    return render(request, "audit_links.html", {"rows": rows, "notes": notes_of(access.year)})


@page(see="reviewer_links", change="reviewer_links")
def audit_link_new(request, access):
    """A new link, which is shown in the answer and never again."""
    form, address = NewLink(access, ledger_of(access.year), request.POST or None), ""
    link = None
    if request.method == "POST" and form.is_valid():
        known = {"phi": False, "activities": [], "audit": None} | form.cleaned_data
        link, secret = actions.make(access, **known)
        address = request.build_absolute_uri(reverse("review", args=(secret,)))
    return render(request, "audit_link_new.html", {"form": form, "address": address, "link": link},
                  status=422 if form.errors else 200)  # fmt: skip


@page(see="reviewer_links", change="reviewer_links")
def audit_link_end(request, access, reviewer_link):
    """Ends a link at once; asked once more, since it cannot be opened again."""
    link = access.year.reviewer_links.filter(pk=reviewer_link).first()
    if link is None:
        raise Http404
    if request.method == "POST":
        actions.end(access, link)
        messages.success(request, f"Ended. {link.name} reads nothing by it any more.")
        return redirect("audit_links", access.practice.slug, access.year.year)
    return render(request, "audit_link_end.html", {"link": link})
