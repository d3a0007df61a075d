"""The table of addresses in the manual: every page stands in it with what opens it, and no other does."""

import re
from pathlib import Path
from typing import Any

from addresses import places

from mips_ia.portal.roles import WHY
from mips_ia.portal.tenancy import OPEN

MANUAL = (Path(__file__).parents[2] / "docs" / "addresses.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(/[^`]*)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def opens_by(rule: Any) -> str:
    """A rule as the table has it."""
    if rule in OPEN:
        return f"`{rule}`"
    see, change = rule
    return f"`{see}`" if change in (None, see) else f"`{see}`, to change `{change}`"


def test_every_page_stands_in_the_table_with_what_opens_it_and_no_other() -> None:
    told = {(address, rule) for address, _, rule in ROW.findall(MANUAL)}
    found = {
        ("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", each.route), opens_by(each.rule)) for each in places()
    }

    assert found - told == set()
    assert told - found == set()
    assert len(ROW.findall(MANUAL)) == len(told)


def test_every_rule_by_which_a_page_opens_is_explained() -> None:
    assert {name for name in (*OPEN, *WHY) if f"\n| `{name}` | " not in MANUAL} == set()
