"""The largest request that is taken: four files of the largest size, in a time and a memory with a limit."""

import hashlib
import os
import time
from contextlib import closing

import requests
from making import pdf
from served import SLUG, YEAR, Served
from together import highest

from mips_ia.screening.kinds import LARGEST

SECONDS, MEGABYTES = 10, 500  # of the request; of the server with what it starts
FILES = 4
TRIES = 3  # where other programs keep the processor from looking at even one in time
LATE = "Looking at it took too long.", "There was no time left to look at it"


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
        sent = requests.Request(
            "POST", address, data={"csrfmiddlewaretoken": browser.cookies["csrftoken"]},
            files=[("files", each) for each in files],
        )  # fmt: skip
        ready = browser.prepare_request(sent)  # 100 MB, which are made before and sent from here on
        for _ in range(TRIES):
            with highest(portal.process.pid) as memory:
                began = time.monotonic()
                answer = browser.send(ready, timeout=90, allow_redirects=False)
                seconds = time.monotonic() - began
            assert seconds < SECONDS
            assert memory[0] < MEGABYTES
            with closing(portal.opened()) as database:
                rows = database.execute("select sha256 from portal_revision").fetchall()
            kept = {row[0] for row in rows}
            without = [name for name, content in files if hashlib.sha256(content).hexdigest() not in kept]
            assert answer.status_code == (422 if without else 303)
            assert all(any(f"“{name}”: {each}" in answer.text for each in LATE) for name in without)
            if len(without) < FILES:
                break
    assert len(without) < FILES
