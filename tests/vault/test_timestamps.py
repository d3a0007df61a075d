"""Time stamps of checkpoints, by a real authority that OpenSSL is."""

import random
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import authority
import pytest

from mips_ia.problems import Refused
from mips_ia.vault.check_log import check_stamps
from mips_ia.vault.der import with_sorted_certificates
from mips_ia.vault.folder import Folder
from mips_ia.vault.log import Log
from mips_ia.vault.signer import Signer
from mips_ia.vault.timestamps import Stamps, authorities, over_http


@pytest.fixture(scope="module")
def stampers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return authority.made(tmp_path_factory.mktemp("authority") / "own")


@pytest.fixture
def stamps(folder: Folder, log: Log, signer: Signer, stampers: Path) -> Stamps:
    """Those of a log with one leaf and one checkpoint, which waits for its stamp."""
    log.add("one")
    log.checkpoint(signer)
    found = Stamps(folder, authorities((stampers / "ca.pem").read_bytes(), "ca.pem"))
    found.want(1)
    return found


def away(_url: str, _request: bytes) -> bytes:
    raise ConnectionRefusedError("Connection refused")


def refusal(stamps: Stamps, size: int = 1) -> str:
    with pytest.raises(Refused) as refused:
        stamps.moment(size)
    (problem,) = refused.value.problems
    assert problem.code == "damaged_stamp"
    return str(problem)


