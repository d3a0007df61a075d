"""Files under the SHA-256 of their bytes, in a folder and behind any other address."""

import hashlib
import io
import os
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mips_ia.problems import Refused
from mips_ia.vault.chunks import CHUNK
from mips_ia.vault.folder import Folder
from mips_ia.vault.headers import Header
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.places import place
from mips_ia.vault.rotation import rotate
from mips_ia.vault.store import Store, Stored, new_store


@pytest.fixture(params=["folder", "memory", "fsspec"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path, ring: Keyring) -> Store:
    """The same vault in a folder, in fsspec's memory, and in a folder as fsspec reaches it."""
    addresses = {
        "folder": str(tmp_path / "evidence"),
        "memory": f"memory://{tmp_path.name}",
        "fsspec": f"file://{tmp_path / 'evidence'}",
    }
    return new_store(place(addresses[request.param]), ring)


def put(store: Store, content: bytes) -> Stored:
    return store.put(io.BytesIO(content))


def got(store: Store, digest: str) -> bytes:
    return b"".join(store.read(digest))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def files(store: Store) -> dict[str, bytes]:
    """All that lies in a vault, by name."""
    names = [f"{folder}/{name}" for folder in ("files", "bodies") for name in store.place.names(folder)]
    return {name: store.place.content(name) for name in names}


def refusal(call: object, *arguments: object) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments)  # type: ignore[operator]
    (problem,) = refused.value.problems
    return f"{problem.code}: {problem}"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_file_is_kept_under_the_sha256_of_its_bytes(any_store: Store, size: int) -> None:
    content = secrets.token_bytes(size)

    assert put(any_store, content) == Stored(sha256(content), size)
    assert got(any_store, sha256(content)) == content
    assert any_store.digests() == [sha256(content)]


def test_nothing_of_the_plain_bytes_lies_in_the_vault(any_store: Store) -> None:
    content = b"minutes of the meeting, " * 1000
    put(any_store, content)

    assert all(b"minutes" not in held for held in files(any_store).values())


def test_the_same_bytes_are_kept_once(any_store: Store) -> None:
    first = put(any_store, b"a roster")
    before = files(any_store)

    again = put(any_store, b"a roster")

    assert again == Stored(first.sha256, first.size, known=True)
    assert files(any_store) == before


def test_sixteen_threads_that_store_the_same_bytes_keep_one_file(any_store: Store) -> None:
    content, start = secrets.token_bytes(2 * CHUNK), threading.Barrier(16)

    def run(_: int) -> Stored:
        start.wait()
        return put(any_store, content)

    with ThreadPoolExecutor(16) as pool:
        stored = [*pool.map(run, range(16))]

    assert sorted(each.known for each in stored) == [False] + 15 * [True]
    assert not any(each.mended for each in stored)
    assert len(files(any_store)) == 2
    assert got(any_store, sha256(content)) == content


def test_a_file_over_the_limit_is_refused_and_nothing_of_it_kept(any_store: Store) -> None:
    said = refusal(any_store.put, io.BytesIO(bytes(CHUNK + 1)), CHUNK)

    assert said.startswith("file_too_large: the file: it has more than the 262144 bytes")
    assert files(any_store) == {}


def test_a_file_of_just_the_limit_is_kept(any_store: Store) -> None:
    assert any_store.put(io.BytesIO(bytes(CHUNK)), CHUNK).size == CHUNK


def test_an_upload_that_breaks_off_leaves_nothing(any_store: Store) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError("the browser was closed")
            return super().read(size)

    with pytest.raises(ConnectionResetError, match="the browser was closed"):
        any_store.put(Broken(bytes(3 * CHUNK)))
    assert files(any_store) == {}


def test_memory_stays_bounded() -> None:
    """A file is never held as a whole: at most the piece that is read, and the one before it."""
    held = 0

    class Counted(bytes):
        def __init__(self, _: int) -> None:
            nonlocal held
            held += 1

        def __del__(self) -> None:
            nonlocal held
            held -= 1

    class Endless:
        left, most = 40, 0

        def read(self, size: int, /) -> bytes:
            self.most, self.left = max(self.most, held), self.left - 1
            return Counted(size) if self.left >= 0 else b""

    stream = Endless()
    store = new_store(place("memory://bounded"), Keyring((new_key(),)))

    assert store.put(stream).size == 40 * CHUNK
    assert stream.most <= 3


def test_an_unknown_digest_is_said(any_store: Store) -> None:
    assert refusal(any_store.read, "0" * 64).startswith("unknown_digest: ")
    assert refusal(any_store.read, "../vault.json").startswith("unknown_digest: ")


