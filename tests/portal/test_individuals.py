"""Who reports as individuals: each clinician is scored alone, and every page and answer says the same."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from signing import P, text

from mips_ia.portal import ledgers
from mips_ia.portal.actions import practice
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Person, Practice, Result, Window

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db
MVP = "M1423"  # it lists IA_PSPA_21 of those that were chosen


def told(who: str, browse: Browse, person: Callable[[str], Person]) -> dict[str, Any]:
    """What the overview, the score page, its JSON and the API say to somebody."""
    client = browse(who)
    secret, _ = make(person(who), "of a test", ["read"], 1)
    bearer = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    api = P.replace("/p/", "/api/practices/")
    return {
        "overview": text(client.get(f"{P}/").content), "score": text(client.get(f"{P}/score/").content),
        "json": client.get(f"{P}/score/score.json").json(), "api": bearer.get(f"{api}/score").json(),
        "activities": bearer.get(f"{api}/activities").json(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("known", "full"),
    [
        ({"pathway": "traditional", "apm": "none"}, 8),
        ({"pathway": "traditional", "apm": "mips_apm", "quality_and_pi_submitted": True}, None),
        ({"pathway": "mvp", "mvp": MVP, "apm": "none"}, None),
    ],
)
def test_overview_score_page_json_and_api_agree(
    known: dict[str, Any], full: int | None, browse: Browse, person: Callable[[str], Person],
    access: Callable[..., Any],
) -> None:  # fmt: skip
    practice.describe(access("manager"), report_as="individual", **known)
    found = told("manager", browse, person)

    each = found["json"]["individuals"]["each"]
    whole = sum(one["full_credit"] for one in each)
    assert full is None or whole == full
    assert whole == sum(one["score"]["points"] == 40 for one in each)
    assert {len(each), found["json"]["individuals"]["clinicians"]} == {18}
    assert found["json"] == found["api"]
    assert found["json"]["score"] is None is found["api"]["score"]
    says = f"{whole} of 18 clinicians {'has' if whole == 1 else 'have'} full credit."
    assert says in found["overview"]
    assert says in found["score"]
    word = re.search(r'ia-answer__word">([^<]+)', browse("manager").get(f"{P}/").content.decode())
    assert word
    assert (word[1] == "Yes") == (whole == 18)
    fewest = min(one["score"]["points"] for one in each)
    assert f"{fewest} points are certain for the clinician who has the fewest" in found["overview"]
    browse("manager").get("/practices/?year=2026")
    result = Result.objects.get(year__practice__slug="harbor-rehabilitation-group", year__year=2026)
    assert (result.kind == "yes", result.certain) == (whole == 18, fewest)


def test_it_is_yes_once_everybody_has_full_credit(browse: Browse, access: Callable[..., Any]) -> None:
    practice.describe(access("manager"), report_as="individual", statuses=["small_practice"])
    year = access("manager").year
    page = text(browse("manager").get(f"{P}/").content)
    assert "Are we safe for 2026? Not yet" in page
    without = [
        stay for stay in year.stays.all()
        if not Window.objects.filter(clinician=stay.clinician, signatures__kind__in=("own", "delegated"))
    ]  # fmt: skip
    assert without
    for stay in without:
        stay.billed = False
        stay.save()
    ledgers.forget()  # no line of the log tells of it

    page = text(browse("manager").get(f"{P}/").content)

    assert "Are we safe for 2026? Yes" in page
    count = 18 - len(without)
    assert f"{count} of {count} clinicians have full credit." in page


def test_what_is_to_be_done_is_to_be_done_by_each(browse: Browse, access: Callable[..., Any]) -> None:
    practice.describe(access("manager"), report_as="individual")
    page = text(browse("manager").get(f"{P}/?all").content)

    assert "This signature counts for Soo-jin Kim’s own score." in page
    assert "Too few activities are begun for full credit. The last day to start is October 3, 2026." in page
    assert "Done by 11 of 18 clinicians, who each report alone." in page
    assert "None" not in page


def test_a_clinician_finds_totals_and_their_own_score(
    browse: Browse, person: Callable[[str], Person], access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as="individual")
    found = told("kim", browse, person)

    assert "8 of 18 clinicians have full credit." in found["score"]
    assert found["json"]["individuals"]["full_credit"] == 8
    assert [one["npi"] for one in found["api"]["individuals"]["each"]] == [person("kim").clinicians.get().npi]


def test_in_the_list_of_practices_the_points_are_the_fewest(browse: Browse, harbor: Practice) -> None:
    harbor.years.filter(year=2026).update(report_as="individual")

    page = text(browse("manager").get("/practices/?year=2026").content)

    assert "fewest of any clinician" in page
    assert "Yes: 1" not in page


def test_no_page_asks_individuals_for_half_of_anybody(browse: Browse, access: Callable[..., Any]) -> None:
    practice.describe(access("manager"), report_as="individual")
    client = browse("manager")
    found = {name: text(client.get(f"{P}/{name}/").content) for name in ("participation", "roster")}

    assert "individuals: an activity counts for each clinician who did it. An" in found["participation"]
    assert "at least 90 days in a row within the performance year. Each" in found["participation"]
    assert "At least half" not in found["participation"]
    assert "how many are needed" not in found["participation"]
    assert "Two readings" not in found["roster"]
    assert "which of them you count" not in found["roster"]


def test_nobody_who_is_not_counted_is_asked_and_they_can_still_sign(harbor: Practice, browse: Browse) -> None:
    harbor.years.get(year=2026).stays.filter(clinician__last_name="Kim").update(billed=False)

    assert "Everyone has answered." in text(browse("manager").get(f"{P}/signatures/").content)
    assert "IA_PSPA_21" in text(browse("kim").get("/sign/").content)
