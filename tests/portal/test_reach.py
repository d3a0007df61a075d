"""Pages and the API never reach rows but through what somebody may see: a walk of their code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import mips_ia.portal

PORTAL = Path(mips_ia.portal.__file__).parent
# What must look before anybody is known: the first start, and a token that says who somebody is.
ROWS = ("objects", "_default_manager", "_base_manager")
BEFORE = {"start.py": {"Person", "Organization", "Membership"}, "tokens.py": {"Token"}}


def _reaches_past(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        known = BEFORE.get(path.name, ())
        if isinstance(node, ast.Attribute) and node.attr in ROWS and ast.unparse(node.value) not in known:
            yield f"{path.name}:{node.lineno} reaches rows by `{ast.unparse(node)}`"
        if isinstance(node, ast.Name | ast.alias):
            name = node.id if isinstance(node, ast.Name) else node.name
            if name in ("get_object_or_404", "get_list_or_404", "apps"):
                yield f"{path.name}:{node.lineno} uses `{name}`"


def test_pages_and_the_api_reach_rows_only_through_what_somebody_may_see() -> None:
    found = [
        said for folder in ("web", "api") for path in sorted((PORTAL / folder).rglob("*.py"))
        for said in _reaches_past(path)
    ]  # fmt: skip
    assert found == []


def test_the_walk_of_the_code_would_find_it(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("from django.shortcuts import get_object_or_404\nWindow.objects.get(pk=1)\n")

    assert len(list(_reaches_past(bad))) == 2
