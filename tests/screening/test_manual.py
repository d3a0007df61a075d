"""What the manual says of screening is what there is: codes, kinds of findings, limits."""

import re
from pathlib import Path

import pytest

from mips_ia.screening import kinds, looking, patients, pictures, previews
from mips_ia.screening.apart import CALLED, LIMITS

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "screening.md").read_text(encoding="utf-8")
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/mips_ia/screening").glob("*.py"))


def test_every_code_of_the_manual_is_one_that_can_be_met() -> None:
    """That every code that can be met is in the manual is held for all of it."""
    tables = MANUAL.split("| code | ")[1:]
    codes = {
        code for each in tables for code in re.findall(r"^\| `(\w+)` \|", each.split("\n\n")[0], re.MULTILINE)
    }

    assert len(codes) > 15
    assert [code for code in codes if f'"{code}"' not in SOURCE] == []


def test_every_kind_of_finding_is_in_the_manual() -> None:
    assert all(re.search(rf"^\| .*`{kind}`.* \|", MANUAL, re.MULTILINE) for kind in patients.KINDS)
    assert tuple(CALLED) == patients.KINDS


@pytest.mark.parametrize("said", [
    f"{kinds.MEGABYTES} MB", f"{LIMITS.work} seconds of work, {LIMITS.seconds} by the clock, "
    f"{LIMITS.memory // 1024**2} MB of memory", f"{pictures.POINTS // 10**6} million points",
    f"at most {previews.LETTERS:,} characters",
])  # fmt: skip
def test_every_limit_is_in_the_manual(said: str) -> None:
    assert said in MANUAL


def test_limits_in_words_are_those_of_the_code() -> None:
    words = {3: "three messages deep", 5: "the first five pages"}

    assert words[looking.DEPTH] in MANUAL
    assert words[previews.PAGES] in MANUAL
