"""The process in which files are taken apart: it can open no file and no connection, and writes one answer.

It gets a question as a line of JSON and then the file on its standard input, and answers with JSON. Nothing
of either is among its arguments, which everybody on a machine can read.
"""

import base64
import codecs
import json
import re
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Any

from mips_ia.problems import Refused
from mips_ia.screening import documents, looking, names

# It begins with one byte, which is found at once in megabytes that have none.
_ALPHABETS = re.compile(rb"""=(?:\?|(?<=charset=)["']?)([\w.-]{2,40})""", re.IGNORECASE)
_MOST_ALPHABETS = 40
_USUAL = ("ascii", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "cp437", "idna")


def main() -> None:
    """Answer a question about the file that comes in."""
    asked = json.loads(sys.stdin.buffer.readline())
    _bound(asked)
    content = sys.stdin.buffer.read()
    answer = _answer(asked["do"], content)
    _close(content)
    try:
        said = answer(asked)
    except Refused as refusal:
        said = {"problems": [asdict(each) for each in refusal.problems]}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()


def _bound(asked: dict[str, Any]) -> None:
    """Bound what this process may use, for good."""
    for kind, most, more in (
        (resource.RLIMIT_CPU, asked["cpu"], 1),  # a second later it is ended without being told
        (resource.RLIMIT_AS, asked["memory"], 0), (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0), (resource.RLIMIT_NPROC, 0, 0),
    ):  # fmt: skip
        with suppress(ValueError, OSError):  # a system that does not know one has the others
            resource.setrlimit(kind, (most, most + more))


def _close(content: bytes) -> None:
    """Import what may be needed, and then let no file, connection or process be opened any more."""
    named = dict.fromkeys(each.decode() for each in _ALPHABETS.findall(content))
    for name in [*_USUAL, *named][:_MOST_ALPHABETS]:
        with suppress(LookupError):
            codecs.lookup(name)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _answer(do: str, content: bytes) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What answers a question about a file, with all imported that it needs."""
    documents.prepare(content)
    if do == "show":
        from mips_ia.screening import previews

        return partial(_shown, previews.preview, content)
    return partial({"look": _looked, "mask": _masked}[do], content)


def _looked(content: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    found = looking.looked(content, asked["name"], asked["year"], title=asked["title"])
    return {
        "kind": found.kind.ending, "findings": found.findings[: asked["most"]],
        "found": len(found.findings), "notes": [asdict(each) for each in found.notes],
    }  # fmt: skip


def _masked(content: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    copy = looking.masked(content, asked["name"], asked["year"])
    called = {key: names.covered(asked[key], asked["year"]) for key in ("name", "title")}
    return {"content": base64.b64encode(copy).decode(), **called}


def _shown(
    preview: Callable[[bytes, str, int | None], Any], content: bytes, asked: dict[str, Any]
) -> dict[str, Any]:
    shown = preview(content, asked["name"], asked["year"])
    pictures = [base64.b64encode(each).decode() for each in shown.pictures]
    said = {"text": shown.text, "more": shown.more, "pages": shown.pages, "around": shown.around}
    return {"pictures": pictures, **said}
