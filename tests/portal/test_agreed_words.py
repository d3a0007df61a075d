"""The sentences that are agreed, word for word, as the demonstration comes to them."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from signing import just_signed_in, sends, window

from mips_ia import catalogue, rules, years
from mips_ia.portal import clock
from mips_ia.portal.actions import practice
from mips_ia.portal.models import Practice
from mips_ia.portal.told import windows

Browse = Callable[[str], Client]
TODAY = "2026-09-16"
KNOWN, LISTED = rules(2026), catalogue(2026)


def said(answer: Any) -> str:
    """What a page says, without its tags."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<a class=.*?</a>", " ", main))))
    return re.sub(r" ([.,:;])", r"\1", words)


# Where it stands, the day on which one looks, and the text.
PAGES = [
    ("", TODAY, "Met 11 of 18 clinicians; 9 needed. You can lose 2."),
    ("", TODAY, "Unknown 5 of 18 for certain, up to 9. 8 dates are missing."),
    ("score/", TODAY, "20 points are certain. 20 more are still possible."),
    ("score/", TODAY, "Improvement activities are 15% of your final score, because these are the weights "
     "in traditional MIPS and in MVPs"),
    ("score/", TODAY, "CMS does not say on which day those who bill under the TIN are counted. We take "
     "all who billed in 2026, even after they leave. The other reading would give those here on September "
     "16, 2026 (17), and ask for 9 too."),
    ("activities/", TODAY, "What you have chosen is enough once it is done and signed. More activities add "
     "no points; one spare protects you if someone leaves."),
    ("plan/", "2026-09-19", "14 days left to start a 90-day window for 2026."),
    ("plan/", "2026-10-04", "The last day to start was October 3, 2026."),
]  # fmt: skip


@pytest.mark.parametrize(("address", "today", "text"), PAGES)
def test_a_page_says(
    harbor: Practice, browse: Browse, settings: Any, address: str, today: str, text: str
) -> None:
    settings.TODAY = today

    assert text in said(browse("manager").get(f"/p/{harbor.slug}/2026/{address}"))


def test_enough_is_there_once_it_counts_and_not_when_it_is_chosen(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), statuses=["small_practice"])  # one activity is full credit

    found = said(browse("manager").get(f"/p/{harbor.slug}/2026/activities/"))
    assert "You have what you need. More activities add no points; one spare protects you if" in found
    assert "is enough once" not in found
    practice.describe(access("manager"), report_as="individual")  # and now not everybody has it
    assert "is enough once" in said(browse("manager").get(f"/p/{harbor.slug}/2026/activities/"))


def undated(harbor: Practice) -> Any:
    """The four windows of IA_BMH_12 of which no day is known."""
    return harbor.years.get(year=2026).windows.filter(activity="IA_BMH_12", first=None)


def test_an_activity_that_is_unknown_says_what_is_missing(harbor: Practice, browse: Browse) -> None:
    one = undated(harbor).first()
    undated(harbor).filter(pk=one.pk).update(first=date(2026, 4, 6), last=date(2026, 7, 4))

    says = "Unknown 5 of 18 for certain, up to 9. 6 dates are missing and 1 signature."
    assert says in said(browse("manager").get(f"/p/{harbor.slug}/2026/"))


@pytest.mark.parametrize(("today", "text"), [
    ("2026-09-16", "5 of 18 clinicians; 9 needed. 4 more needed; the last day to start is October 3, 2026."),
    ("2026-11-20", "5 of 18 clinicians; 9 needed. The last day to start was October 3, 2026."),
])  # fmt: skip
def test_an_activity_that_is_not_met_says_until_when(
    harbor: Practice, browse: Browse, settings: Any, today: str, text: str
) -> None:
    settings.TODAY = today
    undated(harbor).update(taking_part=False)

    assert f"Not met {text}" in said(browse("manager").get(f"/p/{harbor.slug}/2026/"))


