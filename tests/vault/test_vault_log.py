"""The log: leaves that are only ever added, and checkpoints that anybody can check."""

import base64
import hashlib
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_ia.problems import Refused
from mips_ia.vault import merkle
from mips_ia.vault.canonical import canonical, parsed
from mips_ia.vault.check_log import check_checkpoints, check_log
from mips_ia.vault.checkpoints import checkpoint_of
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.log import Log, new_log, new_notary, opened_log
from mips_ia.vault.rotation import rotate_signer
from mips_ia.vault.signer import Signer, public_key, signer
from mips_ia.vault.trees import root

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.from_regex(r"[a-z0-9_]+", fullmatch=True), each),
    max_leaves=10,
)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


# ---- The form of a leaf


@settings(max_examples=40)
@given(VALUES)
def test_a_value_has_one_form_which_gives_it_back(value: object) -> None:
    assert parsed(canonical(value)) == value


def test_the_form_is_sorted_utf8_without_blanks() -> None:
    assert canonical({"b": [1, None, True], "a": 'é "\n'}) == '{"a":"é \\"\\n","b":[1,null,true]}'.encode()


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, {"A": 1}, {1: 1}, {"a b": 1}, "\ud800", b"bytes", [[{"a": {1}}]]]
)
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refusal:
        canonical(value)
    assert codes(refusal) == ["bad_leaf"]


@pytest.mark.parametrize(
    "text",
    [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b"1.0", b'"\\u0041"', b"\xff", b"[", b"[" * 100_000],
)
def test_another_form_of_the_same_is_not_read(text: bytes) -> None:
    with pytest.raises(ValueError, match="it "):
        parsed(text)


# ---- Leaves


def test_leaves_are_counted_from_zero_and_come_back_in_order(log: Log) -> None:
    assert [log.add({"kind": "receipt", "number": each}) for each in range(3)] == [0, 1, 2]
    assert list(log.leaves.read(1)) == [b'{"kind":"receipt","number":1}', b'{"kind":"receipt","number":2}']


def test_a_line_is_the_hash_and_the_leaf(log: Log, folder: Folder) -> None:
    log.add({"kind": "receipt"})

    leaf = b'{"kind":"receipt"}'
    hashed = hashlib.sha256(b"\0" + leaf).hexdigest()
    assert (folder.path / "leaves").read_bytes() == hashed.encode() + b" " + leaf + b"\n"


def test_what_another_process_adds_is_seen(log: Log, folder: Folder) -> None:
    log.add("one")
    opened_log(folder).add("two")

    assert log.add("three") == 2
    assert log.root() == root([merkle.leaf_hash(leaf) for leaf in (b'"one"', b'"two"', b'"three"')])


