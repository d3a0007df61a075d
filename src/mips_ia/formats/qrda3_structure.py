"""Whether a QRDA III document has the structure that CMS's guide of its year asks for, rule by rule.

The rules are data, `qrda3_rules.toml`: where each looks, what must be true there, and what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from mips_ia.problems import Problem
from mips_ia.reading.files import toml
from mips_ia.reading.shapes import shaped
from mips_ia.reading.yearbook import formats_of

RULES = Path(__file__).parent / "qrda3_rules.toml"
_SPACES = {"c": "urn:hl7-org:v3", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureRule:
    """One rule: at every element that `where` finds, the XPath `test` must be true.

    `id` is CMS's number for it, or ours where CMS's schematron has none, and then `cite` says who says so.
    `since` and `until` are performance years, both included. In `where` and `test`, `c:` is HL7's
    namespace, and the variables `$document`, `$report`, `$section`, `$act` and `$activity` are the
    extensions of the year's template ids.
    """

    id: str
    where: str
    test: str
    says: str
    fix: str
    since: int
    until: int | None = None
    cite: str = ""


@cache
def structure_rules(year: int) -> tuple[StructureRule, ...]:
    """The rules for documents of a performance year, in the order of the document."""
    every = toml(RULES)["rule"]
    found = (shaped(StructureRule, each, f"{RULES.name} rule {place}") for place, each in enumerate(every, 1))
    return tuple(rule for rule in found if rule.since <= year <= (rule.until or year))


@cache
def _compiled(year: int) -> tuple[tuple[StructureRule, etree.XPath], ...]:
    """Each rule, with what finds all elements that fail it: to ask XPath of each of them takes long."""
    return tuple(
        (rule, etree.XPath(f"{rule.where}[not({rule.test})]", namespaces=_SPACES))
        for rule in structure_rules(year)
    )


def structure_problems(tree: etree._Element, name: str, year: int) -> Iterator[Problem]:
    """What the rules of a year find wrong in a document, each rule once, where it fails first."""
    words = {key: value for key, value in formats_of(year)["qrda3"].items() if isinstance(value, str)}
    for rule, failing in _compiled(year):
        wrong: Any = failing(tree, **words)
        if wrong:
            more = f" It is so in {len(wrong)} places." if len(wrong) > 1 else ""
            at = f"{name}, line {wrong[0].sourceline}"
            cite = rule.cite or f"CMS schematron {rule.id}"
            yield Problem("document_structure", at, f"{rule.says}{more}", rule.fix, cite)
