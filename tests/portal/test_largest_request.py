"""The largest request that is taken: four files of the largest size, in a time and a memory with a limit."""

import hashlib
import os
import time
from contextlib import closing

import requests
from making import pdf
from served import SLUG, YEAR, Served
from together import highest

import pace
from mips_ia.screening.kinds import LARGEST

# Of the request: nine in which files are looked at, and what it takes beside other tests to send and to keep
# 100 MB. Of the server with what it starts.
SECONDS, MEGABYTES = 12, 500
FILES = 4


def largest(number: int) -> bytes:
    """A PDF of exactly as many bytes as are taken, most of which nothing makes smaller."""

    def around(noise: bytes) -> bytes:
        stream = b"100 0 obj\n<< /Length %08d >>\nstream\n%s\nendstream\nendobj" % (len(noise), noise)
        return pdf([f"A policy, part {number}."], extra=stream)

    most = LARGEST - 1_000_000
    return around(os.urandom(most + LARGEST - len(around(b"." * most))).replace(b"\n", b"\r"))


def test_four_of_the_largest_files_at_once_are_kept_or_named() -> None:
    files = [(f"part-{number}.pdf", largest(number)) for number in range(FILES)]
    assert {len(content) for _, content in files} == {LARGEST}
    with Served().build() as portal:
        assert portal.process
        browser = requests.Session()
        browser.cookies.set("sessionid", portal.sessions["manager"])
        address = f"{portal.address}/p/{SLUG}/{YEAR}/evidence/new/"
        browser.get(address, timeout=30)
        with highest(portal.process.pid) as memory:
            began = time.monotonic()
            answer = browser.post(
                address, {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}, timeout=90,
                files=[("files", each) for each in files], allow_redirects=False,
            )  # fmt: skip
            seconds = time.monotonic() - began
        with closing(portal.opened()) as database:
            rows = database.execute("select sha256 from portal_revision").fetchall()

    kept = {row[0] for row in rows}
    without = [name for name, content in files if hashlib.sha256(content).hexdigest() not in kept]
    assert len(without) < FILES
    assert answer.status_code == (422 if without else 303)
    assert [name for name in without if f"“{name}”: Looking at it took too long." not in answer.text] == []
    assert memory[0] < MEGABYTES
    assert seconds < SECONDS * pace.slowdown()
