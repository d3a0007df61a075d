"""Where this installation keeps the bytes of evidence, and the signed checkpoints of its log of records."""

import logging
import secrets
import threading
import time
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mips_ia.portal import waiting
from mips_ia.portal.heads import Heads
from mips_ia.portal.leaves import Rows
from mips_ia.portal.models import Leaf, Notary
from mips_ia.vault.faults import missing
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, keyring, new_key_file
from mips_ia.vault.log import Log, new_notary
from mips_ia.vault.places import place
from mips_ia.vault.signer import FILE, Signer, pem, signer
from mips_ia.vault.store import Store, new_store
from mips_ia.vault.timestamps import Stamps

logger = logging.getLogger(__name__)
_signing = threading.Lock()


def made_ready():
    """The vault and the notary of an installation that has none yet; says what was made, in sentences.

    Where there was one, a place that is not there is `Refused`, and never made again.
    """
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
            stamps().want(found.size)
        return found


@cache
def signing() -> Signer:
    """Who signs checkpoints."""
    return signer(Folder(settings.NOTARY), ring())


def notarize():
    """Sign what is new, ask for the time stamps that are due, and let nothing wait for longer than it may."""
    checkpoint()
    if settings.TIME_STAMPS:
        for problem in stamps().ask(settings.TIME_STAMPS, int(time.time())):
            logger.warning("%s %s", problem.what, problem.fix)
    waiting.sweep()


def stamps() -> Stamps:
    """The time stamps of checkpoints, and those that are wanted."""
    return Stamps(Folder(settings.NOTARY))
