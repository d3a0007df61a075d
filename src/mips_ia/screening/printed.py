"""What can be read in bytes that are no text: runs of letters and figures, in one byte or two each."""

import re

_PRINTED = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{4,}|(?:[\n\x20-\x7e]\x00){4,}|(?:\x00[\n\x20-\x7e]){4,}")


def printed(held: bytes) -> str:
    """Such runs, each in a line."""
    return "\n".join(map(_plain, _PRINTED.findall(held)))


def _plain(held: bytes) -> str:
    text = held.replace(b"\0", b"")
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")
