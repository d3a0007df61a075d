"""Files of one request are looked at one after the other, in the time that a request has."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from django.conf import settings

from mips_ia.problems import Problem
from mips_ia.screening.apart import LIMITS, Screened, screened
from mips_ia.screening.viruses import viruses

# From the beginning of a request, in which all its files are received, looked at and kept but for the last:
# what keeping that takes, and the answer, fits into the rest of ten.
SECONDS = 8.5
_EACH = 1.0  # seconds that a slow file leaves to each one behind it, which is enough for most
_LEAST = 0.2  # seconds without which looking is not begun
_ALONE = "Add it by itself."


def seen(files, year, title, began):
    """Each file as its name and bytes, with what was seen of it and what the virus scanner says of it.

    `files` have names, and what gives the bytes: it is called when their turn comes, so that few are at hand.
    What there was no time for, since the request `began` by the monotonic clock, is not taken, and says so;
    the others are as they would be alone.
    """
    until = began + SECONDS
    whole = until - time.monotonic()
    for behind, (name, read) in zip(reversed(range(len(files))), files, strict=True):
        content = read()
        left = until - time.monotonic()
        seconds = max(left - behind * _EACH, min(left, _EACH))
        if seconds < _LEAST:
            what = "There was no time left to look at it with the others."
            yield name, content, Screened(None, problems=(Problem("file_unread", name, what, _ALONE),)), ()
        else:
            yield name, content, *_seen(name, content, year, title, seconds, whole)


def _seen(name, content, year, title, seconds, whole):
    """What was seen of one, and what ClamAV says, where the installation has one: both at once.

    `whole` is how many seconds it would have by itself.
    """
    began = time.monotonic()
    with ThreadPoolExecutor(1) as beside:
        scanning = beside.submit(_scanned, content, name, seconds) if settings.CLAMD else None
        found = screened(content, name, year, replace(LIMITS, seconds=seconds), title=title)
        scanned = scanning.result() if scanning else ()
    if seconds < whole - _EACH / 2 and time.monotonic() - began >= seconds:
        found = replace(found, problems=tuple(replace(each, fix=_ALONE) for each in found.problems))
    return found, scanned


def _scanned(content, name, seconds):
    return viruses(content, name, settings.CLAMD, seconds, required=settings.CLAMD_REQUIRED)
