"""The widths at which a journey is made, with and without script."""

import databases
import pytest

_NAMES = ("at", "script")
ALL_FOUR = pytest.mark.parametrize(
    _NAMES, [("desk", True), ("desk", False), ("phone", True), ("phone", False)]
)
# Of what no database has a part in, two of the four on either one.
TWO_OF_FOUR = pytest.mark.parametrize(
    _NAMES, [("desk", databases.ON_POSTGRES), ("phone", not databases.ON_POSTGRES)]
)
