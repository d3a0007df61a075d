"""How many bytes one request may bring: by its address, since all of it stays in memory until it is read."""

import re

from django.conf import settings

FORM = 3_000_000  # where no file is taken: a form of 20,000 fields, or a program's JSON
ONE = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # one file of the largest size, or its corrections
SEVERAL = settings.FILE_UPLOAD_MAX_MEMORY_SIZE  # four of the largest

CHECKS = "/verify/"  # where anybody checks a file

_TAKES_SEVERAL = re.compile(r"/p/[^/]+/\d+/evidence/new/")
_TAKES_ONE = re.compile(
    rf"{CHECKS}"
    r"|/practices/(upload|uploads/\d+)/"
    r"|/p/[^/]+/\d+/(roster|participation)/(upload|uploads/\d+)/"
    r"|/p/[^/]+/\d+/evidence/\d+/revise/"
    r"|/p/[^/]+/\d+/audit/new/"
    r"|/api/(practices/[^/]+/\d+/)?uploads(/.+)?"
)


def is_for_people(address):
    """Whether files are taken there from whoever is signed in; a program's token is asked first as it is."""
    return most_at(address) > FORM and address != CHECKS and not address.startswith("/api/")


def most_at(address):
    """The most bytes of a request to an address, without the part before that of the portal."""
    if _TAKES_SEVERAL.fullmatch(address):
        return SEVERAL
    return ONE if _TAKES_ONE.fullmatch(address) else FORM
