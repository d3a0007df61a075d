"""Every Python example of the manual and of the README runs, and prints what the page says it prints."""

import doctest
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mips_ia.cli.main import main

ROOT = Path(__file__).parents[2]
PAGES = sorted(p for p in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")) if p.exists())
BLOCK = re.compile(r"^```python[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)

STEP = re.compile(
    r'^```(?:csv title="(?P<file>[^"]+)"|console)\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run_in_order(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = page.read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "__main__"}

    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1))
        if ">>> " in block[1]:
            assert _session(block[1], names, page, line) == ""
        else:
            exec(compile("\n" * line + block[1], str(page), "exec"), names)  # noqa: S102 - our own pages


def test_the_tutorial_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are written and its commands run, in order; `...` stands for any lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "88")
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    ran = 0

    for step in STEP.finditer((ROOT / "docs" / "first-score.md").read_text(encoding="utf-8")):
        command, _, expected = step["text"].partition("\n")
        if step["file"]:
            path = tmp_path / step["file"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(step["text"], encoding="utf-8")
        elif command.startswith("$ mips-ia "):
            printed = CliRunner().invoke(main, command.split()[2:]).output
            assert doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS), printed
            ran += 1

    assert ran > 3


def test_the_manual_has_examples() -> None:
    assert sum(len(BLOCK.findall(page.read_text(encoding="utf-8"))) for page in PAGES) > 10


def test_an_example_that_prints_something_else_is_found() -> None:
    assert "Got:\n    2" in _session(">>> 1 + 1\n3\n", {}, Path("page.md"), 0)


def _session(block: str, names: dict[str, Any], page: Path, line: int) -> str:
    """What a block with prompts gets wrong, as doctest reports it; names it defines are kept."""
    test = doctest.DocTestParser().get_doctest(block, names, page.name, str(page), line)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    return "".join(said)
