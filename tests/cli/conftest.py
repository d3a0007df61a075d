"""The command line, on a terminal of known width."""

import pytest


@pytest.fixture(autouse=True)
def _as_wide_as_in_the_manual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "88")
