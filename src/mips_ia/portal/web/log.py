"""The activity log: who did what and when, with what was there before and after."""

import csv
import re
from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mips_ia.portal.log import broken
from mips_ia.portal.models import ROLES
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.tenancy import page
from mips_ia.portal.web.dates import Day

ROWS = 50
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
SYSTEM = "system"  # lines that nobody who is signed in caused
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
NAMES = {
    "npi": "NPI", "hpsa": "HPSA", "apm": "APM", "mvp": "MVP", "sha256": "SHA-256", "first": "first day",
    "last": "last day", "non_patient_facing": "non-patient facing", "row_id": "row id",
}  # fmt: skip
ACTIONS = {
    "own": "signed", "delegated": "recorded under a delegation", "withdrawn": "signature withdrawn",
}  # fmt: skip


class Filter(forms.Form):
    """Which lines to show; what is left empty shows all."""

    person = forms.ChoiceField(label="Person", required=False)
    action = forms.ChoiceField(label="Action", required=False)
    on = Day(label="Day", required=False)

    def __init__(self, given, entries):
        super().__init__(given)
        people = (
            entries.exclude(person=None)
            .order_by("person__name")
            .values_list("person", "person__name")
            .distinct()
        )
        nobody = [(SYSTEM, "The system")] if entries.filter(person=None).exists() else []
        self.fields["person"].choices = [("", "Everybody"), *people, *nobody]
        actions = entries.order_by("action").values_list("action", flat=True).distinct()
        self.fields["action"].choices = [("", "All"), *((each, done(each)) for each in actions)]

    def chosen(self, entries):
        """The lines that fit."""
        given = self.cleaned_data
        if given["person"]:
            entries = entries.filter(person=None if given["person"] == SYSTEM else given["person"])
        if given["action"]:
            entries = entries.filter(action=given["action"])
        return entries.filter(at__date=given["on"]) if given["on"] else entries


def _entries(access):
    """Everything of the practice, or only one's own lines."""
    found = access.practice.entries.select_related("person")
    return found if access.how("log") == "yes" else found.filter(person=access.person)


def _filtered(request, access):
    every = _entries(access)
    form = Filter(request.GET, every)
    return form, (form.chosen(every) if form.is_valid() else every.none()).order_by("-id")


@page(see="log")
def log(request, access):
    """The newest lines first, and whether the chain of seals holds."""
    form, found = _filtered(request, access)
    pages = Paginator(found, ROWS).get_page(request.GET.get("page"))
    whole = access.how("log") == "yes"
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "log.html", {
        "form": form, "pages": pages, "rows": [row(each) for each in pages], "whole": whole,
        "broken": broken(access.practice) if whole else None, "query": query.urlencode(),
        "of_all": access.practice.entries.count() if whole else None, "of_year": access.year.year,
        "may_people": access.may("people"),
    })  # fmt: skip


@page(see="log")
def log_csv(request, access):
    """The same lines, all of them, as a file for a spreadsheet."""
    _, found = _filtered(request, access)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{access.practice.slug}-log.csv"'
    written = csv.writer(answer)
    written.writerow(["line", "time", "person", "role", "action", "record", "before", "after", "digest"])
    for each in found:
        told = row(each)
        time = timezone.localtime(each.at).isoformat(timespec="seconds")
        cells = (
            time,
            *(told[name] for name in ("person", "role", "action")),
            each.record,
            told["before"],
            told["after"],
        )
        written.writerow([each.id, *map(safe, cells), each.digest])
    return answer


def safe(cell):
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def done(action):
    """An action in words."""
    said = ACTIONS.get(action, action)
    return said[:1].upper() + said[1:]


def row(entry):
    """A line of the log in words; before and after say only what is different, or what is known."""
    before, after = entry.before, entry.after
    if isinstance(before, dict) and isinstance(after, dict):
        same = {name for name in before.keys() & after.keys() if before[name] == after[name]}
        before, after = ({k: v for k, v in each.items() if k not in same} for each in (before, after))
    elif isinstance(known := before or after, dict):
        known = {name: value for name, value in known.items() if value not in (None, "")}
        before, after = (known, None) if before else (None, known)
    return {
        "entry": entry, "action": done(entry.action),
        "person": entry.person.name if entry.person else "The system",
        "role": ROLES.get(entry.role, entry.role), "before": said(before), "after": said(after),
    }  # fmt: skip


def said(value):
    """What a record held, in words: `First day: March 2; taking part: yes`."""
    if value is None:
        return ""
    if not isinstance(value, dict):
        return _word(value)
    told = "; ".join(
        f"{NAMES.get(name, name.replace('_', ' '))}: {_word(each)}" for name, each in value.items()
    )
    return told[:1].upper() + told[1:]


def _word(value):
    if value is None or value == "":
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_word, value)) or "none"
    if isinstance(value, dict):
        return said(value)
    text = str(value)
    return day(date.fromisoformat(text)) if _ISO.fullmatch(text) else text
