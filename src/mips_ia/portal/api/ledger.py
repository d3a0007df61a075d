"""Activities that were chosen, and the days in which clinicians do them."""

from django.http import Http404, HttpRequest
from ninja import Query

from mips_ia.formats.plain import plain_problem
from mips_ia.portal.actions import ledger as actions
from mips_ia.portal.api.answers import ActivityOut, TakenBackOut, WindowIn, WindowOut, WindowsIn, WindowsQuery
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.versions import saved
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told import shown
from mips_ia.portal.told.windows import OFF_ROSTER_FIX, off_roster
from mips_ia.problems import Problem, Refused

HELD = ("first", "last", "taking_part")


@api.get(f"{PATH}/activities", response={200: Listed[ActivityOut], **ERRORS}, operation_id="activities")
@operation(see="see")
def activities(request: HttpRequest, access, asked: Query[Part]):
    """The activities that were chosen, and what each amounts to today."""
    found = shown.activities(ledger_of(access.year))
    return listed(found, asked, map(_activity, part(found, asked)))


@api.put(f"{PATH}/activities/{{id}}", response={200: ActivityOut, **ERRORS}, operation_id="choose")
@operation(see="see", change="plan", scope="write")
def choose(request: HttpRequest, access, id: str):
    """The practice does this activity; choosing it again changes nothing."""
    ledger = ledger_of(access.year)
    if id not in ledger.listed.activities:
        raise _unknown(ledger, id)
    actions.choose(access, id)
    found = shown.activities(ledger_of(access.year))
    return _activity(next(each for each in found if each["activity"] == id))


@api.delete(f"{PATH}/activities/{{id}}", response={200: TakenBackOut, **ERRORS}, operation_id="take_back")
@operation(see="see", change="plan", scope="write")
def take_back(request: HttpRequest, access, id: str):
    """The practice does not do it after all; its windows stay."""
    ledger = ledger_of(access.year)
    if id not in ledger.listed.activities and id not in ledger.activities:
        raise _unknown(ledger, id)
    actions.take_back(access, id)
    held = access.year.windows.filter(activity=id, replaced_at=None)
    return {"activity": id, "chosen": False, "windows": held.count()}


def _unknown(ledger, id):
    what = f"{ledger.year} has no activity {id!r}."
    return Refused([Problem("unknown_activity", "id", what, f"Choose an activity of {ledger.year}.")])


@api.get(f"{PATH}/windows", response={200: Listed[WindowOut], **ERRORS}, operation_id="windows")
@operation(see="windows")
def windows(request: HttpRequest, access, asked: Query[WindowsQuery]):
    """The windows that hold today, or every one there ever was; a clinician sees their own."""
    ledger, found = ledger_of(access.year), _mine(access)
    if not asked.all:
        found = found.filter(replaced_at=None)
    rows = part(found.prefetch_related("signatures"), asked)
    return listed(found, asked, (_window(ledger, row) for row in rows))


@api.post(f"{PATH}/windows", response={200: WindowOut, **ERRORS}, operation_id="enter_window")
@operation(see="windows", change="windows", scope="write")
def enter(request: HttpRequest, access, given: WindowIn):
    """Enter the days of one clinician; what is changed must be signed again."""
    ledger = ledger_of(access.year)
    person = next((each for each in ledger.people if each.clinician.npi == given.npi), None)
    own = access.how("windows") == "own"
    if person is None or (own and person.clinician != access.clinician):
        raise Http404
    before = None
    if given.replaces is not None:
        before = access.year.windows.filter(pk=given.replaces, clinician=person.clinician).first()
        if before is None:
            raise Http404
    claimed = [person] if given.taking_part is not False else []
    if wrong := [*_wrong(ledger, given)] or [*_off_roster(claimed, given)]:
        raise Refused(wrong)
    row = saved(
        lambda: actions.enter(
            access, person.clinician, given.activity, given.first, given.last,
            taking_part=given.taking_part, window=before, row_id=before.row_id if before else "",
            note_text=given.note if given.note is not None else before.note if before else "",
        ),
        lambda: _instead(access, before), given.dict(include={*HELD}),
    )  # fmt: skip
    return _window(ledger_of(access.year), row)


