"""A vault and a log in a folder of their own, with keys that nobody else has."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.log import Log, new_log, opened_log
from mips_ia.vault.signer import Signer
from mips_ia.vault.store import Store, new_store


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where the machine has that: hundreds of writes wait for a disk in these tests."""
    if not os.access("/dev/shm", os.W_OK):  # noqa: S108 - a folder of our own in it
        yield tmp_path
        return
    with TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.fixture
def ring() -> Keyring:
    return Keyring((new_key(),))


@pytest.fixture
def store(tmp_path: Path, ring: Keyring) -> Store:
    return new_store(Folder(tmp_path / "evidence"), ring)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "log")


@pytest.fixture
def signer(folder: Folder, ring: Keyring) -> Signer:
    return new_log(folder, "example.org/log", ring.current)


@pytest.fixture
def log(folder: Folder, signer: Signer) -> Log:
    del signer  # the folder was made with it
    return opened_log(folder)