def test_reading_stops_before_a_damaged_chunk(any_store: Store) -> None:
    content = secrets.token_bytes(3 * CHUNK)
    digest = put(any_store, content).sha256
    name = f"bodies/{any_store.header(digest).body}"
    held = bytearray(any_store.place.content(name))
    held[CHUNK + 16 + 5] ^= 1
    any_store.place.put(name, bytes(held))

    pieces: Iterator[bytes] = any_store.read(digest)

    assert next(pieces) == content[:CHUNK]
    said = refusal(next, pieces)
    assert said.startswith("damaged_file: ")
    assert "chunk 1 (bytes 262160 to 524319 of the body) was changed" in said
    assert digest in said


def test_a_body_that_was_cut_off_is_refused_before_its_first_byte(any_store: Store) -> None:
    digest = put(any_store, bytes(2 * CHUNK)).sha256
    name = f"bodies/{any_store.header(digest).body}"
    any_store.place.put(name, any_store.place.content(name)[: CHUNK + 16])

    said = refusal(any_store.read, digest)

    assert "it has 262160 bytes and must have 524320, so that it differs from byte 262160 on" in said


def test_two_bodies_cannot_change_places(any_store: Store) -> None:
    one, two = (put(any_store, content).sha256 for content in (b"one", b"two"))
    names = [f"bodies/{any_store.header(digest).body}" for digest in (one, two)]
    held = [any_store.place.content(name) for name in names]
    for name, content in zip(names, reversed(held), strict=True):
        any_store.place.put(name, content)

    assert "damaged_file" in refusal(list, any_store.read(one))


def test_two_headers_cannot_change_places(any_store: Store) -> None:
    one, two = (put(any_store, content).sha256 for content in (b"one", b"two"))
    any_store.place.put(f"files/{one}", any_store.place.content(f"files/{two}"))

    assert "it is the header of another file" in refusal(any_store.read, one)


@pytest.mark.parametrize("damage", ["body", "header", "no body"])
def test_the_same_bytes_mend_a_damaged_file(any_store: Store, damage: str) -> None:
    digest = put(any_store, b"a roster").sha256
    body = f"bodies/{any_store.header(digest).body}"
    if damage == "no body":
        any_store.place.remove(body)
    else:
        any_store.place.put(body if damage == "body" else f"files/{digest}", b"nothing that it was")

    assert put(any_store, b"a roster") == Stored(digest, 8, known=True, mended=True)
    assert got(any_store, digest) == b"a roster"
    assert len(files(any_store)) == (3 if damage == "header" else 2)  # whose body nobody knows any more


def test_mending_removes_no_body_that_a_changed_header_names(store: Store) -> None:
    """Else who can change a header could have another file's body removed."""
    one, two = (put(store, content).sha256 for content in (b"one", b"two"))
    text = store.place.content(f"files/{one}")
    bodies = [store.header(digest).body.encode() for digest in (one, two)]
    store.place.put(f"files/{one}", text.replace(*bodies))

    assert put(store, b"one").mended

    assert [got(store, one), got(store, two)] == [b"one", b"two"]


def test_sixteen_threads_that_mend_the_same_file_leave_one_body(store: Store) -> None:
    content = secrets.token_bytes(CHUNK)
    body = store.header(put(store, content).sha256).body
    store.place.put(f"bodies/{body}", b"nothing that it was")

    with ThreadPoolExecutor(16) as pool:
        stored = [*pool.map(lambda _: put(store, content), range(16))]

    assert sum(each.mended for each in stored) == 1
    assert len(files(store)) == 2
    assert got(store, sha256(content)) == content


def test_processes_that_store_the_same_bytes_keep_one_file(store: Store) -> None:
    content = secrets.token_bytes(CHUNK)
    children = []
    for _ in range(4):
        if child := os.fork():
            children.append(child)
        else:
            try:
                put(store, content)
            finally:
                os._exit(0)
    for child in children:
        os.waitpid(child, 0)

    assert len(files(store)) == 2
    assert got(store, sha256(content)) == content


def test_a_file_whose_master_key_is_lost_is_not_taken_for_a_damaged_one(any_store: Store) -> None:
    digest = put(any_store, b"a roster").sha256
    header = any_store.header(digest)
    lost = header.wrapped_by(new_key(), header.file_key(any_store.ring, "")).text()
    any_store.place.put(f"files/{digest}", lost)

    assert "wrong_key" in refusal(put, any_store, b"a roster")

    assert files(any_store).keys() == {f"files/{digest}", f"bodies/{header.body}"}
    assert any_store.place.content(f"files/{digest}") == lost


