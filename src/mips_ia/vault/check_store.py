"""The check of a vault: every header, every byte of every body, and what is there without its other half."""

from collections.abc import Collection, Iterable, Iterator

from mips_ia.problems import Problem, Refused
from mips_ia.vault.faults import asked
from mips_ia.vault.headers import is_hex
from mips_ia.vault.rotation import Watched
from mips_ia.vault.store import BODIES, FILES, MARKER, Store

PART = ".part"


def check(
    store: Store, referenced: Iterable[str] | None = None, watched: Watched = iter
) -> Iterator[Problem]:
    """Every fault of a vault, each with its file and, where that is known, the chunk and its bytes.

    `referenced` are the digests that somebody's records name: without them nothing is said of files
    that no record names, nor of records whose file lacks. The vault may be in use meanwhile.
    """
    yield from asked(_keys, store)[1]
    bodies = store.place.names(BODIES)  # before the headers: what is being stored now has its header then
    digests, used = store.digests(), set()
    for digest in watched(digests):
        body, problems = _file(store, digest)
        used.add(body)
        yield from problems
    yield from _strays(store, bodies)
    yield from _bodies(store, (body for body in bodies if body not in used))
    if referenced is not None:
        named = {*referenced}
        yield from _missing(store, digests, named)
        yield from _unused(store, digests, named)


def leftovers(store: Store, referenced: Iterable[str], older_than: float) -> list[str]:
    """The names of bodies without a header and of unfinished files, last written before a moment.

    The moment, in seconds since 1970, must be long before now: what is being stored looks the same.
    Refused where a record's file lacks or a header is damaged: a body may then be the only copy of it.
    """
    bodies, digests = store.place.names(BODIES), store.digests()
    if lacking := [*_missing(store, digests, {*referenced})]:
        raise Refused(lacking)
    used = {store.opened_header(digest).body for digest in digests}
    names = [f"{BODIES}/{name}" for name in bodies if name not in used]
    names += [f"{FILES}/{name}" for name in store.place.names(FILES) if name.endswith(PART)]
    return [name for name in names if store.place.changed(name) < older_than]


def _keys(store: Store) -> None:
    """Every master key that the vault names was given."""
    for id in store.key_ids():
        store.ring.key(id, f"{store.place.address}/{MARKER}")


def _file(store: Store, digest: str) -> tuple[str, list[Problem]]:
    """The body of a file, as far as its header can be read, and what is wrong with either."""
    header, problems = asked(store.header, digest)
    if header:
        _, problems = asked(store.prove, digest)
    left = [each for each in problems if each.code != "unknown_digest"]  # one that was forgotten since
    return header.body if header else "", left


def _strays(store: Store, bodies: Collection[str]) -> Iterator[Problem]:
    """What lies in the vault's folders and has no name that the vault gives."""
    for folder, length, names in ((FILES, 64, store.place.names(FILES)), (BODIES, 32, bodies)):
        for name in names:
            where = f"{store.place.address}/{folder}/{name}"
            if name.endswith(PART):
                what = "this was being written, or its writing was broken off. No file needs it."
                fix = "Run mips-ia vault sweep a day later; it removes what was broken off."
                yield Problem("unfinished_file", where, what, fix, severity="warning")
            elif not is_hex(name, length):
                what = "this has no name that the vault gives."
                fix = "If it is the vault's, give it its name again; if not, take it away."
                yield Problem("stray_file", where, what, fix)


def _bodies(store: Store, names: Iterable[str]) -> Iterator[Problem]:
    """Bodies that no header names."""
    for name in names:
        if is_hex(name, 32):
            what = "no header names this body: its header is lost or damaged, or an upload was broken off."
            fix = (
                "Restore the header from the backup; if no file lacks, mips-ia vault sweep removes the body."
            )
            yield Problem("unused_body", f"{store.place.address}/{BODIES}/{name}", what, fix)


def _missing(store: Store, digests: Iterable[str], referenced: set[str]) -> Iterator[Problem]:
    """Records without their file."""
    for digest in sorted(referenced.difference(digests)):
        what = f"a record names the file {digest}, and it is not here."
        fix = "Restore it from the backup, or store the same bytes again."
        yield Problem("missing_file", store.place.address, what, fix)


def _unused(store: Store, digests: Iterable[str], referenced: set[str]) -> Iterator[Problem]:
    """Files without a record."""
    for digest in sorted({*digests} - referenced):
        what = "no record names this file."
        fix = (
            "Restore the record from the backup. If there was none, as after a power cut while a file came "
            "in, take the file away: of a portal by mips-ia check --forget-unnamed, a day after it came; of "
            "any other vault by mips-ia vault forget."
        )
        yield Problem("unused_file", f"{store.place.address}/{FILES}/{digest}", what, fix)
