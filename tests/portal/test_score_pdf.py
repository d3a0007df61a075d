"""The explained score on paper: every step and the total, the same as the page, and names as they are."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pdf_text import pages, squeezed

from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Clinician, Practice, Year
from mips_ia.portal.pdf.setting import setting
from mips_ia.portal.told import shown, steps
from mips_ia.portal.web import score_pdf

Browse = Callable[[str], Client]
HOSTILE = 'O’#import "x" $1$ *b* _i_ ]) //\\ <a> @b `c` {d} #panic(1)'  # fmt: skip


def get(client: Client, practice: Practice, query: str = "") -> Any:
    return client.get(f"/p/{practice.slug}/2026/score/score.pdf{query}")


def words(answer: Any) -> str:
    assert answer["Content-Type"] == "application/pdf"
    return "".join(pages(answer.content))


def test_it_holds_every_step_with_its_source_and_the_total(browse: Browse, harbor: Practice) -> None:
    found = words(get(browse("manager"), harbor))

    ledger = Ledger(harbor.years.get(year=2026))
    table = steps.rows(ledger.assessment, steps.of_group(ledger, shown.activities(ledger)))
    assert len(table) == 6
    for row in table:
        for says in (row.name, row.asks, row.found, row.cite):
            assert squeezed(says) in found
    assert squeezed("Improvement activities score: 20 of 40 points.") in found
    assert squeezed("20 points are certain (solid). 20 more are still possible (striped).") in found
    assert squeezed("The other reading would give those here on September 16, 2026 (17)") in found
    for each in ("How we got here", "What would change it", "How much this category weighs", "Assumption A."):
        assert squeezed(each) in found


def test_each_page_has_its_number_and_what_it_rests_on(browse: Browse, harbor: Practice) -> None:
    answer = get(browse("manager"), harbor)
    found = pages(answer.content)
    edition = Ledger(harbor.years.get(year=2026)).rules.edition

    assert len(found) > 1
    for number, page in enumerate(found, 1):
        assert squeezed(f"Page {number} of {len(found)}") in page
        assert squeezed(f"{harbor.name} · Performance year 2026 · Rules edition {edition} · Made on") in page
    assert squeezed("Reporting as a group · Traditional MIPS") in found[0]


def test_what_is_added_to_the_final_score_is_told_with_its_condition(
    browse: Browse, harbor: Practice
) -> None:
    Year.objects.filter(practice=harbor, year=2026).update(not_scored=None)

    found = words(get(browse("manager"), harbor))

    unless = "as long as no category is reweighted, which is not known"
    for each in (
        f"It adds 7.5 of 15 points to your MIPS final score {unless}.", f"20 ÷ 40 × 15% {unless}",
        f"Each share of the final score holds {unless}.",
        "Find out which categories CMS does not score for you.",
    ):  # fmt: skip
        assert squeezed(each) in found, each


def test_the_same_score_of_the_same_moment_gives_the_same_bytes(browse: Browse, harbor: Practice) -> None:
    client = browse("manager")

    assert get(client, harbor).content == get(client, harbor).content


def test_a_name_is_never_read_as_markup(browse: Browse, harbor: Practice) -> None:
    Practice.objects.filter(pk=harbor.pk).update(name=HOSTILE)
    Clinician.objects.filter(practice=harbor, last_name="Kim").update(first_name=HOSTILE)

    found = words(get(browse("manager"), harbor))

    assert squeezed(f"{HOSTILE} · Performance year 2026") in found
    assert squeezed(f"Kim, {HOSTILE}") in found


def test_a_table_that_goes_on_repeats_its_head_and_splits_no_row() -> None:
    people = [[f"Clinician {number}", "20 of 40", "IA_BE_16", "40 of 40", "Group"] for number in range(200)]
    each = {"heading": "Each clinician", "says": "", "people": people, "letters": []}
    data = {"title": "Scores", "practice": "A", "year": 2026, "edition": "e", "eyebrow": "", "lead": [],
            "sections": [], "each": each, "instead": None}  # fmt: skip
    found = pages(setting("score", data, datetime(2026, 9, 16, tzinfo=UTC)))

    assert len(found) > 3
    assert all(page.count("HighertodayClinician") == 1 for page in found)
    assert sum(len(re.findall(r"Clinician\d+20of40IA_BE_1640of40Group", page)) for page in found) == 200


def test_individuals_have_each_their_own_steps(browse: Browse, harbor: Practice) -> None:
    Year.objects.filter(practice=harbor, year=2026).update(report_as="individual")

    found = words(get(browse("manager"), harbor))

    assert squeezed("You report as individuals, so each clinician has a score.") in found
    assert found.count(squeezed("How we got here")) == 18


def test_where_some_steps_are_left_out_it_says_whose_and_where_they_are(
    browse: Browse, harbor: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_pdf, "PAGES", 2)
    Year.objects.filter(practice=harbor, year=2026).update(report_as="individual")

    found = words(get(browse("manager"), harbor))

    assert squeezed("All 18 are listed. The steps of the first 2, by name, follow") in found
    assert found.count(squeezed("How we got here")) == 2


def test_a_clinician_gets_their_own_and_nobody_elses(browse: Browse, harbor: Practice) -> None:
    kim, johnson = (Clinician.objects.get(practice=harbor, last_name=name) for name in ("Kim", "Johnson"))
    client = browse("kim")

    own = words(get(client, harbor, f"?clinician={kim.pk}"))
    assert squeezed("Soo-jin Kim’s own 2026 score, step by step") in own
    assert "Johnson" not in words(get(client, harbor))
    assert get(client, harbor, f"?clinician={johnson.pk}").status_code == 404


@pytest.mark.parametrize("known", ["2026-09-01", "2010-01-01", "2027-01-01", "not-a-day"])
def test_the_answer_of_an_earlier_day_is_set_as_such(browse: Browse, harbor: Practice, known: str) -> None:
    answer = get(browse("manager"), harbor, f"?known={known}")

    if known == "2026-09-01":
        assert squeezed("As known on September 1, 2026") in words(answer)
    else:  # the page says why there is none
        assert answer["Location"].endswith(f"/score/?known={known}")


def test_the_score_page_leads_to_it_as_it_was_asked(browse: Browse, harbor: Practice) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2026/score/?known=2026-09-01").content.decode()

    assert "score.pdf?known=2026-09-01" in unescape(page)
