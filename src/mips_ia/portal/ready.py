"""Whether the portal can serve: its database, its tables and the vault of the evidence, looked at anew."""

from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from mips_ia.portal import vaults
from mips_ia.problems import Refused
from mips_ia.vault.places import place
from mips_ia.vault.store import Store

OTHER_KEY = (
    "The first master key that this portal has is not the one of its vault: give it that key, "
    "and start mips-ia serve again."
)
SECONDS = 2  # after which a database that does not answer is said to be away


def lacks():
    """What stands against it, in a sentence; empty where nothing does."""
    try:
        with _anew() as known:
            made = applied(known)
    except (DatabaseError, OSError):
        return "The database cannot be read."
    if not needed() <= made:
        return "The tables are not those of this version: mips-ia serve brings them up to date."
    try:
        Store(place(settings.VAULT), vaults.ring()).current()
    except Refused as refusal:
        other = refusal.problems[0].code == "wrong_key"
        return OTHER_KEY if other else "The vault of the evidence, or its key, cannot be read."
    return ""


@contextmanager
def _anew():
    """A connection of its own: one that is open outlives its file."""
    known = connection.copy()
    options = known.settings_dict["OPTIONS"]
    if known.vendor == "sqlite":
        options["timeout"] = SECONDS
        Path(known.settings_dict["NAME"]).stat()  # or SQLite makes one that is empty
    else:
        options["connect_timeout"] = SECONDS
    try:
        yield known
    finally:
        known.close()


def applied(known):
    """The migrations that were applied to the database of a connection."""
    if not MigrationRecorder(known).has_table():
        return set()
    with known.cursor() as db:
        db.execute("select app, name from django_migrations")
        return {*db.fetchall()}


@cache
def needed():
    """The migrations that make the tables of this version."""
    return {*MigrationLoader(None).disk_migrations}
