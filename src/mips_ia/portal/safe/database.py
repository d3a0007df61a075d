"""What the database says of its own file, and how it is said that it cannot be read."""

import sqlite3

from django.db import DatabaseError, connection

from mips_ia.portal.serve import Cannot
from mips_ia.problems import Problem, Refused

FIX = "Restore the database from the backup, and find out who changed it."
UNREADABLE = (DatabaseError, ValueError)
# What SQLite says where it cannot reach a file that may be whole.
NOT_REACHED = {
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip


def problems():
    """What SQLite says of its file."""
    if connection.vendor == "sqlite":
        with connection.cursor() as db:
            try:
                db.execute("pragma integrity_check")
                said = [row[0] for row in db.fetchall()]
            except UNREADABLE as error:
                said = [str(error)]
        if said != ["ok"]:
            yield Problem("database_damaged", _where(), f"SQLite says: {'; '.join(said)}.", FIX)


def unreadable(error):
    """Why nothing can be read: `Refused` where the file is damaged, `Cannot` where it is not reached."""
    code = getattr(error.__cause__, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if connection.vendor != "sqlite" or code in NOT_REACHED:
        return Cannot(_not_reached(str(error).strip().partition("\n")[0]))
    return Refused([damaged(error)])


def _not_reached(said):
    if connection.vendor == "sqlite":
        return (
            f"The database {connection.settings_dict['NAME']} cannot be used: {said}. See that its folder is "
            "there, has room, and can be written to."
        )
    return (
        f"The database that DATABASE_URL names cannot be used: {said}. See that it runs, and that the host, "
        "the name, the user and the password are right."
    )


def damaged(error):
    """Something in the database that cannot be read."""
    said = error.object if isinstance(error, UnicodeDecodeError) else str(error)
    if isinstance(said, bytes):
        said = said.decode(errors="replace")
    return Problem("database_damaged", _where(), f"it cannot be read: {said}.", FIX)


def _where():
    return str(connection.settings_dict["NAME"])
