"""The public pages of the rules: every clause with its value, its source and how sure it is."""

from collections.abc import Callable
from html import unescape

import pytest
from addresses import places
from django.test import Client

from mips_ia import catalogue, rules, years
from mips_ia.portal.models import Clinician, Practice, Stay, Window
from mips_ia.portal.told.clauses import GROUPS, groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Callable[[str], str]:
    """A page as somebody sees it who is not signed in."""
    return lambda address: unescape(Client(SERVER_NAME="localhost").get(address).content.decode())


@pytest.mark.parametrize("year", years())
def test_every_clause_of_every_year_stands_on_its_page_with_its_source(
    page: Callable[[str], str], year: int
) -> None:
    found = page(f"/rules/{year}/")

    for _, clause in rules(year).clauses():
        assert f"{clause.says}." in found
        assert clause.cite in found
        if clause.assumption:
            assert f"Assumption: {clause.assumption}." in found
    assert f"The {len(catalogue(year).activities)} activities of {year}" in found


@pytest.mark.parametrize("year", years())
def test_no_clause_is_left_out_of_the_groups_and_none_stands_twice(year: int) -> None:
    shown = [entry["clause"] for group in groups(rules(year)) for entry in group["entries"]]

    assert len(shown) == len({*map(id, shown)}) == len([*rules(year).clauses()])
    assert len({name for _, _, names in GROUPS for name in names}) == 18


def test_the_values_are_in_words() -> None:
    found = {
        entry["name"] or entry["value"]: entry for group in groups(rules(2026)) for entry in group["entries"]
    }

    assert found["MVP registration"]["value"] == "April 1, 2026 through November 30, 2026"
    assert found["Submission"]["value"] == "Through March 31, 2027"
    assert found["Small practice"]["value"] == "at most 15 clinicians; changes the points"
    assert found["Non-patient facing"]["value"].startswith(
        "at most 100 patient-facing encounters; more than 75%"
    )
    assert found["MVP"]["value"] == "Open to individuals, a group, a subgroup, an APM Entity"
    assert "50%" in found
    assert "90 days" in found
    assert "6 months: IA_ERP_1" in found
    assert "Once in 4 years: IA_PSPA_22, IA_PSPA_23, IA_PSPA_4" in found
    assert found["Half credit"]["value"].startswith("We take “")


def test_a_clause_of_the_reading_that_is_not_taken_says_so() -> None:
    taken = [entry["taken"] for group in groups(rules(2026)) for entry in group["entries"]]

    assert False in taken


def test_years_with_weights_name_the_points_of_each() -> None:
    found = [entry["value"] for group in groups(rules(2023)) for entry in group["entries"]]

    assert "high weight: 20 points; medium weight: 10 points" in found


def test_the_weights_are_a_table_by_what_is_not_scored(page: Callable[[str], str]) -> None:
    found = page("/rules/2026/")

    assert "Percent of the final score" in found
    assert "Cost and Promoting Interoperability" in found


def test_each_rule_names_the_years_in_which_it_is_the_same() -> None:
    found = {
        (entry["name"] or group["title"], entry["value"]): entry["years"]
        for group in groups(rules(2026)) for entry in group["entries"]
    }  # fmt: skip

    assert found["Keep years", "6"] == "2017–2027"
    assert found["How many clinicians of a group", "50%"] == "2020–2027"
    assert found["MVP registration", "April 1, 2026 through November 30, 2026"] == "2026"
    (group,) = (each for each in groups(rules(2019)) if each["title"] == "How many clinicians of a group")
    assert {entry["years"] for entry in group["entries"]} == {"2017–2019"}


def test_proposed_rules_say_so(page: Callable[[str], str]) -> None:
    assert "Proposed rules. They can change." in page("/rules/2027/")
    assert "Proposed rules" not in page("/rules/2026/")


def test_an_activity_has_a_public_page_of_facts_and_nothing_of_anybody(page: Callable[[str], str]) -> None:
    found = page("/rules/2026/IA_BE_16/")

    assert "Promote Self-management in Usual Care" in found
    assert "You need all 4 of these." in found
    assert "Kim" not in found
    assert "Choose" not in found


def test_a_suspended_and_a_removed_activity_say_what_happened(page: Callable[[str], str]) -> None:
    assert "CMS suspended this activity on May 6, 2025." in page("/rules/2025/IA_AHE_8/")
    gone = catalogue(2022).gone["IA_PSPA_30"].event
    assert gone is not None
    assert gone.says in page("/rules/2022/IA_PSPA_30/")


def test_an_id_that_the_year_does_not_have_is_not_found_and_says_where_to_look() -> None:
    client = Client(SERVER_NAME="localhost")
    found = client.get("/rules/2026/IA_PM_13/")

    assert found.status_code == 404
    assert "/rules/2026/IA_AHW_1/" in found.content.decode()
    assert client.get("/rules/2026/ia_be_16/").headers["Location"] == "/rules/2026/IA_BE_16/"
    assert client.get("/rules/2016/").status_code == 404
    assert client.get("/rules/2016/IA_BE_16/").status_code == 404


def test_the_pages_ask_the_database_for_nothing(django_assert_num_queries: Callable[..., object]) -> None:
    client = Client(SERVER_NAME="localhost")

    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        client.get("/rules/2026/")
        client.get("/rules/2026/IA_BE_16/")


def test_every_page_of_a_year_of_proposed_rules_says_so(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    """Each page of a practice that one reads, and none of a year whose rules are final."""
    said = {}
    for year in (2026, 2027):
        for place in (each for each in places() if each.of_a_practice and not each.names_a_row):
            address = place.filled({"practice": harbor.slug, "year": year})
            answer = browse("manager").get(address)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                said[address] = "Proposed rules. They can change." in answer.content.decode()

    assert len(said) > 50
    assert [address for address, proposed in said.items() if proposed != ("/2027/" in address)] == []


@pytest.mark.parametrize("year", [2025, 2027])
def test_pages_beside_a_practice_go_by_the_rules_of_the_year_that_they_show(
    browse: Callable[[str], Client], harbor: Practice, year: int
) -> None:
    """What a clinician signs, says and allows, and the list of practices."""
    kim = Clinician.objects.get(last_name="Kim")
    Stay.objects.create(year=harbor.years.get(year=year), clinician=kim)
    days = Window.objects.create(
        year=harbor.years.get(year=year), clinician=kim, activity="IA_BE_16", first=f"{year}-02-01",
        last=f"{year}-08-31", entered_by=kim.person,
    )  # fmt: skip
    pages = [f"/sign/{days.pk}/", f"/sign/{days.pk}/decline/", f"/sign/delegate/{harbor.slug}/{year}/"]
    told = [("kim", each) for each in pages] + [("manager", f"/practices/?year={year}")]

    for who, address in told:
        page = browse(who).get(address).content.decode()
        assert ("Proposed rules. They can change." in page) is (year == 2027), address
        assert f"Rules used: performance year {year}" in page, address
