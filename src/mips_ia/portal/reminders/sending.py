"""The one message a day in which somebody is told what is due."""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from mips_ia.portal import clock, receipts
from mips_ia.portal.models import Person, Reminder
from mips_ia.portal.reminders import stopping
from mips_ia.portal.reminders.due import everything
from mips_ia.portal.templatetags.words import many
from mips_ia.portal.undelivered import away

URGENT = 3  # with so few days left, a weekend does not wait
SATURDAY = 5  # as Python counts from Monday
HOURS = range(7, 20)  # outside of them nobody is written to


def remind(base, today=None):
    """One message to everybody who is due one today; returns to how many people one went.

    Where one cannot be sent it is tried again the next time; the others are, unless no mail server is there.
    What kept some from theirs is raised when the others have been told.
    """
    now = clock.now()
    today = today or clock.day(now)
    if timezone.localtime(now).hour not in HOURS:
        return 0
    of, silent, failed = defaultdict(list), [], []
    for each in everything(today, failed):
        if not each.says:
            silent.append(each)
        elif today.weekday() < SATURDAY or (each.left is not None and each.left <= URGENT):
            of[each.person.id].append(each)
    _keep((each.person, each.practice, about) for each in silent for about in each.about)
    sent = 0
    for every in of.values():
        try:
            sent += _sent(every, base, today)
        except OSError as problem:
            failed.append(problem)
            if away(problem):
                break
    if failed:
        raise failed[0]
    return sent


@task()
def remind_everybody(base):
    """The same in the background."""
    return remind(base)


def _sent(every, base, today):
    """One person's digest: its place is kept, it is sent, and then what it told is kept.

    Nothing is held in the database while it goes out. Where that fails its place is given back; a crash
    between leaves the place alone, and what it was about is told the next day.
    """
    person = every[0].person
    with transaction.atomic():
        if not Person.objects.select_for_update().get(pk=person.pk).reminded:
            return 0
        if Reminder.objects.filter(person=person, about=f"digest {today}").exists():
            return 0
        told = set(Reminder.objects.filter(person=person).values_list("practice_id", "about"))
        news = [each for each in every if each.news(told)]
        if not news:
            return 0
        place = Reminder.objects.create(person=person, practice=news[0].practice, about=f"digest {today}")
    letter = (person.email, *_digest(person, news, base))
    try:
        receipts.post([letter], headers=stopping.headers(person, base))
    except OSError:
        place.delete()
        raise
    _keep({(person, each.practice, about) for each in news for about in each.news(told)})
    return 1


def _keep(told):
    """What was told to whom; another server may have kept it just now."""
    rows = [Reminder(person=person, practice=practice, about=about) for person, practice, about in told]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)


def _digest(person, news, base):
    """The subject and the text of a digest: each thing with its page and its reason, and how to stop it."""
    lines = []
    for each in news:
        lines += [f"{each.practice.name}: {each.says}", f"{base}{each.address}", each.reason, ""]
    subject = (
        news[0].says if len(news) == 1 else f"{many(len(news), 'reminder')} about improvement activities"
    )
    lines += [f"Stop these messages: {stopping.address(person, base)}"]
    return subject, "\n".join(lines)