def test_a_checkpoint_is_stamped_by_an_authority(stamps: Stamps, stampers: Path) -> None:
    with authority.answering(stampers) as url:
        assert stamps.ask(url, now=0) == []

    assert stamps.wanted() == []
    assert stamps.sizes() == [1]
    assert abs(stamps.moment(1) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_stranger_checks_a_stamp_with_openssl(stamps: Stamps, stampers: Path, folder: Folder) -> None:
    """The command of the manual."""
    with authority.answering(stampers) as url:
        stamps.ask(url, now=0)
    command = f"""openssl ts -verify -data checkpoints/000000000001 -in stamps/000000000001.tsr
        -CAfile {stampers / "ca.pem"}"""

    done = subprocess.run(command.split(), cwd=folder.path, capture_output=True, text=True, check=False)

    assert done.stdout.strip() == "Verification: OK", done.stderr


def test_while_the_authority_is_away_the_request_waits_ever_longer(stamps: Stamps, stampers: Path) -> None:
    (problem,) = stamps.ask("http://tsa.example/", now=0, transport=away)
    assert (problem.code, problem.severity) == ("stamp_waits", "warning")
    assert str(problem) == (
        "http://tsa.example/: the checkpoint at size 1 has no time stamp yet: Connection refused. "
        "It is asked for again in 1 minute; nothing else waits for it."
    )

    assert stamps.ask("http://tsa.example/", now=59, transport=away) == []
    (problem,) = stamps.ask("http://tsa.example/", now=60, transport=away)
    assert "again in 2 minutes" in str(problem)
    for _ in range(20):
        (problem,) = stamps.ask("http://tsa.example/", now=10**9, transport=away) or (problem,)
    assert stamps.wanted() == [1]
    with authority.answering(stampers) as url:
        assert stamps.ask(url, now=2 * 10**9) == []
    assert stamps.sizes() == [1]


def test_the_wait_is_at_most_six_hours(stamps: Stamps) -> None:
    for days in range(30):
        (problem,) = stamps.ask("http://tsa.example/", now=days * 86400, transport=away)

    assert "again in 360 minutes" in str(problem)


def test_a_checkpoint_waits_once_and_not_when_it_is_stamped(stamps: Stamps, stampers: Path) -> None:
    stamps.want(1)
    assert stamps.wanted() == [1]
    with authority.answering(stampers) as url:
        stamps.ask(url, now=0)

    stamps.want(1)

    assert stamps.wanted() == []


@pytest.mark.parametrize("text", [b"nothing that it was", b'{"due":90000,"said":"","tries":1}\n'])
def test_a_request_that_waits_and_was_damaged_is_asked_at_once(
    stamps: Stamps, folder: Folder, text: bytes
) -> None:
    folder.put("queue/000000000001.json", text)

    assert len(stamps.ask("http://tsa.example/", now=0, transport=away)) == 1


@pytest.mark.parametrize("answer", [b"", b"<html>", b"0\x03\x02\x01\x02"])
def test_an_answer_that_is_no_stamp_is_not_kept(stamps: Stamps, answer: bytes) -> None:
    (problem,) = stamps.ask("http://tsa.example/", now=0, transport=lambda *_: answer)

    assert problem.code == "stamp_waits"
    assert stamps.sizes() == []


def test_an_answer_to_another_request_is_not_kept(stamps: Stamps, stampers: Path, folder: Folder) -> None:
    with authority.answering(stampers) as url:
        stamps.ask(url, now=0)
    first = folder.content("stamps/000000000001.tsr")
    folder.remove("stamps/000000000001.tsr")
    stamps.want(1)

    (problem,) = stamps.ask("http://tsa.example/", now=0, transport=lambda *_: first)

    assert "it answers another request" in str(problem)


def test_a_refusal_of_the_authority_is_said(stamps: Stamps, stampers: Path) -> None:
    settings = stampers / "settings"
    held = settings.read_text()
    settings.write_text(held.replace("digests = sha256", "digests = sha512"))
    try:
        with authority.answering(stampers) as url:
            (problem,) = stamps.ask(url, now=0)
    finally:
        settings.write_text(held)

    assert "the authority refused with status 2" in str(problem)


def test_a_stamp_of_another_checkpoint_is_named(
    stamps: Stamps, stampers: Path, folder: Folder, log: Log, signer: Signer
) -> None:
    with authority.answering(stampers) as url:
        stamps.ask(url, now=0)
    log.add("two")
    log.checkpoint(signer)
    folder.put("stamps/000000000002.tsr", folder.content("stamps/000000000001.tsr"))
    folder.put("stamps/000000000003.tsr", folder.content("stamps/000000000001.tsr"))

    assert "it is a stamp of something else" in refusal(stamps, 2)
    assert "there is no such checkpoint" in refusal(stamps, 3)
    assert [problem.code for problem in check_stamps(stamps)] == ["damaged_stamp", "damaged_stamp"]


def test_any_changed_byte_of_a_stamp_or_of_its_sum_is_named(
    stamps: Stamps, stampers: Path, folder: Folder
) -> None:
    with authority.answering(stampers) as url:
        stamps.ask(url, now=0)
    chance, stamp = random.Random(1), "stamps/000000000001.tsr"
    for name, count in ((stamp, 150), ("stamps/000000000001.sha256", 90)):
        held = folder.content(name)
        for place in [*range(1040, 1050), *(chance.randrange(len(held)) for _ in range(count))]:
            at = place % len(held)
            folder.put(name, held[:at] + bytes([held[at] ^ chance.randrange(1, 256)]) + held[at + 1 :])

            (problem,) = check_stamps(stamps)

            assert (problem.code, problem.where) == ("damaged_stamp", f"{folder.address}/{stamp}"), place
        folder.put(name, held)
    assert [*check_stamps(stamps)] == []
    folder.remove("stamps/000000000001.sha256")
    assert "stamps/000000000001.sha256 is gone" in refusal(stamps)


def test_a_stamp_that_is_gone_is_named_by_its_sum(stamps: Stamps, stampers: Path, folder: Folder) -> None:
    """Its sum comes first: as long as the stamp itself is waited for, it is no fault."""
    with authority.answering(stampers) as url:
        stamps.ask(url, now=0)
    folder.remove("stamps/000000000001.tsr")

    (problem,) = check_stamps(stamps)
    assert problem.code == "damaged_stamp"
    assert problem.where.endswith("stamps/000000000001.tsr")
    assert "it is gone" in problem.what

    stamps.want(1)
    assert [*check_stamps(stamps)] == []


def test_a_stamp_by_an_authority_that_is_not_trusted_is_refused(
    stamps: Stamps, stampers: Path, folder: Folder, tmp_path: Path
) -> None:
    other = authority.made(tmp_path / "other")
    with authority.answering(stampers) as url:
        stamps.ask(url, now=0)
    held = authorities((other / "ca.pem").read_bytes(), "ca.pem")

    assert "Error while verifying certificates" in refusal(Stamps(folder, held))
    assert Stamps(folder).moment(1)  # which says only what it is a stamp of


@pytest.mark.parametrize(
    "stamp", [b"", b"0", b"0\x82\xff\xff", b"0\x03\x02\x01\x02", b"0\x060\x040\x020\x00"]
)
def test_what_has_no_certificates_to_sort_is_left_as_it_is(stamp: bytes) -> None:
    assert with_sorted_certificates(stamp) == stamp


def test_a_file_that_holds_no_certificates_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        authorities(b"nothing", "ca.pem")
    assert [problem.code for problem in refused.value.problems] == ["bad_authorities"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://tsa.example/", "tsa.example", ""])
def test_an_address_that_is_none_of_the_web_is_not_asked(url: str) -> None:
    with pytest.raises(OSError, match="is no address that begins with"):
        over_http(url, b"")


def test_an_answer_that_is_none_of_the_web_is_an_error_of_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: _hang_up(server))
        thread.start()
        with pytest.raises(OSError, match="it broke off: "):
            over_http(f"http://127.0.0.1:{server.getsockname()[1]}/", b"")
        thread.join()


def _hang_up(server: socket.socket) -> None:
    """Answer one request with what is no HTTP."""
    peer, _ = server.accept()
    with peer:
        peer.recv(10_000)
        peer.sendall(b"nothing of the web\r\n\r\n")


def test_an_authority_that_is_away_is_an_error_of_the_network() -> None:
    with pytest.raises(OSError, match="refused"):
        over_http("http://127.0.0.1:9/", b"")


def test_certificates_of_a_version_that_there_is_not_are_refused(stampers: Path) -> None:
    der = ssl.PEM_cert_to_DER_cert((stampers / "ca.pem").read_text())
    version = b"\xa0\x03\x02\x01"
    text = ssl.DER_cert_to_PEM_cert(der.replace(version + b"\x02", version + b"\x6a"))

    with pytest.raises(Refused) as refused:
        authorities(text.encode(), "ca.pem")
    assert [problem.code for problem in refused.value.problems] == ["bad_authorities"]


def test_any_changed_byte_of_a_certificate_is_refused_or_without_meaning(
    stamps: Stamps, folder: Folder, stampers: Path
) -> None:
    """The library for stamps stops at some of them by what is no `Exception`."""
    with authority.answering(stampers) as url:
        assert stamps.ask(url, now=0) == []
    der = ssl.PEM_cert_to_DER_cert((stampers / "ca.pem").read_text())
    for place, by in product(range(len(der)), (0x20, 0x0F)):
        changed = der[:place] + bytes([der[place] ^ by]) + der[place + 1 :]
        with suppress(Refused):
            held = authorities(ssl.DER_cert_to_PEM_cert(changed).encode(), "ca.pem")
            Stamps(folder, held).moment(1)
