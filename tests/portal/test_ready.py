"""What a monitor asks: 200 while the portal can serve, and else 503 with what lacks."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import databases
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from served import empty

from mips_ia.portal import ready, vaults
from mips_ia.portal.safe import commands
from mips_ia.portal.serve import Cannot, _tell
from mips_ia.vault.keys import Keyring, new_key

pytestmark = pytest.mark.django_db
AWAY = "The database cannot be read."
OTHER_KEY = (
    "The first master key that this portal has is not the one of its vault: give it that key, "
    "and start mips-ia serve again."
)
OTHER_TABLES = "The tables are not those of this version: mips-ia serve brings them up to date."
sqlite_only = pytest.mark.skipif(databases.ON_POSTGRES, reason="PostgreSQL has no file of ours")


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """Another place of the database, which has to have all tables; connections stay as they are."""
    file = tmp_path / "portal.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", "none" if databases.ON_POSTGRES else str(file))
    settings.MIGRATION_MODULES = {}
    ready.needed.cache_clear()
    yield file
    ready.needed.cache_clear()


def said(outside: Client) -> tuple[int, str]:
    answer = outside.get("/readyz")
    assert outside.get("/healthz").status_code == 200
    return answer.status_code, answer.content.decode()


def test_it_is_ready(outside: Client) -> None:
    assert said(outside) == (200, "ready")


def test_a_vault_that_vanished_is_said(outside: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.VAULT = str(tmp_path / "gone")

    assert said(outside) == (503, "The vault of the evidence, or its key, cannot be read.")
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize("given", ["another", "new before old"])
def test_a_vault_whose_key_is_not_the_portal_s_is_said(
    outside: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    """As after a change of the master key, until the portal is started again: no file can be kept."""
    keys = (new_key(), *vaults.ring().keys) if given == "new before old" else (new_key(),)
    monkeypatch.setattr(vaults, "ring", lambda: Keyring(keys))

    assert said(outside) == (503, OTHER_KEY)
    _tell("127.0.0.1", "http://localhost:8000", demo=False)
    assert OTHER_KEY in capsys.readouterr().out


@pytest.mark.usefixtures("stored")
def test_a_database_that_vanished_is_said_and_none_is_made(outside: Client, stored: Path) -> None:
    assert said(outside) == (503, AWAY)
    assert not stored.exists()


@sqlite_only
def test_a_database_without_tables_or_with_those_of_another_version_is_said(
    outside: Client, stored: Path
) -> None:
    empty(stored)
    assert said(outside) == (200, "ready")
    with closing(sqlite3.connect(stored)) as file, file:
        file.execute(
            "update django_migrations set name = '0000_of_old' where app = 'portal' and name like '0025%'"
        )
    assert said(outside) == (503, OTHER_TABLES)
    with closing(connection.copy()) as known, pytest.raises(Cannot) as refused:
        commands._refuse_another_version(known)  # noqa: SLF001 - what `mips-ia check` says of them
    assert "The tables are those of another version, which knows portal 0000_of_old." in str(refused.value)

    stored.write_bytes(b"")
    assert said(outside) == (503, OTHER_TABLES)


@sqlite_only
def test_a_database_that_another_program_keeps_to_itself_is_said_within_seconds(
    outside: Client, stored: Path
) -> None:
    with closing(sqlite3.connect(stored)) as other:
        other.execute("create table held (id)")
        other.execute("begin exclusive")

        assert said(outside) == (503, AWAY)
