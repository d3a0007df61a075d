"""What nobody gave is named only where the answer depends on it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from signing import P, text

from mips_ia.planning.ledger import COUNTING
from mips_ia.portal.actions import practice
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Practice, Result
from mips_ia.portal.told.answer import answer

Access = Callable[..., Any]
MVP = {"pathway": "mvp", "mvp": "M0002"}  # IA_BE_16, which counts in the demonstration, is in it
TWO = ("IA_BE_16", "IA_PSPA_21")


@pytest.fixture
def unknown(access: Access) -> Callable[..., Ledger]:
    """The ledger of a practice of which nobody recorded the statuses, and of which more is said."""

    def described(**known: object) -> Ledger:
        practice.describe(access("manager"), statuses=None, **known)
        return Ledger(access("manager").year)

    return described


@pytest.fixture
def two_activities(access: Access) -> None:
    """Only those billed who did both of two activities, so that both count."""
    year = access("manager").year
    cells = [each.cells for each in Ledger(year).tallies if each.activity in TWO]
    did = [who for who in cells[0] if all(each[who].state in COUNTING for each in cells)]
    year.stays.exclude(clinician__in=did).update(billed=False)


def test_in_an_mvp_one_activity_gives_full_credit_whatever_the_statuses(
    unknown: Callable[..., Ledger], browse: Callable[[str], Client]
) -> None:
    ledger = unknown(**MVP)

    assert ledger.lacking == []
    assert answer(ledger).word == "Yes"
    page = text(browse("manager").get(f"{P}/").content)
    assert "You have full credit" in page
    assert "Evidence" in page[: page.index("Do next")]
    assert "not checked yet in CMS’s look-up" in page
    score = text(browse("manager").get(f"{P}/score/").content)
    assert "40 of 40 points" in score
    assert "to be certain" not in score
    client = browse("manager")
    client.get("/practices/")
    assert Result.objects.get(year=ledger.row).kind == "yes"


@pytest.mark.usefixtures("two_activities")
def test_two_activities_give_full_credit_whatever_the_statuses(unknown: Callable[..., Ledger]) -> None:
    ledger = unknown()

    assert [each.verdict.counts for each in ledger.tallies if each.activity in TWO] == [True, True]
    assert ledger.lacking == []
    assert (answer(ledger).word, answer(ledger).certain) == ("Yes", 40)


def test_individuals_need_them_where_any_of_their_scores_depends_on_them(
    unknown: Callable[..., Ledger], access: Access
) -> None:
    assert unknown(report_as="individual").lacking == ["statuses"]

    access("manager").year.stays.update(rural=True)
    assert unknown(report_as="individual", apm="none").lacking == []


def test_one_activity_of_two_depends_on_the_statuses(unknown: Callable[..., Ledger]) -> None:
    ledger = unknown()

    assert ledger.lacking == ["statuses"]
    assert answer(ledger).sentences == ["We need your special statuses before we can work out your score."]


def test_what_full_credit_takes_depends_on_the_statuses_while_nothing_counts(
    unknown: Callable[..., Ledger], harbor: Practice
) -> None:
    harbor.years.get(year=2026).windows.update(taking_part=False)

    assert unknown().lacking == ["statuses"]
    assert unknown(**MVP).lacking == []


def test_statuses_are_named_with_the_pathway_that_is_not_said(unknown: Callable[..., Ledger]) -> None:
    assert unknown(pathway="").lacking == ["pathway", "statuses"]
    assert unknown(pathway="app", apm="none").lacking == ["statuses"]  # there is no score at all


SILENT = "The roster says of everybody that they billed nothing in 2026. Correct it, or add who did."
AWAY = "The roster has nobody who was there in 2026 and billed. Correct it, or add who did."


@pytest.mark.parametrize(
    ("known", "says"),
    [({"billed": False}, SILENT), ({"billed": None, "joined_on": None, "left_on": "2025-06-01"}, AWAY)],
)
def test_a_roster_on_which_nobody_billed_is_named_as_what_lacks(
    access: Access, browse: Callable[[str], Client], known: dict[str, Any], says: str
) -> None:
    """Windows were entered, so that no page may say that there are none, or that nobody is on the roster."""
    access("manager").year.stays.update(**known)
    client = browse("manager")
    found = {name: text(client.get(f"{P}/{name}").content) for name in ("", "participation/", "export/")}

    assert Ledger(access("manager").year).lacking == ["roster"]
    assert "We cannot tell We need your roster before we can work out your score." in found[""]
    assert f'href="{P}/roster/upload/?setup=1">Continue setting up<' in client.get(f"{P}/").content.decode()
    assert "Nobody is counted" in found[""]
    assert "No windows yet" not in found[""]
    assert all(says in page for page in found.values())
    assert "Nobody is on the roster" not in found["participation/"]