def test_bytes_of_another_hash_than_the_headers_are_refused(any_store: Store) -> None:
    """Which only who has the master key can bring about."""
    header = any_store.header(put(any_store, b"a roster").sha256)
    key = header.file_key(any_store.ring, "")
    other = Header("0" * 64, header.size, header.body, "", b"").wrapped_by(any_store.ring.current, key)
    any_store.place.put(f"files/{'0' * 64}", other.text())

    assert f"its bytes have the SHA-256 {sha256(b'a roster')}" in refusal(any_store.prove, "0" * 64)


def test_a_header_that_comes_back_changed_is_taken_away(tmp_path: Path, ring: Keyring) -> None:
    class Forgetful(Folder):
        def content(self, name: str) -> bytes:
            held = super().content(name)
            return held[:-2] if name.startswith("files/") else held

    store = new_store(Forgetful(tmp_path / "evidence"), ring)

    assert "not_read_back" in refusal(put, store, b"a roster")
    assert files(store) == {}


@pytest.mark.parametrize(
    "text", [b"", b"{}\n", b"[]\n", b'{"format":"mips-ia vault 1","keys":[]}\n', b"\xff"]
)
def test_a_marker_that_was_changed_is_said(any_store: Store, text: bytes) -> None:
    any_store.place.put("vault.json", text)

    assert "damaged_marker" in refusal(put, any_store, b"a roster")


def test_a_place_knows_when_a_file_was_written(any_store: Store) -> None:
    assert abs(any_store.place.changed("vault.json") - time.time()) < 60


def test_a_file_that_is_forgotten_leaves_nothing(any_store: Store) -> None:
    digest = put(any_store, b"a roster").sha256

    any_store.forget(digest)

    assert files(any_store) == {}
    assert "unknown_digest" in refusal(any_store.forget, digest)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_come_back(store: Store, content: bytes) -> None:
    assert got(store, put(store, content).sha256) == content


def test_a_vault_is_not_made_where_there_is_something(any_store: Store) -> None:
    assert "vault_there_already" in refusal(new_store, any_store.place, any_store.ring)


def test_an_address_that_nothing_reaches_is_said() -> None:
    assert "vault_place" in refusal(place, "nosuch://bucket/evidence")


# ---- Keys


def test_a_wrong_key_is_said_before_anything_is_stored(any_store: Store) -> None:
    digest, other = put(any_store, b"a roster").sha256, Store(any_store.place, Keyring((new_key(),)))

    said = refusal(other.put, io.BytesIO(b"minutes"))

    assert said.startswith("wrong_key: ")
    assert any_store.ring.current.id in said
    assert other.ring.current.id in said
    assert "wrong_key" in refusal(other.read, digest)
    assert any_store.digests() == [digest]


def test_rotation_wraps_the_headers_anew_and_touches_no_body(any_store: Store) -> None:
    digests = [put(any_store, bytes([each])).sha256 for each in range(5)]
    bodies = {name: held for name, held in files(any_store).items() if name.startswith("bodies/")}
    old, new = any_store.ring.current, new_key()

    assert rotate(Store(any_store.place, Keyring((new, old)))) == (5, [])

    rotated = Store(any_store.place, Keyring((new,)))
    assert [got(rotated, digest) for digest in digests] == [bytes([each]) for each in range(5)]
    assert {name: held for name, held in files(any_store).items() if name.startswith("bodies/")} == bodies
    assert "wrong_key" in refusal(any_store.read, digests[0])
    assert "wrong_key" in refusal(any_store.put, io.BytesIO(b"by the old key"))


def test_a_rotation_that_was_broken_off_goes_on(store: Store) -> None:
    digests = [put(store, bytes([each])).sha256 for each in range(5)]
    both = Store(store.place, Keyring((new_key(), store.ring.current)))

    def broken(names: object) -> Iterator[str]:
        yield from list(names)[:2]  # type: ignore[call-overload]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(both, broken)
    assert store.key_ids() == [both.ring.current.id, store.ring.current.id]
    assert [got(both, digest) for digest in digests] == [bytes([each]) for each in range(5)]

    assert rotate(both) == (3, [])
    assert store.key_ids() == [both.ring.current.id]


def test_a_rotation_without_the_old_key_changes_nothing(store: Store) -> None:
    put(store, b"a roster")
    before = files(store)

    assert "wrong_key" in refusal(rotate, Store(store.place, Keyring((new_key(),))))
    assert files(store) == before


def test_a_damaged_header_keeps_the_old_key_in_use_and_is_named(store: Store) -> None:
    digest = put(store, b"a roster").sha256
    put(store, b"minutes")
    store.place.put(f"files/{digest}", b"{}\n")
    both = Store(store.place, Keyring((new_key(), store.ring.current)))

    count, (problem,) = rotate(both)

    assert (count, problem.code) == (1, "damaged_header")
    assert store.key_ids() == [both.ring.current.id, store.ring.current.id]
