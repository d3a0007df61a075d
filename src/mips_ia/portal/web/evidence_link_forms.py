"""The address of a link as it may be kept: one of the web that names nobody. The portal never goes there."""

import re
from urllib.parse import unquote_plus, urlsplit

from mips_ia.portal.forms.nobody import spoken

LONGEST = 1000  # characters of an address
_WHOLE = "Enter the whole address, from https:// or http:// on, as the browser shows it."
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")


def wrong_with(address, year):
    """What to do about an address that cannot be kept; empty where it can."""
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known or not address.isprintable() or re.search(r"[\s\\<>\"]", address):
        return _WHOLE
    if "@" in parts.netloc:
        return "Take out the name or password before the @: an address is shown to all who see evidence."
    plain = _plain(address)
    if _MAIL.search(plain):
        return "Take out the e-mail address: it may name a patient."
    if (named := spoken(plain, year)) and named != spoken(address, year):
        return f"Take out what looks like {named}; % signs do not hide it."
    return ""


def _plain(address):
    """An address with its % signs read, however often they were written over each other."""
    while (read := unquote_plus(address)) != address:
        address = read
    return address
