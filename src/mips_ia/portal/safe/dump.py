"""All rows of the database as one stream, as they were at one moment, and back again.

With them goes what the log of records came to at that moment, to compare with what comes back.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

from mips_ia.portal.models import Leaf
from mips_ia.portal.safe import faults
from mips_ia.portal.safe.rows import at_one_moment
from mips_ia.vault.folder import Folder
from mips_ia.vault.merkle import leaf_hash
from mips_ia.vault.trees import Tree

PARAMETERS = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip
_COPYING = "copying-"
_BEGUN = 60  # seconds in which a copy that is begun is held by whoever makes it
_LEAVES = 'select content from portal_leaf order by "index"'


@contextmanager
def dumped():
    """The rows as a stream to read, and what the log of records in them comes to."""
    with (_of_postgres if connection.vendor == "postgresql" else _of_sqlite)() as found:
        yield found


def log_of(contents):
    """What a log of records comes to, from its leaves in their order: how many there are, and their root.

    `ValueError` where one of them is no text any more.
    """
    tree = Tree()
    for content in contents:
        if not isinstance(content, str):
            raise ValueError(f"leaf {tree.size} of the log of records is no text")  # noqa: TRY004 - what cannot be read is told so
        tree.add(leaf_hash(content.encode()))
    return {"size": tree.size, "root": tree.root().hex()}


def log_here():
    """What the log of records comes to in this installation's database."""
    return log_of(Leaf.objects.order_by("index").values_list("content", flat=True).iterator())


@contextmanager
def _of_sqlite():
    """SQLite's own copy of one moment, beside the database until it is read; who writes does not wait."""
    _swept()
    with tempfile.TemporaryDirectory(prefix=_COPYING, dir=settings.HOME) as folder:
        copy = Path(folder) / "portal.sqlite3"
        copy.touch(0o600)
        with copy.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH)  # as long as it is needed
            name = connection.settings_dict["NAME"]
            with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
                log = log_of(row[0] for row in target.execute(_LEAVES))
            yield stream, log


def _swept():
    """A copy that nobody needs any more goes: a backup that was killed left it behind."""
    for left in settings.HOME.glob(f"{_COPYING}*"):
        with suppress(OSError), (left / "portal.sqlite3").open("rb") as copy:
            if time.time() - left.stat().st_mtime > _BEGUN:
                fcntl.flock(copy, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)


@contextmanager
def _of_postgres():
    command = [_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    with tempfile.TemporaryFile() as said, at_one_moment():
        with connection.cursor() as db:
            db.execute("select pg_export_snapshot()")
            command.append(f"--snapshot={db.fetchone()[0]}")
        log = log_here()
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=_surrounding())  # noqa: S603
        try:
            yield running.stdout, log
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
