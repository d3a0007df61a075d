"""Files that wait for somebody to say what happens to them: sealed, with the key in that person's form alone.

Nobody else can read one, the installation itself not either. After half an hour it opens no more, and the
work in the background removes it within the next minute.
"""

import json
import secrets
from contextlib import suppress
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils import timezone

from mips_ia.portal.models import Waiting
from mips_ia.vault.folder import Folder, told

PATIENCE = timedelta(minutes=30)
_NONCE = 12


def put(access, name, content, found, asked, called=None):
    """Let a file wait; returns its row, and the key that opens it.

    `called` is what its name and title are in truth, which are sealed with it: its row may not say them.
    """
    sweep()
    key, place = secrets.token_bytes(32), secrets.token_hex(16)
    nonce = secrets.token_bytes(_NONCE)
    with told(str(settings.WAITING)):
        settings.WAITING.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = AESGCM(key).encrypt(nonce, _packed(called or {}, content), place.encode())
    Folder(settings.WAITING).put(place, nonce + sealed)
    row = Waiting.objects.create(
        practice=access.practice, person=access.person, place=place, name=name, found=found, asked=asked,
        made_at=timezone.now(),
    )  # fmt: skip
    return row, key.hex()


def opened(access, number, key):
    """A file that waits for this person, with its bytes; None where it does not wait any more.

    `called` of its row is what was sealed of its name and title.
    """
    since = timezone.now() - PATIENCE
    row = Waiting.objects.filter(
        pk=number, practice=access.practice, person=access.person, made_at__gte=since
    ).first()
    try:
        sealed = (settings.WAITING / row.place).read_bytes() if row else b""
        packed = AESGCM(bytes.fromhex(key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], row.place.encode())
        head, _, content = packed.partition(b"\n")
        row.called = json.loads(head)
    except (AttributeError, InvalidTag, OSError, ValueError):
        return None
    return row, content


def _packed(called, content):
    return json.dumps(called).encode() + b"\n" + content


def remove(place):
    """Nothing is left of what waited there. Its row goes before, with the record of what became of it."""
    with suppress(FileNotFoundError):
        Folder(settings.WAITING).remove(place)


def sweep():
    """Whatever waited too long is gone, and so is what a crash left."""
    for row in Waiting.objects.filter(made_at__lt=timezone.now() - PATIENCE):
        row.delete()
        remove(row.place)
    known = set(Waiting.objects.values_list("place", flat=True))
    since = timezone.now().timestamp() - PATIENCE.seconds
    for file in settings.WAITING.glob("*"):
        with suppress(FileNotFoundError):  # somebody else swept it
            if file.name not in known and file.stat().st_mtime < since:
                file.unlink()
