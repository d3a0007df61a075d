"""The architecture, held: who may import whom, what may stand in code, and how large it may grow."""

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "mips_ia"
CORE = sorted(PACKAGE.glob("*.py"))
# The core in the order in which a module may import those before it.
LAYERS = [
    "problems", "rules", "catalogue", "standing", "attestation", "scoring", "assessment",
    "evidence", "__init__",
]  # fmt: skip
# Reading our own data comes before the core: of the core it knows what a problem is, and no more.
READING = sorted((PACKAGE / "reading").glob("*.py"))
EDGES = {"formats", "population", "planning", "vault", "screening"}
# But a population is read in the layout of bulk files, in the one way in which that is read.
STANDS_ON = {"population": {"formats"}}
VAULT = sorted((PACKAGE / "vault").rglob("*.py"))
SCREENING = sorted((PACKAGE / "screening").glob("*.py"))
WAYS_IN = {"cli", "portal"}
PORTAL = PACKAGE / "portal"
# The command that starts the portal names its module, and imports it only when it is called.
STARTS_THE_PORTAL = PACKAGE / "cli" / "main.py"
# What lays addresses and every answer around the pages.
PUTS_PAGES_TOGETHER = {"account_urls.py", "middleware.py", "serve.py", "settings.py", "typed.py", "urls.py"}
# Django writes migrations, and the demonstration stands still at one day, which is its data.
MADE_BY_DJANGO, OF_A_DAY = PORTAL / "migrations", PORTAL / "demo.py"
# What pages are made from: templates, style sheets, scripts.
PAGES = sorted(path for kind in ("html", "css", "js", "txt") for path in PORTAL.rglob(f"*.{kind}"))


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(module: str) -> str:
    """The part of the package that a dotted name belongs to: `formats`, `cli`, or a core module."""
    return [*module.split("."), "__init__"][1]


def test_the_core_imports_only_itself_and_the_standard_library() -> None:
    for path in CORE:
        for module in imports(path):
            top = module.split(".")[0]
            assert top in sys.stdlib_module_names or top == "mips_ia", f"{path.name} imports {module}"


def test_a_core_module_imports_only_those_before_it() -> None:
    assert {path.stem for path in CORE} == set(LAYERS)
    for path in CORE:
        allowed = {"reading", *LAYERS[: LAYERS.index(path.stem)]}
        if path.stem == "__init__":
            allowed.add("planning")  # the public list also names what would change a score
        used = {part(m) for m in imports(path) if m.startswith("mips_ia.")}
        assert used <= allowed, f"{path.name} imports {used - allowed}"


def test_reading_our_own_data_needs_nothing_of_what_is_made_of_them() -> None:
    for path in READING:
        for module in imports(path):
            top = module.split(".")[0]
            assert top in sys.stdlib_module_names or top == "mips_ia", f"{path.name} imports {module}"
            assert top != "mips_ia" or part(module) in ("reading", "problems"), f"{path} imports {module}"


def test_edges_never_import_each_other_nor_a_way_in() -> None:
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).parts[0]
        used = {part(m) for m in imports(path) if m.startswith("mips_ia.")}
        if own in EDGES:
            others = (EDGES | WAYS_IN) - {own} - STANDS_ON.get(own, set())
            assert used.isdisjoint(others), f"{path} imports {used & others}"
        if own in WAYS_IN:
            assert used.isdisjoint(WAYS_IN - {own}), f"{path} imports {used}"


def test_the_vault_knows_of_the_core_what_a_problem_is_and_no_more() -> None:
    packages = {"cryptography", "fsspec", "rfc3161_client", *sys.stdlib_module_names}
    for path in VAULT:
        used = {*imports(path)}
        assert {m.split(".")[0] for m in used} <= packages | {"mips_ia"}, f"{path} imports {used}"
        assert {part(m) for m in used if m.startswith("mips_ia.")} <= {"vault", "problems"}, path


def test_screening_knows_of_the_core_what_a_problem_is_and_what_the_portal_calls_takes_no_file_apart() -> (
    None
):
    packages = {"lxml", "PIL", "pypdfium2", *sys.stdlib_module_names, "mips_ia"}
    called = {"__init__", "apart", "kinds", "office", "viruses"}
    for path in SCREENING:
        used = {*imports(path)}
        assert {m.split(".")[0] for m in used} <= packages, f"{path} imports {used}"
        assert {part(m) for m in used if m.startswith("mips_ia.")} <= {"screening", "problems"}, path
        if path.stem in called:
            own = {m.split(".")[2] for m in used if m.startswith("mips_ia.screening.")}
            assert {m.split(".")[0] for m in used} <= {*sys.stdlib_module_names, "mips_ia"}, path
            assert own <= called, f"{path} imports {own}"


