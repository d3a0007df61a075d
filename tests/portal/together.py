"""How much memory a server has together with all that it started."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def family(first: int) -> set[int]:
    """A process and all that it started."""
    found, waits = set[int](), {first}
    while waits:
        found |= waits
        waits = {
            int(each)
            for one in waits
            for tasks in Path(f"/proc/{one}/task").glob("*/children")
            for each in tasks.read_text().split()
        } - found
    return found


def together(first: int) -> float:
    """The megabytes of a process and all that it started, each page that several share counted once."""
    kilobytes = 0
    for each in family(first):
        with suppress(OSError):  # it has ended
            told = Path(f"/proc/{each}/smaps_rollup").read_text()
            kilobytes += sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return kilobytes / 1024


@contextmanager
def highest(first: int, every: float = 0.02) -> Iterator[list[float]]:
    """The most that they have together, looked at every so many seconds; it stands there afterwards."""
    found, over = [together(first)], threading.Event()

    def watch() -> None:
        while not over.wait(every):
            with suppress(OSError):
                found[0] = max(found[0], together(first))

    watching = threading.Thread(target=watch)
    watching.start()
    yield found
    over.set()
    watching.join()
