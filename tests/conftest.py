"""What holds for every test."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

# Spark takes from here how it starts and plans, and nothing that changes what it says.
os.environ.setdefault("SPARK_CONF_DIR", str(Path(__file__).parent / "spark"))

# Files that take longest, longest first: what begins last ends soon, and no process waits long for another.
LONGEST = (
    "test_pages", "test_agreement", "test_tenancy", "test_durability", "test_journeys",
    "test_evidence_journey", "test_backup", "test_serve", "test_whatif", "test_spark",
    "test_population_command", "test_reminders_by_themselves", "test_binder_bounds",
    "test_lists_on_a_phone", "test_hostile_files", "test_sign_at_once", "test_check_installation",
    "test_colleagues", "test_population_whatif",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first; all else stays in its order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end, and is not looked through again and again."""
    gc.collect()
    gc.freeze()
