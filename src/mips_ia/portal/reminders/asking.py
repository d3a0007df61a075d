"""A practice asks its clinicians to sign, by hand and at once."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.mail import get_connection
from django.db.models import Max, Q

from mips_ia.portal import clock
from mips_ia.portal.letters import letter
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Reminder
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.undelivered import away, why


@dataclass
class Asked:
    """How many were asked, how many had been today already, and to whom no message went, and why."""

    sent: int = 0
    before: int = 0
    unsent: list = field(default_factory=list)
    fault: OSError | None = None

    def said(self):
        """Each thing that there is to say, and whether it went well."""
        if self.sent:
            yield True, f"Sent. {_were(self.sent)} asked to sign."
        if self.before:
            yield False, f"{_were(self.before)} asked today already."
        if self.unsent:
            yield False, self._of_unsent()
        if not (self.sent or self.before or self.unsent):
            yield False, "Nobody was asked: nothing waits, or nobody of them has an account."

    def _of_unsent(self):
        named = ", ".join(person.email for person in self.unsent)
        if len(self.unsent) == 1:
            return f"The message to {named} could not be sent: {why(self.fault)}. Send it again later."
        said = f"{len(self.unsent)} messages could not be sent: {why(self.fault)}. "
        return f"{said}Send them again later: {named}."


def _were(count):
    return f"{many(count, 'clinician')} {'was' if count == 1 else 'were'}"


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
    """Ask clinicians to sign, now, and nobody twice on one day."""
    return ask_all([(access, waiting)], base)


def ask_all(wanted, base):
    """The same at several practices: what waits there for each access, over one connection.

    Nothing is held in the database while a message goes out, so that nobody waits for a mail server.
    """
    told, connection = Asked(), get_connection()
    for access, person, waiting in _each(wanted):
        kept = _kept(access, person)
        if kept is None:
            told.before += 1
            continue
        fault = told.fault if away(told.fault) else _fault(connection, access, person, waiting, base)
        with writing(access.practice):
            if fault:
                kept.delete()
            else:
                after = {"activities": [each.activity for each in waiting]}
                note(access, "asked to sign", f"person {person.id}", None, after)
        if fault:
            told.unsent.append(person)
            told.fault = fault
        else:
            told.sent += 1
    connection.close()
    return told


def _each(wanted):
    """What waits for each person with an account, at each practice."""
    for access, waiting in wanted:
        of = defaultdict(list)
        for each in waiting:
            if each.clinician.person_id:
                of[each.clinician.person].append(each)
        for person, every in of.items():
            yield access, person, every


def _kept(access, person):
    """That a person is asked today, before it is done; None where they were already."""
    with writing(access.practice):
        about = f"asked {access.year.year} {clock.today()}"
        row, new = Reminder.objects.get_or_create(person=person, practice=access.practice, about=about)
        return row if new else None


def _fault(connection, access, person, waiting, base):
    """Why the message could not be sent; None where it was."""
    subject, text = asking(access.practice, waiting, base)
    try:
        connection.open()
        connection.send_messages([letter(person.email, subject, text)])
    except OSError as fault:
        return fault
    return None


def last_asked(practice):
    """When each person was last asked to sign, by person."""
    asked_ = practice.reminders.filter(Q(about__startswith="asked ") | Q(about__startswith="sign "))
    return dict(asked_.values_list("person_id").annotate(last=Max("sent_at")))
