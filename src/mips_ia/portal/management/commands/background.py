"""`background`: does what takes long, signs the log of records, takes up binders, and sends what is due.

It forgets what was destroyed, too, where a crash came between.

`mips-ia serve` starts it.
"""

import logging
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django_tasks_db.management.commands.db_worker import Command as Worker

from mips_ia.portal import forgetting, vaults, waiting
from mips_ia.portal.actions import binders
from mips_ia.portal.actions.uploads_dropped import drop_later
from mips_ia.portal.reminders import remind_everybody
from mips_ia.problems import Refused

HOUR, MINUTE = 3600, 60
EACH_MINUTE = (
    (vaults.notarize, "The log of records could not be signed."),
    (waiting.sweep, "Files that waited for too long could not be removed."),
    (binders.take_up, "Binders could not be taken up."),
    (forgetting.forget, "What was destroyed or refused could not be forgotten."),
)
logger = logging.getLogger(__name__)


class Command(Worker):
    """The worker of `django_tasks_db`, and beside it a thread that asks for reminders."""

    help = "Do the work in the background; with --remind, send reminders by itself."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--remind", action="store_true", help="send what is due, each hour")

    def handle(self, *, remind, **options):
        Thread(target=each_minute, args=(Event(),), daemon=True).start()
        asked = [drop_later.enqueue, *([ask_for_reminders] if remind else [])]
        Thread(target=each_hour, args=(Event(), asked), daemon=True).start()
        super().handle(**options)


def each_minute(over):
    """Do the work of a minute, until it is over."""
    while True:
        of_a_minute()
        close_old_connections()
        if over.wait(MINUTE):
            return


def of_a_minute():
    """All of it, one after the other; one that fails stops no other."""
    for work, said in EACH_MINUTE:
        try:
            work()
        except (DatabaseError, OSError, Refused):
            logger.exception("%s It is tried again in a minute.", said)


def ask_for_reminders():
    """What went out once goes out no more."""
    remind_everybody.enqueue(settings.ADDRESS)


def each_hour(over, asked):
    """Ask for some work now and each hour, until it is over."""
    while True:
        for ask in asked:
            try:
                ask()
            except DatabaseError:
                logger.exception("Work could not be asked for. It is tried again in an hour.")
        close_old_connections()
        if over.wait(HOUR):
            return
