"""What CMS's look-up says, and what it does to the number of activities."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from evidence_given import file, text
from signing import another_practice

from mips_ia.portal import clock, ledgers
from mips_ia.portal.actions import practice
from mips_ia.portal.binding.gathered import Scope, gathered
from mips_ia.portal.binding.places import places
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Entry, Final, Practice, Stay, Year
from mips_ia.portal.tenancy import Access, access_of
from mips_ia.portal.told.targets import LOOK_UP

BLANK = {"statuses_checked_on": "", "sites_recognized": "", "sites_all": "", "apm": "",
         "quality_and_pi_submitted": ""}  # fmt: skip


@pytest.fixture
def here(harbor: Practice) -> str:
    return f"/p/{harbor.slug}/2026/roster/statuses/"


@pytest.fixture
def year(harbor: Practice) -> Year:
    return harbor.years.get(year=2026)


def _page(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_the_effect_of_a_status_is_told_in_one_sentence(browse: Callable[[str], Client], here: str) -> None:
    client = browse("manager")
    assert "2 activities give full credit, 40 points." in _page(client.get(here))

    page = _page(client.post(here, BLANK | {"statuses": ["rural", "hpsa"]}, follow=True))

    assert "Saved. 1 activity gives full credit, 40 points." in page


def test_where_activities_have_weights_each_set_that_is_enough_is_named(
    browse: Callable[[str], Client], here: str, harbor: Practice
) -> None:
    client, there = browse("manager"), here.replace("2026", "2021")
    harbor.years.filter(year=2021).update(report_as="group", pathway="traditional")
    said = "high-weighted activity or 2 medium-weighted activities give full credit, 40 points."

    assert f"Saved. 1 {said}" in _page(client.post(there, BLANK | {"statuses": ["rural"]}, follow=True))
    page = _page(client.post(there, BLANK | {"statuses": ["none"]}, follow=True))
    assert "Saved. 2 high-weighted activities or 1 high-weighted activity and 2 medium-weighted " in page
    assert "or 4 medium-weighted activities give full credit, 40 points." in page


def test_a_way_that_gives_full_credit_by_itself_takes_no_activity(
    browse: Callable[[str], Client], here: str, year: Year
) -> None:
    Year.objects.filter(pk=year.pk).update(pathway="app")
    page = _page(browse("manager").post(here, BLANK | {"statuses": ["none"], "apm": "mips_apm"}, follow=True))

    assert "Saved. Full credit of 40 points takes no activity." in page


def test_unknown_statuses_show_both_cases(browse: Callable[[str], Client], here: str, year: Year) -> None:
    page = _page(browse("manager").post(here, BLANK | {"statuses": "unknown"}, follow=True))

    says = "full credit of 40 points takes 1 activity with a special status, 2 activities without."
    assert says in page
    year.refresh_from_db()
    assert year.statuses is None


def test_none_of_these_is_an_answer(browse: Callable[[str], Client], here: str, year: Year) -> None:
    browse("manager").post(here, BLANK | {"statuses": "none", "statuses_checked_on": "09/10/2026"})

    year.refresh_from_db()
    assert (year.statuses, str(year.statuses_checked_on)) == ([], "2026-09-10")
    assert (
        Entry.objects.filter(action="year described").latest("id").after["statuses_checked_on"]
        == "2026-09-10"
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"statuses": ["none", "rural"]}, "Choose “None of these” alone, or take the tick off it."),
        ({"statuses": ["unknown", "rural"]}, "Choose “I have not checked” alone, or take the tick off it."),
        ({}, "Tick what the look-up shows, “None of these”, or “I have not checked”."),
        ({"statuses": "none", "statuses_checked_on": "12/01/2026"},
         "Enter the day of the look-up, today or earlier."),
        ({"statuses": "none", "sites_recognized": "3", "sites_all": "2"},
         "Enter 2 or fewer: there are 2 sites."),
        ({"statuses": "none", "sites_recognized": "3"}, "Enter how many sites there are in all."),
        ({"statuses": "none", "not_scored": ["none", "cost"]}, "Choose “None: all four are scored” alone"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_stopped(
    browse: Callable[[str], Client], here: str, year: Year, given: dict[str, Any], says: str
) -> None:
    page = _page(browse("manager").post(here, BLANK | given))

    assert says in page
    assert "<title>Error: " in page
    year.refresh_from_db()
    assert year.statuses == []


def test_everything_else_that_decides_is_kept(browse: Callable[[str], Client], here: str, year: Year) -> None:
    given = {"statuses": "none", "sites_recognized": "1", "sites_all": "2", "apm": "other_apm",
             "quality_and_pi_submitted": "no", "not_scored": ["pi", "cost"]}  # fmt: skip
    browse("manager").post(here, BLANK | given)

    year.refresh_from_db()
    assert (year.sites_recognized, year.sites_all, year.apm) == (1, 2, "other_apm")
    assert (year.quality_and_pi_submitted, year.not_scored) == (False, ["cost", "pi"])


def test_what_is_not_answered_is_not_known(browse: Callable[[str], Client], here: str, year: Year) -> None:
    browse("manager").post(here, BLANK | {"statuses": "none", "not_scored": "unknown"})

    year.refresh_from_db()
    assert (year.apm, year.quality_and_pi_submitted, year.not_scored, year.sites_all) == (
        "",
        None,
        None,
        None,
    )


def test_an_error_at_one_field_answers_no_other(browse: Callable[[str], Client], here: str) -> None:
    """The page that comes back must not tick “None: all four are scored”, which nobody said."""
    page = _page(browse("manager").post(here, {"statuses": "none", "statuses_checked_on": "11/28/26"}))

    assert "Enter all 4 digits of the year, MM/DD/YYYY." in page
    assert re.findall(r'<input[^>]*name="(\w+)"[^>]*\bchecked\b', page) == ["statuses"]


def test_a_hint_says_what_counts_suggest_and_fills_nothing_in(
    browse: Callable[[str], Client], here: str, year: Year
) -> None:
    Stay.objects.filter(year=year, clinician__last_name__in=["Kim", "Rossi", "Patel"]).update(billed=False)
    Year.objects.filter(pk=year.pk).update(statuses=None)
    page = _page(browse("manager").get(here))

    assert "Small practice: likely. 15 clinicians; 15 or fewer is small." in page
    boxes = page[page.index("Special statuses") : page.index("look-up show that you take part")]
    assert "checked>" not in boxes
    assert "checked " not in boxes.replace("have not checked ", "")


def test_the_look_up_is_linked_and_learns_nothing_of_who_comes(
    browse: Callable[[str], Client], here: str
) -> None:
    page = _page(browse("manager").get(here))

    assert "QPP Participation Status" in page
    assert '<a href="https://qpp.cms.gov/participation-lookup" rel="noreferrer">' in page


def test_the_standing_has_every_fact_with_its_source_and_what_to_find_out_first(
    browse: Callable[[str], Client], here: str, year: Year
) -> None:
    client = browse("manager")
    page = _page(client.get(here))
    table = page[page.index('id="standing"') :]

    assert "CMS's QPP Participation Status look-up does not show it." in table
    assert "42 CFR 414.1305" in table
    assert "CFR" in page[: page.index('id="standing"')]  # the effect has its rule
    assert ">Unknown<" in table  # whether quality and PI are submitted

    Year.objects.filter(pk=year.pk).update(statuses=None)
    ledgers.forget()  # no line of the log tells of it
    page = _page(client.get(here))
    table = page[page.index('id="standing"') :]

    assert "Find out first: what CMS’s look-up says." in table
    assert "Estimated: no" in table
    assert "18 clinicians; 15 or fewer is small." in table


def test_the_specialty_is_asked_and_kept(browse: Callable[[str], Client], here: str, year: Year) -> None:
    client = browse("manager")
    assert "physiatry" in _page(client.get(here))
    client.post(here, BLANK | {"statuses": "none", "specialty": "physiatry"})

    year.refresh_from_db()
    assert year.specialty == "physiatry"


@pytest.mark.parametrize(
    ("name", "of", "known", "without", "given"),
    [
        (
            "extreme_circumstances", 2026,
            {"apm": "mips_apm", "quality_and_pi_submitted": True, "not_scored": []}, 20, 0,
        ),
        ("study", 2019, {"apm": "none", "quality_and_pi_submitted": False, "not_scored": []}, 0, 40),
    ],
)  # fmt: skip
def test_what_cms_granted_is_asked_where_it_decides_points(
    person: Callable[[str], Any], sign_in: Callable[[Any], Client],
    name: str, of: int, known: dict[str, Any], without: int, given: int,
) -> None:  # fmt: skip
    quay, admin = another_practice(), person("admin")
    who = access_of(admin, quay.slug, of)
    practice.describe(who, report_as="group", pathway="traditional", statuses=[], **known)
    here, client = f"/p/{quay.slug}/{of}/roster/statuses/", sign_in(admin)
    answers = BLANK | {
        "statuses": "none", "apm": known["apm"], "not_scored": "none",
        "quality_and_pi_submitted": "yes" if known["quality_and_pi_submitted"] else "no",
    }  # fmt: skip

    def points() -> tuple[int, Any]:
        who.year.refresh_from_db()
        return ledger_of(who.year).assessment.score.points, getattr(who.year, name)

    page = _page(client.get(here))
    assert re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert not re.findall(rf'<input[^>]*name="{name}"[^>]* checked', page)
    assert f'name="{({"extreme_circumstances", "study"} - {name}).pop()}"' not in page
    assert points() == (without, False)
    client.post(here, answers | {name: "yes"})
    assert points() == (given, True)
    assert Entry.objects.filter(action="year described").latest("id").after == {name: True}
    assert re.findall(rf'<input[^>]*name="{name}" value="yes"[^>]* checked', _page(client.get(here)))
    client.post(here, answers | {name: "no"})
    assert points() == (without, False)


def test_circumstances_and_a_category_that_is_not_scored_do_not_contradict_each_other_unseen(
    browse: Callable[[str], Client], here: str, access: Callable[..., Access]
) -> None:
    client, weights = browse("manager"), here.replace("roster/statuses", "score/weights")
    other = "Sites and statuses does not say that"
    assert f"{other} CMS approved extreme and uncontrollable circumstances" in _page(client.get(weights))
    assert other not in _page(client.get(here))

    practice.describe(access("manager"), not_scored=["ia"])
    for page in (here, weights):
        assert f"{other} it approved any: correct one of the two" in _page(client.get(page))

    practice.describe(access("manager"), extreme_circumstances=True)
    assert "Sites and statuses says that CMS approved extreme" in _page(client.get(weights))
    assert "correct one of the two" not in _page(client.get(here))


def test_a_status_is_called_the_same_on_every_page(
    browse: Callable[[str], Client], here: str, year: Year
) -> None:
    Year.objects.filter(pk=year.pk).update(statuses=["asc_based", "non_patient_facing", "rural"])
    ledgers.forget()  # no line of the log tells of it
    of_year = here.removesuffix("roster/statuses/")
    client = browse("manager")

    assert "CMS’s look-up: ASC-based, non-patient facing, rural" in _page(client.get(of_year))
    whatif = _page(client.get(f"{of_year}score/what-if/"))
    assert all(f">{name}-based<" in whatif for name in ("ASC", "Hospital", "Facility"))
    assert ". Rural: CMS" in _page(client.get(f"{of_year}score/"))


def test_a_clinician_records_no_status(browse: Callable[[str], Client], here: str, year: Year) -> None:
    assert browse("kim").post(here, BLANK | {"statuses": "rural"}).status_code == 403
    year.refresh_from_db()
    assert year.statuses == []


def test_a_locked_year_shows_what_was_recorded_and_changes_nothing(
    browse: Callable[[str], Client], here: str, year: Year, person: Callable[[str], Any]
) -> None:
    Final.objects.create(
        year=year, kind="locked", person=person("manager"), role="manager", at=clock.now(), digest="0" * 64
    )
    client = browse("manager")
    page = _page(client.get(here))

    assert "<dt>Recognized sites</dt><dd>0 of 2</dd>" in page
    assert "Save statuses" not in page
    assert client.post(here, BLANK | {"statuses": "rural"}).status_code == 403
    year.refresh_from_db()
    assert year.statuses == []


def test_a_screenshot_of_the_look_up_is_kept_as_evidence_of_the_statuses(
    browse: Callable[[str], Client], here: str, year: Year, access: Callable[..., Access]
) -> None:
    """It shows them, so that it is no file that shows nothing; and it lies in the binder of the year."""
    client = browse("manager")
    to = re.search(r'href="(/p/[^"]+/evidence/new/[^"]+)"', _page(client.get(here)))
    assert to

    given = {"files": file(name="look-up.txt"), "kind": "screenshot", "first": "09/10/2026"}
    page = text(client.post(to[1], given, follow=True).content)

    assert "Saved E-1. 1 document shows the statuses of 2026." in page
    assert "E-1 look-up.txt , September 10, 2026" in page
    listed = text(client.get(f"/p/{year.practice.slug}/2026/evidence/").content)
    assert "Special statuses, 2026: September 10, 2026" in listed
    assert "shows nothing yet" not in listed
    one = client.get(f"/p/{year.practice.slug}/2026/evidence/1/").content.decode()
    assert f'href="{here}#look-up"' in one
    assert LOOK_UP.says in text(one.encode())
    assert [*places(gathered(access("manager"), Scope())).values()] == ["files/statuses/E-1-look-up.txt"]
    assert "look-up" not in text(browse("kim").get(f"/p/{year.practice.slug}/2026/evidence/").content)
