"""Entering the days of several clinicians at once, and changing those of one."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.attestation import ends, length, period_of
from mips_ia.planning.ledger import Entered
from mips_ia.planning.overlaps import overlapping
from mips_ia.portal.actions import ledger as actions
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.meanwhile import changed_by
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import windows
from mips_ia.portal.web.effect import effect
from mips_ia.portal.web.locked import unless_locked
from mips_ia.portal.web.versions import Versions
from mips_ia.problems import Refused

BACK = ("overview", "participation")  # where a form goes afterwards, if it was opened there
UNKNOWN = "Leave it blank if you do not know it yet."


class Days(forms.Form):
    """The days of a window: either may stay unknown."""

    first = Day(label="Start date", required=False, help_text=UNKNOWN)
    last = Day(label="End date", required=False, help_text="The last day counts too.")
    note = forms.CharField(
        label="Note", max_length=500, required=False, help_text="Where the days come from. No patient’s name."
    )

    def __init__(self, *args, ledger, people, activity="", **known):
        super().__init__(*args, **known)
        self.ledger, self.people, self.activity = ledger, people, activity

    def clean(self):
        """What stops a window: an end before its start, another year, somebody who was not there."""
        found = super().clean()
        first, last = found.get("first"), found.get("last")
        if self.errors:
            return found
        stops = windows.stops(self._activity(), first, last, self.ledger.rules, self.ledger.listed)
        for field, says in stops.items():
            self.add_error(field, says)
        if not stops:
            told = (windows.off_roster(person, first, last) for person in self._chosen())
            for says in filter(None, told):
                self.add_error("first", f"{says} {windows.OFF_ROSTER_FIX}")
        return found

    def _activity(self):
        return self.cleaned_data.get("activity") or self.activity

    def _chosen(self):
        return self.people


class SeveralDays(Days):
    """The same days for several clinicians of one activity."""

    field_order = ("activity", "clinicians", "first", "last", "note")
    activity = forms.ChoiceField(label="Activity", error_messages={"required": "Choose an activity."})
    clinicians = forms.MultipleChoiceField(
        label="Clinicians",
        widget=forms.CheckboxSelectMultiple,
        help_text="Everybody who did it on the same days.",
        error_messages={"required": "Choose at least one clinician."},
    )

    def __init__(self, *args, own, **known):
        super().__init__(*args, **known)
        listed = self.ledger.listed.activities
        named = [(id, f"{id}, {listed[id].title}" if id in listed else id) for id in self.ledger.activities]
        self.fields["activity"].choices = [("", "Choose an activity"), *named]
        self.fields["clinicians"].choices = [(str(each.id), each.clinician.name) for each in self.people]
        if own:
            del self.fields["clinicians"]

    def _chosen(self):
        chosen = self.cleaned_data.get("clinicians")
        return [each for each in self.people if chosen is None or str(each.id) in chosen]


@page(see="windows", change="windows")
@unless_locked
def plan_new(request, access):
    """Windows for one clinician or several, with the same days."""
    ledger, own = ledger_of(access.year), access.how("windows") == "own"
    people = [each for each in ledger.people if not own or each.id == access.clinician.id]
    asked = {name: request.GET[name] for name in ("activity",) if name in request.GET}
    form = SeveralDays(request.POST or None, ledger=ledger, people=people, own=own, initial=asked)
    if request.method == "POST" and form.is_valid() and _saved(request, access, ledger, form):
        return _back(request, access, form.cleaned_data["activity"])
    return render(
        request, "plan_new.html", {"form": form, "ledger": ledger, "own": own, "hint": _hint(ledger)}
    )


def _saved(request, access, ledger, form):
    """Whether the days were saved for everybody; the form says of whom there is another window."""
    known, chosen = form.cleaned_data, form._chosen()  # noqa: SLF001 - of the module's own form
    overlapping = [each for each in chosen if _overlaps(ledger, each.id, known["activity"], known)]
    try:
        actions.enter_all(
            access, [each.clinician for each in chosen], known["activity"], known["first"], known["last"],
            known["note"],
        )  # fmt: skip
    except Refused as refusal:
        if {each.code for each in refusal.problems} != {"same_start"}:
            raise
        for each in refusal.problems:
            form.add_error("first", f"{each.what} {each.fix}")
        return False
    tell(request, access, ledger, known["activity"], known, overlapping)
    return True


def _hint(ledger):
    """What a window is, and when one of the general length ends that starts today, if that is in time."""
    end = windows.end_from_today(ledger)
    today = f" {length(ledger.rules.period[-1])} from today end on {day(end)}." if end else ""
    return f"{windows.meaning(ledger)}{today}"


@page(see="windows", change="windows")
@unless_locked
def plan_window(request, access, window):
    """The days of one window: change them, or say that it is not claimed."""
    row = window_of(access, window)
    if row.replaced_at is not None and request.method == "GET":
        return redirect("plan_window", access.practice.slug, access.year.year, newest(access, row).id)
    ledger = ledger_of(access.year)
    person = next((each for each in ledger.people if each.id == row.clinician_id), None)
    people = [person] if person else []
    form = Days(
        request.POST if "save" in request.POST else None, ledger=ledger, people=people, activity=row.activity,
        initial=_days(row),
    )  # fmt: skip
    if "unclaim" in request.POST or form.is_valid():
        try:
            return _changed(request, access, ledger, row, form)
        except Refused as refusal:
            return _refused(request, access, ledger, row, form, refusal.problems[0])
    return _shown(request, ledger, row, form)


def _changed(request, access, ledger, row, form):
    claimed = "unclaim" not in request.POST
    known = form.cleaned_data if claimed else _days(row)
    overlapping = claimed and _overlaps(ledger, row.clinician_id, row.activity, known, row.id)
    new = actions.enter(
        access, row.clinician, row.activity, known["first"], known["last"], taking_part=claimed, window=row,
        note_text=known["note"], row_id=row.row_id,
    )  # fmt: skip
    if claimed:
        tell(request, access, ledger, row.activity, known, [row] if overlapping else [])
    else:
        messages.success(request, f"Saved. It is not claimed. {effect(access.year, row.activity)}")
    if request.GET.get("from") == "sign":
        return redirect("sign_one", new.id)
    return _back(request, access, row.activity)


def _refused(request, access, ledger, row, form, problem):
    """Somebody was faster, or another window begins on this day: what is there now, and what was typed."""
    if problem.code != "changed":
        form.add_error("first", f"{problem.what} {problem.fix}")
        return _shown(request, ledger, row, form)
    now = newest(access, row)
    versions = Versions(request, lambda: actions.plain(now), lambda: _days(now))
    versions.beside(form if form.is_bound else None, changed_by(now.entered_by, now.entered_at))
    return _shown(request, ledger, now, form, versions)


def _days(row):
    return {"first": row.first, "last": row.last, "note": row.note}


def _shown(request, ledger, row, form, versions=None):
    entered = next(
        (each for each in ledger.windows.get((row.clinician_id, row.activity), ()) if each.place == row.id),
        None,
    )
    listed = ledger.listed.activities.get(row.activity)
    cell = entered and ledger.judged(row.activity, entered)
    return render(request, "plan_window.html", {
        "form": form, "row": row, "ledger": ledger, "versions": versions, "cell": cell,
        "title": listed.title if listed else row.activity, "advice": advice(ledger, row),
        "signed": row.signatures.filter(kind__in=("own", "delegated")).last(),
    }, status=versions.status if versions else 200)  # fmt: skip


def advice(ledger, row):
    """The end that makes a window long enough, where it is too short and still can be."""
    period = period_of(row.activity, ledger.rules)
    if row.first is None or row.first.year != ledger.year:
        return ""
    until = ends(row.first, period)
    if until.year != ledger.year or (row.last and row.last >= until):
        return ""
    return f"{length(period)} from {windows.named_day(row.first)} end on {day(until)}."


def window_of(access, id):
    """A window of the year; 404 where it is not there, or not the clinician's own."""
    found = access.year.windows.select_related("clinician", "entered_by").filter(pk=id).first()
    own = access.how("windows") == "own"
    if found is None or (own and found.clinician_id != access.clinician.id):
        raise Http404
    return found


def newest(access, window):
    """The window that holds now in the place of one that was changed."""
    while (after := access.year.windows.filter(replaces=window).order_by("-id").first()) is not None:
        window = after
    return window


def tell(request, access, ledger, activity, known, overlapping):
    """The effect of what was saved, or why it does not count; and that windows overlap."""
    says = windows.warning(activity, known["first"], known["last"], ledger.rules, ledger.listed)
    if says:
        messages.warning(request, says)
    else:
        messages.success(request, f"Saved. {effect(access.year, activity)}")
    if overlapping:
        messages.warning(
            request, f"Another window of {activity} overlaps these days. A clinician counts once."
        )


def _overlaps(ledger, clinician, activity, known, itself=None):
    others = [
        each for each in ledger.windows.get((clinician, activity), ())
        if each.place != itself and (itself is not None or each.first != known["first"])
    ]  # fmt: skip
    return bool(overlapping(Entered(known["first"], known["last"]), others))


def _back(request, access, activity):
    place = request.GET.get("from")
    if place in BACK and access.may("see"):
        return redirect(place, access.practice.slug, access.year.year)
    return redirect("plan", access.practice.slug, access.year.year)
