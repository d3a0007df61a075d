"""What was found of a page holds wherever the page is the same, word for word: on the other database too.

`make test` names a folder in `MIPS_IA_LOOKS`, which is empty when it begins; without it each run looks anew.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

# What differs each time: the secrets of forms, the signature of a foot, digests, numbers of receipts.
_EACH_TIME = re.compile(
    r'(?<=value=")[A-Za-z0-9]{64}(?=")|(?<=%3A)[A-Za-z0-9_-]{43}|\b[0-9a-f]{64}\b|\b[0-9A-F]{10}\b'
)

_HERE: dict[str, str] = {}  # what this process found


def remembered(key: object, find: Callable[[], Any]) -> Any:
    """What was found for this key before, or else is found now; it must be such as JSON has."""
    name = hashlib.sha256(json.dumps(key).encode()).hexdigest()
    file = _folder() / f"{name}.json" if _folder() else None
    if name not in _HERE:
        there = file is not None and file.exists()
        _HERE[name] = file.read_text(encoding="utf-8") if file and there else json.dumps(find())
        if file and not there:
            part = file.with_suffix(f".{os.getpid()}")
            part.write_text(_HERE[name], encoding="utf-8")
            part.rename(file)
    return json.loads(_HERE[name])


def plain(text: str) -> str:
    """A page without what differs each time."""
    return _EACH_TIME.sub("", text)


@cache
def _folder() -> Path | None:
    told = os.environ.get("MIPS_IA_LOOKS")
    if told is None:
        return None
    folder = Path(told)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
