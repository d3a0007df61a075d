"""The overview answers before anything else: the word, the points, and what to do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal import clock, demo
from mips_ia.portal.models import Practice


def test_it_says_not_yet_with_the_points_and_the_last_day_to_start(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/{demo.DAY.year}/").content.decode()

    assert "Not yet" in page
    assert "That is 20 of 40 points." in page
    assert "The last day to start a 90-day window is October 3, 2026, 17 days from now." in page


def test_the_first_thing_to_do_is_the_signature_that_is_missing(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode()

    assert page.index("Ask Soo-jin Kim to sign for IA_PSPA_21") < page.index("Extend Paul Johnson")
    assert "This signature makes 8 of 18 clinicians." in page


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
