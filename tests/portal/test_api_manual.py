"""The manual of the API: every operation stands in it with an example, no other does, and examples hold."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from test_addresses_manual import opens_by

from mips_ia.portal.actions.tokens import SCOPES, make
from mips_ia.portal.api.urls import api
from mips_ia.portal.models import Person

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SECTION = re.compile(
    r"^### `(?P<operation>[A-Z]+ /api/\S+)`\n(?P<text>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL
)
OPENS = re.compile(r"^\| `([A-Z]+ /api/\S+)` \| ([^|]+) \|$", re.MULTILINE)
BLOCK = re.compile(r"^```(?P<kind>http|json)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Told:
    """An operation as the manual tells it: what is sent in its example, and what is answered."""

    operation: str
    text: str

    @property
    def blocks(self) -> dict[str, str]:
        return {each["kind"]: each["text"] for each in BLOCK.finditer(self.text)}

    @property
    def asked(self) -> tuple[str, str, str]:
        """Method, address and body of the example."""
        line, _, body = self.blocks["http"].partition("\n")
        method, _, address = line.partition(" ")
        return method, address, body.strip()


def manual() -> list[Told]:
    """Every operation of the manual, in its order."""
    return [Told(each["operation"], each["text"]) for each in SECTION.finditer(MANUAL)]


def operations() -> dict[str, Any]:
    """Every operation of the API, with the function behind it."""
    return {
        f"{method} /api{path}": each.view_func
        for _, router in api._routers  # noqa: SLF001 - there is no other way
        for path, view in router.path_operations.items()
        for each in view.operations
        for method in each.methods
    }


def differences(told: object, found: object, where: str = "") -> Iterator[str]:
    """Where an answer is other than the manual has it, which may show less of it."""
    if isinstance(told, dict) and isinstance(found, dict):
        for name, value in told.items():
            yield from differences(value, found.get(name), f"{where}.{name}")
    elif (
        isinstance(told, list)
        and isinstance(found, list)
        and len(told) <= len(found)
        and bool(told) == bool(found)
    ):
        for place, value in enumerate(told):
            yield from differences(value, found[place], f"{where}[{place}]")
    elif isinstance(told, str) and told.endswith("…") and isinstance(found, str):
        if not found.startswith(told[:-1]):
            yield f"{where}: {found!r} does not begin with {told[:-1]!r}"
    elif told != found:
        yield f"{where}: {found!r} and not {told!r}"


def test_every_operation_stands_in_the_manual_once_and_no_other() -> None:
    assert sorted(each.operation for each in manual()) == sorted(operations())
    openapi = api.get_openapi_schema()["paths"]
    assert {f"{method.upper()} {path}" for path, found in openapi.items() for method in found} == {
        *operations()
    }


def test_every_operation_stands_in_the_table_with_what_opens_it_and_no_other() -> None:
    found = [(told, opens_by(view.rule)) for told, view in operations().items()]

    assert sorted(OPENS.findall(MANUAL)) == sorted(found)


@pytest.mark.parametrize("told", manual(), ids=lambda told: told.operation)
def test_an_operation_has_its_scope_and_an_example_of_it(told: Told) -> None:
    method, address, _ = told.asked
    path = re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(told.operation.partition(" ")[2]))

    assert {*re.findall(r"[Ss]cope `(\w+)`", told.text)} == {operations()[told.operation].scope}
    assert told.operation.startswith(f"{method} ")
    assert re.fullmatch(path, address.partition("?")[0]), address


@pytest.mark.parametrize(
    "told",
    [each for each in manual() if "{" not in each.asked[1] and "`file` of a form" not in each.text],
    ids=lambda told: told.operation,
)
def test_an_example_is_answered_as_the_manual_says(told: Told, db: None) -> None:  # noqa: ARG001
    method, address, body = told.asked
    who = "admin" if "/people" in address or address.endswith("/sign-ins") else "manager"
    who = "kim" if address.endswith("/to-sign") else who
    secret, _ = make(Person.objects.get(email=f"{who}@demo.example"), "a test", [*SCOPES], 1)
    answer = Client(SERVER_NAME="localhost").generic(
        method, address, body, content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )

    assert answer.status_code == 200, answer.content
    if "json" in told.blocks:
        assert [*differences(json.loads(told.blocks["json"]), json.loads(answer.content))] == []


def test_a_difference_is_found() -> None:
    assert [*differences({"a": [1, "on…"]}, {"a": [1, "once"], "b": 2})] == []
    assert len([*differences({"a": [1, "on…"], "c": []}, {"a": [2, "all"], "c": [1]})]) == 3


def test_no_two_shapes_have_one_name() -> None:
    """The OpenAPI would have only one of them, and say of both what is true of one."""
    sources = (ROOT / "src" / "mips_ia" / "portal" / "api").glob("*.py")
    text = "".join(each.read_text(encoding="utf-8") for each in sources)
    every = re.findall(r"^class (\w+)\(", text, re.MULTILINE)

    assert [name for name in every if every.count(name) > 1] == []


def test_every_code_stands_in_the_manual() -> None:
    sources = (ROOT / "src" / "mips_ia" / "portal" / "api").glob("*.py")
    told = [re.findall(r'Problem\(\s*"(\w+)"', each.read_text(encoding="utf-8")) for each in sources]
    codes = {code for found in told for code in found}

    assert codes
    assert {code for code in codes if f"`{code}`" not in MANUAL} == set()
