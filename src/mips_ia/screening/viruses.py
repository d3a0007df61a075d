"""A file shown to ClamAV, where an installation has one, by the protocol of clamd: INSTREAM on a socket."""

import re
import socket
import struct
import time
from contextlib import suppress

from mips_ia.problems import Problem

_AT_ONCE, _ANSWER = 64 * 1024, 4_096  # bytes sent at once, and of an answer at most
_FOUND = re.compile(rb"^stream: (.{1,200}) FOUND$")
_CLEAN = b"stream: OK"


def viruses(
    content: bytes, name: str, address: str, seconds: float = 9, *, required: bool = False
) -> tuple[Problem, ...]:
    """What ClamAV says of a file: nothing where it knows nothing against it.

    `address` is a path of a socket, such as /run/clamav/clamd.ctl, or host:port. Where it does not answer
    in so many seconds, that is a warning, or an error where a scan is `required`.
    """
    try:
        answer = _answer(content, address, seconds)
    except (OSError, ValueError):
        return (_unscanned(name, "The virus scanner did not answer.", required),)
    if answer == _CLEAN:
        return ()
    if found := _FOUND.match(answer):
        called = re.sub(r"[^\w.:/-]", "", found[1].decode("ascii", "replace"))[:80]
        what = f"The virus scanner knows it: {called}."
        fix = "Do not open it. Show it to whoever looks after your computers."
        return (Problem("file_infected", name, what, fix),)
    return (_unscanned(name, "The virus scanner did not take it.", required),)


def _answer(content: bytes, address: str, seconds: float) -> bytes:
    until = time.monotonic() + seconds
    with _connected(address, seconds) as clamd:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has said why
            clamd.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), _AT_ONCE):
                part = content[at : at + _AT_ONCE]
                clamd.settimeout(_left(until))
                clamd.sendall(struct.pack(">I", len(part)) + part)
            clamd.sendall(struct.pack(">I", 0))
        said = b""
        while not said.endswith(b"\0") and len(said) < _ANSWER:
            clamd.settimeout(_left(until))
            if not (more := clamd.recv(_ANSWER)):
                break
            said += more
    return said.strip(b"\0\n ")


def _left(until: float) -> float:
    """How many seconds there still are."""
    if (left := until - time.monotonic()) <= 0:
        raise TimeoutError
    return left


def _connected(address: str, seconds: float) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), seconds)
    made = socket.socket(socket.AF_UNIX)
    try:
        made.settimeout(seconds)
        made.connect(address)
    except OSError:
        made.close()
        raise
    return made


def _unscanned(name: str, what: str, required: bool) -> Problem:
    fix = "Try again later, or tell whoever runs this installation."
    said = f"{what} It was not looked at for viruses."
    return Problem("file_unscanned", name, said, fix, severity="error" if required else "warning")
