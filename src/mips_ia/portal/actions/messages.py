"""What people want to be told, and the secret address of their calendar."""

from mips_ia.portal import clock, feeds
from mips_ia.portal.log import note, write, writing
from mips_ia.portal.models import CalendarFeed, Person


def be_reminded(person, wanted):
    """Whether somebody gets reminders that nobody sends by hand."""
    with writing(None):
        if Person.objects.filter(pk=person.pk).exclude(reminded=wanted).update(reminded=wanted):
            before, after = {"reminded": not wanted}, {"reminded": wanted}
            write(person, "", None, "reminders changed", f"person {person.id}", before, after)


def replace_feed(access):
    """A new address for the person's calendar of the practice; the one before it ends."""
    with writing(access.practice):
        held = CalendarFeed.objects.filter(person=access.person, practice=access.practice)
        ended = held.filter(ended_at=None).update(ended_at=clock.now())
        token = feeds.token(access.person, access.practice, held.count() + 1)
        made = CalendarFeed.objects.create(
            person=access.person, practice=access.practice, digest=feeds.digest(token)
        )
        note(access, "calendar address replaced" if ended else "calendar address made", f"feed {made.id}")
    return made
