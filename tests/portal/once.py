"""What is built once in a run of the tests, however many processes share its tests.

The first that needs it builds it and the others wait; the last to end takes it away.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path


def once(name: str, build: Callable[[Path], None]) -> Path:
    """The folder of this name, filled by whoever asks first."""
    whole = run()
    place = whole / name
    with Path(whole, f"{name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            part = whole / f"{name}.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            build(part)
            part.rename(place)
    return place


@cache
def run() -> Path:
    """The folder of this run: of this process alone, or of all that pytest-xdist started together."""
    together = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")
    found = Path(tempfile.gettempdir(), f"mips-ia-run-{together}")
    found.mkdir(mode=0o711, exist_ok=True)
    here = Path(found, "here").open("w", encoding="utf-8")  # noqa: SIM115 - held until this process ends
    fcntl.flock(here, fcntl.LOCK_SH)

    def left() -> None:
        try:
            fcntl.flock(here, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(found, ignore_errors=True)

    atexit.register(left)
    return found
