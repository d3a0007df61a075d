"""A vault and a log in a folder of their own, with keys that nobody else has."""

from pathlib import Path

import pytest

from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.log import Log, new_log, opened_log
from mips_ia.vault.signer import Signer
from mips_ia.vault.store import Store, new_store


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
