"""The overview answers before anything else: the word, the points, and what to do."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from bound import accepted  # noqa: F401 - a fixture
from django.test import Client
from signing import lock

from mips_ia.portal import clock, demo
from mips_ia.portal.actions import ledger, practice, roster, signing
from mips_ia.portal.models import Practice, Stay
from mips_ia.portal.tenancy import access_of
from mips_ia.portal.web import overview


def test_it_says_not_yet_with_the_points_and_the_last_day_to_start(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/{demo.DAY.year}/").content.decode()

    assert "Not yet" in page
    assert "That is 20 of 40 points." in page
    assert "The last day to start a 90-day window is October 3, 2026, 17 days from now." in page


def test_where_activities_have_weights_no_one_number_is_said_to_be_needed(
    harbor: Practice, browse: Callable[[str], Client], person: Callable[[str], Any]
) -> None:
    """Of medium-weighted activities three count, which are more than the two that might have been enough."""
    access = access_of(person("manager"), harbor.slug, 2021)
    practice.describe(access, report_as="group", pathway="traditional", statuses=[], apm="none")
    roster.put(access, demo.npi_of(1), names={})
    clinician = harbor.clinicians.get(npi=demo.npi_of(1))
    for activity in ("IA_AHE_5", "IA_BE_1", "IA_BE_12", "IA_BE_13"):
        ledger.choose(access, activity)
        window = ledger.enter(access, clinician, activity, date(2021, 1, 1), date(2021, 12, 31))
        if activity != "IA_BE_13":
            own = access_of(clinician.person, harbor.slug, 2021)
            signing.sign(own, window, "", "", verified="password")
    page = browse("manager").get(f"/p/{harbor.slug}/2021/").content.decode()

    assert "3 of 4 chosen activities count today. That is 30 of 40 points." in page
    assert "1 of 1 clinician; 1 needed. You can lose 0." in page


def test_the_first_thing_to_do_is_the_signature_that_is_missing(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode()

    assert page.index("Ask Soo-jin Kim to sign for IA_PSPA_21") < page.index("Extend Paul Johnson")
    assert "This signature makes 8 of 18 clinicians." in page


@pytest.mark.usefixtures("kept")  # one of the two items of IA_PSPA_21
def test_each_activity_says_how_much_of_its_evidence_is_on_file(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode()

    assert re.findall(r'data-title="Evidence">([^<]+)<', page) == [
        "0 of 4 items on file", "0 of 5 items on file", "1 of 3 items on file"
    ]  # fmt: skip


def test_a_locked_year_says_that_nothing_of_it_changes_and_asks_for_nothing(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    lock(harbor)
    page = browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode()

    assert "2026 is locked: windows cannot change and nobody can sign until it is unlocked." in page
    assert "Do next" not in page


def test_a_clinician_sees_totals_and_their_own_part(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    page = browse("kim").get(f"/p/{harbor.slug}/2026/").content.decode()

    assert "Sign for IA_PSPA_21" in page
    assert 'href="/sign/' in page
    for words in ("Paul Johnson", "Send a reminder", "Change the end date", "See who", "things to do"):
        assert words not in page
    assert "Sign for IA_" not in browse("chen").get(f"/p/{harbor.slug}/2026/").content.decode()


def test_a_stranger_does_not_learn_that_the_practice_is_there(harbor: Practice) -> None:
    from mips_ia.portal.models import Person

    stranger = Person.objects.create_user("stranger@demo.example", "no password at all", name="A Stranger")
    client = Client(SERVER_NAME="localhost")
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(f"/p/{harbor.slug}/2026/").status_code == 404
    assert client.get("/p/nothing-of-this-name/2026/").status_code == 404


def test_where_nothing_was_entered_after_the_last_day_to_start_it_is_not_yet_and_asks_for_it(
    harbor: Practice, browse: Callable[[str], Client], settings: Any
) -> None:
    settings.TODAY = "2026-11-25"
    year = harbor.years.get(year=2026)
    year.windows.update(replaced_at=clock.now())

    page = browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode()

    assert '<p class="ia-answer__word">Not yet</p>' in page
    assert "if it was done: record who did it, and when." in page
    assert "Record who did IA_BE_16, and when" in page
    assert "not taking part" not in page


def test_it_says_what_it_rests_on_and_that_there_are_more_assumptions(
    harbor: Practice, browse: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "ASSUMED", 1)
    page = unescape(browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode())
    rests = page[page.index("What this answer rests on") :]

    assert "The practice’s roster was last changed on September 16, 2026." in rests
    assert "CMS’s look-up: no special status, looked up on September 1, 2026." in rests
    assert "CMS does not say on which day those who bill under the TIN are counted." in rests
    assert len(re.findall("<li>Assumption: ", rests)) == 1
    assert re.search(r'/score/#assumptions">And \d+ more assumption', rests)


def test_a_roster_that_nobody_entered_is_missing(harbor: Practice, browse: Callable[[str], Client]) -> None:
    page = unescape(browse("manager").get(f"/p/{harbor.slug}/2019/").content.decode())
    rests = page[page.index("What this answer rests on") :]

    assert "The roster of 2019 is missing." in rests
    assert "0 NPIs" not in rests
    assert "roster was last changed" not in rests


def test_who_has_full_credit_is_not_asked_for_what_cannot_begin_any_more(
    harbor: Practice, browse: Callable[[str], Client], settings: Any
) -> None:
    settings.TODAY = "2026-11-02"
    harbor.years.filter(year=2026).update(statuses=["small_practice"])

    page = unescape(browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode())

    assert '<p class="ia-answer__word">Yes</p>' in page
    assert "Enough time" in page
    assert "Nothing more has to start. The last day to start a window of 90 days was October 3, 2026." in page


def test_what_does_not_fit_together_leads_to_where_it_is_mended(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    harbor.years.filter(year=2026).update(pathway="app", apm="none")
    here = f"/p/{harbor.slug}/2026/"

    mine = browse("manager").get(here).content.decode()
    assert f'href="{here}setup/reporting/">Change how you report<' in mine
    assert f'href="{here}roster/statuses/">Change the statuses<' in mine
    assert "the practice’s statuses name none. Correct the statuses, or choose another pathway." in mine
    assert "Robin Ashworth can correct it." in browse("kim").get(here).content.decode()


def test_where_we_cannot_tell_the_set_up_goes_on(harbor: Practice, browse: Callable[[str], Client]) -> None:
    harbor.years.filter(year=2026).update(statuses=None)
    here = f"/p/{harbor.slug}/2026/"

    mine = browse("manager").get(here).content.decode()
    assert mine.count("ds-c-button--solid") == 1
    assert f'href="{here}setup/statuses/">Continue setting up<' in mine
    assert 'aria-label="Set-up"' in mine
    theirs = browse("kim").get(here).content.decode()
    assert "Continue setting up" not in theirs
    assert "Robin Ashworth can go on with the set-up." in theirs


def test_how_one_reports_leads_to_where_it_is_changed_for_those_who_may(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    here = f"/p/{harbor.slug}/2026/"
    link = f'<a href="{here}setup/reporting/">Reporting as a group · Traditional MIPS</a>'

    assert link in browse("manager").get(here).content.decode()
    assert f"{here}setup/" not in browse("kim").get(here).content.decode()


def test_the_menu_of_years_leads_to_the_same_page(harbor: Practice, browse: Callable[[str], Client]) -> None:
    client, here = browse("manager"), f"/p/{harbor.slug}/2026"
    stay = harbor.years.get(year=2026).stays.first()
    for page, there in (
        ("/score/", "/score/"), ("/activities/IA_BE_16/", "/activities/IA_BE_16/"),
        (f"/roster/{stay.clinician_id}/", "/"), ("/", "/"),
    ):  # fmt: skip
        found = client.get(f"{here}{page}").content.decode()
        assert f'<a href="/p/{harbor.slug}/2025{there}">2025' in found, page


@pytest.mark.parametrize(
    ("today", "says"),
    [
        ("2026-09-18", "Last day to start a 90-day window"),
        ("2026-09-19", "14 days left to start a 90-day window for 2026."),
        ("2026-10-02", "1 day left to start a 90-day window for 2026."),
        ("2026-10-03", "The last day to start a 90-day window for 2026."),
    ],
)
def test_the_days_left_to_start_are_counted_when_they_are_few(
    today: str, says: str, harbor: Practice, browse: Callable[[str], Client], settings: Any
) -> None:
    settings.TODAY = today
    page = browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode()

    assert f"<dt>Oct 3, 2026</dt><dd>{says}</dd>" in page


# ---- Too few activities are chosen


def _with_everything_known(practice: Practice, year: int) -> None:
    """A year of a group without special statuses, with everybody who is on the roster of 2026."""
    known = {"report_as": "group", "pathway": "traditional", "statuses": []}
    practice.years.filter(year=year).update(**known)
    row = practice.years.get(year=year)
    if not row.stays.exists():
        people = practice.years.get(year=2026).stays.values_list("clinician", flat=True).distinct()
        row.stays.bulk_create(Stay(year=row, clinician_id=each, billed=True) for each in people)


@pytest.mark.parametrize(
    ("year", "keeps", "today", "title", "why"),
    [
        (2026, 1, "2026-07-10", "Choose 1 more activity",
         "Full credit still takes 1 activity. The last day to start is October 3, 2026."),
        (2026, 0, "2026-07-10", "Choose 2 activities",
         "Full credit still takes 2 activities. The last day to start"),
        (2026, 1, "2026-12-01", "Record what else was done",
         "Those that are chosen cannot give full credit. What was done can still be chosen and recorded."),
        (2026, 0, "2026-10-04", "Record what was done",
         "<p>What was done can still be chosen and recorded. IA_ERP_2 can still start through November 2, "),
        (2024, 0, "2024-07-10", "Choose 2 activities",
         "Full credit still takes 2 high-weighted activities or 1 high-weighted activity and 2 "
         "medium-weighted activities or 4 medium-weighted activities. The last day to start"),
    ],
)  # fmt: skip
def test_too_few_that_are_chosen_are_told_to_those_who_may_choose(
    year: int, keeps: int, today: str, title: str, why: str,
    harbor: Practice, browse: Callable[[str], Client], settings: Any,
) -> None:  # fmt: skip
    settings.TODAY = today
    _with_everything_known(harbor, year)
    chosen = harbor.years.get(year=year).chosen
    chosen.exclude(pk__in=chosen.values("pk")[:keeps]).update(ended_at=clock.now())
    here = f"/p/{harbor.slug}/{year}/"

    page = unescape(browse("manager").get(here).content.decode())

    assert title in page
    assert why in page
    assert 'href="activities/">Choose activities</a>' in page
    assert title not in browse("kim").get(here).content.decode()


def test_enough_that_are_chosen_ask_for_no_more(harbor: Practice, browse: Callable[[str], Client]) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2026/?all").content.decode()

    assert "Choose activities" not in page


@pytest.mark.parametrize(("year", "cancels"), [(2026, True), (2018, False)])
@pytest.mark.parametrize("report_as", ["group", "individual"])
def test_it_says_that_the_category_does_not_count_where_it_is_not_scored(
    year: int, cancels: bool, report_as: str, harbor: Practice, browse: Callable[[str], Client],
    access: Callable[..., Any],
) -> None:  # fmt: skip
    counts, voids = "Improvement activities do not count in your final score", "cancels the reweighting"
    known = {"report_as": report_as, "pathway": "traditional", "statuses": [], "apm": "none"}
    practice.describe(access("manager", year), **known, not_scored=[])
    roster.put(access("manager", year), demo.npi_of(1), names={})
    address, client = f"/p/{harbor.slug}/{year}/", browse("manager")
    assert counts not in client.get(address).content.decode()

    practice.describe(access("manager", year), not_scored=["ia"])
    page, export = (client.get(each).content.decode() for each in (address, f"{address}export/"))
    assert counts in page
    assert [voids in page, voids in export] == [cancels, cancels]
