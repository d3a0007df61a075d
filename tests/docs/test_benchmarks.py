"""The benchmarks end as their goals came out, and only after all of them were measured."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize(("reached", "code"), [((True, None), 0), ((False, True), 1), ((None, None), 0)])
def test_a_missed_goal_ends_with_1_after_all_lines(
    reached: tuple[Any, Any], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.delitem(sys.modules, "timing", raising=False)
    import timing

    def first() -> Iterable[Any]:
        yield timing.Line("(x) the first", "1", "at most 2", reached[0])

    def second() -> Iterable[Any]:
        yield timing.Line("(x) the second", "3", "at most 2", reached[1])

    assert timing.told((first, second)) == code
    said = capsys.readouterr().out
    assert "(x) the second" in said
    assert said.count("MISSED") == code
