"""A disk that is full, read-only or gone, and another key: a page says so, and nothing is kept by half."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from evidence_given import ITEM, PATIENT, SHOWS, P, added, file, nothing_waits, sealed, stopped, text  # noqa: F401 - a fixture

from mips_ia.portal import vaults
from mips_ia.portal.models import Revision, Waiting
from mips_ia.vault.keys import Keyring, new_key

Browse = Callable[[str], Client]


def test_a_folder_that_vanished_keeps_nothing_and_says_what_to_do(browse: Browse, tmp_path: Path) -> None:
    away, here = tmp_path / "away", Path(settings.VAULT)
    manager = browse("manager")
    added(manager)
    here.rename(away)
    try:
        answer = manager.post(ITEM, {"files": file(b"Another one.\n"), **SHOWS}, follow=True)
        one = text(manager.get(f"{P}/evidence/1/").content)
        taken = manager.post(f"{P}/evidence/1/files/1/", follow=True)
    finally:
        away.rename(here)

    assert Revision.objects.count() == 1
    assert answer.status_code == 503
    assert "its folder vanished" in text(answer.content)
    assert "policy.txt" in one
    assert "Content-Disposition" not in taken.headers
    assert "Mount the disk or restore the folder" in text(taken.content)


@pytest.mark.parametrize(
    ("call", "number", "status", "what", "fix"),
    [
        ("write", errno.ENOSPC, 507, "there is no room left for this file.", "Make room or enlarge the disk"),
        ("fsync", errno.ENOSPC, 507, "there is no room left for this file.", "Make room or enlarge the disk"),
        ("open", errno.EROFS, 503, "nothing can be written here: it is read-only", "Mount it for writing"),
        ("replace", errno.EIO, 503, "the disk or the network answered", "See to it, then try again"),
    ],
)
def test_a_disk_that_takes_nothing_is_said_and_what_was_typed_stays(
    browse: Browse, monkeypatch: pytest.MonkeyPatch, call: str, number: int, status: int, what: str, fix: str
) -> None:
    manager, real = browse("manager"), getattr(os, call)
    before = vault_now()

    def refused(*given: Any, **named: Any) -> Any:
        ours = call != "open" or "/evidence/" in str(given[0])
        if ours:
            raise OSError(number, os.strerror(number))
        return real(*given, **named)

    with monkeypatch.context() as broken:
        broken.setattr(os, call, refused)
        answer = manager.post(ITEM, {"files": file(), **SHOWS, "note": "Of the third floor"})

    page = text(answer.content)
    assert (answer.status_code, what in page, fix in page) == (status, True, True)
    assert "Show this to whoever looks after this installation." in page
    assert "Choose “policy.txt” again" not in page
    assert 'value="Of the third floor"' in answer.content.decode()
    assert not Revision.objects.exists()
    assert vault_now() == before
    assert added(manager)


def vault_now() -> set[str]:
    """What lies in the vault, and what waits."""
    folders = (Path(settings.VAULT) / "files", Path(settings.VAULT) / "bodies", settings.WAITING)
    return {str(each) for folder in folders for each in folder.glob("*")}


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EROFS, 503)])
def test_what_cannot_wait_for_a_choice_leaves_nothing(
    browse: Browse, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    before, real = vault_now(), os.write

    def broken_off(descriptor: int, content: bytes) -> int:
        real(descriptor, bytes(content)[:10])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", broken_off)
    answer = browse("manager").post(ITEM, {"files": file(PATIENT, "note.txt"), **SHOWS})

    assert answer.status_code == status
    assert vault_now() == before
    assert sealed() == []
    assert not Waiting.objects.exists()


def test_a_vault_of_another_key_takes_nothing_and_says_which_is_needed(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, before = browse("manager"), vault_now()
    with monkeypatch.context() as other:
        other.setattr(vaults.store(), "ring", Keyring((new_key(),)))
        answer = manager.post(ITEM, {"files": file(), **SHOWS})

    assert answer.status_code == 503
    assert "this needs the master key" in text(answer.content)
    assert "Give the vault's key first" in text(answer.content)
    assert vault_now() == before
    assert added(manager)


def test_a_masked_copy_that_finds_no_room_keeps_the_file_waiting(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = browse("manager")
    fields = stopped(manager)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", full)
        answer = manager.post(f"{P}/evidence/waiting/", {**fields, "do": "mask"})

    assert answer.status_code == 507
    assert "there is no room left for this file." in text(answer.content)
    assert Waiting.objects.count() == 1
    manager.post(f"{P}/evidence/waiting/", {**fields, "do": "mask"})
    assert Revision.objects.get().masked
