"""A disk that is full, read-only or gone: what is said, and that nothing half-stored is left."""

import errno
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mips_ia.problems import Refused
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring
from mips_ia.vault.log import Log
from mips_ia.vault.store import Store, new_store

CONTENT = bytes(600_000)


def refusal(store: Store) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        store.put(io.BytesIO(CONTENT))
    (problem,) = refused.value.problems
    return problem.code, str(problem)


def codes_of(store: Store) -> list[str]:
    try:
        store.put(io.BytesIO(CONTENT))
    except Refused as refused:
        return [problem.code for problem in refused.problems]
    return []


def left(store: Store) -> list[str]:
    return [*store.place.names("files"), *store.place.names("bodies")]


@contextmanager
def mounted(path: Path, *options: str) -> Iterator[Path]:
    """A disk of its own, where this machine lets us mount one."""
    path.mkdir()
    if subprocess.run(["mount", *options, str(path)], check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield path
    finally:
        subprocess.run(["umount", str(path)], check=True)


def broken(monkeypatch: pytest.MonkeyPatch, call: str, number: int, after: int = 0) -> None:
    """The system answers a call with an error, after it was well for some times."""
    real, left = getattr(os, call), [after]

    def answer(*arguments: object, **named: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(number, os.strerror(number))
        return real(*arguments, **named)

    monkeypatch.setattr(os, call, answer)


def test_a_disk_that_is_really_full(tmp_path: Path, ring: Keyring) -> None:
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=400k", "tmpfs") as disk:
        store = new_store(Folder(disk / "evidence"), ring)
        kept = store.put(io.BytesIO(b"a roster"))

        code, said = refusal(store)

        assert code == "vault_full"
        assert "there is no room left for this file. Nothing of it was stored. Make room" in said
        assert store.digests() == [kept.sha256]
        assert len(left(store)) == 2
        assert store.put(io.BytesIO(b"minutes")).size == 7


def test_a_disk_that_is_really_read_only(store: Store, tmp_path: Path) -> None:
    kept = store.put(io.BytesIO(b"a roster"))
    with mounted(tmp_path / "disk", "--bind", str(tmp_path / "evidence")) as disk:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(disk)], check=True)
        seen = Store(Folder(disk), store.ring)

        code, said = refusal(seen)

        assert code == "vault_read_only"
        assert "Mount it for writing" in said
        assert b"".join(seen.read(kept.sha256)) == b"a roster"


@pytest.mark.parametrize(
    ("call", "number", "code"),
    [
        ("write", errno.ENOSPC, "vault_full"),
        ("write", errno.EDQUOT, "vault_full"),
        ("fsync", errno.ENOSPC, "vault_full"),
        ("fsync", errno.EIO, "vault_trouble"),
        ("open", errno.EROFS, "vault_read_only"),
        ("open", errno.EACCES, "vault_read_only"),
        ("replace", errno.EIO, "vault_trouble"),
        ("open", errno.ESTALE, "vault_missing"),
    ],
)
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_trouble_at_any_call_is_said_and_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: str, after: int
) -> None:
    kept = store.put(io.BytesIO(b"a roster"))
    broken(monkeypatch, call, number, after)

    codes = codes_of(store)
    monkeypatch.undo()

    assert codes in ([], [code])
    assert len(left(store)) == (2 if codes else 4)
    for digest in store.digests():
        store.prove(digest)
    assert b"".join(store.read(kept.sha256)) == b"a roster"


def test_a_disk_that_gives_back_other_bytes_is_noticed_before_the_file_counts(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda to, piece: real(to, bytes([piece[0] ^ 1]) + bytes(piece[1:])))

    code, said = refusal(store)

    assert code == "not_read_back"
    assert "what was written is not what is read back. Nothing was stored." in said
    assert left(store) == []


def test_a_disk_that_takes_fewer_bytes_than_it_is_given_gets_the_rest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda to, piece: real(to, piece[:100_000]))

    assert store.put(io.BytesIO(CONTENT)).size == len(CONTENT)


@pytest.mark.parametrize("emptied", [True, False])
def test_a_folder_that_vanished_is_said_and_not_made_again(
    store: Store, tmp_path: Path, emptied: bool
) -> None:
    shutil.rmtree(tmp_path / "evidence")
    if emptied:  # as a mount point is whose disk was taken away
        (tmp_path / "evidence").mkdir()

    code, said = refusal(store)

    assert code == "vault_missing"
    assert "this is not a vault, or its folder vanished. Nothing was stored. Mount the disk" in said
    assert not emptied or list((tmp_path / "evidence").iterdir()) == []


def test_a_folder_that_vanishes_during_an_upload_is_said(store: Store, tmp_path: Path) -> None:
    class Vanishing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                shutil.rmtree(tmp_path / "evidence", ignore_errors=True)
            return super().read(size)

    with pytest.raises(Refused) as refused:
        store.put(Vanishing(CONTENT))
    assert [problem.code for problem in refused.value.problems] == ["vault_missing"]


@pytest.mark.parametrize(("call", "number"), [("write", errno.ENOSPC), ("fsync", errno.EIO)])
def test_a_leaf_that_finds_no_room_leaves_the_log_as_it_was(
    log: Log, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    log.add({"number": 0})
    before = log.root()
    broken(monkeypatch, call, number)

    with pytest.raises(Refused):
        log.add({"number": 1})

    monkeypatch.undo()
    assert log.root() == before
    assert log.add({"number": 1}) == 1
