"""The worked examples that each year ships, and what a year's data get wrong of them.

They are cases of the public layout, with a few more things to expect, and tables that pin the
weights, the days, the samples and the inventory. A year whose examples fail is not to be used.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from mips_ia.assessment import Assessment, assessed
from mips_ia.catalogue import Activity, Catalogue, catalogue_of
from mips_ia.formats.cases import case, differences, settled
from mips_ia.planning.deadlines import audit_due, audit_first_reply_due, deadlines, patients_sample, sample
from mips_ia.problems import Refused
from mips_ia.reading.files import DataFault, toml
from mips_ia.reading.yearbook import YEARS, Yearbook, yearbook
from mips_ia.rules import Rules, rules_of


def examples(year: int, folder: Path = YEARS) -> dict[str, Any]:
    """A year's `examples.toml` as parsed."""
    return toml(folder / str(year) / "examples.toml")


def failures(year: int, folder: Path = YEARS) -> list[str]:
    """What the examples of a year find wrong with its data; nothing, if all is right."""
    return list(faults(yearbook(year, folder), examples(year, folder)))


def faults(book: Yearbook, expected: Mapping[str, Any]) -> Iterator[str]:
    """The same for data as parsed: one sentence for each thing that is otherwise than expected."""
    try:
        rules, listed = rules_of(book), catalogue_of(book)
        yield from _inventory(listed, expected["inventory"])
        yield from _days(rules, expected["days"])
        yield from _samples(rules, expected.get("samples", {}))
        for table in expected["weights"]:
            yield from _weights(table, rules, listed)
        for table in expected["example"]:
            yield from _example(table, book, rules, listed)
    except (DataFault, LookupError, Refused) as fault:
        yield f"the data do not hold together: {fault!r}"


def _example(table: Mapping[str, Any], book: Yearbook, rules: Rules, listed: Catalogue) -> Iterator[str]:
    name = table["name"]
    if day := table.get("as_known_on"):
        listed = catalogue_of(book, date.fromisoformat(day))
    if reading := table.get("reading"):
        rules = rules.read_as(**dict([reading.split("=")]))
    row = {key: str(value) for key, value in table.items()} | {"performance_year": str(book.year)}
    try:
        given = case(row, name)
        found = assessed(settled(given.practice, rules), given.attestations, rules, listed)
    except Refused as refusal:
        yield f"{name}: {refusal}"
        return
    yield from (f"{name}: {line}" for line in differences(given, found))
    yield from _more(table, found)


def _more(table: Mapping[str, Any], found: Assessment) -> Iterator[str]:
    """What an example can expect beyond the columns of a case."""
    said = [step.clause.says for step in found.score.steps] + [found.score.weighing.says]
    for sentence in table.get("because", ()):
        if not any(each.startswith(sentence) for each in said):
            yield f"{table['name']}: no step says {sentence!r}"
    if table.get("cites", "") not in {"", *(p.cite for v in found.verdicts for p in v.problems)}:
        yield f"{table['name']}: no problem cites {table['cites']!r}"
    others = {f"{a.reading}={a.value} {a.points}" for a in found.score.alternatives}
    if "expect_alternative" in table and others != {table["expect_alternative"]}:
        yield f"{table['name']}: other readings: expected {table['expect_alternative']}, got {sorted(others)}"
    if table.get("expect_cehrt_bonus", found.cehrt_bonus) != found.cehrt_bonus:
        yield f"{table['name']}: CEHRT bonus: got {found.cehrt_bonus}"


def _weights(table: Mapping[str, Any], rules: Rules, listed: Catalogue) -> Iterator[str]:
    columns = {key: str(value) for key, value in table.items() if key not in ("name", "expect")}
    for names, weight in table["expect"].items():
        missing = "" if names == "nothing" else names
        row = {**columns, "performance_year": str(rules.year), "not_scored": missing, "expect_points": "0"}
        given = case(row, table["name"])
        found = assessed(settled(given.practice, rules), (), rules, listed)
        if found.score.weight != weight:
            yield f"{table['name']}, {names} not scored: expected {weight}, got {found.score.weight}"


def _days(rules: Rules, expected: Mapping[str, date]) -> Iterator[str]:
    received = expected["audit_received"]
    found: dict[str, date | None] = {
        **deadlines(rules),
        "audit_received": received,
        "audit_due": audit_due(received, rules),
    }
    if first := audit_first_reply_due(received, rules):
        found["audit_first_reply_due"] = first
    for name in sorted(found.keys() | expected.keys()):
        if found.get(name) != expected.get(name):
            yield f"the day {name}: expected {expected.get(name)}, got {found.get(name)}"


def _samples(rules: Rules, expected: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for name, size in (("participants", sample), ("patients", patients_sample)):
        for whole, wanted in expected.get(name, {}).items():
            if size(int(whole), rules) != wanted:
                yield f"a sample of {whole} {name}: expected {wanted}, got {size(int(whole), rules)}"


def _inventory(listed: Catalogue, expected: Mapping[str, Any]) -> Iterator[str]:
    activities = listed.activities.values()
    weights = Counter(a.weight for a in activities)
    found = {
        "activities": len(activities),
        "high": weights["high"],
        "medium": weights["medium"],
        "mvps": len(listed.mvps),
        "gone": len(listed.gone),
        "first_years": _first_years(activities),
        "first_years_of_gone": _first_years(listed.gone.values()),
    }
    for name, value in found.items():
        if value != expected.get(name, type(value)()):
            yield f"the inventory, {name}: expected {expected.get(name)}, got {value}"


def _first_years(activities: Any) -> dict[str, int]:
    listed: list[Activity] = list(activities)
    return dict(sorted(Counter(str(a.first_year) for a in listed).items()))