@pytest.mark.parametrize(("first", "last", "text"), [
    (date(2026, 7, 1), date(2026, 9, 27),
     "Saved, but it does not count: 89 days. 90 days from July 1 end on September 28."),
    (date(2026, 10, 10), date(2026, 12, 31),
     "Saved, but it cannot count: 90 days from October 10 end after December 31. "
     "The last day to start was October 3."),
])  # fmt: skip
def test_a_window_is_saved_and_does_not_count(first: date, last: date, text: str) -> None:
    assert windows.warning("IA_PSPA_21", first, last, KNOWN, LISTED) == text


@pytest.mark.parametrize(("first", "last", "field", "text"), [
    (date(2026, 7, 1), date(2026, 6, 1), "last",
     "Enter an end date on or after the start date, July 1, 2026."),
    (date(2025, 12, 15), date(2026, 3, 31), "first",
     "Enter dates inside 2026. If it began earlier, start it on January 1, 2026."),
])  # fmt: skip
def test_days_that_stop_a_window(first: date, last: date, field: str, text: str) -> None:
    assert windows.stops("IA_PSPA_21", first, last, KNOWN, LISTED) == {field: text}


def test_days_on_which_the_roster_has_nobody_there_stop_a_window(harbor: Practice, browse: Browse) -> None:
    moreau = harbor.clinicians.get(last_name="Moreau")
    given = {"activity": "IA_PSPA_21", "clinicians": [moreau.pk], "first": "2026-06-01", "last": "2026-08-29"}

    found = browse("manager").post(f"/p/{harbor.slug}/2026/plan/new/", given)

    assert "Dr. Moreau billed under this TIN until June 30, 2026. Change these dates, or the roster." in said(
        found
    )
    assert not moreau.windows.filter(activity="IA_PSPA_21").exists()


@pytest.mark.usefixtures("harbor")
def test_signing_and_withdrawing() -> None:
    kim, of = just_signed_in("kim"), window("Kim")
    wrong = sends(kim, f"/sign/{of.pk}/", {"name": "Somebody Else"})
    assert "Type your name as shown: Soo-jin Kim." in said(wrong)
    assert "Complete these items to sign:" in said(wrong)

    right = sends(kim, f"/sign/{of.pk}/", {"name": "soo-jin kim", "agree": "1"}, follow=True)
    assert "IA_PSPA_21 now has 8 of 18 clinicians" in said(right)
    assert "<title>Saved: " in right.content.decode()
    assert said(right).index("Signed.") < said(right).index("Receipt")
    adeyemi = window("Adeyemi", "IA_BE_16")
    asked = said(just_signed_in("adeyemi").get(f"/sign/{adeyemi.pk}/withdraw/"))
    assert "Withdraw your signature? IA_BE_16 would have 10 of 18 clinicians and still count." in asked


def test_locking_and_what_is_suspended(harbor: Practice, client: Client) -> None:
    lock = just_signed_in("manager").get(f"/p/{harbor.slug}/2026/export/lock/")
    assert "Lock 2026? After this, windows and activities cannot change and nobody can sign." in said(lock)
    suspended = said(client.get("/rules/2025/IA_AHE_8/"))
    assert (
        "CMS suspended this activity on May 6, 2025. It still counts if you had completed or started"
        in suspended
    )


@pytest.mark.parametrize("year", years())
def test_every_weight_can_be_the_reason_in_a_sentence(year: int) -> None:
    assert all(each.says.startswith("Weights ") for each in rules(year).weights)


def test_who_may_not_is_told_who_may(harbor: Practice, browse: Browse) -> None:
    here = f"/p/{harbor.slug}/2026/"
    seen = browse("manager").post(f"{here}people/", {})
    unseen = browse("kim").get(f"{here}roster/")
    changed = browse("kim").post(f"{here}activities/", {"choose": "IA_BE_4"})

    assert seen.status_code == unseen.status_code == changed.status_code == 403
    assert "You can see this but not change it. Robin Ashworth can." in said(changed)
    assert f'href="{here}activities/"' in changed.content.decode()
    assert "You cannot open this. Robin Ashworth can." in said(unseen)
    assert "You can see this" not in said(unseen)
    assert f'href="{here}"' in unseen.content.decode()
    assert clock.today() == date(2026, 9, 16)
