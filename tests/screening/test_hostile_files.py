"""Over a hundred hostile files: each is refused or harmless, in time and room, and nothing of it runs."""

import multiprocessing
import socket
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hostile import Case, cases, looked_at

from mips_ia.screening.apart import Screened, masked, preview

SECONDS, MEMORY = 10, 500 * 1024  # seconds for each, kilobytes
Seen = list[tuple[Case, Screened, float, int]]


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
def seen(folder: Path, trap: socket.socket) -> Seen:
    made = cases(f"http://127.0.0.1:{trap.getsockname()[1]}", str(folder / "made"))
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as together:
        return list(zip(made, *zip(*together.map(looked_at, made), strict=True), strict=True))


def test_each_is_refused_or_marked_for_what_it_is_or_was_read_whole(seen: Seen) -> None:
    assert len(seen) >= 60
    for (name, _, expected), found, _, _ in seen:
        codes = {each.code for each in (*found.problems, *found.notes)}
        assert codes & expected or (not expected and not found.problems), f"{name}: {codes}, not {expected}"
        assert all(each.what and each.fix and each.where.startswith(name) for each in found.problems), name


def test_most_are_refused_and_none_of_these_is_ever_shown_or_copied(seen: Seen) -> None:
    refused = [case for case, found, _, _ in seen if found.problems]

    assert len(refused) > 100
    for name, content, _ in refused[::20]:
        assert preview(content, name).problems
        assert masked(content, name, 2026).problems


def test_each_is_answered_in_time_and_in_bounded_memory(seen: Seen) -> None:
    slowest = max(seen, key=lambda each: each[2])

    assert slowest[2] < SECONDS, slowest[0][0]
    assert max(memory for *_, memory in seen) < MEMORY


def test_nothing_ran_was_written_or_called(seen: Seen, folder: Path, trap: socket.socket) -> None:
    assert seen
    assert list(folder.iterdir()) == []
    with pytest.raises(TimeoutError):
        trap.accept()
