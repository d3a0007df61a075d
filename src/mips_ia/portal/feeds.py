"""The calendar feed: whose it is, and its events. It names no person, and each event has one UID for ever."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event

from mips_ia.attestation import last_start, period_of
from mips_ia.planning.deadlines import deadlines
from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import CalendarFeed
from mips_ia.portal.templatetags.words import many
from mips_ia.portal.tenancy import access_of
from mips_ia.reading.yearbook import years

# Days of the rules that stand in a calendar: the name there, what it is, and the page that it leads to.
DAYS = (
    ("submission_opens", "Submission opens", ""),
    ("submission_closes", "Submission closes, unless CMS sets a later date", ""),
    ("keep_until", "Records may go after this day", ""),
)
MVP = (("mvp_registration_closes", "MVP registration closes", ""),)


@dataclass(frozen=True)
class Deadline:
    """One day: `name` never changes, `page` is where to act, `off` says that it fell away."""

    name: str
    on: date
    says: str
    page: str
    off: bool = False


# ---- Whose it is


def token(person, practice, number):
    """The secret part of an address: made from the installation's key, so that it need not be kept."""
    told = f"{person.pk} {practice.pk} {number}"
    return salted_hmac("mips_ia.portal.calendar", told, algorithm="sha256").hexdigest()[:40]


def digest(secret):
    """What is kept of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def held(access):
    """The token that holds now; empty where there is none, or the installation's key changed since."""
    every = access.person.feeds.filter(practice=access.practice).order_by("id")
    last = every.last()
    if last is None or last.ended_at is not None:
        return ""
    found = token(access.person, access.practice, every.count())
    return found if digest(found) == last.digest else ""


def feed_of(secret):
    """The feed of an address; 404 where there is none, it was replaced, or its person has left."""
    found = (
        CalendarFeed.objects.filter(digest=digest(secret), ended_at=None, person__is_active=True)
        .select_related("person", "practice")
        .first()
    )
    if found is None:
        raise Http404
    return found


# ---- What is in it


def calendar(feed, base):
    """The calendar as a file: the years whose data are not yet past, one all-day event a deadline."""
    whole = Calendar()
    whole.add("prodid", "-//Improvement Activities//Deadlines//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", f"Improvement activities, {feed.practice.name}")
    for year in years():
        if clock.today().year - 1 <= year <= clock.today().year:
            access = access_of(feed.person, feed.practice.slug, year)
            for each in days_of(access):
                whole.add_component(_event(access, each, base))
    return whole.to_ical()


def days_of(access):
    """Every deadline of a practice's year, also those that fell away; a clinician sees own windows only."""
    ledger = Ledger(access.year)
    if not access.year.chosen.exists():
        return []
    known = deadlines(ledger.rules)
    listed = DAYS + (MVP if access.year.pathway == "mvp" else ())
    found = [Deadline(name, known[name], says, page) for name, says, page in listed if name in known]
    found.append(Deadline("year_ends", date(ledger.year, 12, 31), "Performance year ends", ""))
    return [*found, *_starts(access, ledger), *_ends(access, ledger)]


def _starts(access, ledger):
    chosen = set(ledger.activities)
    for id in sorted(set(access.year.chosen.values_list("activity", flat=True))):
        start = last_start(period_of(id, ledger.rules), ledger.year)
        page = f"plan/?activity={id}" if access.may("windows") else ""
        yield Deadline(f"start-{id}", start, f"Last day to start {id}", page, id not in chosen)


def _ends(access, ledger):
    """The days on which windows end, one event for each activity and day, with how many."""
    rows = access.year.windows.exclude(last=None)
    if access.how("windows") == "own":
        rows = rows.filter(clinician=access.clinician)
    counts = {}
    for activity, last, replaced, part in rows.values_list("activity", "last", "replaced_at", "taking_part"):
        holds = replaced is None and part is not False and activity in ledger.activities
        counts[activity, last] = counts.get((activity, last), 0) + holds
    page = "plan/" if access.may("windows") else ""
    for (activity, last), count in sorted(counts.items()):
        says = (
            f"{many(count, 'window')} of {activity} {'ends' if count == 1 else 'end'}" if count else activity
        )
        yield Deadline(f"end-{activity}-{last}", last, says, page, count == 0)


def _event(access, deadline, base):
    event = Event()
    practice, year = access.practice, access.year.year
    event.add("uid", f"{deadline.name}-{year}-{practice.pk}-{access.person.pk}@improvement-activities")
    event.add("dtstamp", clock.now())
    event.add("summary", f"{deadline.says} ({year})")
    event.add("dtstart", deadline.on)
    event.add("dtend", deadline.on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{base}p/{practice.slug}/{year}/{deadline.page}")
    event.add("status", "CANCELLED" if deadline.off else "CONFIRMED")
    return event
