"""A process that has imported the portal once, of which others are forked instead of started anew.

To import it takes two seconds of a processor, and the tests start hundreds of processes. What is forked is
told what any other is, by words as they stand after `python` and by an environment, from which it reads the
settings anew; it is a group of its own. Nothing but modules is there before: no row, no connection, no file.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import databases

ROOT = Path(__file__).resolve().parents[2]
PATHS = os.pathsep.join(str(ROOT / each) for each in ("src", "tests", "tests/portal", "benchmarks"))
MODULES = (
    "granian.cli", "mips_ia.cli.main", "mips_ia.portal.urls", "mips_ia.portal.demo", "django.test",
    "whitenoise.middleware",
)  # fmt: skip
_ONE_AT_A_TIME = Lock()


class Forked:
    """A process that runs, as `Popen` is one."""

    def __init__(self, words: list[str], environment: dict[str, str], printed: Path | None = None) -> None:
        to = str(printed) if printed else None
        self.pid = int(_asked(words=words, environment=environment, out=to, err=to, wait=False)[0])

    def poll(self) -> int | None:
        """None while it runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self, seconds: float) -> None:
        """Until it has ended."""
        until = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > until:
                raise RuntimeError(f"process {self.pid} still runs")
            time.sleep(0.005)


def finished(words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A process that has ended, with what it printed."""
    with TemporaryDirectory(prefix="mips-ia-printed-") as room:
        to = [Path(room, each) for each in ("out", "err")]
        code = _asked(words=words, environment=environment, out=str(to[0]), err=str(to[1]), wait=True)[1]
        return subprocess.CompletedProcess(words, int(code), *(each.read_text("utf-8") for each in to))


def _asked(**told: Any) -> list[str]:
    """The number of a process that was made, and how it ended if it was waited for."""
    with _ONE_AT_A_TIME:
        first = _first()
        assert first.stdin
        assert first.stdout
        first.stdin.write(json.dumps(told).encode() + b"\n")
        first.stdin.flush()
        return first.stdout.readline().decode().split()


@cache
def _first() -> subprocess.Popen[bytes]:
    """The process that has imported everything; it ends with the one that asks it."""
    environment = os.environ | databases.home() | {"PYTHONPATH": PATHS}
    first = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "warm"], env=environment, cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    atexit.register(first.communicate)
    return first


# ---- In that process


def main() -> None:
    import django

    django.setup()
    for name in MODULES:
        import_module(name)
    gc.freeze()  # what stays is never looked through, and its memory is shared
    running: set[int] = set()

    def reaped(*_: object) -> None:
        for each in tuple(running):
            # One that ends meanwhile calls this again, in between; the inner call has taken both then.
            with suppress(ChildProcessError):
                if os.waitpid(each, os.WNOHANG)[0]:
                    running.discard(each)

    signal.signal(signal.SIGCHLD, reaped)
    for line in sys.stdin:
        told, ended = json.loads(line), ""
        pid = os.fork()
        if not pid:
            return _become(told)
        if told["wait"]:
            ended = str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        else:
            running.add(pid)
            reaped()  # it may have ended before it was among them
        sys.stdout.write(f"{pid} {ended}\n")
        sys.stdout.flush()
    return None


def _become(told: dict[str, Any]) -> None:
    """From here on this is the process that was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, to in ((1, told["out"]), (2, told["err"])):
        os.dup2(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if to else 2, number)
    os.environ.clear()
    os.environ.update(told["environment"])
    _settings_anew()
    how, what, *more = told["words"]
    sys.argv = [what if how == "-m" else how, *more]
    if how == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - a test's own


def _settings_anew() -> None:
    """Settings as the environment will have them when they are first asked for, and connections made then."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    del sys.modules["mips_ia.portal.settings"]
    settings._wrapped = empty  # noqa: SLF001 - as Django's own override does
    connections.__dict__.clear()
    connections.__init__()  # type: ignore[misc]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
