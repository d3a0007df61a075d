"""JSON in the one form that a binder has: no blanks, names sorted and given once, whole numbers."""

from __future__ import annotations

import json
from typing import Any

DIGITS = 16
MOST_PARTS = 500_000  # objects and lists


def parsed(text: bytes) -> Any:
    """The value of a text; ValueError says why it is not the one form of any."""
    value = loaded(text, MOST_PARTS, parse_float=_no_fraction, parse_constant=_no_fraction)
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if again.encode("utf-8", "surrogatepass") != text:
        raise ValueError("it is not written in the one form that it must have")
    return value


def loaded(text: bytes, most: int, **numbers: Any) -> Any:
    """The value of a text in any form, of so many parts at most; ValueError says why it has none."""
    if text.count(b"{") + text.count(b"[") > most:
        raise ValueError("it has more parts than any")
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_int=_short, **numbers)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} of it is no UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON from sign {error.pos} on") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object none of whose names stands twice: readers differ on which of the two they take."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the name {name[:80]!r} stands twice in one object")
        found[name] = value
    return found


def _short(digits: str) -> int:
    if len(digits) > DIGITS + 1:
        raise ValueError("a number is too long")
    return int(digits)


def _no_fraction(digits: str) -> float:
    raise ValueError(f"{digits[:40]} is no whole number")
