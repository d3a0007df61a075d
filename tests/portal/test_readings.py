"""Two readings of who is counted: where they differ nothing is certain, until the practice chooses one."""

import json
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from addresses import places
from django.test import Client

from mips_ia.planning.ledger import Tally
from mips_ia.portal import clock
from mips_ia.portal.actions import practice as actions
from mips_ia.portal.actions.results import refresh
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.facts import Ledger
from mips_ia.portal.ledgers import forget
from mips_ia.portal.models import Entry, Person, Practice, Signature, Stay, Window, Year
from mips_ia.portal.outgoing import answer as of_lock
from mips_ia.portal.outgoing import outgoing
from mips_ia.portal.told.advice import advice
from mips_ia.portal.told.answer import answer
from mips_ia.portal.told.planned import sections, still
from mips_ia.portal.told.shown import why
from mips_ia.portal.told.tasks import tasks

DECIDES = "IA_PSPA_21"
BOTH = (
    "It depends on who is counted. All who billed in 2026: 7 to 8 of 18, 9 needed, not met. "
    "Those here on September 16, 2026: 7 of 13, 7 needed, met."
)
CASE = "CMS’s help desk, case 000123"


@pytest.fixture
def left(harbor: Practice) -> Year:
    """Five of 18 have left, none of whom signed for IA_PSPA_21: 7 are too few of 18, and enough of 13."""
    gone = ("Johnson", "Kim", "Iyer", "Okafor")  # and Moreau, who left before
    Stay.objects.filter(clinician__last_name__in=gone).update(left_on="2026-08-31")
    return harbor.years.get(year=2026)


def of(year: Year) -> Tally:
    return next(each for each in Ledger(year).tallies if each.activity == DECIDES)


@pytest.fixture
def pages(browse: Callable[[str], Client], harbor: Practice) -> Callable[[str], str]:
    client = browse("manager")

    def read(address: str) -> str:
        return unescape(client.get(f"/p/{harbor.slug}/2026/{address}").content.decode())

    return read


@pytest.mark.parametrize("address", ["", "participation/", "activities/IA_PSPA_21/", "score/", "export/"])
def test_every_page_says_unknown_and_both_readings(
    left: Year, pages: Callable[[str], str], address: str
) -> None:
    assert of(left).verdict.counts is None
    assert BOTH in pages(address)


@pytest.mark.usefixtures("left")
def test_the_roster_names_both_and_leads_to_the_choice(pages: Callable[[str], str]) -> None:
    page = pages("roster/")

    assert "IA_PSPA_21 is Unknown, since the two readings give different verdicts." in page
    assert "Say which of them you count" in page
    choice = pages("roster/readings/")
    assert "7 of 18, 9 needed" in choice
    assert "7 of 13, 7 needed" in choice
    assert " checked" not in choice


def test_it_earns_no_points_for_certain_and_is_not_sent(left: Year) -> None:
    ledger = Ledger(left)
    before = ledger.assessment.score

    assert (before.points, before.most) == (20, 40)
    out = outgoing(ledger, clock.now())
    assert out.activities == ["IA_BE_16"]
    assert f"IA_PSPA_21 is left out. {BOTH}" in of_lock(ledger, out)["left_out"]


@pytest.mark.usefixtures("left")
def test_the_api_has_both_readings(person: Callable[[str], Person], harbor: Practice) -> None:
    secret, _ = make(person("manager"), "a test", ("read",), 1)

    def got(name: str) -> Any:
        head = {"Authorization": f"Bearer {secret}"}
        client = Client(SERVER_NAME="localhost")
        return json.loads(client.get(f"/api/practices/{harbor.slug}/2026/{name}", headers=head).content)

    found = {each["activity"]: each for each in got("activities")["items"]}
    assert found["IA_BE_16"]["readings"] == []
    assert found[DECIDES]["counts"] is None
    by = {each["reading"]: (each["counts"], each["clinicians_in_all"]) for each in found[DECIDES]["readings"]}
    assert by == {"billed": (False, 18), "current": (True, 13)}
    assert got("score")["undecided"] == [f"IA_PSPA_21: {BOTH}"]


