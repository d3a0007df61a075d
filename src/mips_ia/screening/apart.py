"""Files are taken apart in a process of its own, which may use little, open nothing, and is ended in time.

Whatever becomes of that process, a file of which it did not say what it is counts as not looked at.
"""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from mips_ia.problems import Problem
from mips_ia.screening.kinds import KINDS, Kind

T = TypeVar("T")
# What each kind of finding is called where a person reads it: one of them, and several.
CALLED = {
    "mbi": ("Medicare number", "Medicare numbers"),
    "ssn": ("Social Security number", "Social Security numbers"),
    "birth_date": ("date of birth", "dates of birth"),
    "record_number": ("medical record number", "medical record numbers"),
    "phone": ("patient's phone number", "patients' phone numbers"),
    "address": ("patient's address", "patients' addresses"),
}
_PACKAGE = str(Path(__file__).parents[1])
# The package's own list of names is left out: importing all rules takes longer than most files take.
_START = (
    "import json, sys, types; sys.path[:] = json.loads(sys.argv[1]);"
    "sys.modules['mips_ia'] = types.ModuleType('mips_ia'); sys.modules['mips_ia'].__path__ = [sys.argv[2]];"
    "from mips_ia.screening.child import main; main()"
)
_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # without which a Python may not start; no secrets
_MEGABYTE = 1024**2
_AGAIN = "Open it on your computer, save it again or print it as PDF, and add that."


@dataclass(frozen=True, slots=True)
class Limits:
    """What looking at one file may take: seconds by the clock and of work, and bytes."""

    seconds: float = 9.0
    work: int = 9
    memory: int = 380 * _MEGABYTE
    answer: int = 64 * _MEGABYTE
    findings: int = 500  # that are told one by one


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Found:
    """Something that may say who a patient is: its kind and where it stands, and nothing of the text."""

    kind: str
    where: str


@dataclass(frozen=True, slots=True)
class Screened:
    """What was seen of a file.

    With `problems` it is not to be taken. `findings` are the first of `found` places; `notes` say what was
    not read, and what somebody should know.
    """

    kind: Kind | None
    findings: tuple[Found, ...] = ()
    found: int = 0
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing speaks against it, and all of it was read."""
        return not self.problems and not self.found and all(each.severity != "unknown" for each in self.notes)


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked copy, and its name and title, masked too; without `content`, why there is none."""

    content: bytes = b""
    name: str = ""
    title: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Surrounded:
    """Something found, with the words beside it, for the page of whoever decides: never stored or logged."""

    where: str
    before: str = field(repr=False)
    found: str = field(repr=False)
    behind: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """Pictures (WebP) of `pages` of a PDF or of a picture, or plain text; `more` is how much is not shown.

    `around` is what was found that stands on no picture, where it was asked for.
    """

    pictures: tuple[bytes, ...] = ()
    text: str = ""
    more: int = 0
    pages: tuple[int, ...] = ()
    around: tuple[Surrounded, ...] = ()
    problems: tuple[Problem, ...] = ()


def screened(content: bytes, name: str, year: int, limits: Limits = LIMITS, *, title: str = "") -> Screened:
    """What a file is, what may name a patient in it or in what it is called, and why it is not taken."""

    def read(said: dict[str, Any]) -> Screened:
        [kind] = [each for each in KINDS if each.ending == said["kind"]]
        findings = tuple(Found(str(kind), str(where)) for kind, where in said["findings"])
        return Screened(kind, findings, int(said["found"]), _problems(said["notes"]))

    found, problems = _asked(
        read, "look", content, name, limits, year=year, title=title, most=limits.findings
    )
    return found or Screened(None, problems=problems)


def masked(content: bytes, name: str, year: int, limits: Limits = LIMITS, *, title: str = "") -> Masked:
    """A copy of a file in which all that is found is covered, and which was searched again."""

    def read(said: dict[str, Any]) -> Masked:
        return Masked(base64.b64decode(said["content"]), str(said["name"]), str(said["title"]))

    found, problems = _asked(read, "mask", content, name, limits, year=year, title=title)
    return found or Masked(problems=problems)


def preview(content: bytes, name: str, limits: Limits = LIMITS, *, year: int | None = None) -> Preview:
    """What may be shown of a file on a page.

    With a year, what is found is shown in its place: framed on pages of a PDF, else with the words around it.
    """

    def read(said: dict[str, Any]) -> Preview:
        pictures = tuple(map(base64.b64decode, said["pictures"]))
        pages, around = tuple(map(int, said["pages"])), tuple(Surrounded(*each) for each in said["around"])
        return Preview(pictures, str(said["text"]), int(said["more"]), pages, around)

    found, problems = _asked(read, "show", content, name, limits, year=year)
    return found or Preview(problems=problems)


def _asked(
    read: Callable[[dict[str, Any]], T],
    do: str,
    content: bytes,
    name: str,
    limits: Limits,
    **more: str | int | None,
) -> tuple[T | None, tuple[Problem, ...]]:
    """What was answered, or why there is none; an answer that makes no sense is none."""
    question = {"do": do, "name": name, "cpu": limits.work, "memory": limits.memory, **more}
    answer, late = _answer(json.dumps(question), content, limits)
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        said = json.loads(answer)
        if problems := _problems(said.get("problems", [])):
            return None, problems
        return read(said), ()
    what = "Looking at it took too long." if late else "It could not be looked at."
    fix = "Add it in parts, or only the part that the activity needs." if late else _AGAIN
    return None, (Problem("file_unread", name, what, fix),)


def _answer(question: str, content: bytes, limits: Limits) -> tuple[bytes, bool]:
    """What the process answered, and whether it was ended for its time."""
    path = json.dumps([str(Path(each).absolute()) for each in sys.path if each])
    needed = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    command = [sys.executable, "-I", "-c", _START, path, _PACKAGE]
    with subprocess.Popen(  # noqa: S603 - our own program, and a file as bytes
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
        env=needed, start_new_session=True,
    ) as child:  # fmt: skip
        late = threading.Event()

        def end() -> None:
            late.set()
            _end(child)

        clock = threading.Timer(limits.seconds, end)
        given = (question.encode() + b"\n", content)
        feeding = threading.Thread(target=_fed, args=(child, *given), daemon=True)
        clock.start()
        feeding.start()
        try:
            answer = cast("IO[bytes]", child.stdout).read(limits.answer + 1)
        finally:
            clock.cancel()
            _end(child)
            feeding.join()
    overdue = late.is_set() or child.returncode == -signal.SIGXCPU
    return (answer if len(answer) <= limits.answer else b""), overdue


def _fed(child: subprocess.Popen[bytes], *given: bytes) -> None:
    with suppress(OSError, ValueError), cast("IO[bytes]", child.stdin) as stdin:
        stdin.writelines(given)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the process and all that it may have started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _problems(said: list[dict[str, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(**each) for each in said)
