"""Practices, their years and their rosters."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from ninja import Query

from mips_ia.formats.ids import npi_checks
from mips_ia.formats.plain import plain_problem
from mips_ia.portal.actions import practice as practice_actions
from mips_ia.portal.actions import roster as roster_actions
from mips_ia.portal.api.answers import ClinicianIn, ClinicianOut, PracticeOut, YearIn, YearOut
from mips_ia.portal.api.operations import ERRORS, api, of_a_person, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.facts import BILLED, CURRENT, Ledger
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import practices_of
from mips_ia.portal.told.readings import why_counted
from mips_ia.problems import Problem, Refused
from mips_ia.standing import problems as standing_problems

PATH = "/practices/{practice}/{year}"
BLANK = ("report_as", "pathway", "mvp", "apm", "denominator", "denominator_reason")
_YEAR = [name for name in YearOut.model_fields if name not in ("performance_year", "locked")]


@api.get("/practices", response={200: Listed[PracticeOut], **ERRORS}, operation_id="practices")
@of_a_person()
def practices(request: HttpRequest, asked: Query[Part]):
    """Every practice that the token's person belongs to."""
    found = practices_of(request.user).prefetch_related("years")
    return listed(found, asked, map(plain_practice, part(found, asked)))


def plain_practice(practice):
    """A practice as the API has it."""
    return {
        "slug": practice.slug, "name": practice.name, "tin_ending": practice.tin[-4:],
        "years": sorted(year.year for year in practice.years.all()),
    }  # fmt: skip


@api.get(PATH, response={200: YearOut, **ERRORS}, operation_id="year")
@operation(see="see")
def year(request: HttpRequest, access):
    """What is known of a practice's performance year."""
    return plain_year(access.year)


@api.patch(PATH, response={200: YearOut, **ERRORS}, operation_id="describe_year")
@operation(see="see", change="edit", scope="write")
def describe(request: HttpRequest, access, given: YearIn):
    """Change what is known of the year; what is left out stays, and null makes it not known again."""
    known = given.dict(exclude_unset=True)
    blank = {name: "" for name in BLANK if known.get(name, "") is None}
    off = {name: False for name in ("extreme_circumstances", "study") if known.get(name, "") is None}
    known |= blank | off
    row = access.year
    for name, value in known.items():
        setattr(row, name, value)
    ledger = Ledger(row)
    wrong = [each for each in standing_problems(ledger.practice, ledger.rules) if each.severity == "error"]
    wrong += [*_wrong_reading(row), *wrong_mvp(ledger, row.mvp)]
    if wrong:
        raise Refused(wrong)
    row.refresh_from_db()
    practice_actions.describe(access, **known)
    return plain_year(access.year)


@api.get(f"{PATH}/roster", response={200: Listed[ClinicianOut], **ERRORS}, operation_id="roster")
@operation(see="see_names")
def roster(request: HttpRequest, access, asked: Query[Part]):
    """The clinicians of the year, in the order of their names."""
    ledger = ledger_of(access.year)
    found = (_clinician(person, ledger) for person in part(ledger.people, asked))
    return listed(ledger.people, asked, found)


@api.put(f"{PATH}/roster/{{npi}}", response={200: ClinicianOut, **ERRORS}, operation_id="put_clinician")
@operation(see="see_names", change="edit", scope="write")
def put_clinician(request: HttpRequest, access, npi: str, given: ClinicianIn):
    """Put a clinician on the roster, or change one there."""
    known = given.dict()
    wrong = [*bad_npi(npi), *wrong_stay(known)]
    if wrong:
        raise Refused(wrong)
    names = {name: known.pop(name) for name in roster_actions.NAMES}
    known["billed"] = known.pop("billed_in_year")
    roster_actions.put(access, npi, names=names, **known)
    ledger = ledger_of(access.year)
    found = next(each for each in ledger.people if each.clinician.npi == npi)
    return _clinician(found, ledger)


def plain_year(row):
    """A year as the API has it."""
    last = row.finals.order_by("-id").first()
    found = {name: getattr(row, name) for name in _YEAR}
    return found | {"performance_year": row.year, "locked": last is not None and last.kind == "locked"}


def _clinician(person, ledger):
    who = person.clinician
    found = {name: getattr(who, name) for name in ("npi", "last_name", "first_name", "credential")}
    return found | {
        "joined_on": person.joined_on,
        "left_on": person.left_on,
        "billed_in_year": person.stays[0].billed,
        "counted": person in ledger.counted,
        "why": why_counted(ledger, person),
        "problems": [*map(plain_problem, _doubtful(who.npi))],
    }


def _wrong_reading(row):
    if row.denominator not in ("", BILLED, CURRENT):
        what = f"There is no reading {row.denominator!r}."
        yield Problem("unknown_reading", "denominator", what, f"Use one of: {BILLED}, {CURRENT}.")
    if bool(row.denominator) != bool(row.denominator_reason.strip()):
        what = "A reading of who is counted and its reason go together."
        yield Problem("lacking", "denominator_reason", what, "Give both, or neither.")


def wrong_mvp(ledger, mvp):
    """That the year has no MVP of this id."""
    known = sorted(ledger.listed.mvps)
    if mvp and mvp not in known:
        fix = f"Use one of: {', '.join(known)}." if known else "Leave it out."
        yield Problem("unknown_mvp", "mvp", f"{ledger.year} has no MVP {mvp!r}.", fix)


def bad_npi(npi):
    """What is wrong with an NPI."""
    if not (npi.isascii() and npi.isdigit() and len(npi) == 10):
        yield Problem("bad_npi", "npi", f"{npi!r} is not an NPI.", "Enter 10 digits.")


def _doubtful(npi):
    """That a check digit does not fit: it is told, and stops nothing, as on the page."""
    if not npi_checks(npi):
        what, fix = "This NPI's check digit does not fit.", "Check it. It is kept as it is."
        yield Problem("npi_check_digit", "npi", what, fix, severity="warning")


def wrong_stay(known):
    """What is wrong with the days of a stay, and with the address of its clinician."""
    joined_on, left_on = known["joined_on"], known["left_on"]
    if joined_on and left_on and left_on < joined_on:
        what = f"They left on {left_on}, before they joined on {joined_on}."
        yield Problem("reversed_dates", "left_on", what, "Correct one of the two days.")
    try:
        if known["email"]:
            validate_email(known["email"])
    except ValidationError:
        what = f"{known['email']!r} is not an e-mail address."
        yield Problem("bad_email", "email", what, "Enter an e-mail address like name@practice.org.")
