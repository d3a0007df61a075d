"""A binder that is broken off: nothing that looks whole is left, it says why, and the next one is clean."""

import errno
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from binders import Installation, installed, judgement
from test_vault_disk import mounted
from test_vault_kill import every_step

from mips_ia.problems import Refused
from mips_ia.vault.binder.contents import Contents, Document
from mips_ia.vault.binder.part import part
from mips_ia.vault.binder.seal import Seal
from mips_ia.vault.binder.writing import write_binder
from mips_ia.vault.check_log import check_log
from mips_ia.vault.folder import Folder
from mips_ia.vault.log import opened_log
from mips_ia.vault.places import place
from mips_ia.vault.store import new_store


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return installed(tmp_path)


def refusal(made: Installation) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        made.binder()
    (problem,) = refused.value.problems
    return problem.code, str(problem)


def binders_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if ".zip" in path.name)


def test_a_process_that_is_killed_at_any_step_leaves_no_binder_or_a_whole_one(made: Installation) -> None:
    few = Installation(made.root, made.store, made.seal, Contents({}, made.contents.documents[1:2]))
    target, before = made.root / "binder.zip", len(made.seal.log.hashes())

    for done in every_step(few.binder, ("before", "in", "after")):
        assert binders_in(made.root) in ([], ["binder.zip"], ["binder.zip.part"])
        assert target.exists() or not done
        if target.exists():
            assert judgement(target.read_bytes()).faults == []
            target.unlink()
    assert {problem.code for problem in check_log(Folder(made.root / "log"))} <= {"leaf_put_aside"}
    assert len(made.seal.log.hashes()) > before
    few.binder()
    assert binders_in(made.root) == ["binder.zip"]
    assert judgement(target.read_bytes()).faults == []


