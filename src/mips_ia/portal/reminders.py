"""What is due for whom today, and the one message a day that says so.

A reminder rests on facts alone: it is worked out anew each day, so that it stops the moment the fact is
there. What went out is kept, so that nobody is told the same twice.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django_tasks import task

from mips_ia.attestation import last_start, length, period_of
from mips_ia.planning.deadlines import deadlines
from mips_ia.portal import clock, receipts
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.asked import asked
from mips_ia.portal.facts import Ledger
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Person, Practice, Reminder, Year
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told.advice import to_start

# When people are told: our choice, not a rule of CMS. The days themselves come from the rules of the year.
SIGN = (0, 3, 7, 14)  # days since somebody was asked to sign; after the last of them the managers are told
START = (60, 30, 14, 7, 3, 1)  # days before the last day to start
CLOSES = (30, 14, 7, 3, 1)  # days before submission closes
REGISTRATION = (30, 7, 1)  # days before MVP registration closes
KEPT = (90,)  # days before records may go
URGENT = 3  # with so few days left, a weekend does not wait
CATCH_UP = 3  # days for which an ended window is still news to a manager
SATURDAY = 5  # as Python counts from Monday
HOURS = range(7, 20)  # outside of them nobody is written to
# Days of the year: the day's name in the rules, when, to which roles, and what it is.
DEADLINES = (
    ("submission_closes", CLOSES, ("manager", "registry", "official"), "Submission closes on"),
    ("mvp_registration_closes", REGISTRATION, ("manager",), "MVP registration closes on"),
    ("keep_until", KEPT, ("admin",), "Records must be kept until"),
)
AGAIN = ("Too short", "Outside the year", "Dates missing")  # what a clinician can still put right
STOP = "You can stop these messages"


@dataclass(frozen=True)
class Due:
    """One thing to tell one person: `about` names what is kept of it, `left` the days that remain."""

    person: Person
    practice: Practice
    about: tuple
    says: str
    address: str
    left: int | None = None

    def news(self, told):
        """What of it was not told before; `told` has practices and what was kept."""
        return [about for about in self.about if (self.practice.id, about) not in told]


# ---- What is due


def due(today=None):
    """Everything that should be told today and was not told before, at every practice."""
    today = today or clock.today()
    found = []
    chosen = Year.objects.filter(chosen__ended_at=None, chosen__isnull=False, year__lte=today.year)
    for year in chosen.select_related("practice__organization").distinct():
        ledger = Ledger(year, today)
        if today <= deadlines(ledger.rules)["keep_until"]:
            found += due_of(ledger)
    told = defaultdict(set)
    for person, *kept in Reminder.objects.values_list("person_id", "practice_id", "about"):
        told[person].add(tuple(kept))
    return [each for each in found if each.news(told[each.person.id])]


def due_of(ledger):
    """Everything that is due of one practice's year, told before or not."""
    roles = _roles(ledger.row.practice)
    found = [*_to_sign(ledger, roles), *_deadlines(ledger, roles)]
    if not locked(ledger.row):
        found += _to_start(ledger, roles)
    return [each for each in found if each.person.is_active and each.person.reminded]


def _roles(practice):
    """Who has each role at a practice, and who signs for it as `official`."""
    here = Q(practice=practice) | Q(practice=None, organization=practice.organization_id)
    found = defaultdict(set)
    for each in practice.organization.memberships.filter(here, ended_at=None).select_related("person"):
        found[each.role].add(each.person)
        if each.signing_official:
            found["official"].add(each.person)
    return found


def _address(ledger, page):
    return f"p/{ledger.row.practice.slug}/{ledger.year}/{page}"


def _to_sign(ledger, roles):
    """Clinicians who are asked to sign; managers when a window ended, and when nobody answered."""
    practice, ended, silent = ledger.row.practice, defaultdict(list), []
    for each in asked(ledger):
        since, id = (ledger.today - each.since).days, each.window.id
        stage = max(stage for stage in SIGN if stage <= since)
        period = length(period_of(each.activity, ledger.rules))
        if each.clinician.person_id:
            says = f"Your {period} of {each.activity} are complete. Sign."
            yield Due(each.clinician.person, practice, (f"sign {id} {stage}",), says, f"sign/{id}/")
        if since <= CATCH_UP:
            ended[each.activity].append(id)
        if since > SIGN[-1]:
            silent.append(id)
    for person in roles["manager"]:
        for activity, ids in ended.items():
            says = f"{many(len(ids), 'window')} of {activity} ended and can be signed."
            about = tuple(f"ended {id}" for id in ids)
            yield Due(person, practice, about, says, _address(ledger, "signatures/"))
        if silent:
            says = f"Waiting for more than {SIGN[-1]} days: {many(len(silent), 'signature')}."
            about = tuple(f"silent {id}" for id in silent)
            yield Due(person, practice, about, says, _address(ledger, "signatures/"))


def _to_start(ledger, roles):
    """The last day to start an activity that does not count yet, and will not by those who have begun."""
    practice = ledger.row.practice
    if ledger.individuals and all(own.full for own in ledger.individuals):
        return
    for tally in ledger.tallies:
        start = last_start(period_of(tally.activity, ledger.rules), ledger.year)
        left = (start - ledger.today).days
        stage = _stage(START, left)
        if stage is None or tally.verdict.counts or tally.on_track:
            continue
        needed = "who each report alone" if tally.needed is None else f"and {tally.needed} are needed"
        of = f"{tally.counting} of {tally.of} clinicians count{',' if tally.needed is None else ''} {needed}"
        says = f"The last day to start {tally.activity} is {day(start)}, {many(left, 'day')} from now. {of}."
        if soon := to_start(left, period_of(tally.activity, ledger.rules), ledger.year):
            says = f"{soon} {says}"
        about = (f"start {ledger.year} {tally.activity} {stage}",)
        for person in roles["manager"]:
            to = _address(ledger, f"plan/?activity={tally.activity}")
            yield Due(person, practice, about, says, to, left)
        mine = f"Your days of {tally.activity} do not count yet. The last day to start is {day(start)}."
        for person in ledger.counted:
            if tally.cells[person.id].word in AGAIN and person.clinician.person:
                yield Due(person.clinician.person, practice, about, mine, _address(ledger, "plan/"), left)


