"""Files of a vault that came earlier than they did: what came lately may still be on its way."""

import os
import time
from pathlib import Path

HOUR, DAY = 3700, 90_000  # seconds, and somewhat more


def aged(vault: Path, seconds: float) -> None:
    """As if all in the vault had come so long ago."""
    at = time.time() - seconds
    for each in vault.rglob("*"):
        if each.is_file():
            os.utime(each, (at, at))
