"""What is not in the manual does not exist: codes, names, keys and columns are each documented."""

import ast
import dataclasses
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import mips_ia
from mips_ia.formats import cases
from mips_ia.reading import clauses

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def _hooks() -> ModuleType:
    """`docs/hooks.py`, loaded by its path as MkDocs does."""
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOOKS = _hooks()
CODE_PAGES = ("problems.md", "bulk.md", "qpp-json.md", "evidence.md")


def _codes(source: str) -> set[str]:
    """The first argument of every `Problem(…)`; where that is a parameter, of every call that gives it."""
    tree = ast.parse(source)
    found = {_text(call.args[0]) for call in _calls(tree, "Problem") if call.args}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            passed = {_name(arg) for call in _calls(function, "Problem") for arg in call.args[:1]}
            names = [each.arg for each in function.args.args if each.arg != "self"]
            for place in (names.index(name) for name in passed & set(names)):
                given = (call.args for call in _calls(tree, function.name) if len(call.args) > place)
                found |= {_text(args[place]) for args in given}
    return found - {""}


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name in (
            getattr(node.func, "id", ""),
            getattr(node.func, "attr", ""),
        ):
            yield node


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _words(*pages: str) -> set[str]:
    """Every word that stands as code, `so`, on pages of the manual that are there."""
    texts = [(DOCS / page).read_text(encoding="utf-8") for page in pages if (DOCS / page).exists()]
    return {
        word
        for text in texts
        for code in re.findall(r"`([^`\n]+)`", text)
        for word in re.findall(r"\w+", code)
    }


ALL_CODES = sorted(
    code for path in (ROOT / "src").rglob("*.py") for code in _codes(path.read_text(encoding="utf-8"))
)
CLAUSES = [
    each for each in vars(clauses).values() if isinstance(each, type) and issubclass(each, clauses.Clause)
]


def test_a_code_given_directly_is_collected() -> None:
    assert _codes('Problem("too_short", where, what)') == {"too_short"}


def test_a_code_given_through_a_function_is_collected() -> None:
    source = "def wrong(where, code): return Problem(code, where)\nwrong(1, 'odd')\nother(1, 'even')"

    assert _codes(source) == {"odd"}


def test_there_are_codes() -> None:
    assert {"unknown_activity", "unknown_entity", "too_short", "bad_case"} <= set(ALL_CODES)


@pytest.mark.parametrize("code", sorted(set(ALL_CODES)))
def test_every_problem_code_is_documented(code: str) -> None:
    assert code in _words(*CODE_PAGES)


@pytest.mark.parametrize("name", mips_ia.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    assert name in _words("python.md")


@pytest.mark.parametrize("kind", CLAUSES, ids=lambda kind: kind.__name__)
def test_every_key_of_a_clause_is_documented(kind: type[clauses.Clause]) -> None:
    assert {field.name for field in dataclasses.fields(kind)} <= _words("data.md")


@pytest.mark.parametrize("column", cases.COLUMNS)
def test_every_column_of_a_case_is_documented(column: str) -> None:
    assert column in _words("cases.md")


@pytest.mark.parametrize("year", mips_ia.years())
def test_the_page_of_a_year_says_every_clause_with_its_source_and_assumption(year: int) -> None:
    page = HOOKS.year_page(year).replace("\\", "")

    for place, clause in mips_ia.rules(year).clauses():
        assert clause.says in page, place
        assert clause.cite in page, place
        assert clause.assumption in page, place


@pytest.mark.parametrize("year", mips_ia.years())
def test_the_page_of_a_year_lists_every_activity_and_mvp(year: int) -> None:
    page, listed = HOOKS.year_page(year).replace("\\", ""), mips_ia.catalogue(year)

    for activity in (*listed.activities.values(), *listed.gone.values()):
        assert activity.id in page
        assert activity.title in page
    for mvp in listed.mvps.values():
        assert mvp.id in page
        assert mvp.title in page


def test_a_proposed_year_says_so_at_its_head() -> None:
    proposed = [year for year in mips_ia.years() if mips_ia.rules(year).status == "proposed"]

    for year in mips_ia.years():
        assert (f"The rules of {year} are proposed, not final" in HOOKS.year_page(year)) is (year in proposed)


def test_the_list_of_years_has_every_year() -> None:
    assert all(f"[{year}]({year}.md)" in HOOKS.index_page() for year in mips_ia.years())
