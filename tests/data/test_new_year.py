"""A new year takes a copy of the last one and its data edited; no code."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mips_ia import DataFault, rules, years
from mips_ia.cli.examples import failures

PACKAGE = Path(__file__).parents[2] / "src" / "mips_ia"
LAST = years()[-1]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package whose years have one more: the last one, copied as it is."""
    copy = tmp_path / "mips_ia"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(copy / "years" / str(LAST), copy / "years" / str(LAST + 1))
    return copy


def a_year_later(text: str) -> str:
    """The data with every day and year of the new rules moved by one year."""
    return re.sub(r"\b20[123]\d(?=-\d\d-\d\d)", lambda year: str(int(year[0]) + 1), text)


def test_a_copy_that_nobody_edited_is_refused(tree: Path) -> None:
    with pytest.raises(DataFault, match=rf"{LAST + 1}/rules.toml window.submission"):
        rules(LAST + 1, folder=tree / "years")


def test_an_edited_copy_is_a_year_like_the_others(tree: Path) -> None:
    home = tree / "years" / str(LAST + 1)
    for name in ("rules.toml", "examples.toml"):
        text = a_year_later((home / name).read_text(encoding="utf-8"))
        text = text.replace(f"earlier = '{LAST - 3}:", f"earlier = '{LAST - 2}:")
        text = text.replace(f"earlier = '{LAST - 4}:", f"earlier = '{LAST - 3}:")
        (home / name).write_text(text, encoding="utf-8")

    assert years(tree / "years") == (*years(), LAST + 1)
    assert failures(LAST + 1, tree / "years") == []

    for arguments, words in (
        (["requirements", "--year", str(LAST + 1), "--size", "9"], "Complete 1 activity."),
        (["changes", str(LAST), str(LAST + 1)], "Nothing changed"),
        (["rules", str(LAST + 1)], f"performance year {LAST + 1}"),
        (["activities", "--year", str(LAST + 1)], f"activities of {LAST + 1}"),
    ):
        ran = subprocess.run(
            [sys.executable, "-c", "from mips_ia.cli.main import main; main()", *arguments],
            capture_output=True,
            check=False,
            text=True,
            encoding="utf-8",
            env={"PYTHONPATH": str(tree.parent), "PYTHONUTF8": "1"},
        )
        assert (ran.returncode, words in ran.stdout) == (0, True), ran.stdout + ran.stderr