@api.post(
    f"{PATH}/windows/several", response={200: Listed[WindowOut], **ERRORS}, operation_id="enter_windows"
)
@operation(see="windows", change="windows", scope="write")
def enter_several(request: HttpRequest, access, given: WindowsIn):
    """Enter the same days for several clinicians, or for none of them."""
    ledger, own = ledger_of(access.year), access.how("windows") == "own"
    known = {
        each.clinician.npi: each for each in ledger.people if not own or each.clinician == access.clinician
    }
    chosen = [known[npi] for npi in dict.fromkeys(given.npis) if npi in known]
    stopped = [*_unknown_people(given.npis, known), *_wrong(ledger, given)] or [*_off_roster(chosen, given)]
    if stopped:
        raise Refused(stopped)
    who = [each.clinician for each in chosen]
    actions.enter_all(access, who, given.activity, given.first, given.last, given.note)
    ledger = ledger_of(access.year)
    rows = _mine(access).filter(
        clinician__in=who, activity=given.activity, first=given.first, replaced_at=None
    )  # fmt: skip
    return {"count": len(who), "items": [_window(ledger, row) for row in rows]}


def _unknown_people(npis, known):
    for each in dict.fromkeys(npis):
        if each not in known:
            what = f"The roster has nobody with the NPI {each!r} whose days you may enter."
            yield Problem("not_on_roster", "npis", what, "Use NPIs of the roster.")


def _instead(access, window):
    """What holds in the place of a window that was changed; nothing where it was ended."""
    while window is not None and window.replaced_at is not None:
        window = access.year.windows.filter(replaces=window).first()
    return {name: getattr(window, name) for name in HELD} if window else {}


def _mine(access):
    found = access.year.windows.select_related("clinician", "entered_by")
    return found.filter(clinician=access.clinician) if access.how("windows") == "own" else found


def _wrong(ledger, given):
    if given.activity not in ledger.activities:
        what = f"{given.activity!r} is not among the activities that were chosen."
        yield Problem("not_chosen", "activity", what, "Choose it first.")
    days = [day for day in (given.first, given.last) if day is not None]
    if any(day.year != ledger.year for day in days):
        what = f"A day lies outside {ledger.year}."
        yield Problem("outside_year", "first", what, f"Enter days inside {ledger.year}.")
    if given.first and given.last and given.last < given.first:
        what = f"It ends on {given.last}, before it begins on {given.first}."
        yield Problem("reversed_dates", "last", what, "Correct one of the two days.")


def _off_roster(people, given):
    """As the page does: a window says where somebody was, which the roster must not deny."""
    for says in filter(None, (off_roster(each, given.first, given.last) for each in people)):
        yield Problem("off_roster", "first", says, OFF_ROSTER_FIX)


def _activity(each):
    return {
        "activity": each["activity"], "title": each["title"], **_numbers(each["tally"]), "why": each["why"],
        "cite": each["cite"],
        "readings": [{"reading": one["name"], **_numbers(one["tally"])} for one in each["readings"]],
    }  # fmt: skip


def _numbers(tally):
    return {
        "counts": tally.verdict.counts, "clinicians": tally.counting,
        "clinicians_at_most": tally.counting + tally.unknown, "clinicians_needed": tally.needed,
        "clinicians_in_all": tally.of,
    }  # fmt: skip


def _window(ledger, row):
    told = {
        name: getattr(row, name) for name in ("id", "activity", *HELD, "note", "entered_at", "replaced_at")
    }
    return told | _standing(ledger, row) | {
        "npi": row.clinician.npi, "entered_by": row.entered_by.name, "replaces": row.replaces_id,
    }  # fmt: skip


def _standing(ledger, row):
    """How a window stands today; of one that holds no more, what was said of it last."""
    if row.replaced_at is not None:
        last = max(row.signatures.all(), key=lambda each: each.id, default=None)
        return {"state": "", "word": "", "signed": last.kind if last else "", "problems": []}
    entered = next(e for e in ledger.windows[row.clinician_id, row.activity] if e.place == row.id)
    found = ledger.judged(row.activity, entered)
    return {
        "state": found.state, "word": found.word, "signed": entered.signed,
        "problems": [plain_problem(each) for each in found.problems],
    }  # fmt: skip
