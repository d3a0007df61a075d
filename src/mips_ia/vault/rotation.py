"""Another master key: the headers are wrapped anew, and no body is touched."""

from collections.abc import Callable, Iterable, Sequence

from mips_ia.problems import Problem
from mips_ia.vault.faults import asked
from mips_ia.vault.keys import Keyring
from mips_ia.vault.places import Place
from mips_ia.vault.signer import signer
from mips_ia.vault.store import FILES, MARKER, Store, marker

Watched = Callable[[Sequence[str]], Iterable[str]]


def rotate(store: Store, watched: Watched = iter) -> tuple[int, list[Problem]]:
    """Wrap every header by the first key given: how many were, and what kept others from it.

    It may be broken off and begun again. The vault names its older keys until nothing needs them.
    """
    _introduce(store)
    count, problems, seen = 0, list[Problem](), set[str]()
    while new := [each for each in store.digests() if each not in seen]:  # somebody may have stored meanwhile
        seen.update(new)
        for digest in watched(new):
            wrapped, faults = asked(_rewrapped, store, digest)
            count += bool(wrapped)
            problems += [each for each in faults if each.code != "unknown_digest"]  # forgotten since
    if not problems:
        with store.place.alone():
            store.place.put(MARKER, marker([store.ring.current.id]))
    return count, problems


def rotate_signer(log: Place, ring: Keyring) -> None:
    """Wrap the signer of a log by the first key given, and see that it opens by that one alone."""
    signer(log, ring).store(log, ring.current)
    signer(log, Keyring((ring.current,)))


def _introduce(store: Store) -> None:
    """Name the new key in the vault before it wraps anything: from then on it must be given first."""
    with store.place.alone():
        known, new = store.key_ids(), store.ring.current.id
        for id in known:
            store.ring.key(id, f"{store.place.address}/{MARKER}")
        if known[0] != new:
            store.place.put(MARKER, marker([new, *(id for id in known if id != new)]))


def _rewrapped(store: Store, digest: str) -> bool:
    """Whether the header had to be wrapped anew, which it now is."""
    with store.place.alone():
        header = store.header(digest)
        if header.key == store.ring.current.id:
            return False
        name = f"{FILES}/{digest}"
        key = header.file_key(store.ring, f"{store.place.address}/{name}")
        store.place.put(name, header.wrapped_by(store.ring.current, key).text())
        return True
