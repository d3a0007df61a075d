"""Whatever is changed in a binder is named: bytes at random, lines, files, and by who mends the sums."""

import io
import json
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path

import authority
import pytest
from binders import MADE, Installation, files_of, flipped, installed, judgement, packed

from mips_ia.vault.chunks import CHUNK
from mips_ia.vault.verifier.faults import Fault
from mips_ia.vault.verifier.judged import Own
from mips_ia.vault.verifier.manifest import CONSISTENCY, INCLUSION, LEAVES, MANIFEST, PUBLIC, SUMS

# Bytes changed at random, for each kind of thing in a binder: hundreds in all, and at least 20 of each.
FLIPS = {
    "files": 160, MANIFEST: 60, SUMS: 40, LEAVES: 40, INCLUSION: 40, CONSISTENCY: 20,
    "proofs/checkpoints": 60,
    "proofs/stamps": 20, PUBLIC: 20, "proofs/authorities.pem": 20, "VERIFY.md": 20, "verify.py": 20,
    "headers": 60, "the list at the end": 60, **dict.fromkeys(MADE, 20),
}  # fmt: skip
# What somebody who mends SHA256SUMS and the ZIP must change, too: each is found without those.
MENDED = (
    "files", MANIFEST, LEAVES, INCLUSION, CONSISTENCY, "proofs/checkpoints", PUBLIC, "verify.py", *MADE,
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    root = tmp_path_factory.mktemp("installation")
    return installed(root, authority.made(root / "authority"))


@pytest.fixture(scope="module")
def binder(made: Installation) -> bytes:
    return made.binder().path.read_bytes()


def places(binder: bytes, kind: str) -> list[tuple[str, int, int]]:
    """Where in the ZIP what is of a kind lies: its path, its first byte, and the one after its last."""
    with zipfile.ZipFile(io.BytesIO(binder)) as zipped:
        entries, start = zipped.infolist(), zipped.start_dir
    if kind == "the list at the end":
        ends = [*accumulate((46 + len(entry.filename) for entry in entries), initial=start)]
        lines = [(entry.filename, *line) for entry, line in zip(entries, pairwise(ends), strict=True)]
        return [*lines, ("the end of the list", ends[-1], len(binder))]
    data = {entry.filename: entry.header_offset + 30 + len(entry.filename) for entry in entries}
    if kind == "headers":
        return [(entry.filename, entry.header_offset, data[entry.filename]) for entry in entries]
    return [
        (entry.filename, data[entry.filename], data[entry.filename] + entry.file_size)
        for entry in entries
        if entry.file_size and (entry.filename == kind or entry.filename.startswith(f"{kind}/"))
    ]


def flips(binder: bytes, kind: str, count: int) -> Iterator[tuple[str, int, int, int]]:
    """The path, its beginning, the place and the change of bytes at random, the same in every run."""
    chance, found = random.Random(kind), places(binder, kind)
    for number in range(count):
        path, start, end = found[number % len(found)]
        yield path, start, chance.randrange(start, end), chance.randrange(1, 256)


def test_a_binder_that_nobody_changed_is_whole(made: Installation, binder: bytes) -> None:
    own = Own((made.root / "log/public.pem").read_bytes(), (made.root / "authority/ca.pem").read_bytes())

    found = judgement(binder, own)

    assert found.faults == []
    assert found.unchecked == []
    assert len(found.holds) == 9
    assert packed(files_of(binder)) == binder


@pytest.mark.parametrize("kind", FLIPS)
def test_any_changed_byte_is_named(binder: bytes, kind: str) -> None:
    for path, start, place, by in flips(binder, kind, FLIPS[kind]):
        found = judgement(flipped(binder, place, by)).faults

        named = any(path in f"{fault.where} {fault.what}" for fault in found)
        assert named or (kind == "the list at the end" and located(found, place)), (path, place, found)
        if kind == "headers":
            last = start + 29 + len(path)
            said = f"the header of {path!r} (bytes {start} to {last}) differs from byte {place} on."
            assert any(fault.code == "changed_zip" and said in fault.what for fault in found), found
        if kind == "files":
            chunk = (place - start) // CHUNK
            (own,) = (fault for fault in found if fault.code == "changed_file" and fault.where == path)
            assert f"chunk {chunk} (bytes {chunk * CHUNK} to " in own.what


def located(found: list[Fault], place: int) -> bool:
    """Whether a fault of the ZIP itself names bytes among which this one is."""
    said = [f"{fault.where} {fault.what}" for fault in found if fault.code == "changed_zip"]
    ranges = [each for text in said for each in re.findall(r"bytes (\d+) to (\d+)", text)]
    return any(int(first) <= place <= int(last) for first, last in ranges)


def test_there_are_five_hundred_changed_bytes_and_twenty_of_each_kind() -> None:
    assert sum(FLIPS.values()) >= 500
    assert min(FLIPS.values()) >= 20


@pytest.mark.parametrize("kind", MENDED)
def test_a_change_is_named_though_the_sums_and_the_zip_were_mended(binder: bytes, kind: str) -> None:
    files = files_of(binder)
    for path, start, place, by in flips(binder, kind, 25):
        found = judgement(packed({**files, path: flipped(files[path], place - start, by)})).faults

        assert any(path in f"{fault.where} {fault.what}" for fault in found), (path, place - start, found)
        assert "changed_zip" not in {fault.code for fault in found}


def test_a_forger_who_makes_a_new_manifest_lacks_its_line_in_the_log(binder: bytes) -> None:
    files = files_of(binder)
    value = json.loads(files[MANIFEST])
    value["about"] = {"title": "Evidence of another practice"}
    files[MANIFEST] = json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    found = judgement(packed(files)).faults

    assert [fault.where for fault in found if fault.code == "not_proven"] == [MANIFEST, f"{LEAVES}, leaf 9"]
    assert "no leaf of the log has its SHA-256" in found[0].what


def test_a_binder_that_another_log_signed_is_named_by_the_key_that_one_has(
    made: Installation, tmp_path: Path
) -> None:
    other = installed(tmp_path / "other").binder().path.read_bytes()

    (fault,) = judgement(other, Own((made.root / "log/public.pem").read_bytes())).faults

    assert fault.code == "other_key"
    assert "the log of this binder has another key than yours" in str(fault)


def test_the_manifest_of_an_older_binder_is_named(made: Installation, binder: bytes) -> None:
    about = {"title": "Evidence of an invented practice, again"}
    again = replace(made, contents=replace(made.contents, about=about)).binder("newer.zip")
    older, newer = files_of(binder), files_of(again.path.read_bytes())

    found = judgement(packed({**newer, MANIFEST: older[MANIFEST]})).faults

    assert ("not_proven", MANIFEST) in {(fault.code, fault.where) for fault in found}


@pytest.mark.parametrize(
    ("path", "honest"),
    [
        (SUMS, False),
        *((path, honest) for path in (LEAVES, INCLUSION, CONSISTENCY) for honest in (True, False)),
    ],
)
@pytest.mark.parametrize("change", ["a line gone", "two lines swapped", "a line twice", "the last line cut"])
def test_a_line_that_is_gone_twice_or_elsewhere_is_named(
    binder: bytes, path: str, change: str, honest: bool
) -> None:
    files = files_of(binder)
    lines = files[path].splitlines(keepends=True)
    if change == "a line gone":
        lines = lines[1:]
    elif change == "two lines swapped":
        lines = [*lines[1:2], lines[0], *lines[2:]]
    elif change == "a line twice":
        lines = [lines[0], *lines]
    else:
        lines[-1] = lines[-1][:-1]
    changed = {**files, path: b"".join(lines)}
    found = judgement(packed(changed, honest=honest)).faults

    if b"".join(lines) != files[path]:
        assert any(path in fault.where or path in fault.what for fault in found), (path, found)


@pytest.mark.parametrize("honest", [True, False])
def test_a_file_that_is_gone_is_named(binder: bytes, honest: bool) -> None:
    files = files_of(binder)
    for path in files:
        left = {each: text for each, text in files.items() if each != path}
        if honest and (path == SUMS or path.startswith(("proofs/stamps", "proofs/auth"))):
            continue  # sums that were mended are there; a binder without time stamps proves less, and says so
        found = judgement(packed(left, honest=honest)).faults
        named = any(path in fault.where or path in fault.what for fault in found)
        assert named or (honest and path.startswith("proofs/checkpoints") and found), (path, found)


@pytest.mark.parametrize(
    "path", ["files/IA_BE_4/another.pdf", "proofs/more.txt", "proofs/checkpoints/000000000002"]
)
def test_a_file_that_was_added_is_named(binder: bytes, path: str) -> None:
    found = judgement(packed({**files_of(binder), path: b"something"})).faults

    assert path in {fault.where for fault in found}


def test_two_files_that_were_swapped_are_both_named(binder: bytes) -> None:
    files = files_of(binder)
    one, other = (path for path, text in files.items() if path.startswith("files/") and len(text) > CHUNK)

    found = judgement(packed({**files, one: files[other], other: files[one]})).faults

    assert {one, other} <= {fault.where for fault in found}


def test_files_that_lie_in_another_order_are_named(binder: bytes) -> None:
    files = files_of(binder)
    paths = [*files]
    for at, (one, other) in enumerate(pairwise(paths)):
        order = [*paths[:at], other, one, *paths[at + 2 :]]
        (fault,) = judgement(packed({path: files[path] for path in order}, honest=False)).faults

        assert (fault.code, fault.where) == ("changed_zip", other)
        assert f"where {one} was written" in fault.what


def test_a_zip_that_was_cut_off_is_named_wherever_that_is(binder: bytes) -> None:
    chance = random.Random(4)
    for end in [0, 1, 21, 22, len(binder) - 1, *(chance.randrange(len(binder)) for _ in range(40))]:
        assert "changed_zip" in {fault.code for fault in judgement(binder[:end]).faults}, end


@pytest.mark.parametrize("more", [b"\0", b"PK\5\6" + bytes(18), bytes(1000)])
def test_bytes_before_or_behind_the_zip_are_named(binder: bytes, more: bytes) -> None:
    assert "changed_zip" in {fault.code for fault in judgement(more + binder).faults}
    assert "changed_zip" in {fault.code for fault in judgement(binder + more).faults}
