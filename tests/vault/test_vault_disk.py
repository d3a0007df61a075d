"""A disk that is full, read-only or gone: what is said, and that nothing half-stored is left."""

import errno
import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from mips_ia.problems import Refused
from mips_ia.vault.binder.part import part
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, new_key_file
from mips_ia.vault.log import Log
from mips_ia.vault.places import place
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
        subprocess.run(["umount", "--lazy", str(path)], check=True)  # a server may still be ending


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


def calls_of(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> list[str]:
    """Which calls of the system an action makes that change something or wait for the disk, in order."""
    found: list[str] = []

    def noted(real: Callable[..., object], name: str) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            found.append(name)
            return real(*arguments, **named)

        return call

    for name in ("write", "fsync", "replace", "unlink", "ftruncate"):
        monkeypatch.setattr(os, name, noted(getattr(os, name), name))
    action()
    monkeypatch.undo()
    return found


def test_each_step_waits_until_the_one_before_is_on_the_disk(
    store: Store, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut loses what no fsync waited for; what was renamed before its bytes were there is empty."""
    whole = ["write", "fsync", "replace", "fsync"]

    stored = calls_of(monkeypatch, lambda: store.put(io.BytesIO(b"a roster")))
    assert stored == [*whole, *whole]  # the body, then the header
    assert calls_of(monkeypatch, lambda: store.forget(store.digests()[0])) == 2 * ["unlink", "fsync"]
    assert calls_of(monkeypatch, lambda: log.add("one")) == ["write", "fsync"]


def test_a_key_and_a_binder_wait_for_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def written() -> None:
        with part(tmp_path / "binder.zip") as draft:
            draft.write(b"all of it")

    assert calls_of(monkeypatch, lambda: new_key_file(tmp_path / "vault.key")) == ["fsync"]
    assert calls_of(monkeypatch, written) == ["ftruncate", "write", "fsync", "replace", "fsync"]


@pytest.mark.parametrize("folder", ["bodies", "files"])
def test_a_disk_that_gives_back_other_bytes_is_noticed_before_the_file_counts(
    store: Store, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """Of the file itself, and of the header without which nobody reads it."""
    real = os.write

    def changed(to: int, piece: bytes) -> int:
        ours = Path(f"/proc/self/fd/{to}").readlink().parent.name == folder
        return real(to, bytes([piece[0] ^ ours]) + bytes(piece[1:]))

    monkeypatch.setattr(os, "write", changed)

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


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("no credentials"), "vault_trouble"),
        (OSError(errno.ENOSPC, "full"), "vault_full"),
        (PermissionError(errno.EACCES, "not yours"), "vault_read_only"),
    ],
)
def test_what_another_kind_of_place_says_is_told(
    ring: Keyring, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    store = new_store(place(f"memory://{code}"), ring)

    def answer(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", answer)

    assert refusal(store)[0] == code
    assert left(store) == []


def test_a_disk_that_cannot_be_read_is_said_with_the_file_and_mends_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store.put(io.BytesIO(b"a roster"))
    body = f"bodies/{store.header(kept.sha256).body}"
    held = store.place.content(body)

    class Unreadable(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    real = Folder.reading
    monkeypatch.setattr(
        Folder, "reading", lambda self, name: Unreadable() if name == body else real(self, name)
    )

    with pytest.raises(Refused) as refused:
        store.put(io.BytesIO(b"a roster"))

    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("vault_trouble", f"{store.place.address}/{body}")
    assert "the disk or the network answered: [Errno 5] Input/output error. See to it" in str(problem)
    monkeypatch.undo()
    assert store.place.content(body) == held
    assert len(left(store)) == 2


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
