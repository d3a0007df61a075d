"""The one form of a value as JSON, so that its hash is the same wherever it is written.

It is RFC 8785 for what has no fractions: UTF-8, no blanks, names sorted, whole numbers of at most 53 bits.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from mips_ia.vault.faults import not_canonical

NAME = re.compile(r"[a-z0-9_]+")
MOST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """A value as its one line of JSON, without the end of the line; refused where there is no such form."""
    for why in _against(value):
        raise not_canonical(why)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parsed(text: bytes) -> Any:
    """The value of a canonical line; ValueError where the line is not the one form of anything."""
    try:
        value = json.loads(text)
        again = canonical(value)
    except (ValueError, RecursionError) as error:
        raise ValueError("it cannot be read as JSON") from error
    if again != text:
        raise ValueError("it is not in its canonical form")
    return value


def _against(value: Any) -> Iterator[str]:
    """What keeps a value from having one form."""
    if isinstance(value, dict):
        yield from (f"a field has the name {name!r}" for name in value if not _is_name(name))
        for each in value.values():
            yield from _against(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _against(each)
    else:
        yield from _against_one(value)


def _against_one(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            yield "a text has half a sign"
    elif isinstance(value, int):
        if abs(value) > MOST:
            yield f"{value} has more than 53 bits"
    elif value is not None:
        yield f"{value!r} is neither text, whole number, true, false nor null"


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(NAME.fullmatch(name))
