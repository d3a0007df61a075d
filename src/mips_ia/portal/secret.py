"""The key that signs sessions and links, in a file that only its owner reads.

It ends with digits of its own SHA-256, so that a byte which changed is noticed.
"""

import hashlib
import os
import re
import secrets

FILE = "secret.key"
_DIGITS = 16
_WITHOUT = re.compile(r"[\w-]{64}", re.ASCII)  # as it was made before there were digits


def kept(home):
    """The key of an installation; one that has none yet gets one."""
    path = home / FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        _make(path)
    return path.read_text("latin-1")


def whole(text):
    """Whether a key is as it was made; of one without digits nobody can tell more than its form."""
    key, _, digits = text.partition(".")
    return digits == _digits(key) or bool(_WITHOUT.fullmatch(text))


def _make(path):
    """It has its name when all of it is on the disk."""
    key, part = secrets.token_urlsafe(48), path.with_name(f"{FILE}.{secrets.token_hex(8)}.part")
    with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:  # noqa: PTH123
        file.write(f"{key}.{_digits(key)}")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _digits(key):
    return hashlib.sha256(key.encode()).hexdigest()[:_DIGITS]
