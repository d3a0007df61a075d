"""The architecture, held: who may import whom, what may stand in code, and how large it may grow."""

import ast
import re
import sys
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
EDGES = {"formats", "population", "planning", "vault"}
# But a population is read in the layout of bulk files, in the one way in which that is read.
STANDS_ON = {"population": {"formats"}}
WAYS_IN = {"cli", "portal"}


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


def test_no_year_stands_in_code() -> None:
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.sql")]:
        found = re.findall(r"\b20[12]\d\b", path.read_text(encoding="utf-8"))
        assert found == [], f"{path} names {found}: a year is data"


def test_the_core_stays_small() -> None:
    """Every line counts, blank ones too."""
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in CORE) < 1500


def test_a_file_has_one_subject() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, f"{path} is over 300 lines"


def test_nothing_is_left_undone() -> None:
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml")]:
        assert not re.search(r"TODO|FIXME|XXX|raise NotImplementedError", path.read_text(encoding="utf-8")), (
            path
        )


def test_no_registry_and_no_path_of_a_machine_stands_in_the_set_up() -> None:
    for path in [ROOT / "Makefile", *(ROOT / "scripts").iterdir(), *(ROOT / "requirements").iterdir()]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|--index-url|/home/|/root/", text), path
