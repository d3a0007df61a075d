"""Where this installation keeps the bytes of evidence, and the signed checkpoints of its log of records."""

import logging
import secrets
import threading
import time
from functools import cache
from pathlib import Path

from cryptography.x509 import Certificate
from django.conf import settings
from django.utils import timezone

from mips_ia.portal.heads import Heads
from mips_ia.portal.leaves import Rows
from mips_ia.portal.models import Leaf, Notary
from mips_ia.problems import Problem
from mips_ia.vault.faults import bad_authorities, missing
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, keyring, new_key_file
from mips_ia.vault.log import Log, new_notary
from mips_ia.vault.places import place
from mips_ia.vault.signer import FILE, Signer, pem, signer
from mips_ia.vault.store import Store, new_store
from mips_ia.vault.timestamps import Stamps, authorities

logger = logging.getLogger(__name__)
_signing = threading.Lock()


def made_ready():
    """The vault and the notary of an installation that has none yet; says what was made, in sentences.

    Where there was one, a place that is not there is `Refused`, and never made again. So is a file of
    certificates for time stamps that cannot be used.
    """
    trusted()
    if Notary.objects.exists():
        if not (settings.NOTARY / FILE).is_file():
            raise missing(str(settings.NOTARY / FILE))
        return []
    said, kind, path = [], *settings.VAULT_KEYS.partition(":")[::2]
    if kind == "file" and not Path(path).exists():
        new_key_file(Path(path))
        without = "Without it no evidence can be read: keep a copy elsewhere."
        said.append(f"Made a master key in {path}. {without}")
    known = keyring(settings.VAULT_KEYS)
    new_store(place(settings.VAULT), known)
    made = new_notary(Folder(settings.NOTARY), f"mips-ia/{secrets.token_hex(8)}", known.current)
    Notary.objects.create(origin=made.origin, public=pem(made.public).decode(), at=timezone.now())
    return said


@cache
def ring() -> Keyring:
    """The master keys."""
    return keyring(settings.VAULT_KEYS)


@cache
def store() -> Store:
    """The files. `Refused` where the place is not there, or the keys are not its own."""
    return Store(place(settings.VAULT), ring())


@cache
def log() -> Log:
    """The log of records: its leaves are in the database, and its checkpoints in a folder."""
    return Log(Rows(), Folder(settings.NOTARY))


@cache
def heads() -> Heads:
    """The newest lines of the activity logs, as leaves tell of them."""
    return Heads()


def checkpoint():
    """Sign what the log comes to now, and want a time stamp of it; None where nothing is new.

    The newest lines of the activity logs are in it.
    """
    with _signing:
        heads().keep()
        known = log()
        sizes = known.checkpoints.sizes()
        if Leaf.objects.count() <= (sizes[-1] if sizes else 0):
            return None
        found = known.checkpoint(signing())
        if settings.TIME_STAMPS:
            Stamps(Folder(settings.NOTARY)).want(found.size)  # whatever the file of certificates is like now
        return found


@cache
def signing() -> Signer:
    """Who signs checkpoints."""
    return signer(Folder(settings.NOTARY), ring())


def notarize():
    """Sign what is new, and ask for the time stamps that are due."""
    checkpoint()
    if settings.TIME_STAMPS:
        for problem in stamps().ask(settings.TIME_STAMPS, int(time.time())):
            logger.warning("%s %s", problem.what, problem.fix)


def stamps() -> Stamps:
    """The time stamps of checkpoints, and those that are wanted; `Refused` as `trusted` is."""
    return Stamps(Folder(settings.NOTARY), trusted())


def trusted() -> list[Certificate]:
    """The certificates by which time stamps are checked, none where no file is set.

    `Refused` where the file cannot be read, or holds no root.
    """
    path = settings.TIME_STAMP_AUTHORITIES
    try:
        return authorities(Path(path).read_bytes(), path) if path else []
    except OSError as error:
        raise bad_authorities(path, f"it cannot be read ({error.strerror or error})") from None


def unguarded() -> list[Problem]:
    """The warning that time stamps are asked for and cannot be checked, where that is so."""
    if not settings.TIME_STAMPS or settings.TIME_STAMP_AUTHORITIES:
        return []
    what = "no certificates are set by which its time stamps could be checked: whoever answers is believed."
    fix = "Set MIPS_IA_TIME_STAMP_AUTHORITIES to a PEM file with the authority's certificates."
    return [Problem("stamps_unguarded", settings.TIME_STAMPS, what, fix, severity="warning")]
