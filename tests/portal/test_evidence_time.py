"""All files of a request share its time: one that takes too long costs none of the others."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from evidence_given import ITEM, PATIENT, SHOWS, P, file, nothing_waits, text  # noqa: F401 - a fixture

from mips_ia.portal.actions import looking
from mips_ia.portal.models import Revision, Waiting

Browse = Callable[[str], Client]
SLOW = b"patient 1 " * 300_000  # takes seconds to search, and has nothing
BUDGET, EACH = 2.0, 0.5


@pytest.fixture
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SECONDS", BUDGET)
    monkeypatch.setattr(looking, "_EACH", EACH)


@pytest.mark.usefixtures("little_time")
def test_five_slow_files_take_no_longer_than_one_and_the_others_of_the_request_are_kept(
    browse: Browse,
) -> None:
    slow = [file(SLOW, f"slow-{number}.txt") for number in range(5)]
    manager = browse("manager")
    manager.get(ITEM)  # what is imported once takes longer
    began = time.monotonic()

    answer = manager.post(ITEM, {"files": [slow[0], file(), file(PATIENT, "note.txt"), *slow[1:]], **SHOWS})

    assert time.monotonic() - began < BUDGET + 1.5
    page = text(answer.content)
    assert answer.status_code == 422
    for number in range(5):
        told = page.partition(f"“slow-{number}.txt”: ")[2]
        assert told.startswith(("Looking at it took too long. Add it by", "There was no time left to look"))
        assert "Add it by itself." in told[:90]
    assert Revision.objects.get().name == "policy.txt"
    assert Waiting.objects.get().name == "note.txt"
    assert "Saved E-1." in page
    assert "“note.txt”. Line 1 has what looks like" in page


@pytest.mark.usefixtures("little_time")
def test_what_receiving_took_is_not_there_to_look() -> None:
    """The time of a request begins with it, and not with the first file that is looked at."""
    began = time.monotonic() - BUDGET

    [(name, _, found, _)] = looking.seen([("policy.txt", lambda: b"A policy.\n")], 2026, "", began)

    assert name == "policy.txt"
    assert [each.what for each in found.problems] == ["There was no time left to look at it with the others."]


@pytest.mark.usefixtures("little_time")
def test_what_is_slow_by_itself_is_to_be_added_in_parts(browse: Browse) -> None:
    """Also as a revision, which is one file."""
    manager = browse("manager")
    manager.post(ITEM, {"files": file(), **SHOWS})

    for address in (ITEM, f"{P}/evidence/1/revise/"):
        answer = manager.post(address, {"files": file(SLOW, "slow.txt"), **SHOWS})
        assert answer.status_code == 422
        assert "“slow.txt”: Looking at it took too long. Add it in parts" in text(answer.content)


@pytest.fixture
def silent() -> Iterator[str]:
    """A scanner that takes a file, and sends its answer a letter at a time, and never to the end."""

    def drip(listening: socket.socket) -> None:
        found, _ = listening.accept()
        with found:
            while not ended.wait(0.05):
                try:
                    found.sendall(b"s")
                except OSError:
                    return

    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=drip, args=(listening,), daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        ended.set()


@pytest.mark.usefixtures("little_time")
def test_a_scanner_that_comes_to_no_end_has_no_more_time_than_the_request(
    browse: Browse, silent: str, settings: Any
) -> None:
    settings.CLAMD, settings.CLAMD_REQUIRED = silent, True
    manager = browse("manager")
    manager.get(ITEM)
    began = time.monotonic()

    answer = manager.post(ITEM, {"files": file(), **SHOWS})

    assert time.monotonic() - began < BUDGET + 1.5
    assert "The virus scanner did not answer." in text(answer.content)
