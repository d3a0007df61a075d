"""A practice asks its clinicians to sign, by hand and at once."""

from collections import defaultdict

from django.db.models import Max, Q

from mips_ia.portal import clock, receipts
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Reminder
from mips_ia.portal.templatetags.words import day


def asking(practice, waiting, base):
    """The subject and text of the message by which a practice asks a clinician to sign."""
    subject = f"{practice.name} asks you to sign: {', '.join(each.activity for each in waiting)}"
    lines = [f"{practice.name} asks you to sign for what you did. It takes about 2 minutes.", ""]
    for each in waiting:
        days = f"{day(each.window.first)} to {day(each.window.last)}"
        lines += [f"{each.activity}, {days}", f"{base}sign/{each.window.id}/", ""]
    if len(waiting) > 1:
        lines += ["Or sign for all of them on one page:", f"{base}sign/several/", ""]
    lines += [
        "If the days are not right, or you did not do it, say so on the same page.",
        "",
        f"You get this because somebody at {practice.name} asked you. It stops when you have answered.",
    ]
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
