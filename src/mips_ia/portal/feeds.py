"""The calendar feed: whose it is, and its events. It names no person, and each event has one UID for ever."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event, vDuration

from mips_ia.attestation import last_start, period_of
from mips_ia.planning.deadlines import deadlines
from mips_ia.portal import clock
from mips_ia.portal.asked import asked
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import AuditSent, CalendarFeed
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
    """One day: `name` never changes, `page` is where to act from the year on, `off` says that it fell away.

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
    begun = Q(chosen__isnull=False, year__lte=clock.today().year) | Q(audits__isnull=False)
    for year in feed.practice.years.filter(begun).distinct().values_list("year", flat=True):
        if deadlines(rules(year))["keep_until"] >= clock.today():
            access = access_of(feed.person, feed.practice.slug, year)
            for each in days_of(access):
                whole.add_component(_event(access, each, base))
    return whole.to_ical()


def days_of(access):
    """Every deadline of a practice's year, also those that fell away; a clinician sees own windows only."""
    ledger, chosen = Ledger(access.year), _chosen(access)
    if not chosen:
        return [*_audits(access)]
    known = deadlines(ledger.rules)
    found = [
        Deadline(name, known[name], says.format(year=ledger.year, day=day(known[name])), page)
        for name, says, page in DAYS if name in known
    ]  # fmt: skip
    found.append(Deadline("year_ends", date(ledger.year, 12, 31), f"Performance year {ledger.year} ends", ""))
    found += [*_registration(access, known), *_starts(access, ledger, chosen), *_ends(access, chosen)]
    return [*found, *_unsigned(access, ledger, known), *_audits(access)]


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


def _starts(access, ledger, every):
    for id, (chosen, times) in sorted(every.items()):
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


def _ends(access, chosen):
    """The days on which windows end, one event for each activity and day, with how many."""
    rows = access.year.windows.exclude(last=None)
    if access.how("windows") == "own":
        rows = rows.filter(clinician=access.clinician)
    counts = {}
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


def _unsigned(access, ledger, known):
    """How many signatures are waited for: on today while any is, and off once none is any more.

    Whoever may ask for them finds everybody's, without names, and a clinician their own.
    """
    every, own = ledger.row.windows, access.clinician
    waiting = asked(ledger) if ledger.today <= known["submission_closes"] else []
    mine = [each for each in waiting if own and each.clinician.id == own.id]
    times = ledger.row.practice.entries.count() + (ledger.today - date(ledger.year, 1, 1)).days
    whose = [("unsigned", "a signature", waiting, "signatures/", {})] if access.may("remind") else []
    whose += [("sign", "your signature", mine, "/sign/", {"clinician": own})] if own else []
    for name, what, those, page, of in whose:
        count = len(those)
        if count:
            says = f"{many(count, 'window')} {'waits' if count == 1 else 'wait'} for {what}"
            yield Deadline(name, ledger.today, says, page, times=times)
        elif every.filter(**of).exists():
            yield Deadline(name, date(ledger.year, 12, 31), f"No window waits for {what}", page, True, times)


def _audits(access):
    """The day by which each of an auditor's requests is answered; off once it is, or was ended."""
    if not access.may("audit"):
        return
    sent = AuditSent.objects.filter(audit=OuterRef("pk"))
    rows = {f"audit {row.pk}": row for row in access.year.audits.annotate(answered=Exists(sent))}
    logged = access.practice.entries.filter(record__in=rows).values_list("record", flat=True) if rows else ()
    times = Counter(logged)
    for record, row in rows.items():
        off, page = row.answered or row.closed_at is not None, f"audit/{row.pk}/"
        says = f"The answer to an audit of {access.year.year} is due"
        yield Deadline(f"audit-{row.pk}", row.due_on, says, page, off, times[record] - 1)


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
    event.add("url", urljoin(f"{base}p/{practice.slug}/{year}/", deadline.page))
    event.add("status", "CANCELLED" if deadline.off else "CONFIRMED")
    return event