def test_the_binder_that_is_there_stays_until_the_new_one_is_whole(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made.binder().path.read_bytes()
    broken_for_binders(monkeypatch, "replace", errno.EIO)

    assert refusal(made)[0] == "binder_not_written"

    monkeypatch.undo()
    assert (made.root / "binder.zip").read_bytes() == first
    assert binders_in(made.root) == ["binder.zip"]


def broken_for_binders(monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    """The system answers a call with an error where it is about a binder, and not about the log."""
    real = getattr(os, call)

    def answer(what: object, *arguments: object, **named: object) -> object:
        path = str(Path(f"/proc/self/fd/{what}").readlink()) if isinstance(what, int) else str(what)
        if ".zip" in path:
            raise OSError(number, os.strerror(number))
        return real(what, *arguments, **named)

    monkeypatch.setattr(os, call, answer)


@pytest.mark.parametrize(
    ("call", "number", "code"),
    [
        ("write", errno.ENOSPC, "binder_full"),
        ("write", errno.EDQUOT, "binder_full"),
        ("fsync", errno.ENOSPC, "binder_full"),
        ("ftruncate", errno.EIO, "binder_not_written"),
        ("open", errno.EROFS, "binder_not_written"),
        ("open", errno.EACCES, "binder_not_written"),
    ],
)
def test_trouble_with_the_disk_is_said_and_leaves_nothing(
    made: Installation, monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: str
) -> None:
    broken_for_binders(monkeypatch, call, number)

    found, said = refusal(made)

    monkeypatch.undo()
    assert found == code
    assert "Nothing of it was kept." in said
    assert binders_in(made.root) == []


def test_a_disk_that_is_really_full(made: Installation, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=500k", "tmpfs") as disk:
        with pytest.raises(Refused) as refused:
            write_binder(disk / "binder.zip", made.contents, made.store, made.seal)

        assert [problem.code for problem in refused.value.problems] == ["binder_full"]
        assert "there is no room left for this binder. Nothing of it was kept. Make room" in str(
            refused.value
        )
        assert list(disk.iterdir()) == []


def test_a_disk_that_is_really_read_only_or_a_folder_that_is_not_there(
    made: Installation, tmp_path: Path
) -> None:
    (tmp_path / "binders").mkdir()
    with mounted(tmp_path / "disk", "--bind", str(tmp_path / "binders")) as disk:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(disk)], check=True)
        for folder, said in (
            (disk, "Read-only file system"),
            (tmp_path / "none", "No such file or directory"),
        ):
            with pytest.raises(Refused, match=said) as refused:
                write_binder(folder / "binder.zip", made.contents, made.store, made.seal)
            assert [problem.code for problem in refused.value.problems] == ["binder_not_written"]


def test_a_vault_that_vanished_is_said_once(made: Installation) -> None:
    shutil.rmtree(made.root / "evidence")

    assert refusal(made)[0] == "vault_missing"
    assert binders_in(made.root) == []


def test_a_vault_that_vanishes_while_the_binder_is_written_is_said_once(made: Installation) -> None:
    def vanish(_done: int, _all: int) -> None:
        shutil.rmtree(made.root / "evidence", ignore_errors=True)

    with pytest.raises(Refused) as refused:
        write_binder(made.root / "binder.zip", made.contents, made.store, made.seal, vanish)

    assert [problem.code for problem in refused.value.problems] == ["vault_missing"]
    assert binders_in(made.root) == []


def test_who_breaks_it_off_leaves_nothing_and_no_line_in_the_log(made: Installation) -> None:
    before = len(made.seal.log.hashes())

    def enough(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_binder(made.root / "binder.zip", made.contents, made.store, made.seal, enough)

    assert binders_in(made.root) == []
    assert len(made.seal.log.hashes()) == before


def test_two_that_write_the_same_binder_do_not_mix(made: Installation) -> None:
    with part(made.root / "binder.zip") as draft:
        draft.write(b"half")

        code, said = refusal(made)

        assert code == "binder_busy"
        assert "this binder is being written already. Wait until it is there." in said
        assert made.binder("another.zip").size > 0
        assert binders_in(made.root) == ["another.zip", "binder.zip.part"]
    assert (made.root / "binder.zip").read_bytes() == b"half"


def test_what_a_killed_process_left_is_no_part_of_the_next_binder(made: Installation) -> None:
    (made.root / "binder.zip.part").write_bytes(bytes(3_000_000))

    written = made.binder()

    assert written.size < 2_000_000
    assert judgement(written.path.read_bytes()).faults == []
    assert binders_in(made.root) == ["binder.zip"]


def test_what_a_killed_process_left_of_another_binder_is_gone_after_the_next(made: Installation) -> None:
    left = made.root / "older.zip.part"
    left.write_bytes(b"half of it")
    os.utime(left, (0, 0))

    made.binder()

    assert binders_in(made.root) == ["binder.zip"]


def test_a_disk_that_takes_fewer_bytes_than_it_is_given_gets_the_rest(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda to, piece: real(to, piece[:100_000]))

    assert judgement(made.binder().path.read_bytes()).faults == []


def test_a_log_that_was_changed_gives_no_proof(made: Installation) -> None:
    leaves = made.root / "log" / "leaves"
    leaves.write_bytes(leaves.read_bytes().replace(b'"number":1', b'"number":7'))
    seal = Seal(opened_log(Folder(made.root / "log")), made.seal.signer)
    fresh = Installation(made.root, made.store, seal, made.contents)

    assert refusal(fresh)[0] == "damaged_leaf"
    assert binders_in(made.root) == []


def test_a_vault_elsewhere_serves_too(made: Installation) -> None:
    store = new_store(place("memory://binders"), made.store.ring)
    digest = store.put(io.BytesIO(b"a roster")).sha256

    written = write_binder(
        made.root / "binder.zip", Contents({}, (Document("files/roster.csv", digest),)), store, made.seal
    )

    assert judgement(written.path.read_bytes()).faults == []
