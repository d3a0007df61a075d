"""The calendar feed: whose it is, and its events. It names no person, and each event has one UID for ever."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event, vDuration

from mips_ia.attestation import last_start, period_of
from mips_ia.planning.deadlines import deadlines
from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import CalendarFeed
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.tenancy import access_of
from mips_ia.rules import rules

# Days of the rules that stand in a calendar: the name there, what it is, and the page that it leads to.
DAYS = (
    ("submission_opens", "Submission opens", ""),
    ("submission_closes", "Submission closes, unless CMS sets a later date", ""),
    ("keep_until", "The records of {year} must be kept until {day}", ""),
)
MVP, REGISTRATION = "mvp_registration_closes", "MVP registration closes"
HALF_A_DAY = timedelta(hours=12)  # how often a calendar program may look again


@dataclass(frozen=True)
class Deadline:
    """One day: `name` never changes, `page` is where to act, `off` says that it fell away.

    `times` counts how often it changed, so that calendar programs take the newest.
    """

    name: str
    on: date
    says: str
    page: str
    off: bool = False
    times: int = 0


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
    """The calendar as a file: the years of which something is still to come, one all-day event a deadline."""
    whole = Calendar()
    whole.add("prodid", "-//Improvement Activities//Deadlines//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", f"Improvement activities, {feed.practice.name}")
    whole.add("refresh-interval", HALF_A_DAY, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", vDuration(HALF_A_DAY).to_ical().decode())
    chosen = feed.practice.years.filter(chosen__isnull=False, year__lte=clock.today().year)
    for year in chosen.distinct().values_list("year", flat=True):
        if deadlines(rules(year))["keep_until"] >= clock.today():
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
    found = [
        Deadline(name, known[name], says.format(year=ledger.year, day=day(known[name])), page)
        for name, says, page in DAYS if name in known
    ]  # fmt: skip
    found.append(Deadline("year_ends", date(ledger.year, 12, 31), f"Performance year {ledger.year} ends", ""))
    return [*found, *_registration(access, known), *_starts(access, ledger), *_ends(access, ledger)]


def _registration(access, known):
    """The last day to register for an MVP: there once one was considered, and off when none is any more."""
    here = access.practice.entries.filter(action="year described", record=f"year {access.year.year}")
    changes = [
        after for after in here.values_list("after", flat=True) if {"pathway", "considered"} & after.keys()
    ]
    ever = any(after.get("pathway") == "mvp" or after.get("considered") for after in changes)
    on = access.year.considers_mvp
    if MVP in known and (on or ever):
        yield Deadline(MVP, known[MVP], REGISTRATION, "", not on, len(changes))


def _starts(access, ledger):
    for id, (chosen, times) in sorted(_chosen(access).items()):
        start = last_start(period_of(id, ledger.rules), ledger.year)
        page = f"plan/?activity={id}" if access.may("windows") else ""
        yield Deadline(f"start-{id}", start, f"Last day to start {id}", page, not chosen, times)


def _chosen(access):
    """Each activity that ever was chosen: whether it is now, and how often that changed."""
    found = {}
    for id, ended in access.year.chosen.values_list("activity", "ended_at"):
        now, times = found.get(id, (False, -1))
        found[id] = (now or ended is None, times + 1 + (ended is not None))
    return found


def _ends(access, ledger):
    """The days on which windows end, one event for each activity and day, with how many."""
    rows = access.year.windows.exclude(last=None)
    if access.how("windows") == "own":
        rows = rows.filter(clinician=access.clinician)
    chosen, counts = _chosen(access), {}
    for activity, last, replaced, part in rows.values_list("activity", "last", "replaced_at", "taking_part"):
        now, times = chosen.get(activity, (False, 0))
        count, changed = counts.get((activity, last), (0, times - 1))
        holds = replaced is None and part is not False and now
        counts[activity, last] = (count + holds, changed + 1 + (replaced is not None))
    page = "plan/" if access.may("windows") else ""
    for (activity, last), (count, times) in sorted(counts.items()):
        ending = f"{many(count, 'window')} of {activity} {'ends' if count == 1 else 'end'}"
        says = ending if count else f"No window of {activity} ends"
        yield Deadline(f"end-{activity}-{last}", last, says, page, count == 0, times)


def _event(access, deadline, base):
    event = Event()
    practice, year = access.practice, access.year.year
    event.add("uid", f"{deadline.name}-{year}-{practice.pk}-{access.person.pk}@improvement-activities")
    event.add("dtstamp", clock.now())
    event.add("sequence", deadline.times)
    event.add("summary", deadline.says if str(year) in deadline.says else f"{deadline.says} ({year})")
    event.add("dtstart", deadline.on)
    event.add("dtend", deadline.on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{base}p/{practice.slug}/{year}/{deadline.page}")
    event.add("status", "CANCELLED" if deadline.off else "CONFIRMED")
    return event
