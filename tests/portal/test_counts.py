"""How often somebody tried is one number, however many processes answer."""

import multiprocessing
import pickle
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

from mips_ia.portal.counts import Counts
from mips_ia.portal.often import more_than

FORKED = multiprocessing.get_context("fork")
EACH = 100


def tries(folder: Path, told: "multiprocessing.SimpleQueue[int]") -> None:
    """What a worker does: it counts one try after the other, and says how often it was the first."""
    counts, first = Counts(str(folder), {}), 0
    for _ in range(EACH):
        first += counts.add("tries", 0)
        counts.incr("tries")
    told.put(first)


def test_two_processes_share_a_count_and_lose_none_of_it(tmp_path: Path) -> None:
    told = FORKED.SimpleQueue()
    workers = [FORKED.Process(target=tries, args=(tmp_path, told)) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert sorted(told.get() for _ in workers) == [0, 1]
    assert Counts(str(tmp_path), {}).get("tries") == 2 * EACH


@pytest.mark.usefixtures("untried", "one_minute")
def test_the_portal_counts_so_and_nobody_else_reads_it() -> None:
    assert [more_than(2, "tries") for _ in range(3)] == [False, False, True]

    assert isinstance(cache._connections[cache._alias], Counts)  # type: ignore[attr-defined]  # noqa: SLF001
    folder = settings.HOME / "counts"
    assert folder.stat().st_mode & 0o077 == 0
    (file,) = folder.glob("*.djcache")
    with file.open("rb") as held:
        assert pickle.load(held) <= time.time() + 60  # noqa: S301 - until when it holds


def test_a_count_for_which_room_was_made_meanwhile_begins_anew(tmp_path: Path) -> None:
    counts = Counts(str(tmp_path), {})
    counts.add("tries", 5)
    counts.delete("tries")

    assert (counts.incr("tries"), counts.incr("tries")) == (1, 2)


def test_what_is_over_goes_before_what_still_holds(tmp_path: Path) -> None:
    counts = Counts(str(tmp_path), {"OPTIONS": {"MAX_ENTRIES": 20}})
    counts.set("held", 3, 60)
    for number in range(19):
        counts.set(f"over {number}".replace(" ", "-"), 1, -1)

    counts.set("new", 1, 60)

    assert (counts.get("held"), counts.get("new")) == (3, 1)
    assert len([*tmp_path.glob("*.djcache")]) == 2
