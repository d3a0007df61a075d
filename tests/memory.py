"""How much memory something takes, by Linux's own count, which can begin anew.

What `getrusage` tells never sinks, and a process begins with the most of whoever started it.
"""

from pathlib import Path

_OF_THIS_PROCESS = Path("/proc/self")


class Memory:
    """The most memory that this process has from now on."""

    def __init__(self) -> None:
        (_OF_THIS_PROCESS / "clear_refs").write_text("5")  # the highest so far is what it is now
        self._began = highest()

    def more(self) -> int:
        """The megabytes by which it rose."""
        return int(highest() - self._began)


def highest() -> float:
    """The most megabytes that this process has had since its program began, or since the count began anew."""
    told = (_OF_THIS_PROCESS / "status").read_text(encoding="ascii")
    [line] = [each for each in told.splitlines() if each.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024
