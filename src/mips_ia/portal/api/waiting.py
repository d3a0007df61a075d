"""What is waited for: signatures, what to do next, reminders that are due, and the days of the calendar."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Query, Schema

from mips_ia.portal import feeds
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.asked import asked as waited_for
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.reminders.due import due_of
from mips_ia.portal.told import waiting as told
from mips_ia.portal.told.tasks import tasks


class UnsignedOut(Schema):
    """A window that waits for its clinician's signature, and since when."""

    window: int
    activity: str
    first: date
    last: date
    since: date


class WaitingOut(Schema):
    """A clinician who has not answered; who has no account cannot be asked."""

    npi: str
    name: str
    has_account: bool
    last_asked: datetime | None
    last_answer: datetime | None
    since: date
    windows: list[UnsignedOut]


class TaskOut(Schema):
    """One thing that would help: what, why with its numbers, the points it brings, and by when."""

    title: str
    why: str
    points: int
    by: date


class ReminderOut(Schema):
    """What is due for somebody today; `told` says that a message went out already."""

    kind: str
    person: str
    says: str
    reason: str
    days_left: int | None
    told: bool


class DayOut(Schema):
    """A day of the calendar; `off` says that it fell away."""

    name: str
    on: date
    says: str
    off: bool


@api.get(f"{PATH}/signatures/waiting", response={200: Listed[WaitingOut], **ERRORS}, operation_id="waiting")
@operation(see="remind")
def waiting(request: HttpRequest, access, asked: Query[Part]):
    """Everybody whose signature is waited for, with their windows."""
    found = told.rows(access, waited_for(ledger_of(access.year)))
    return listed(found, asked, map(_waiting, part(found, asked)))


@api.get(f"{PATH}/tasks", response={200: Listed[TaskOut], **ERRORS}, operation_id="tasks")
@operation(see="see")
def to_do(request: HttpRequest, access, asked: Query[Part]):
    """What would help, the most points first; a clinician finds what they have to do themselves."""
    ledger = ledger_of(access.year)
    if ledger.problem:
        raise ledger.problem
    found = tasks(ledger, access)
    return listed(found, asked, (
        {"title": each.title, "why": each.why, "points": each.points, "by": each.by}
        for each in part(found, asked)
    ))  # fmt: skip


@api.get(f"{PATH}/reminders", response={200: Listed[ReminderOut], **ERRORS}, operation_id="reminders")
@operation(see="remind")
def reminders(request: HttpRequest, access, asked: Query[Part]):
    """What is due today for everybody of the practice's year."""
    every = access.practice.reminders.values_list("person_id", "about")
    known = {(person, access.practice.id, about) for person, about in every}
    found = [each for each in due_of(ledger_of(access.year)) if each.says]
    return listed(found, asked, (_reminder(each, known) for each in part(found, asked)))


@api.get(f"{PATH}/calendar", response={200: Listed[DayOut], **ERRORS}, operation_id="calendar")
@operation(see="windows")
def calendar(request: HttpRequest, access, asked: Query[Part]):
    """The days of the calendar feed in their order, also those that fell away."""
    found = sorted(feeds.days_of(access), key=lambda each: (each.on, each.name))
    return listed(found, asked, (
        {"name": each.name, "on": each.on, "says": each.says, "off": each.off} for each in part(found, asked)
    ))  # fmt: skip


def _waiting(row):
    who = row["clinician"]
    return {
        "npi": who.npi, "name": who.name, "has_account": who.person_id is not None, "since": row["since"],
        "last_asked": row["last_asked"], "last_answer": row["last_answer"],
        "windows": [
            {"window": each.window.id, "activity": each.activity, "first": each.window.first,
             "last": each.window.last, "since": each.since}
            for each in row["asked"]
        ],
    }  # fmt: skip


def _reminder(each, known):
    news = each.news({(practice, about) for person, practice, about in known if person == each.person.id})
    return {"kind": each.kind, "person": each.person.name, "says": each.says, "reason": each.reason,
            "days_left": each.left, "told": not news}  # fmt: skip
