"""ClamAV is asked by its own protocol, which a server here speaks; where it is away, that is said."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mips_ia.screening.viruses import viruses

# The harmless file that every scanner knows, put together so that none finds it here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LARGEST = 1_000_000


class Clamd(socketserver.StreamRequestHandler):
    """Reads INSTREAM as clamd does: a command, parts with their length, and an empty one at the end."""

    def handle(self) -> None:
        command, content = self.rfile.read(10), b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > LARGEST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
        elif EICAR in content:
            self.wfile.write(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
        elif content != b"mute":
            self.wfile.write(b"stream: OK\0")


@pytest.fixture(params=["path", "port"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "path":
        server: socketserver.BaseServer = socketserver.ThreadingUnixStreamServer(str(tmp_path / "c"), Clamd)
        said = str(tmp_path / "c")
    else:
        tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        server, said = tcp, f"127.0.0.1:{tcp.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield said
    server.shutdown()
    server.server_close()
    serving.join()


def test_what_is_known_is_named_and_what_is_not_passes(address: str) -> None:
    assert viruses(b"A policy." * 9_000, "a.pdf", address) == ()
    [found] = viruses(b"a" * 200_000 + EICAR, "a.pdf", address)

    assert (found.code, found.severity) == ("file_infected", "error")
    assert found.what == "The virus scanner knows it: Win.Test.EICAR_HDB-1."


@pytest.mark.parametrize("content", [b"a" * (LARGEST + 1), b"mute"])
def test_what_it_did_not_look_at_is_never_taken_for_clean(address: str, content: bytes) -> None:
    [unable] = viruses(content, "a.pdf", address)

    assert (unable.code, unable.severity) == ("file_unscanned", "warning")


@pytest.mark.parametrize("away", ["/nowhere/clamd.ctl", "127.0.0.1:1", "127.0.0.1", "", "localhost:port"])
def test_where_it_is_away_the_installation_decides_what_that_means(away: str) -> None:
    [warned], [refused] = viruses(b"a", "a.pdf", away, 1), viruses(b"a", "a.pdf", away, 1, required=True)

    assert (warned.code, warned.severity, refused.severity) == ("file_unscanned", "warning", "error")
    assert warned.what == "The virus scanner did not answer. It was not looked at for viruses."
