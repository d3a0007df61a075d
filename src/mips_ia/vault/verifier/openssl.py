"""What Python's standard library cannot check is asked of OpenSSL, where this machine has it."""

from __future__ import annotations

import calendar
import os
import re
import shutil
import subprocess
import tempfile
import time
from typing import NamedTuple

from mips_ia.vault.verifier.signed import public_pem

PATIENCE = 60  # seconds
# A signature that is known to be good (RFC 8032, 7.1, test 2): who cannot check it cannot check others.
KNOWN_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
KNOWN_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
MOMENT = re.compile(r"^Time stamp: (\w{3} +\d+ \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT", re.MULTILINE)


class Answer(NamedTuple):
    """Whether something holds, None where that could not be checked; and what there is to say of it."""

    holds: bool | None
    said: str


class Openssl:
    """The command, if there is one, and whether it can check what is asked here."""

    def __init__(self) -> None:
        self._command = shutil.which("openssl")
        self.lacks = ""
        if not self._command:
            self.lacks = "there is no openssl on this machine's PATH"
        elif not self._verified(KNOWN_KEY, b"\x72", KNOWN_SIGNATURE):
            self.lacks = f"{self._command} is too old for it (OpenSSL 3.0 or newer is needed)"

    def signature(self, public: bytes, signed: bytes, signature: bytes) -> Answer:
        """Whether a key signed a text."""
        if self.lacks:
            return Answer(None, self.lacks)
        holds = self._verified(public, signed, signature)
        return Answer(holds, "" if holds else "it was changed, or another key signed it")

    def stamp(self, stamp: bytes, stamped: bytes, authorities: bytes) -> Answer:
        """Whether a time stamp is of a text, by one of these authorities, as of its own time; and that."""
        if self.lacks:
            return Answer(None, self.lacks)
        with tempfile.TemporaryDirectory() as folder:
            paths = _written(folder, {"in": stamp, "data": stamped, "CAfile": authorities})
            text = self._ran("ts", "-reply", "-in", paths["in"], "-text")
            match = MOMENT.search(text.stdout.decode("utf-8", "replace"))
            try:
                moment = time.strptime(" ".join(match.groups()) if match else "", "%b %d %H:%M:%S %Y")
            except ValueError:
                return Answer(False, "it is no time stamp")
            seconds = calendar.timegm(moment)
            given = [word for name, path in paths.items() for word in ("-" + name, path)]
            done = self._ran("ts", "-verify", *given, "-attime", str(seconds))
        said = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
        why = done.stderr.decode("utf-8", "replace").strip().splitlines() or [""]
        return Answer(not done.returncode, said if not done.returncode else f"openssl says {why[-1][:200]!r}")

    def _verified(self, public: bytes, signed: bytes, signature: bytes) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            files = {"inkey": public_pem(public), "in": signed, "sigfile": signature}
            given = [word for name, path in _written(folder, files).items() for word in ("-" + name, path)]
            return not self._ran("pkeyutl", "-verify", "-pubin", "-rawin", *given).returncode

    def _ran(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        command = [self._command or "", *words]
        return subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)


def _written(folder: str, files: dict[str, bytes]) -> dict[str, str]:
    """The paths of files with these bytes, by their names."""
    paths = {name: os.path.join(folder, name) for name in files}
    for name, path in paths.items():
        with open(path, "wb") as file:
            file.write(files[name])
    return paths
