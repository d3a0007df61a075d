"""All rows of the database as one stream, as they were at one moment, and back again."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from mips_ia.portal.safe import faults
from mips_ia.vault.folder import Folder

PARAMETERS = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip


@contextmanager
def dumped():
    """The rows as a stream to read."""
    with (_of_postgres if connection.vendor == "postgresql" else _of_sqlite)() as stream:
        yield stream


@contextmanager
def _of_sqlite():
    """SQLite's own copy of one moment, beside the database until it is read; who writes does not wait."""
    with tempfile.TemporaryDirectory(prefix="copying-", dir=settings.HOME) as folder:
        copy = Path(folder) / "portal.sqlite3"
        copy.touch(0o600)
        name = connection.settings_dict["NAME"]
        with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        with copy.open("rb") as stream:
            yield stream


@contextmanager
def _of_postgres():
    command = [_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=_surrounding())  # noqa: S603
        try:
            yield running.stdout
            running.stdout.close()
            _ended(running, "pg_dump", said)
        finally:
            running.kill()
            running.wait()


def restored(pieces):
    """The rows of a stream are in this installation's database, which is empty."""
    if connection.vendor == "postgresql":
        _into_postgres(pieces)
        return
    path = Path(connection.settings_dict["NAME"])
    with Folder(path.parent).writing(path.name) as draft:
        for piece in pieces:
            draft.write(piece)


def _into_postgres(pieces):
    into = f"--dbname={connection.get_connection_params()['dbname']}"
    how = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", into]
    command = [_program("pg_restore"), *how]
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said, env=_surrounding())  # noqa: S603
        try:
            for piece in pieces:
                running.stdin.write(piece)
            running.stdin.close()
        except BrokenPipeError:
            pass  # it says why
        _ended(running, "pg_restore", said)


def _ended(running, name, said):
    if running.wait():
        said.seek(0)
        raise faults.program_ended(name, said.read(2000).decode(errors="replace"))


def empty():
    """Whether nothing is in the database yet; a file of SQLite that is not there is not made."""
    if connection.vendor == "sqlite":
        return not Path(connection.settings_dict["NAME"]).exists()
    return not connection.introspection.table_names()


def _program(name):
    found = shutil.which(name)
    if found is None:
        raise faults.no_program(name)
    return found


def _surrounding():
    """The environment by which PostgreSQL's programs reach the database; no password stands in a command."""
    given = connection.get_connection_params()
    return dict(os.environ) | {
        PARAMETERS[name]: str(value) for name, value in given.items() if name in PARAMETERS
    }
