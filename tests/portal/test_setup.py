"""From nothing to a first explained score, in five short pages."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal.demo import NAME, npi_of
from mips_ia.portal.models import Entry, Membership, Organization, Person, Practice

NEW = {"name": "Cove Family Practice", "tin": "00-0006789", "year": "2026", "zip": "04101"}


def _add(client: Client, **other: str) -> str:
    return unescape(client.post("/practices/new/", NEW | other, follow=True).content.decode())


def test_a_practice_comes_from_nothing_to_its_score_in_seven_pages(browse: Callable[[str], Client]) -> None:
    client, pages = browse("manager"), []

    def went(answer: object) -> str:
        assert answer.status_code == 303, answer.content.decode()  # type: ignore[attr-defined]
        pages.append(answer["Location"])  # type: ignore[index]
        assert client.get(pages[-1]).status_code == 200
        return pages[-1]

    client.get("/practices/")
    client.get("/practices/new/")
    pages.append("/practices/new/")
    reporting = went(client.post("/practices/new/", NEW))
    upload = went(client.post(reporting, {"report_as": "group", "pathway": "traditional"}))
    rows = "".join(f"2026,000006789,{npi_of(number)},N{number},A\n" for number in range(200, 220))
    text = "performance_year,tin,npi,last_name,first_name\n" + rows
    check = went(client.post(upload, {"pasted": text}))
    statuses = went(client.post(check, {"save": "1"}))
    activities = went(client.post(statuses, {"statuses": "none"}))
    score = went(client.post(activities, {"activity": ["IA_BE_16", "IA_AHW_1"]}))

    assert len(pages) == 7
    assert score == "/p/cove-family-practice/2026/score/"
    page = client.get(score).content.decode()
    assert "IA_BE_16" in page
    assert "IA_AHW_1" in page
    who = client.get("/p/cove-family-practice/2026/participation/").content.decode()
    assert '0 of 20<span class="ia-checks__note ia-block">10 of 20 needed</span>' in who


def test_a_practice_is_set_up_for_the_year_that_is_picked(
    browse: Callable[[str], Client], settings: Any
) -> None:
    """In the first months most still report the year before."""
    settings.TODAY = "2027-02-01"
    client = browse("manager")
    assert '<option value="2027" selected>2027</option>' in client.get("/practices/new/").content.decode()

    made = client.post("/practices/new/", NEW)

    assert made["Location"] == "/p/cove-family-practice/2026/setup/reporting/"


def test_nothing_is_chosen_beforehand(browse: Callable[[str], Client]) -> None:
    client = browse("admin")
    _add(client)

    for step in ("setup/reporting", "setup/statuses", "setup/activities", "roster/statuses", "roster/new",
                 "people/invite", "people/invite/roster", "plan/new"):  # fmt: skip
        page = client.get(f"/p/cove-family-practice/2026/{step}/").content.decode()
        assert not re.search(r'type="(radio|checkbox)"[^>]*checked', page), step


def test_the_question_of_an_apm_stands_where_statuses_are_asked(browse: Callable[[str], Client]) -> None:
    """It decides the points, so that it is not folded away; it has no answer beforehand, and needs none."""
    client = browse("manager")
    _add(client)
    here = "/p/cove-family-practice/2026/setup/statuses/"
    page = unescape(client.get(here).content.decode())
    asked = "Does CMS’s look-up show that you take part in an APM?"
    answers = re.findall(r'name="apm" value="(\w+)"', page)

    assert page.index("Special statuses") < page.index(asked) < page.index("<summary>More facts")
    assert answers == ["mips_apm", "other_apm", "none", "unknown"]

    year = Practice.objects.get(name=NEW["name"]).years.get(year=2026)
    for given, kept in (({}, ""), ({"apm": "unknown"}, ""), ({"apm": "none"}, "none")):
        client.post(here, {"statuses": "none", **given})
        year.refresh_from_db()
        assert year.apm == kept


def test_what_is_folded_away_opens_for_its_own_errors_alone(browse: Callable[[str], Client]) -> None:
    client = browse("manager")
    _add(client)
    here = "/p/cove-family-practice/2026/setup/statuses/"
    folded = '<details class="ia-fold"><summary>More facts'

    for given, closed in (({"statuses_checked_on": "11/28/26"}, True), ({"sites_all": "0"}, False)):
        page = client.post(here, {"statuses": "none", **given}).content.decode()
        assert "Complete these items" in page
        assert (folded in page) is closed


@pytest.mark.parametrize(
    ("tin", "says"),
    [
        ("12345678", "Enter 9 digits. This has 8."),
        ("12-34567A9", "Enter 9 digits. This has other characters."),
    ],
)
def test_a_tin_is_nine_digits_as_text(browse: Callable[[str], Client], tin: str, says: str) -> None:
    assert says in _add(browse("manager"), tin=tin)
    assert not Practice.objects.filter(name=NEW["name"]).exists()


def test_hyphens_and_blanks_of_a_tin_are_dropped(browse: Callable[[str], Client]) -> None:
    _add(browse("manager"), tin=" 01-234 5678 ")

    assert Practice.objects.get(name=NEW["name"]).tin == "012345678"


def test_a_tin_that_is_here_names_whom_to_ask(sign_in: Callable[[Person], Client], harbor: Practice) -> None:
    house = Organization.objects.create(name="Somebody else")
    stranger = Person.objects.create_user("other@demo.example", None, name="An Other")
    Membership.objects.create(person=stranger, organization=house, role="admin")

    page = _add(sign_in(stranger), tin=harbor.tin)

    assert "This TIN is already in Harbor Health (invented). Ask Robin Ashworth for access." in page
    assert NAME not in page


def test_a_tin_of_ones_own_is_named(browse: Callable[[str], Client], harbor: Practice) -> None:
    assert f"This TIN is already here, as {NAME}." in _add(browse("manager"), tin=harbor.tin)


def test_sites_have_their_own_names_and_there_may_be_several(browse: Callable[[str], Client]) -> None:
    lines = "North Street, 04102\n\nSouth Street"
    _add(browse("manager"), site="Main Street", more=lines)

    sites = Practice.objects.get(name=NEW["name"]).sites.values_list("name", "zip")
    assert [*sites] == [("Main Street", "04101"), ("North Street", "04102"), ("South Street", "")]


def test_each_line_that_is_no_site_is_named(browse: Callable[[str], Client]) -> None:
    page = _add(browse("manager"), more="North Street, 4102\n, 04103\nSouth, 04101")
    again = _add(browse("manager"), more="Cove Family Practice, 04102")

    assert "Line 1: Enter 5 digits, or 9 with a hyphen." in page
    assert "Line 2: Enter the name of the site before the comma." in page
    assert "There is a site Cove Family Practice already." in again
    assert not Practice.objects.filter(name=NEW["name"]).exists()


def test_only_who_runs_an_organization_adds_practices(
    browse: Callable[[str], Client], sign_in: Callable[[Person], Client], harbor: Practice
) -> None:
    assert browse("kim").get("/practices/new/").status_code == 403
    assert browse("kim").post("/practices/new/", NEW).status_code == 403

    registry = Person.objects.create_user("registry@demo.example", None, name="A Registry")
    held = Membership.objects.create(person=registry, organization=harbor.organization, role="registry")
    assert sign_in(registry).get("/practices/new/").status_code == 403

    Membership.objects.filter(pk=held.pk).update(grants=["edit"])
    assert sign_in(registry).get("/practices/new/").status_code == 200


def test_a_role_in_one_practice_is_none_in_the_organization(
    sign_in: Callable[[Person], Client], harbor: Practice
) -> None:
    local = Person.objects.create_user("local@demo.example", None, name="A Local")
    Membership.objects.create(person=local, organization=harbor.organization, practice=harbor, role="manager")

    assert sign_in(local).get("/practices/new/").status_code == 403


def test_who_has_two_organizations_says_which(
    person: Callable[[str], Person], browse: Callable[[str], Client]
) -> None:
    second = Organization.objects.create(name="A second house")
    Membership.objects.create(person=person("manager"), organization=second, role="admin")
    client = browse("manager")

    assert "Organization: Choose one." in _add(client)
    _add(client, organization=str(second.id))
    assert Practice.objects.get(name=NEW["name"]).organization == second


def test_the_pathway_must_be_open_to_who_reports(browse: Callable[[str], Client], harbor: Practice) -> None:
    here = f"/p/{harbor.slug}/2026/setup/reporting/"
    client = browse("manager")

    page = client.post(here, {"report_as": "virtual_group", "pathway": "app"}).content.decode()
    says = "in 2026 this pathway is open where you report as individuals, a group"
    assert f"Choose another one: {says}" in page
    assert "or an APM Entity." in page

    page = client.post(here, {"report_as": "group", "pathway": "mvp"}).content.decode()
    assert "Choose your MVP." in page
    assert harbor.years.get(year=2026).pathway == "traditional"


def test_an_mvp_belongs_to_the_mvp_pathway_alone(browse: Callable[[str], Client], harbor: Practice) -> None:
    here = f"/p/{harbor.slug}/2026/setup/reporting/"
    client = browse("manager")
    mvp = re.search(r'<option value="([GM]\d+)"', client.get(here).content.decode())
    assert mvp is not None

    client.post(here, {"report_as": "group", "pathway": "mvp", "mvp": mvp[1]})
    assert harbor.years.get(year=2026).mvp == mvp[1]

    client.post(here, {"report_as": "group", "pathway": "traditional", "mvp": mvp[1]})
    assert harbor.years.get(year=2026).mvp == ""


def test_a_past_year_has_what_it_had(browse: Callable[[str], Client], harbor: Practice) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2019/setup/reporting/").content.decode()

    assert "APM scoring standard: only for participants in a MIPS APM" in page
    assert "MVP" not in page[page.index("<main") : page.index("<footer")]
    assert "subgroup" not in page.lower()


def test_searching_for_activities_keeps_what_is_ticked_and_saves_nothing(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    here = f"/p/{harbor.slug}/2026/setup/activities/"
    before = harbor.years.get(year=2026).chosen.count()

    answer = browse("manager").post(here, {"find": "1", "q": "empaneled", "activity": ["IA_BE_14"]})
    page = answer.content.decode()

    assert "1 activity with “empaneled”" in page
    assert re.search(r'value="IA_BE_14"[^>]*checked', page)
    assert "IA_AHW_1" in page
    assert harbor.years.get(year=2026).chosen.count() == before


def test_the_list_of_a_specialty_is_found_in_the_set_up_and_the_specialty_is_kept(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client, here = browse("manager"), f"/p/{harbor.slug}/2026/setup/activities/"
    year = harbor.years.get(year=2026)
    answer = client.post(here, {"find": "specialty", "specialty": "physiatry", "activity": ["IA_AHW_1"]})
    page = unescape(answer.content.decode())

    assert "made for 2021" in page
    assert 'value="IA_CC_15"' in page
    assert 'value="IA_BE_27"' not in page
    assert re.search(r'value="IA_AHW_1"[^>]*checked', page)
    assert "CMS took it out of the inventory after 2025." in page[page.index('id="gone"') :]
    year.refresh_from_db()
    assert year.specialty == ""

    client.post(here, {"specialty": "physiatry", "activity": ["IA_CC_15"]})
    year.refresh_from_db()
    assert year.specialty == "physiatry"


def test_the_activities_of_ones_mvp_are_found_in_the_set_up(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    harbor.years.filter(year=2026).update(pathway="mvp", mvp="M1370")
    page = browse("manager").post(f"/p/{harbor.slug}/2026/setup/activities/", {"find": "mvp"})

    assert 'value="IA_PSPA_4"' not in page.content.decode()
    assert "Your MVP" in page.content.decode()


def test_at_least_one_activity_is_ticked(browse: Callable[[str], Client]) -> None:
    client = browse("manager")
    _add(client)
    page = client.post("/p/cove-family-practice/2026/setup/activities/", {}).content.decode()

    assert "<title>Error: " in page
    assert "Tick at least one activity" in page


def test_a_practice_is_renamed_and_its_tin_stays(browse: Callable[[str], Client], harbor: Practice) -> None:
    client, here = browse("manager"), f"/p/{harbor.slug}/2026/setup/"
    assert harbor.tin not in client.get(here).content.decode()

    client.post(here, {"name": "Harbor Rehab", "tin": "000999999"})

    harbor.refresh_from_db()
    assert (harbor.name, harbor.tin) == ("Harbor Rehab", "000123456")
    assert Entry.objects.filter(action="practice renamed").count() == 1


def test_clinicians_do_not_set_up_anything(browse: Callable[[str], Client], harbor: Practice) -> None:
    for step in ("", "reporting/", "statuses/", "activities/"):
        assert browse("kim").get(f"/p/{harbor.slug}/2026/setup/{step}").status_code == 403


def test_the_year_is_asked_where_the_practice_says_how_it_reports(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2026/setup/reporting/").content.decode()

    assert "Performance year: <strong>2026</strong>" in page
    assert page.index('name="pathway"') < page.index("<summary>Another performance year than 2026</summary>")
    assert f'href="/p/{harbor.slug}/2025/setup/reporting/"' in page


def test_each_way_to_report_is_explained_where_it_is_chosen(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    client, here = browse("manager"), f"/p/{harbor.slug}/2026/setup/reporting/"
    page = unescape(client.get(here).content.decode())

    assert "Set-up, step 2 of 5" in page
    assert "Not sure? Ask whoever sends your data to CMS." in page
    for says in (
        "As a subgroup: some clinicians of the TIN, registered with CMS",
        "MVP: a MIPS Value Pathway, for one specialty or condition; you register for it",
        "APM Performance Pathway: only for participants in a MIPS APM",
    ):
        assert f"{says}</label>" in page
    nothing = unescape(client.post(here, {"report_as": ""}).content.decode())
    assert "Report as: Choose how you report." in nothing
    assert "Pathway: Choose a pathway." in nothing


def test_the_last_step_says_how_many_activities_are_needed(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2026/setup/activities/").content.decode()

    assert "Set-up, step 5 of 5" in page
    assert "2 activities give full credit, 40 points." in page


def test_a_table_that_was_pasted_in_the_set_up_waits_too(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client, here = browse("manager"), f"/p/{harbor.slug}/2026/roster/upload/"
    page = client.get(f"{here}?setup=1").content.decode()
    later = re.search(r'formaction="([^"]+)"[^>]*>Save and come back<', page)
    assert later is not None

    told = client.post(unescape(later[1]), {"pasted": "npi\tlast_name"}, follow=True).content.decode()

    assert "Kept. What you typed waits on that page for 7 days." in told
    assert "You began this on" in client.get(here).content.decode()
    assert "Save and come back" not in client.get(here).content.decode()
