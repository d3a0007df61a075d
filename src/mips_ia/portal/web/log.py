"""The activity log: who did what and when, with what was there before and after."""

import csv
import io
import re
from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from mips_ia.portal import seals
from mips_ia.portal.chained import chained
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.log import AT_ONCE
from mips_ia.portal.models import ROLES
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import lines, records
from mips_ia.portal.told.sealed import spoken

ROWS = 50
PIECE = 64 * 1024  # characters of the file that are sent at once
COLUMNS = ("line", "time", "person", "role", "action", "record", "about", "before", "after", "digest")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST = ("clinician", "activity", "first", "last")
NAMES = {
    "npi": "NPI", "hpsa": "HPSA", "apm": "APM", "mvp": "MVP", "sha256": "SHA-256", "first": "first day",
    "last": "last day", "number": "receipt", "non_patient_facing": "non-patient facing", "row_id": "row id",
    "verified": "identity verified by",
}  # fmt: skip
ACTIONS = {
    "own": "signed", "delegated": "recorded under a delegation", "withdrawn": "signature withdrawn",
}  # fmt: skip


class Filter(forms.Form):
    """Which lines to show; what is left empty shows all."""

    person = forms.ChoiceField(label="Person", required=False)
    action = forms.ChoiceField(label="Action", required=False)
    clinician = forms.ChoiceField(label="Clinician", required=False)
    activity = forms.ChoiceField(label="Activity", required=False)
    since = Day(label="From", required=False)
    until = Day(label="To", required=False)

    def __init__(self, given, access, entries):
        super().__init__(given)
        people = (
            entries.exclude(person=None)
            .order_by("person__name")
            .values_list("person", "person__name")
            .distinct()
        )
        nobody = [(lines.SYSTEM, "The system")] if entries.filter(person=None).exists() else []
        self.fields["person"].choices = [("", "Everybody"), *people, *nobody]
        actions = entries.order_by("action").values_list("action", flat=True).distinct()
        self.fields["action"].choices = [("", "All"), *((each, done(each)) for each in actions)]
        chosen = access.practice.years.order_by("chosen__activity").values_list("chosen__activity", flat=True)
        self.fields["activity"].choices = [("", "All"), *((id, id) for id in chosen.distinct() if id)]
        if access.may("see_names"):
            named = [(each.npi, each.name) for each in access.practice.clinicians.all()]
            self.fields["clinician"].choices = [("", "All"), *named]
        else:
            del self.fields["clinician"]

    def clean(self):
        """The days in their order."""
        given = super().clean()
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", f"Enter a day on or after {day(given['since'])}.")
        return given


def _filtered(request, access):
    every = lines.seen_by(access)
    form = Filter(request.GET, access, every)
    found = lines.fitting(every, access.practice, **form.cleaned_data) if form.is_valid() else every.none()
    return form, found.order_by("-id")


@page(see="log")
def log(request, access):
    """The newest lines first, and whether the chain of seals holds."""
    whole, anew = access.how("log") == "yes", wants_all_checked(request)
    form, found = _filtered(request, access)
    pages = Paginator(found, ROWS).get_page(request.GET.get("page"))
    sealed, unfit = seals.checked(access.practice) if whole else (0, None)
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "log.html", {
        "form": form, "pages": pages, "rows": _rows(access, pages), "whole": whole,
        "chain": chained(access.practice, anew=anew) if whole else None, "query": query.urlencode(),
        "records": sealed, "unfit": unfit and spoken(unfit), "of_year": access.year.year,
        "may_people": access.may("people"),
    })  # fmt: skip


def wants_all_checked(request):
    """Whether every line is to be hashed again; nothing on the page leads on with that wish.

    The answer itself says what was found: another process may draw the next page.
    """
    request.GET = request.GET.copy()
    return request.GET.pop("check", None) is not None


def _rows(access, pages):
    """The lines of a page, each with what its record is, and where that is shown to who may open it."""
    found = records.named(access, pages.object_list)
    return [row(each) | _shown(access, records.record(each, found, access)) for each in pages]


def _shown(access, known):
    address = ""
    if known.page and access.may(known.needs):
        address = reverse(known.page, args=(access.practice.slug, *known.holds))
    return {"record": known.says, "address": address}


@page(see="log")
def log_csv(request, access):
    """The same lines, all of them, as a file for a spreadsheet, of which few are held at once."""
    _, found = _filtered(request, access)
    pieces = _pieces(_cells(access, found, records.named(access)))
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{access.practice.slug}-log.csv"'
    return answer


def _cells(access, found, known):
    yield COLUMNS
    for each in found.iterator(AT_ONCE):
        told = row(each)
        time = timezone.localtime(each.at).isoformat(timespec="seconds")
        cells = (
            time,
            *(told[name] for name in ("person", "role", "action")),
            each.record,
            records.record(each, known, access).says,
            told["before"],
            told["after"],
        )
        yield [each.id, *map(safe, cells), each.digest]


def _pieces(lines):
    """Lines of cells as the text of a file, a piece at a time."""
    held = io.StringIO()
    written = csv.writer(held)
    for each in lines:
        written.writerow(each)
        if held.tell() > PIECE:
            yield held.getvalue()
            held = io.StringIO()
            written = csv.writer(held)
    yield held.getvalue()


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
        f"{NAMES.get(name, name.replace('_', ' '))}: {_word(value[name])}"
        for name in sorted(value, key=_place)
    )
    return told[:1].upper() + told[1:]


def _place(name):
    """Whose and of what stands first, and the rest by its name, which every database gives alike."""
    return (FIRST.index(name) if name in FIRST else len(FIRST)), name


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
