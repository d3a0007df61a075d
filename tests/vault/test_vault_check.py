"""The check names every fault: whatever byte is changed, and whatever is there without its other half."""

import io
import random
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mips_ia.problems import Problem, Refused
from mips_ia.vault.check_log import check_log
from mips_ia.vault.check_store import check, leftovers
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.log import Log, new_log, opened_log
from mips_ia.vault.signer import Signer, public_key
from mips_ia.vault.store import Store

NEVER = 10.0**12  # a moment that does not come
# Bytes changed at random, for each kind of file; 500 in all.
FLIPS = {"bodies": 120, "files": 120, "leaves": 120, "checkpoints": 100, "vault.json": 20, "signer": 20}


@pytest.fixture
def kept(store: Store, log: Log, signer: Signer) -> Store:
    """A vault with three files, and beside it a log with six leaves and two checkpoints."""
    for size in (0, 50, 300_000):
        store.put(io.BytesIO(secrets.token_bytes(size)))
    for number in range(6):
        log.add({"kind": "receipt", "number": number, "of": "a roster"})
        if number in (2, 4):
            log.checkpoint(signer)
    return store


def problems(store: Store, folder: Folder, referenced: set[str] | None = None) -> list[Problem]:
    return [*check(store, referenced), *check_log(folder, store.ring)]


def codes(found: list[Problem]) -> list[str]:
    return [problem.code for problem in found]


def test_a_whole_vault_and_log_have_no_fault(kept: Store, folder: Folder) -> None:
    assert problems(kept, folder, {*kept.digests()}) == []
    assert [*check_log(folder, None, public_key(folder))] == []


def flips(root: Path, kind: str) -> Iterator[tuple[Path, int]]:
    """Files of a kind with the places of bytes to change, the same ones in every run."""
    chance = random.Random(kind)
    paths = {
        "bodies": root / "evidence" / "bodies",
        "files": root / "evidence" / "files",
        "vault.json": root / "evidence" / "vault.json",
        "leaves": root / "log" / "leaves",
        "checkpoints": root / "log" / "checkpoints",
        "signer": root / "log" / "signer.json",
    }
    found = paths[kind]
    files = sorted(found.iterdir(), key=lambda path: path.stat().st_size) if found.is_dir() else [found]
    for number in range(FLIPS[kind]):
        path = files[number % len(files)]
        yield path, chance.randrange(path.stat().st_size)


@pytest.mark.parametrize("kind", FLIPS)
def test_any_changed_byte_is_named_with_its_file(
    kept: Store, folder: Folder, tmp_path: Path, kind: str
) -> None:
    chance = random.Random(1)
    for path, place in flips(tmp_path, kind):
        held = path.read_bytes()
        path.write_bytes(held[:place] + bytes([held[place] ^ chance.randrange(1, 256)]) + held[place + 1 :])

        found = problems(kept, folder)

        assert any(
            problem.where.startswith(str(path)) and problem.severity == "error" for problem in found
        ), f"byte {place} of {path.name}: {found}"
        path.write_bytes(held)
    assert problems(kept, folder) == []


def test_there_are_five_hundred_changed_bytes_and_twenty_of_each_kind() -> None:
    assert sum(FLIPS.values()) == 500
    assert min(FLIPS.values()) >= 20


def test_a_changed_byte_of_the_public_key_is_named(kept: Store, folder: Folder) -> None:
    path = folder.path / "public.pem"
    held = path.read_bytes()
    for place in range(len(held)):
        path.write_bytes(held[:place] + bytes([held[place] ^ 1]) + held[place + 1 :])

        assert "damaged_signer" in codes(problems(kept, folder)), place


def test_the_place_of_a_changed_byte_is_named_where_it_can_be(kept: Store, folder: Folder) -> None:
    (large,) = (
        path for path in folder.path.parent.glob("evidence/bodies/*") if path.stat().st_size > 300_000
    )
    held = bytearray(large.read_bytes())
    held[280_000] ^= 1
    large.write_bytes(held)
    leaves = folder.path / "leaves"
    lines = leaves.read_bytes().replace(b'"number":3', b'"number":9')
    leaves.write_bytes(lines)

    first, second, third = problems(kept, folder)

    assert f"{large}: the file is damaged: chunk 1 (bytes 262160 to 300031 of the body)" in str(first)
    start = lines.index(b"\n", lines.index(b'"number":2')) + 1
    assert f"{leaves}, leaf 3 (bytes {start} to " in str(second)
    assert (third.code, third.where) == ("log_rewritten", str(folder.path / "checkpoints" / "000000000005"))


@pytest.mark.parametrize(
    ("without", "code"),
    [
        ("evidence/vault.json", "vault_missing"),
        ("evidence/files/*", "unused_body"),
        ("evidence/bodies/*", "damaged_file"),
        ("log/public.pem", "vault_missing"),
        ("log/signer.json", "vault_missing"),
    ],
)
def test_a_file_that_lacks_is_named(
    kept: Store, folder: Folder, tmp_path: Path, without: str, code: str
) -> None:
    next(iter(tmp_path.glob(without))).unlink()

    assert code in codes(problems(kept, folder))


def test_a_checkpoint_under_the_name_of_another_is_named(kept: Store, folder: Folder) -> None:
    folder.put("checkpoints/000000000003", folder.content("checkpoints/000000000005"))

    (problem,) = problems(kept, folder)

    assert "it is the checkpoint at size 5" in str(problem)