def test_a_reading_needs_a_reason(left: Year, browse: Callable[[str], Client], harbor: Practice) -> None:
    client, here = browse("manager"), f"/p/{harbor.slug}/2026/roster/readings/"

    page = unescape(client.post(here, {"reading": "current", "reason": " "}).content.decode())
    assert "Enter the reason, so that an auditor can follow it." in page
    page = unescape(client.post(here, {}).content.decode())
    assert "Choose which clinicians you count." in page
    left.refresh_from_db()
    assert left.denominator == ""


def test_what_the_practice_goes_by_decides_and_is_told_and_logged(
    left: Year, browse: Callable[[str], Client], pages: Callable[[str], str], harbor: Practice
) -> None:
    given = {"reading": "current", "reason": CASE}
    answer = browse("manager").post(f"/p/{harbor.slug}/2026/roster/readings/", given, follow=True)
    page = unescape(answer.content.decode())

    assert "Saved. 18 NPIs billed in 2026; 13 are here on September 16, 2026 and counted." in page
    assert f"The practice counts those here on September 16, 2026. Its reason: {CASE}." in page
    ledger = Ledger(Year.objects.get(pk=left.pk))
    assert of(ledger.row).verdict.counts is True
    assert ledger.assessment.score.points == 40
    assert (
        f"The practice counts those here on September 16, 2026. Its reason: {CASE}. "
        "The other reading would give all who billed in 2026 (18), and ask for 9 instead of 7."
    ) in pages("score/")
    line = Entry.objects.filter(action="year described").latest("id")
    assert line.after == {"denominator": "current", "denominator_reason": CASE}


def test_no_page_breaks_where_somebody_on_the_roster_is_not_counted(
    left: Year, access: Callable[..., Any], browse: Callable[[str], Client]
) -> None:
    actions.describe(access("manager"), denominator="current", denominator_reason=CASE)
    for who in ("manager", "kim"):
        client = browse(who)
        client.raise_request_exception = False
        for place in places():
            if place.of_a_practice and not place.names_a_row:
                address = place.filled({"practice": left.practice.slug, "year": 2026})
                assert client.get(address).status_code < 500, address
    assert "Do next" in browse("manager").get(f"/p/{left.practice.slug}/2026/").content.decode()


def test_the_other_reading_decides_just_as_well(left: Year, access: Callable[..., Any]) -> None:
    actions.describe(access("manager"), denominator="billed", denominator_reason=CASE)

    tally = of(Year.objects.get(pk=left.pk))
    assert (tally.verdict.counts, tally.other) == (False, None)


def test_the_list_of_practices_follows_the_choice(left: Year, access: Callable[..., Any]) -> None:
    def result() -> Any:
        refresh(Year.objects.filter(pk=left.pk))
        return Year.objects.get(pk=left.pk).result

    assert (result().kind, result().certain) == ("notyet", 20)
    actions.describe(access("manager"), denominator="current", denominator_reason=CASE)
    assert (result().kind, result().certain) == ("yes", 40)


def test_individuals_are_not_asked_who_is_counted(left: Year, pages: Callable[[str], str]) -> None:
    Year.objects.filter(pk=left.pk).update(
        report_as="individual", denominator="current", denominator_reason=CASE
    )

    ledger = Ledger(Year.objects.get(pk=left.pk))
    assert len(ledger.counted) == 18
    assert all(each.other is None for each in ledger.tallies)
    assert BOTH not in pages("")


def test_the_plan_shows_both_numbers_where_they_give_different_verdicts(left: Year) -> None:
    (section,) = [each for each in sections(Ledger(left)) if each["activity"] == DECIDES]

    assert section["says"].startswith("7 count today")
    assert section["says"].endswith(BOTH)
    assert "more needed" not in section["says"]
    late = Ledger(left, date(2026, 12, 1))
    assert DECIDES in still(late)
    Year.objects.filter(pk=left.pk).update(denominator="current", denominator_reason=CASE)
    left.refresh_from_db()
    (section,) = [each for each in sections(Ledger(left)) if each["activity"] == DECIDES]
    assert BOTH not in section["says"]