def test_what_verifies_a_binder_needs_only_the_standard_library_and_itself() -> None:
    own = ("mips_ia.vault.verifier", "mips_ia.vault.merkle")
    for path in [PACKAGE / "vault" / "merkle.py", *(PACKAGE / "vault" / "verifier").glob("*.py")]:
        for module in imports(path):
            assert module.split(".")[0] in sys.stdlib_module_names or module.startswith(own), (
                f"{path}: {module}"
            )


def test_the_ways_in_do_not_know_each_other_but_for_the_command_that_starts_the_portal() -> None:
    for own, other in (("cli", "mips_ia.portal"), ("portal", "mips_ia.cli")):
        naming = [path for path in (PACKAGE / own).rglob("*.py") if other in path.read_text(encoding="utf-8")]
        assert set(naming) <= {STARTS_THE_PORTAL}, f"{naming} name {other}"


def test_what_pages_and_the_api_stand_on_knows_neither_and_they_do_not_know_each_other() -> None:
    """Rows, rights, facts and forms are the same for a page, a program and a command."""
    sides = {"web": ("mips_ia.portal.api",), "api": ("mips_ia.portal.web",)}
    both = ("mips_ia.portal.web", "mips_ia.portal.api")
    for path in PORTAL.rglob("*.py"):
        own = path.relative_to(PORTAL).parts[0]
        if own not in PUTS_PAGES_TOGETHER:
            others = [m for m in imports(path) if m.startswith(sides.get(own, both))]
            assert others == [], f"{path} imports {others}"


def test_no_year_stands_in_code() -> None:
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.sql"), *PAGES]:
        if path != OF_A_DAY and path.parent != MADE_BY_DJANGO:
            found = re.findall(r"\b20[12]\d\b", path.read_text(encoding="utf-8"))
            assert found == [], f"{path} names {found}: a year is data"


def test_a_page_has_no_style_and_no_script_of_its_own() -> None:
    """The content security policy refuses both, so that nothing that somebody typed can become one."""
    inline = re.compile(
        r"""\sstyle\s*=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE
    )
    for path in PORTAL.rglob("*.html"):
        found = inline.findall(path.read_text(encoding="utf-8"))
        assert found == [], f"{path} has {found}"


def test_nothing_on_a_page_comes_from_another_host() -> None:
    away = re.compile(r"""(?:src|<link[^>]*href)\s*=\s*["'](?:https?:)?//|url\(["']?(?:https?:)?//|@import""")
    for path in PAGES:
        assert not away.search(path.read_text(encoding="utf-8")), path


def test_our_own_style_sheet_has_no_color_of_its_own() -> None:
    """Only the design system's, so that another theme can be put under it; print is black on white."""
    sheet = (PORTAL / "static" / "portal.css").read_text(encoding="utf-8")
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet)) <= {"#000"}
    assert not re.search(r"\brgba?\(|\bhsla?\(", sheet)


def test_the_core_stays_small() -> None:
    """Every line counts, blank ones too."""
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in CORE) < 1500


def test_no_two_test_modules_have_one_name() -> None:
    """They are no packages, so that pytest knows each by its name alone."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py")

    assert [name for name, often in names.items() if often > 1] == []


def test_a_file_has_one_subject() -> None:
    for path in [*PACKAGE.rglob("*.py"), *PAGES]:
        if path.parent != MADE_BY_DJANGO:
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, f"{path} is over 300 lines"


def test_nothing_is_left_undone() -> None:
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml"), *PAGES]:
        assert not re.search(r"TODO|FIXME|XXX|raise NotImplementedError", path.read_text(encoding="utf-8")), (
            path
        )


def test_no_registry_and_no_path_of_a_machine_stands_in_the_set_up() -> None:
    own = [ROOT / name for name in ("Makefile", "package.json", ".npmrc")]
    for path in [*own, *(ROOT / "scripts").iterdir(), *(ROOT / "requirements").iterdir()]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|--index-url|registry\s*=|/home/|/root/", text), path


def test_the_lock_of_the_style_sheets_says_what_and_not_from_where() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: held for name, held in lock["packages"].items() if name}
    assert all("integrity" in held and "resolved" not in held for held in packages.values())
    assert not re.search(r"registry\.|/home/|/root/", json.dumps(lock))


def test_what_is_installed_together_is_pinned_alike() -> None:
    """pip refuses two versions of one package, and the tests must run on what is shipped."""
    pins: dict[str, set[str]] = {}
    for path in (ROOT / "requirements").glob("*.txt"):
        if path.stem != "bench":  # it has an environment of its own
            for name, version in re.findall(
                r"^([\w.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE
            ):
                pins.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in pins.items() if len(versions) > 1} == {}