def test_leaves_that_were_cut_off_are_named_by_the_checkpoints(kept: Store, folder: Folder) -> None:
    leaves = folder.path / "leaves"
    leaves.write_bytes(b"".join(leaves.read_bytes().splitlines(keepends=True)[:4]))

    (problem,) = problems(kept, folder)

    assert "this was signed at size 5, and the log now has size 4" in str(problem)


@pytest.mark.parametrize("order", [(0, 2, 1, 3, 4, 5), (0, 1, 3, 4, 5), (0, 1, 1, 2, 3, 4, 5)])
def test_leaves_that_were_swapped_taken_out_or_doubled_are_named_by_the_checkpoints(
    kept: Store, folder: Folder, order: tuple[int, ...]
) -> None:
    leaves = folder.path / "leaves"
    lines = leaves.read_bytes().splitlines(keepends=True)
    leaves.write_bytes(b"".join(lines[each] for each in order))

    assert {*codes(problems(kept, folder))} == {"log_rewritten"}


def test_bodies_that_were_swapped_are_both_named(kept: Store, folder: Folder) -> None:
    one, other = sorted((folder.path.parent / "evidence" / "bodies").iterdir())[:2]
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)

    assert codes(problems(kept, folder)) == ["damaged_file", "damaged_file"]


def test_a_log_that_somebody_made_anew_is_named_by_the_key_that_was_kept_elsewhere(
    kept: Store, folder: Folder, tmp_path: Path
) -> None:
    other = Folder(tmp_path / "other")
    signer = new_log(other, "example.org/log", kept.ring.current)
    opened_log(other).add({"kind": "receipt", "number": 7})
    opened_log(other).checkpoint(signer)

    found = [*check_log(other, kept.ring, public_key(folder))]

    assert codes(found) == ["damaged_signer", "damaged_checkpoint"]
    assert "this is not the public key that was given to check by" in str(found[0])


def test_orphans_are_named_both_ways(kept: Store, folder: Folder) -> None:
    digests = kept.digests()
    lost = "0" * 64

    missing, unused = problems(kept, folder, {*digests[1:], lost})

    assert missing.code == "missing_file"
    assert f"a record names the file {lost}, and it is not here" in str(missing)
    assert unused.code == "unused_file"
    assert unused.where.endswith(digests[0])
    assert "of a portal by mips-ia check --forget-unnamed, a day after it came" in unused.fix
    assert "of any other vault by mips-ia vault forget" in unused.fix


def test_what_is_not_of_the_vault_is_named(kept: Store, folder: Folder) -> None:
    kept.place.put("files/notes.txt", b"")
    kept.place.put("bodies/notes.txt", b"")

    assert codes(problems(kept, folder)) == ["stray_file", "stray_file"]


def test_an_unfinished_leaf_is_named(kept: Store, folder: Folder, log: Log) -> None:
    with (folder.path / "leaves").open("ab") as file:
        file.write(b"012345")
    assert codes(problems(kept, folder)) == ["unfinished_leaf"]

    log.add("the next")

    (problem,) = problems(kept, folder)
    assert (problem.code, problem.severity) == ("leaf_put_aside", "warning")


def test_with_the_wrong_key_everything_says_so(kept: Store, folder: Folder) -> None:
    other = Keyring((new_key(),))

    found = [*check(Store(kept.place, other)), *check_log(folder, other)]

    assert {*codes(found)} == {"wrong_key"}
    assert len(found) == 5


# ---- What was broken off


@pytest.fixture
def broken_off(kept: Store) -> Callable[[], list[str]]:
    """What a broken upload leaves: an unfinished file, and a body without a header."""
    kept.place.put(f"bodies/{'0' * 32}.{'1' * 16}.part", b"half")
    kept.place.put(f"bodies/{'2' * 32}", b"whole")
    return lambda: leftovers(kept, kept.digests(), older_than=NEVER)


def test_what_a_broken_upload_left_is_named_and_can_be_taken_away(
    kept: Store, folder: Folder, broken_off: Callable[[], list[str]]
) -> None:
    found = problems(kept, folder)
    assert {problem.code: problem.severity for problem in found} == {
        "unfinished_file": "warning",
        "unused_body": "error",
    }

    for name in broken_off():
        kept.place.remove(name)

    assert problems(kept, folder) == []


def test_what_is_new_is_not_taken_for_broken_off(kept: Store, broken_off: object) -> None:
    del broken_off

    assert leftovers(kept, kept.digests(), older_than=kept.place.changed("vault.json") - 3600) == []


@pytest.mark.parametrize("damage", ["no header", "damaged header"])
def test_nothing_is_taken_away_while_a_header_lacks(
    kept: Store, broken_off: Callable[[], list[str]], damage: str
) -> None:
    """Its body may be the only copy of a file that a record names."""
    assert len(broken_off()) == 2
    digest = kept.digests()[0]
    referenced = kept.digests()
    if damage == "no header":
        kept.place.remove(f"files/{digest}")
    else:
        text = kept.place.content(f"files/{digest}")
        kept.place.put(
            f"files/{digest}", text.replace(b'"body":"', b'"body":"0', 1).replace(b'","chunk', b'"', 1)
        )

    with pytest.raises(Refused):
        leftovers(kept, referenced, older_than=NEVER)
