"""A folder that is whole or absent: written beside its place, and given its name when all of it is there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mips_ia.problems import Problem, Refused


@contextmanager
def drafted(out: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `out` at the end, or vanishes where something fails.

    What a killed run left for the same `out` is removed, once its process is gone.
    Raises `Refused` where `out` is there already.
    """
    if out.exists():
        what = f"{out.name} is there already, and nothing is written over."
        raise Refused([Problem("already_there", str(out), what, "Give another folder, or remove it.")])
    out.parent.mkdir(parents=True, exist_ok=True)
    for left in out.parent.glob(f".{out.name}.*.partial"):
        if not _alive(left.name.split(".")[-2]):
            shutil.rmtree(left, ignore_errors=True)
    draft = out.parent / f".{out.name}.{os.getpid()}.partial"
    draft.mkdir()
    try:
        yield draft
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _alive(process: str) -> bool:
    """Whether the process runs that wrote an unfinished folder."""
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
