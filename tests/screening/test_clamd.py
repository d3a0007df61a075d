"""ClamAV itself, with two signatures made for this, one of which is that of the EICAR test file."""

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from test_viruses import EICAR

from mips_ia.screening.viruses import viruses

CLAMD = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin") or "clamd"
MARK = b"an invented virus that does nothing"
SETTINGS = """LocalSocket {room}/c
DatabaseDirectory {room}/signatures
StreamMaxLength 1M
Foreground yes
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a clamd listens that knows two files."""
    with TemporaryDirectory(prefix="clamd-") as room:
        known = Path(room, "signatures")
        known.mkdir()
        (known / "whole.hdb").write_text(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Test.Eicar\n")  # noqa: S324 - ClamAV's own
        (known / "part.ndb").write_text(f"Test.Invented:0:*:{MARK.hex()}\n")
        Path(room, "settings").write_text(SETTINGS.format(room=room))
        command = [CLAMD, "-c", f"{room}/settings"]
        with Path(room, "printed").open("wb") as printed:
            running = subprocess.Popen(command, stdout=printed, stderr=printed)
        until = time.monotonic() + 60
        while not Path(room, "c").exists():
            assert running.poll() is None, Path(room, "printed").read_text()
            assert time.monotonic() < until, "clamd did not listen"
            time.sleep(0.05)
        yield f"{room}/c"
        running.terminate()
        running.wait(20)


def test_it_passes_what_it_does_not_know(address: str) -> None:
    assert viruses(b"A policy." * 9_000, "a.pdf", address) == ()


@pytest.mark.parametrize(
    ("content", "name"), [(EICAR, "Test.Eicar"), (b"a" * 200_000 + MARK + b"a" * 70_000, "Test.Invented")]
)
def test_it_names_what_it_knows(content: bytes, name: str, address: str) -> None:
    [found] = viruses(content, "a.pdf", address)

    assert (found.code, found.severity) == ("file_infected", "error")
    assert found.what == f"The virus scanner knows it: {name}.UNOFFICIAL."


def test_what_is_too_large_for_it_was_not_looked_at(address: str) -> None:
    [found] = viruses(b"a" * 3_000_000, "a.pdf", address)

    assert (found.code, found.severity) == ("file_unscanned", "warning")
