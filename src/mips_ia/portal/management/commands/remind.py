"""`remind`: one message to everybody for whom something is due today. Run it once a day, by day."""

from django.conf import settings
from django.core.management.base import BaseCommand

from mips_ia.portal import reminders
from mips_ia.portal.templatetags.words import many


class Command(BaseCommand):
    """Sends what is due today, or with `--show` only says it."""

    help = "Send today’s reminders, at most one message a person a day."

    def add_arguments(self, parser):
        parser.add_argument("--show", action="store_true", help="say what is due, and send nothing")
        parser.add_argument("--later", action="store_true", help="leave it to the work in the background")

    def handle(self, *args, **options):
        if options["show"]:
            for each in reminders.due():
                self.stdout.write(f"{each.person.email}: {each.says}")
        elif options["later"]:
            reminders.remind_everybody.enqueue(settings.ADDRESS)
            self.stdout.write("Left to the work in the background.")
        else:
            self.stdout.write(f"{many(reminders.remind(settings.ADDRESS), 'message')} sent.")
