"""A ledger is kept while nothing of its practice changes, and no longer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from signing import lock
from unlogged import Unlogged

from mips_ia.portal import ledgers, log
from mips_ia.portal.actions import ledger as actions
from mips_ia.portal.actions import practice
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Practice, Stay, Year

Access = Callable[..., Any]
HERE = "/p/harbor-rehabilitation-group/2026/"


def test_the_same_ledger_is_given_to_whoever_asks_while_nothing_changes(access: Access) -> None:
    first = ledger_of(access("manager").year)

    assert ledger_of(access("kim").year) is first
    assert ledger_of(access("manager", 2025).year) is not first


def test_a_change_of_the_practice_is_seen_at_once(access: Access) -> None:
    before = ledger_of(access("manager").year).activities

    actions.choose(access("manager"), "IA_AHE_1")

    assert "IA_AHE_1" not in before
    assert "IA_AHE_1" in ledger_of(access("manager").year).activities


def test_a_lock_is_seen_at_once(access: Access, harbor: Practice, browse: Callable[[str], Client]) -> None:
    before, client = ledger_of(access("manager").year).locked, browse("admin")
    assert "Go through the set-up again" in client.get(HERE).content.decode()

    with log.writing(harbor):
        lock(harbor)
        log.write(None, "", harbor, "locked", "2026")

    assert (before, ledger_of(access("manager").year).locked) == (False, True)
    assert "Go through the set-up again" not in client.get(HERE).content.decode()


def test_another_day_and_another_state_of_knowledge_are_other_ledgers(access: Access, settings: Any) -> None:
    year = access("manager").year
    today, then = ledger_of(year), ledger_of(year, date(2025, 12, 1))
    settings.TODAY = "2026-09-17"

    assert len({id(each) for each in (today, then, ledger_of(year))}) == 3


def test_a_row_that_somebody_changes_and_takes_back_is_not_seen_by_others(access: Access) -> None:
    mine = access("manager")
    ledger_of(mine.year)

    mine.year.report_as, mine.year.practice.name = "individual", "Changed"

    found = ledger_of(access("manager").year)
    assert (found.row.report_as, found.row.practice.name) == ("group", "Harbor Rehabilitation Group")


def test_nothing_is_kept_of_a_practice_without_a_log(harbor: Practice) -> None:
    unlogged = Practice.objects.create(
        organization=harbor.organization, name="No Log", slug="no-log", tin="000000077"
    )
    year = Year.objects.create(practice=unlogged, year=2026)

    assert ledger_of(year) is not ledger_of(year)


def test_those_that_nobody_looked_at_for_longest_go_first(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    years = [access("manager", each).year for each in (2024, 2025, 2026)]
    first, second, _ = map(ledger_of, years)
    monkeypatch.setattr(ledgers, "ROWS", 2 * ledgers.APIECE)

    assert ledger_of(years[0]) is first
    assert ledger_of(years[1]) is not second


def test_a_page_that_was_looked_at_asks_less_the_second_time(browse: Callable[[str], Client]) -> None:
    client, found = browse("manager"), []
    client.get(HERE)
    ledgers.forget()
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(HERE)
        found.append(len(queries))

    assert found == [19, 10]


def test_a_change_without_a_line_of_the_log_is_noticed(access: Access, harbor: Practice) -> None:
    """The guard that stands around every test of the portal: no line, or one that leaves it as it was."""
    unlogged, stay, find = Unlogged(), Stay.objects.first(), access("manager")

    def told_otherwise() -> None:
        with log.writing(harbor):
            stay.save()
            log.notes(find, [(each, "nothing", None, None) for each in ("TIN shown", "window entered")])

    connection.execute_wrappers.append(unlogged.follow)
    for change in (stay.save, told_otherwise, lambda: practice.describe(find, report_as="individual")):
        unlogged.begin()
        change()
        unlogged.end()
    connection.execute_wrappers.remove(unlogged.follow)

    assert unlogged.found == ["stay", "stay"]
