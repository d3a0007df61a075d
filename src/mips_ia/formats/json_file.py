"""JSON from anybody: bounded, and with every key that stands twice known, so that no value is lost unseen."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from mips_ia.problems import Problem, Refused

LARGEST = 20_000_000
TWICE = object()  # the key under which an object names the keys that it gives more than once


def tree(path: Path) -> Any:
    """The file's JSON as Python's values; `Refused` where it is none."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) <= LARGEST:
            text = raw.decode("utf-8-sig")
            return json.loads(text, object_pairs_hook=_object)
        code, what = "file_too_large", f"It is larger than {LARGEST:,} bytes, the most that is read."
        fix = "Split it into several files."
    except OSError as fault:
        code, what, fix = "unreadable_file", f"It cannot be opened: {fault.strerror}.", "Check the path."
    except UnicodeDecodeError as fault:
        code, what, fix = "not_utf8", f"It is not UTF-8 from byte {fault.start} on.", "Save it as UTF-8."
    except RecursionError:
        code, what = "nested_too_deep", "Lists and objects stand too deep in each other."
        fix = "Give submissions as CMS lays them out."
    except ValueError as fault:  # not JSON, or a number of thousands of digits
        code, what = "not_json", f"It is not JSON that can be read: {str(fault).partition(';')[0]}."
        fix = "Correct it there, or export it again."
    raise Refused([Problem(code, path.name, what, fix)])


def _object(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
    """A JSON object, marked where it gives a key twice, so that one value would be lost."""
    found: dict[Any, Any] = dict(pairs)
    if len(found) < len(pairs):
        keys = Counter(key for key, _ in pairs)
        found[TWICE] = tuple(key for key, count in keys.items() if count > 1)
    return found


def shown(value: Any) -> str:
    """A value for a sentence: short, and never with characters that a terminal obeys."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    words = json.dumps(value[:64] if isinstance(value, str) else value)
    return "missing" if value is None else words[:100]
