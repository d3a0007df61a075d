"""What holds for every test."""

import os
from pathlib import Path

from hypothesis import settings

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

# Spark takes from here how it starts and plans, and nothing that changes what it says.
os.environ.setdefault("SPARK_CONF_DIR", str(Path(__file__).parent / "spark"))
