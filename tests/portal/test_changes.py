"""What changed since last year: ours first, words marked, and nothing claimed that nobody knows."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from mips_ia.portal.actions import ledger
from mips_ia.portal.models import Practice

QUERIES = 13


@pytest.fixture(autouse=True)
def texts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where CMS's own texts lie; at first there are none."""
    monkeypatch.setenv("MIPS_IA_DATA", str(tmp_path))
    (tmp_path / "texts").mkdir()
    return tmp_path / "texts"


@pytest.fixture
def page(harbor: Practice, browse: Callable[[str], Client]) -> Callable[..., str]:
    """The page of a year."""
    return lambda year=2026: (
        browse("kim").get(f"/p/{harbor.slug}/{year}/activities/changes/").content.decode()
    )


def test_where_ours_stayed_as_they_were_it_says_so_first(page: Callable[..., str]) -> None:
    found = page()

    assert found.index("Nothing you chose changed.") < found.index("Added (3)")
    assert "Removed (12)" in found
    assert "Renumbered (6)" in found
    assert "Retitled (2)" in found


def test_what_we_did_last_year_and_was_renumbered_or_removed_stands_first(
    page: Callable[..., str], access: Callable[..., object]
) -> None:
    for id in ("IA_PM_13", "IA_CC_1"):
        ledger.choose(access("manager", 2025), id)
    found = page()
    ours = found[: found.index("Added (3)")]

    assert "Nothing you chose changed." not in ours
    assert "It was IA_PM_13." in ours
    assert re.search(r'/activities/IA_AHW_1/">Review the first of ours<', ours)
    assert "IA_CC_1" in ours


def test_a_new_title_is_marked_for_the_eye_and_for_a_screen_reader(
    page: Callable[..., str], access: Callable[..., object]
) -> None:
    ledger.choose(access("manager"), "IA_BE_4")
    found = page()

    assert found.index("<del>") < found.index("Added (3)")
    assert "[removed: </span>" in found
    assert "[added: </span>" in found


def test_cms_own_words_are_compared_where_both_years_are_loaded(
    page: Callable[..., str], texts: Path
) -> None:
    assert "are not both loaded" in page()
    before = {"IA_BE_16": {"title": "", "description": "Keep the same words here and the old end of it."}}
    after = {"IA_BE_16": {"title": "", "description": "Keep the same words here and a new end."}}
    (texts / "2025.json").write_text(json.dumps(before), encoding="utf-8")
    (texts / "2026.json").write_text(json.dumps(after), encoding="utf-8")

    found = page()
    assert "are not both loaded" not in found
    assert "Reworded (1)" in found
    assert "Nothing you chose changed." not in found  # IA_BE_16 is one of ours


def test_the_suspensions_within_a_year_have_their_day_and_who_is_still_covered(
    page: Callable[..., str],
) -> None:
    found = page(2025)

    assert "Changed within 2025 (8)" in found
    assert "May 6, 2025: CMS suspended this activity on May 6, 2025." in found
    assert "2025 has no weights any more" in found
    assert "Weight changed" not in found


def test_a_year_with_the_same_inventory_says_that_nothing_changed(page: Callable[..., str]) -> None:
    assert "Nothing in the inventory changed from 2026 to 2027." in page(2027)


def test_the_first_year_has_nothing_to_be_compared_with(page: Callable[..., str]) -> None:
    assert "2017 is the first performance year" in page(2017)


@pytest.mark.parametrize("clinicians", [3, 18])
def test_the_page_asks_the_database_as_often_for_few_as_for_many(
    harbor: Practice, asked: Callable[[str, int], int], clinicians: int
) -> None:
    assert asked(f"/p/{harbor.slug}/2026/activities/changes/", clinicians) == QUERIES