def test_how_many_more_is_said_by_each_reading_where_they_ask_for_different_numbers(
    left: Year, access: Callable[..., Any]
) -> None:
    """Of 18 who billed 5 have signed and 9 are needed; of the 13 who are here 2, and 7."""
    gone = left.stays.filter(left_on__lt=date(2026, 9, 16)).values("clinician")
    left.windows.filter(activity=DECIDES).update(replaced_at=clock.now())
    here = left.stays.exclude(clinician__in=gone).values_list("clinician", flat=True)
    signed_window(left, [*here[:2], *gone.values_list("clinician", flat=True)[:3]])
    tally, ledger = of(left), Ledger(left)

    assert (tally.undecided, tally.short, tally.missing) == (False, 4, 5)
    more = "4 more needed, 5 if only those here now count"
    assert why(ledger, tally) == (
        f"5 of 18 clinicians; 9 needed. {more}; the last day to start is October 3, 2026."
    )
    (section,) = [each for each in sections(ledger) if each["activity"] == DECIDES]
    assert section["says"] == f"5 count today. 9 of 18 needed; {more}."
    told = {each.title: each.why for each in tasks(ledger, access("manager"))}
    assert "If only those here now count, it takes 5 more." in told[f"Add 5 clinicians to {DECIDES}"]


def test_what_counts_by_one_reading_alone_and_by_the_other_alone_is_not_possible_together(
    left: Year, pages: Callable[[str], str]
) -> None:
    """9 of 18 and 4 of 13 of one, 7 of both of the other: whichever is chosen, one of the two counts."""
    gone = [*left.stays.filter(left_on__lt=date(2026, 9, 16)).values_list("clinician", flat=True)]
    here = [*left.stays.exclude(clinician__in=gone).values_list("clinician", flat=True)]
    left.windows.update(replaced_at=clock.now())
    left.chosen.exclude(activity__in=(DECIDES, "IA_BE_16")).delete()
    signed_window(left, [*here[:4], *gone])  # 9 of 18, 4 of 13
    signed_window(left, here[:7], "IA_BE_16")  # 7 of 18, 7 of 13
    before, after = Ledger(left), Ledger(left, date(2026, 12, 1))

    assert [each.undecided for each in after.tallies] == [True, True]
    assert (answer(before).word, answer(before).possible) == ("Not yet", 40)
    assert (answer(after).word, answer(after).certain, answer(after).possible) == ("No", 0, 20)
    score = after.assessment.score
    assert (score.points, score.most, score.final_most) == (0, 20, 7.5)
    assert advice(after).ways == []
    for reading in ("billed", "current"):
        assert after.described(denominator=reading).assessment.score.points == 20
    assert "Unknown, up to 20 of 40" in pages("score/")
    assert "Up to 20, once what is unknown is known" in pages("activities/ways/").split("MVPs that take")[0]
    left.chosen.create(activity="IA_BMH_12", chosen_by=left.chosen.all()[0].chosen_by)
    signed_window(left, [*gone, *here], "IA_BMH_12")
    forget()
    assert f"whether IA_BE_16 and {DECIDES} do, so they are left out." in pages("export/")


def signed_window(year: Year, clinicians: list[int], activity: str = DECIDES) -> None:
    """Each of them has a window of the activity, and signed it."""
    first = Signature.objects.filter(kind="own").first()
    assert first
    for place, clinician in enumerate(clinicians):
        row = Window.objects.create(
            year=year, clinician_id=clinician, activity=activity, first=date(2026, 1, 5),
            last=date(2026, 4, 30), entered_by=first.person,
        )  # fmt: skip
        Signature.objects.create(
            window=row, kind="own", statement="invented", version="1", typed_name="invented",
            person=first.person, role="clinician", digest="0" * 64, number=f"both-{activity}-{place}",
            signed_at=clock.now(),
        )  # fmt: skip
