"""What is kept behind an address: other machines write there too, and each kind has errors of its own."""

import io
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from mips_ia import Refused
from mips_ia.vault.check_store import check
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.places import place
from mips_ia.vault.remote import Remote
from mips_ia.vault.rotation import rotate
from mips_ia.vault.store import Store, new_store

CONTENT = b"a roster"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(place(f"memory://{tmp_path.name}-remote"), Keyring((new_key(),)))


def put(store: Store, content: bytes = CONTENT) -> str:
    return store.put(io.BytesIO(content)).sha256


def code(store: Store, digest: str = "") -> str:
    """Why a file cannot be read, or stored."""
    with pytest.raises(Refused) as refusal:
        list(store.read(digest)) if digest else put(store)
    return refusal.value.problems[0].code


def test_an_error_of_a_place_s_own_is_told_while_a_file_is_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, real = put(store), MemoryFileSystem._open  # noqa: SLF001 - what its own open calls

    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise RuntimeError("the connection is gone")

    def opened(files: MemoryFileSystem, path: str, mode: str = "rb", **more: object) -> object:
        return Broken() if "bodies" in path else real(files, path, mode, **more)

    monkeypatch.setattr(MemoryFileSystem, "_open", opened)

    assert code(store, digest) == "vault_trouble"


def test_a_place_that_vanishes_while_a_file_comes_in_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise FileNotFoundError("no such bucket")

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", gone)
    assert code(store) == "vault_missing"
    monkeypatch.setattr(MemoryFileSystem, "open", gone)
    assert code(store) == "vault_missing"


def test_a_header_that_is_written_anew_is_whole_at_every_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A header holds the only key of its file: half of another one in its stead would lose it."""
    old, new = new_key(), new_key()
    where = place(f"file://{tmp_path / 'evidence'}")
    digest = put(new_store(where, Keyring((old,))))

    def broken_off(_: object, path: str, value: bytes, **__: object) -> None:
        Path(path).write_bytes(value[: len(value) // 2])
        raise ConnectionError("broken off")

    both = Store(where, Keyring((new, old)))
    with monkeypatch.context() as broken:
        broken.setattr(LocalFileSystem, "pipe_file", broken_off)
        with pytest.raises(Refused):
            rotate(both)

    assert b"".join(both.read(digest)) == CONTENT
    assert rotate(both) == (1, [])
    assert [*check(both, {digest})] == []


def test_what_another_machine_published_at_once_is_never_taken_away(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a place cannot keep two apart, the second header replaces the first, and is acknowledged."""
    other, real = Store(place(store.place.address), store.ring), Remote.publish
    digest = put(other, CONTENT)
    theirs = other.place.content(f"files/{digest}")

    def published(self: Remote, name: str, content: bytes) -> bool:
        self.remove(name)
        assert real(self, name, content)
        self.put(name, theirs)  # a moment later
        return True

    monkeypatch.setattr(Remote, "publish", published)
    stored = store.put(io.BytesIO(CONTENT))

    assert stored.known
    assert b"".join(other.read(digest)) == CONTENT
    assert [*check(store, {digest})] == []


def test_what_is_stored_by_the_old_key_while_keys_change_is_wrapped_anew_too(store: Store) -> None:
    first, late = put(store), put(store, b"late")
    name = f"files/{late}"
    header = store.place.content(name)
    store.place.remove(name)
    new = Store(store.place, Keyring((new_key(), store.ring.current)))

    def meanwhile(digests: list[str]) -> list[str]:
        if digests == [first]:
            store.place.put(name, header)  # by a machine that asked for the key before it was another
        return digests

    assert rotate(new, meanwhile) == (2, [])
    alone = Store(store.place, Keyring((new.ring.current,)))
    assert [*check(alone, {first, late})] == []
