"""What is not in the manual does not exist: codes, names, keys and columns are each documented."""

import ast
import dataclasses
import importlib.util
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

import mips_ia
from mips_ia.formats import cases, evidence_rows
from mips_ia.planning import drift
from mips_ia.planning.fits import fits
from mips_ia.population.shown import ATTESTED, PEOPLE, REJECTS
from mips_ia.reading import clauses
from mips_ia.reading.guides import Criterion, Guide, Leaf, Measure, guide, guided, guides, kinds, leaves
from mips_ia.reading.specialties import Entry, Listing, Specialty, specialties

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def _hooks(name: str) -> ModuleType:
    """A file of `docs/` that makes pages, loaded by its path as MkDocs does."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOOKS = _hooks("hooks")
GUIDE_HOOKS = _hooks("guide_hooks")
PAGES = dict(GUIDE_HOOKS.pages())
WIDTHS = {"desk": 1280, "phone": 390}
CODE_PAGES = (
    "problems.md", "bulk.md", "qpp-json.md", "evidence.md", "cms-formats.md", "population.md", "whatif.md",
    "portal.md", "api.md", "vault.md", "screening.md", "binder.md",
    "backup.md",
)  # fmt: skip


def _codes(source: str) -> set[str]:
    """The first argument of every `Problem(…)`; where that is a parameter, of every call that gives it.

    A binder's verifier, which has nothing of ours, says `Fault(…)` in the same way.
    """
    if not re.search(r"\b(Problem|Fault)\(", source):
        return set()
    nodes = [*ast.walk(ast.parse(source))]
    calls = _calls(nodes)
    found = {_text(call.args[0]) for kind in ("Problem", "Fault") for call in calls[kind] if call.args}
    handed_on = {_name(arg) for call in calls["Problem"] for arg in call.args[:1]}
    for function in (each for each in nodes if isinstance(each, ast.FunctionDef)):
        names = [each.arg for each in function.args.args if each.arg != "self"]
        if handed_on.intersection(names):
            passed = {_name(arg) for call in _calls(ast.walk(function))["Problem"] for arg in call.args[:1]}
            for place in (names.index(name) for name in passed.intersection(names)):
                given = (call.args for call in calls[function.name] if len(call.args) > place)
                found |= {_text(args[place]) for args in given}
    return found - {""}


def _calls(nodes: Iterable[ast.AST]) -> dict[str, list[ast.Call]]:
    """Every call among them, by the name that is called."""
    found: dict[str, list[ast.Call]] = defaultdict(list)
    for node in nodes:
        if isinstance(node, ast.Call):
            found[getattr(node.func, "id", "") or getattr(node.func, "attr", "")].append(node)
    return found


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


def _table(page: str, heading: str) -> set[str]:
    """Every word that stands as code in the first column of the table of this heading, and below it.

    What follows a table, up to the next one, explains it and belongs to it.
    """
    text = (DOCS / page).read_text(encoding="utf-8")
    _, _, rest = text.partition(f"\n| {heading} | ")
    own = re.split(r"\n\| [a-z][^|]*\|[^\n]*\n\| ---|\n## ", rest)[0]
    firsts = [line.split(" | ")[0] if line.startswith("| ") else line for line in own.splitlines()]
    return {
        word
        for first in firsts
        for code in re.findall(r"`([^`]+)`", first)
        for word in re.findall(r"\w+", code)
    }


CLAUSES = [
    each for each in vars(clauses).values() if isinstance(each, type) and issubclass(each, clauses.Clause)
]


def test_a_code_given_directly_is_collected() -> None:
    assert _codes('Problem("too_short", where, what)') == {"too_short"}


def test_a_code_given_through_a_function_is_collected() -> None:
    source = "def wrong(where, code): return Problem(code, where)\nwrong(1, 'odd')\nother(1, 'even')"

    assert _codes(source) == {"odd"}


def test_every_problem_code_is_documented() -> None:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    every = {code for source in sources for code in _codes(source)}

    assert {"unknown_activity", "unknown_entity", "too_short", "bad_case"} <= every
    assert every - _words(*CODE_PAGES) == set()


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


# ---- Guides, specialties, evidence


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        (Guide, "key of a meaning"),
        (Leaf, "key of a leaf"),
        (Measure, "key of a measure"),
        (Criterion, "key of a criterion"),
    ],
)
def test_every_key_of_a_guide_is_documented_in_its_table_and_no_other(kind: type, heading: str) -> None:
    assert {field.name for field in dataclasses.fields(kind)} == _table("guides-data.md", heading)


@pytest.mark.parametrize("kind", [Specialty, Listing, Entry])
def test_every_key_of_a_specialty_is_documented(kind: type) -> None:
    text = (DOCS / "guides-data.md").read_text(encoding="utf-8").partition("\n## A specialty\n")[2]
    documented = {*re.findall(r"`(\w+)`", text)}

    assert {field.name for field in dataclasses.fields(kind)} <= documented


def test_every_column_of_evidence_is_documented() -> None:
    assert _table("evidence.md", "column") == {*evidence_rows.COLUMNS}


@pytest.mark.parametrize(
    ("table", "columns"), [("scores", PEOPLE), ("attested", ATTESTED), ("rejects", REJECTS)]
)
def test_every_column_that_a_population_gives_is_documented(table: str, columns: dict[str, str]) -> None:
    firsts = _table("population.md", f"column of {table}")

    assert columns.keys() <= firsts


def test_every_kind_of_drift_is_documented() -> None:
    assert _table("evidence.md", "fate") == {*drift.KINDS}


def test_there_is_a_page_for_each_activity_and_each_specialty_and_year_and_no_other() -> None:
    """A specialty has a page for each year with MVPs, and from the year of its first list on."""
    listed = {each.id: min((of.performance_year for of in each.list), default=9999) for each in specialties()}
    of_years = {
        f"specialties/{id}-{year}.md"
        for id, first in listed.items()
        for year in mips_ia.years()
        if mips_ia.catalogue(year).mvps or year >= first
    }
    activities = {f"activities/{id}.md" for id in guided()}

    assert PAGES.keys() == activities | of_years | {"activities/index.md", "specialties/index.md"}
    assert len([*GUIDE_HOOKS.pages()]) == len(PAGES)


def _line(said: str) -> str:
    """A text as a page has it: on one line, with single blanks."""
    return " ".join(said.split())


def _shown(page: str) -> str:
    """A page that was made, as a reader sees it: without the signs that keep Markdown from reading it."""
    return PAGES[page].replace("\\", "")


@pytest.mark.parametrize("id", guided())
def test_the_page_of_an_activity_says_all_that_its_guide_says(id: str) -> None:
    page = _shown(f"activities/{id}.md")

    for each in guides(id):
        for said in (each.summary, each.good_for, each.because, each.period, each.frequency, *each.notes):
            assert _line(said) in page
        for leaf in leaves(each.requirement):
            assert f"- {_line(leaf.says)} <br>`{leaf.id}`: *" in page
            assert f"source: {leaf.source}*" in page
            for criterion in leaf.measure.criteria if leaf.measure else ():
                assert f"| `{criterion.column}` | " in page
                assert criterion.says in page


@pytest.mark.parametrize("id", guided())
def test_the_page_of_an_activity_has_its_title_of_every_year(id: str) -> None:
    page, index = _shown(f"activities/{id}.md"), _shown("activities/index.md")

    assert f"| [{id}]({id}.md) | " in index
    for year in mips_ia.years():
        activity = mips_ia.catalogue(year).activities.get(id)
        assert (f"| [{year}](../years/{year}.md) | " in page) is (activity is not None)
        if activity:
            assert f"| [{year}](../years/{year}.md) | {_line(activity.title)} | " in page


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_document_is_in_the_list_of_kinds(kind: str) -> None:
    assert f"| `{kind}` | {kinds()[kind].called} | {kinds()[kind].says} |" in PAGES["activities/index.md"]


@pytest.mark.parametrize("each", specialties(), ids=lambda each: each.id)
def test_the_page_of_a_specialty_names_its_mvps_activities_and_what_became_of_its_list(
    each: Specialty,
) -> None:
    for year in mips_ia.years():
        if f"specialties/{each.id}-{year}.md" not in PAGES:
            continue
        page, fit = _shown(f"specialties/{each.id}-{year}.md"), fits(each, mips_ia.catalogue(year))
        for mvp in fit.mvps:
            assert f"- {mvp.id} {_line(mvp.title)}" in page
        for activity, count in fit.activities:
            effort = guide(activity.id, year).effort
            told = f"{_line(activity.title)} | {effort} | {count}"
            assert f"| [{activity.id}](../activities/{activity.id}.md) | {told} |" in page
        for of in each.list:
            for fate in drift.drift(of.entries, of.performance_year, year):
                assert f"{of.entries[fate.id].relevance} | {fate.kind}: {_line(fate.says)} |" in page


def test_every_picture_that_is_taken_is_shown_at_its_width_and_no_other_is() -> None:
    """`make screenshots` takes those that the manual shows, as a desk or a phone shows the page."""
    script = ast.parse((ROOT / "scripts/screenshots").read_text(encoding="utf-8"))
    (listed,) = (
        node.value for node in script.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "IN_THE_MANUAL"
    )  # fmt: skip
    taken = {node.value for node in ast.walk(listed) if isinstance(node, ast.Constant)} - {*WIDTHS}
    pages = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    shown = [name.rpartition("-") for name in re.findall(r"!\[[^]]+\]\(pictures/(\S+)\.png\)", pages)]

    assert {name for name, _, _ in shown} == taken
    assert {f"{name}-{width}.png" for name, _, width in shown} == {
        each.name for each in (DOCS / "pictures").iterdir()
    }
    for name, _, width in shown:
        head = (DOCS / "pictures" / f"{name}-{width}.png").read_bytes()[:20]
        assert int.from_bytes(head[16:], "big") == WIDTHS[width], name


def test_what_the_pages_link_to_is_there() -> None:
    there = {f"years/{year}.md" for year in mips_ia.years()} | PAGES.keys()

    for name, page in PAGES.items():
        for target in re.findall(r"\]\(([^)#]+)", page):
            assert posixpath.normpath(f"{posixpath.dirname(name)}/{target}") in there, f"{name}: {target}"


def test_a_row_of_a_table_is_as_wide_as_its_heading() -> None:
    """Nothing that CMS or we wrote breaks a table."""
    for name, page in PAGES.items():
        for block in page.split("\n\n"):
            rows = [line for line in block.splitlines() if line.startswith("| ")]
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 1, f"{name}: {block}"


def test_signs_in_a_sentence_are_shown_as_they_are_and_break_no_table() -> None:
    signs = "a|b <i> `c` *d* _e_ [f](g) {h} # i \\ j"
    entries = {"IA_BE_4": Entry(relevance=signs)}
    of = Listing(name="A list", publisher="A society", performance_year=2021, source="", entries=entries)
    each = Specialty(id="invented", title="Invented", names=(), about=f"{signs}\n{signs}", list=(of,))

    lines = GUIDE_HOOKS.specialty_page(each, 2026).splitlines()

    shown = "".join(sign if sign.isalnum() or sign in " ()" else f"\\{sign}" for sign in signs)
    assert lines[2] == f"{shown} {shown}"
    assert any(line.startswith(f"| [IA_BE_4](../activities/IA_BE_4.md) | {shown} | ") for line in lines)
