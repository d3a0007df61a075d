"""The widths at which a journey is made, with and without script."""

import pytest

ALL_FOUR = pytest.mark.parametrize(
    ("at", "script"), [("desk", True), ("desk", False), ("phone", True), ("phone", False)]
)
