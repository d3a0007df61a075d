"""Everything of this installation in one file, while it is in use.

The order makes the copy whole. Checkpoints come first: their leaves are rows by then. The rows come before
the vault: bytes are there before the row that names them. What comes meanwhile is in the next backup.
"""

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import connection

from mips_ia.portal import leaves, secret, vaults
from mips_ia.portal.safe import faults
from mips_ia.portal.safe.archive import DATABASE, writing
from mips_ia.portal.safe.dump import dumped
from mips_ia.vault.chunks import CHUNK, new_file_key
from mips_ia.vault.faults import asked
from mips_ia.vault.folder import Folder
from mips_ia.vault.headers import header_of
from mips_ia.vault.signer import FILE, PUBLIC
from mips_ia.vault.store import BODIES, FILES, MARKER

# A stamp that comes meanwhile is in the copy, or still wanted there; and no stamp without its checkpoint.
RECORDS = ("queue", "stamps", "checkpoints")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What is in a backup: files of evidence, bytes of all, and what was not whole in the vault."""

    files: int
    size: int
    problems: list


def back_up(target, at):
    """Write a backup of this moment; `Refused`, and nothing of it kept, where that cannot be."""
    store, ring, key, problems = vaults.store(), vaults.ring(), new_file_key(), []
    with writing(target) as draft:
        _records(draft)
        with dumped() as (stream, log):
            draft.add_sealed(DATABASE, stream, key)
        before = store.place.content(MARKER)
        for digest in store.digests():
            problems += _file(draft, store, digest)
        if store.place.content(MARKER) != before:
            raise faults.keys_changed(store.place.address)
        draft.add(f"vault/{MARKER}", [before])
        about = {"at": leaves.moment(at), "database": connection.vendor, "log": log, "secret": _secret(ring)}
        draft.close(about, key, ring.current)
    return BackedUp(
        sum(name.startswith(f"vault/{FILES}/") for name in draft.parts), target.stat().st_size, problems
    )


def _secret(ring):
    """The key that signs sessions, wrapped; empty where the environment gives it."""
    path = settings.HOME / secret.FILE
    return ring.current.wrapped(path.read_bytes(), secret.FILE.encode()).hex() if path.is_file() else ""


def _records(draft):
    """The signer, and what it signed."""
    place = Folder(settings.NOTARY)
    for name in (FILE, PUBLIC):
        draft.add(f"records/{name}", [place.content(name)])
    for folder in RECORDS:
        for name in place.names(folder):
            if not name.endswith(".part") and (content := _content(place, f"{folder}/{name}")) is not None:
                draft.add(f"records/{folder}/{name}", [content])


def _file(draft, store, digest):
    """A header and its body; what is damaged is copied as it is, and said."""
    for _ in range(2):  # a body may be mended between the two
        text = _content(store.place, f"{FILES}/{digest}")
        if text is None:
            return ()  # it was destroyed meanwhile
        header, _ = asked(header_of, text, digest, store.place.address)
        if header is None:
            break
        try:
            body = store.place.reading(f"{BODIES}/{header.body}")
        except FileNotFoundError:
            continue
        with body:
            draft.add(f"vault/{BODIES}/{header.body}", iter(partial(body.read, CHUNK), b""))
        draft.add(f"vault/{FILES}/{digest}", [text])
        return ()
    draft.add(f"vault/{FILES}/{digest}", [text])
    return (faults.not_whole(store.place.address, digest),)


def _content(place, name):
    """The bytes of a small file, None where it is gone."""
    try:
        return place.content(name)
    except FileNotFoundError:
        return None
