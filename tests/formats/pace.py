"""How fast this machine is just now, since other programs slow its processor down for everybody."""

import time

USUAL = 0.055  # seconds that the yardstick takes where the limits were set, with nothing beside it


def allowed(seconds: float) -> float:
    """A limit in seconds of the processor, longer by as much as the yardstick takes longer than usual."""
    began = time.process_time()
    sorted(str(each) for each in range(400_000))
    return seconds * max(1.0, (time.process_time() - began) / USUAL)
