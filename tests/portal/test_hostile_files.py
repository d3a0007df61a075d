"""Over a hundred hostile files are posted: each is refused or marked, and none runs."""

import json
import multiprocessing
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from hostile import Case, cases
from served import SLUG, YEAR, Served
from together import highest

from mips_ia.screening.apart import masked, preview

SECONDS, MEGABYTES = 10, 500  # of a request; of the server and what looks at files, together
TOGETHER = 5  # files of a request
ALONE = "Add it by itself."  # is said of a file for which its neighbors left no time
SLOW = b"patient 1 " * 500_000  # takes longer than a file may have beside others


@dataclass
class Posted:
    """What came of all of them."""

    every: list[Case]
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    answers: list[tuple[list[str], int, float, str]] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def trap() -> Iterator[socket.socket]:
    """An address at which nobody must call."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(0.1)
        yield listening


@pytest.fixture(scope="module")
def posted(folder: Path, trap: socket.socket) -> Iterator[Posted]:
    """All are added to a portal, some at once as a person would, and some slow ones with them.

    One for which its neighbors left no time is added by itself, as its message says.
    """
    found = Posted(cases(f"http://127.0.0.1:{trap.getsockname()[1]}", str(folder / "made")))
    files = [(name, content) for name, content, _ in found.every if content]
    groups = [files[at : at + TOGETHER] for at in range(0, len(files), TOGETHER)]
    groups += [[(name, content)] for name, content, _ in found.every if not content]
    slow = [(f"slow-{number}.txt", SLOW) for number in range(5)]
    with Served(application="watched:application").build() as portal:
        browser = requests.Session()
        browser.cookies.set("sessionid", portal.sessions["manager"])
        address = f"{portal.address}/p/{SLUG}/{YEAR}/evidence/new/"
        browser.get(address, timeout=30)

        def post(group: list[tuple[str, bytes]]) -> None:
            began = time.monotonic()
            answer = browser.post(
                address, {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}, timeout=30,
                files=[("files", each) for each in group], allow_redirects=False,
            )  # fmt: skip
            took = time.monotonic() - began
            found.answers.append(([name for name, _ in group], answer.status_code, took, answer.text))

        assert portal.process
        with highest(portal.process.pid, every=0.1) as found.memory:
            for group in groups:
                post(group)
                for each in [each for each in group if late(each[0], found.answers[-1][3])]:
                    post([each])
            post(slow)
        for line in (portal.home / "seen.jsonl").read_text().splitlines():
            found.seen[json.loads(line)["name"]] = json.loads(line)
        with closing(portal.opened()) as database:
            names = {name for name, *_ in found.every}  # others are the demonstration's
            for name, said in database.execute("select name, found from portal_revision").fetchall():
                if name in names:
                    found.kept[str(name)] = json.loads(said) if isinstance(said, str) else said
        yield found


def late(name: str, page: str) -> bool:
    """Whether a page says that a file was not looked at with the others."""
    return ALONE in page.partition(f"“{name}”: ")[2][:100]


def test_each_is_refused_or_marked_for_what_it_is(posted: Posted) -> None:
    assert len(posted.every) > 120
    for name, content, expected in posted.every:
        if not content:
            continue  # the form says so
        seen = posted.seen[name]
        codes = set(seen["codes"])
        assert codes & expected, f"{name}: {codes}"
        assert all(what and fix and where.startswith(name) for where, what, fix in seen["problems"]), name


def test_no_request_takes_longer_than_it_may_and_each_says_what_it_did_not_take(posted: Posted) -> None:
    for names, status, seconds, page in posted.answers:
        assert seconds < SECONDS, names
        refused = [name for name in names if name not in posted.kept or late(name, page)]
        assert status == (422 if refused else 303), names
        assert all(name in page for name in refused if name != "nothing.txt"), names
    slow, _, _, page = posted.answers[-1]
    for name in slow:
        assert late(name, page), name


def test_server_and_child_stay_in_bounded_memory_together(posted: Posted) -> None:
    """What is looked at ten times a second together, and of each the most that it ever had."""
    server, apart = (max(each["memory"][which] for each in posted.seen.values()) for which in (0, 1))

    assert 0 < posted.memory[0] < MEGABYTES
    assert max(server, apart) / 1024 < MEGABYTES


def test_nothing_is_kept_unmarked(posted: Posted) -> None:
    assert posted.kept
    assert [name for name, found in posted.kept.items() if not found] == []
    assert len(posted.kept) < len(posted.every) / 6


def test_what_is_kept_is_shown_and_copied_in_time(posted: Posted) -> None:
    kept = [(name, content) for name, content, _ in posted.every if name in posted.kept]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as together:
        took = dict(zip([name for name, _ in kept], together.map(shown_and_copied, kept), strict=True))

    assert max(took.values()) < SECONDS, took


def shown_and_copied(file: tuple[str, bytes]) -> float:
    """The longer of showing it and masking it; each gives something, or says why not."""
    name, content = file
    began = time.monotonic()
    shown = preview(content, name, year=YEAR)
    between = time.monotonic()
    copy = masked(content, name, YEAR)
    assert shown.problems or shown.pictures or not shown.text
    assert copy.content or copy.problems
    return max(between - began, time.monotonic() - between)


def test_nothing_ran_was_written_or_called(posted: Posted, folder: Path, trap: socket.socket) -> None:
    assert posted.seen
    assert list(folder.iterdir()) == []
    with pytest.raises(TimeoutError):
        trap.accept()