def test_leaves_that_are_added_at_once_all_get_in(folder: Folder, signer: Signer) -> None:
    del signer
    logs, indexes = [opened_log(folder) for _ in range(4)], []

    def run(log: Log) -> None:
        indexes.extend(log.add("leaf") for _ in range(10))

    threads = [threading.Thread(target=run, args=(log,)) for log in logs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(indexes) == list(range(40))
    assert len(logs[0].hashes()) == 40


def test_a_leaf_that_was_broken_off_is_put_aside_by_the_next(log: Log, folder: Folder) -> None:
    log.add("one")
    with (folder.path / "leaves").open("ab") as file:
        file.write(b"0123 half a le")

    assert log.add("two") == 1
    assert list(log.leaves.read()) == [b'"one"', b'"two"']
    assert [folder.content(f"unfinished/{name}") for name in folder.names("unfinished")] == [
        b"0123 half a le"
    ]


def test_a_whole_leaf_whose_end_was_changed_is_not_taken_for_a_broken_one(log: Log, folder: Folder) -> None:
    log.add("one")
    path = folder.path / "leaves"
    path.write_bytes(path.read_bytes()[:-1] + b"\x0b")

    with pytest.raises(Refused) as refusal:
        opened_log(folder).add("two")
    assert codes(refusal) == ["damaged_leaf"]


def test_a_changed_leaf_is_refused_with_its_place(log: Log, folder: Folder) -> None:
    for each in ("one", "two"):
        log.add(each)
    path = folder.path / "leaves"
    path.write_bytes(path.read_bytes().replace(b'"two"', b'"owt"'))

    with pytest.raises(Refused) as refusal:
        opened_log(folder).root()
    assert f"{path}, leaf 1 (bytes 71 to 141): this leaf, or the hash before it" in str(refusal.value)


def test_a_log_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        opened_log(Folder(tmp_path))
    assert codes(refusal) == ["vault_missing"]
    assert "mips-ia check" not in str(refusal.value.problems[0])


def test_a_log_whose_leaves_are_in_a_database_is_said_to_be_checked_there(
    tmp_path: Path, ring: Keyring
) -> None:
    new_notary(Folder(tmp_path / "notary"), "example.org/log", ring.current)

    with pytest.raises(Refused) as refusal:
        opened_log(Folder(tmp_path / "notary"))

    assert codes(refusal) == ["vault_missing"]
    assert "run mips-ia check" in str(refusal.value.problems[0])


# ---- Proofs and checkpoints


def test_proofs_of_the_log_hold(log: Log) -> None:
    for each in range(7):
        log.add(each)

    leaf = merkle.leaf_hash(b"4")
    assert merkle.includes(log.root(6), 6, 4, leaf, log.inclusion(4, 6))
    assert merkle.grew(log.root(3), 3, log.root(), 7, log.consistency(3, 7))
    for asked in (lambda: log.inclusion(6, 6), lambda: log.inclusion(-1, 6), lambda: log.consistency(0, 7)):
        with pytest.raises(IndexError):
            asked()
    with pytest.raises(Refused):
        log.root(8)


def test_a_checkpoint_is_a_note_that_its_key_signed(log: Log, signer: Signer, folder: Folder) -> None:
    log.add("one")
    log.checkpoint(signer)

    text = folder.content("checkpoints/000000000001")
    origin, size, root, empty, line = text.decode().split("\n")[:5]
    dash, name, signature = line.split(" ")
    assert (origin, size, empty, dash, name) == ("example.org/log", "1", "", "—", "example.org/log")
    assert base64.b64decode(root) == hashlib.sha256(b'\0"one"').digest()
    raw, public = base64.b64decode(signature), signer.public.public_bytes_raw()
    assert raw[:4] == hashlib.sha256(b"example.org/log\n\x01" + public).digest()[:4]
    signer.public.verify(raw[4:], f"example.org/log\n1\n{root}\n".encode())
    assert checkpoint_of(text, signer.public, "here").root == log.root()


def test_a_stranger_checks_a_checkpoint_with_openssl(log: Log, signer: Signer, folder: Folder) -> None:
    """The commands of the manual."""
    log.add("one")
    log.checkpoint(signer)
    commands = """
        head -n 3 checkpoints/000000000001 > signed.txt
        tail -n 1 checkpoints/000000000001 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > signature.bin
        openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in signed.txt -sigfile signature.bin
    """
    for text, good in ((None, True), (b"example.org/log\n2\n", False)):
        if text:
            folder.put(
                "checkpoints/000000000001",
                text + folder.content("checkpoints/000000000001").split(b"\n", 2)[2],
            )
        done = subprocess.run(["sh", "-ec", commands], cwd=folder.path, capture_output=True, check=False)
        assert (done.returncode == 0) is good, done.stderr


def test_a_log_that_was_cut_or_changed_is_not_signed_again(log: Log, signer: Signer, folder: Folder) -> None:
    for each in range(3):
        log.add(each)
    log.checkpoint(signer)
    path = folder.path / "leaves"
    lines = path.read_bytes().splitlines(keepends=True)

    other = new_log(Folder(folder.path.with_name("other")), "example.org/log", new_key())
    del other
    replaced = opened_log(Folder(folder.path.with_name("other")))
    for each in range(5, 9):
        replaced.add(each)
    for held in (b"".join(lines[:2]), replaced.leaves.path.read_bytes()):  # type: ignore[attr-defined]
        path.write_bytes(held)
        with pytest.raises(Refused) as refusal:
            opened_log(folder).checkpoint(signer)
        assert codes(refusal) == ["log_rewritten"]
        assert "The log was cut or changed after it was signed" in str(refusal.value)


def test_a_checkpoint_of_the_same_size_is_kept_as_it_is(log: Log, signer: Signer, folder: Folder) -> None:
    assert log.checkpoint(signer) == log.checkpoint(signer)
    assert folder.names("checkpoints") == ["000000000000"]


# ---- The signer


@pytest.mark.parametrize("origin", ["", "our log", "a+b", "a\nb", "a\u2028b"])
def test_a_name_that_a_checkpoint_cannot_have_is_refused(tmp_path: Path, ring: Keyring, origin: str) -> None:
    with pytest.raises(Refused) as refusal:
        new_log(Folder(tmp_path / "log"), origin, ring.current)
    assert codes(refusal) == ["bad_origin"]
    assert not (tmp_path / "log").exists()


def test_leaves_may_be_kept_elsewhere(tmp_path: Path, ring: Keyring) -> None:
    """As rows of a database are: the log asks for no more than these two."""

    class Rows(list[bytes]):
        def add(self, leaf: bytes) -> int:
            self.append(leaf)
            return len(self) - 1

        def read(self, start: int = 0) -> Iterator[bytes]:
            return iter(self[start:])

    folder = Folder(tmp_path / "log")
    signer, rows = new_notary(folder, "example.org/log", ring.current), Rows()
    log = Log(rows, folder)
    assert [log.add("one"), log.add("two")] == [0, 1]
    log.checkpoint(signer)
    assert [*check_checkpoints(folder, log.hashes(), ring, None)] == []

    rows[0] = b'"owt"'

    (problem,) = check_checkpoints(folder, Log(rows, folder).hashes(), ring, None)
    assert problem.code == "log_rewritten"


def test_the_signer_is_wrapped_by_the_master_key_and_can_be_wrapped_by_another(
    folder: Folder, ring: Keyring, signer: Signer
) -> None:
    new = new_key()
    assert signer.private.private_bytes_raw().hex().encode() not in folder.content("signer.json")

    rotate_signer(folder, Keyring((new, ring.current)))

    assert opened(folder, Keyring((new,))).public == signer.public == public_key(folder)
    with pytest.raises(Refused) as refusal:
        opened(folder, ring)
    assert codes(refusal) == ["wrong_key"]


def test_what_lies_among_the_files_of_a_log_and_is_none_is_named(
    log: Log, folder: Folder, ring: Keyring, signer: Signer
) -> None:
    log.add("one")
    log.checkpoint(signer)
    assert [*check_log(folder, ring)] == []
    strays = "checkpoints/junk", "checkpoints/0000000000001", "queue/1.json", "stamps/000000000001.txt"
    for each in (*strays, "checkpoints/000000000001.0f.part"):
        (folder.path / each).write_text("nothing of ours")

    named = [(each.code, each.where) for each in check_log(folder, ring)]

    assert sorted(named) == sorted(("stray_file", f"{folder.address}/{each}") for each in strays)


def test_what_was_being_written_among_the_files_of_a_log_is_named_when_it_is_old(
    folder: Folder, ring: Keyring, signer: Signer
) -> None:
    del signer
    old, now = (folder.path / "checkpoints" / f"000000000001.{each}.part" for each in ("0f", "1f"))
    for each in (old, now):
        each.write_text("half of")
    os.utime(old, (0, 0))

    (problem,) = check_log(folder, ring)

    assert (problem.code, problem.where, problem.severity) == ("unfinished_file", str(old), "warning")
    assert str(problem).endswith("its writing was broken off, and nothing needs it. Take it away.")


def test_a_signer_that_was_changed_is_refused(folder: Folder, ring: Keyring, signer: Signer) -> None:
    del signer
    held = json.loads(folder.content("signer.json"))
    folder.put("signer.json", canonical({**held, "origin": "example.org/other"}) + b"\n")

    with pytest.raises(Refused) as refusal:
        opened(folder, ring)
    assert codes(refusal) == ["damaged_signer"]


def opened(folder: Folder, ring: Keyring) -> Signer:
    return signer(folder, ring)