def _deadlines(ledger, roles):
    """The days of the year itself: submission, registration for an MVP, and how long to keep records."""
    known, practice = deadlines(ledger.rules), ledger.row.practice
    sent = ledger.row.finals.filter(downloads__isnull=False).exists()
    done = {"submission_closes": sent, "mvp_registration_closes": ledger.row.pathway != "mvp"}
    opens = known.get("submission_opens")
    if opens and opens <= ledger.today <= opens + timedelta(days=CATCH_UP) and not sent:
        says = f"Submission of {ledger.year} is open since {day(opens)}."
        for person in roles["manager"] | roles["official"] | roles["registry"]:
            yield Due(person, practice, (f"submission_opens {ledger.year}",), says, _address(ledger, ""))
    for name, stages, whom, words in DEADLINES:
        left = (known[name] - ledger.today).days if name in known else -1
        stage = _stage(stages, left)
        if done.get(name) or stage is None:
            continue
        says = f"{words} {day(known[name])}, {many(left, 'day')} from now."
        for person in set().union(*(roles[each] for each in whom)):
            yield Due(person, practice, (f"{name} {ledger.year} {stage}",), says, _address(ledger, ""), left)


def _stage(stages, left):
    """The stage that holds with so many days left: the nearest that was reached, None before the first."""
    return min((stage for stage in stages if 0 <= left <= stage), default=None)


# ---- What is sent


def remind(base, today=None):
    """One message to everybody who is due one today; returns to how many people one went."""
    now = clock.now()
    today = today or clock.day(now)
    if timezone.localtime(now).hour not in HOURS:
        return 0
    of = defaultdict(list)
    for each in due(today):
        if today.weekday() < SATURDAY or (each.left is not None and each.left <= URGENT):
            of[each.person.id].append(each)
    return sum(_sent(every, base, today) for every in of.values())


def _sent(every, base, today):
    """One person's digest: kept as told and sent together, or neither."""
    person = every[0].person
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if Reminder.objects.filter(person=person, about=f"digest {today}").exists():
            return 0
        told = set(Reminder.objects.filter(person=person).values_list("practice_id", "about"))
        news = [each for each in every if each.news(told)]
        if not news:
            return 0
        kept = {(each.practice, about) for each in news for about in each.news(told)}
        kept.add((news[0].practice, f"digest {today}"))
        Reminder.objects.bulk_create(
            Reminder(person=person, practice=practice, about=about) for practice, about in kept
        )
        receipts.post([(person.email, *_digest(news, base))])
    return 1


def _digest(news, base):
    """The subject and the text of a digest: each thing with its reason and its page, and how to stop it."""
    lines = []
    for each in news:
        lines += [f"{each.practice.name}: {each.says}", f"{base}{each.address}", ""]
    subject = (
        news[0].says if len(news) == 1 else f"{many(len(news), 'reminder')} about improvement activities"
    )
    return subject, "\n".join([*lines, *_end(base)])


def _end(base):
    return [
        "You get this because you belong to a practice that keeps its improvement activities here.",
        f"{STOP}: {base}reminders/",
    ]


def asking(practice, waiting, base):
    """The subject and text of the message by which a practice asks a clinician to sign."""
    subject = f"{practice.name} asks you to sign: {', '.join(each.activity for each in waiting)}"
    lines = [f"{practice.name} asks you to sign for what you did. It takes about 2 minutes.", ""]
    for each in waiting:
        days = f"{day(each.window.first)} to {day(each.window.last)}"
        lines += [f"{each.activity}, {days}", f"{base}sign/{each.window.id}/", ""]
    lines += ["If the days are not right, or you did not do it, say so on the same page.", "", *_end(base)]
    return subject, "\n".join(lines)


def ask(access, waiting, base):
    """Ask clinicians to sign, now; returns how many were asked, and how many had been asked today already."""
    of = defaultdict(list)
    for each in waiting:
        if each.clinician.person_id:
            of[each.clinician.person].append(each)
    told = [_asked(access, person, every, base) for person, every in of.items()]
    return sum(told), len(told) - sum(told)


def _asked(access, person, waiting, base):
    """Whether a person was asked: not twice on one day."""
    with writing(access.practice):
        about = f"asked {access.year.year} {clock.today()}"
        kept = {"person": person, "practice": access.practice, "about": about}
        if not Reminder.objects.get_or_create(**kept)[1]:
            return False
        after = {"activities": [each.activity for each in waiting]}
        note(access, "asked to sign", f"person {person.id}", None, after)
        receipts.post([(person.email, *asking(access.practice, waiting, base))])
        return True


def last_asked(practice):
    """When each person was last asked to sign, by person."""
    asked_ = practice.reminders.filter(Q(about__startswith="asked ") | Q(about__startswith="sign "))
    return dict(asked_.values_list("person_id").annotate(last=Max("sent_at")))


@task()
def remind_everybody(base):
    """The same in the background."""
    return remind(base)
