"""Limits of time follow the pace of the machine, since other programs slow its processor down for everybody.

What such a limit finds is work that grows faster than what it is done on: a minute where a second is usual.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = 0.043  # seconds that the yardstick takes where the limits were set, with nothing beside it


def slowdown() -> float:
    """How many times longer than usual the yardstick takes just now, at most of three, and at least 1."""
    return max(1.0, *(_yardstick() / USUAL for _ in range(3)))


def _yardstick() -> float:
    began = time.process_time()
    for _ in range(8):  # little at once, since some tests measure memory too
        sorted(str(each) for each in range(50_000))
    return time.process_time() - began


class Stopwatch:
    """Seconds of the processor since it was made."""

    def __init__(self) -> None:
        self._began = time.process_time()

    def stop(self, allowed: float) -> float:
        """What it took; if that is more than is allowed, what it would have taken at the usual pace."""
        took = time.process_time() - self._began
        return took if took < allowed else took / slowdown()


@contextmanager
def soon(seconds: float) -> Iterator[None]:
    """What is done takes less than so many seconds of the processor, at the usual pace."""
    watch = Stopwatch()
    yield
    took = watch.stop(seconds)
    assert took < seconds, f"{took:.1f} seconds at the usual pace, where {seconds:g} are allowed"
