"""What nobody said and the portal takes as so stands on the page, with its letter, and in the API."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from signing import P, text

from mips_ia.portal import ledgers
from mips_ia.portal.actions import practice
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Person, Stay

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db
API = P.replace("/p/", "/api/practices/")


@pytest.fixture
def api(person: Callable[[str], Person]) -> Callable[[str], Any]:
    """What the API answers a manager."""
    secret, _ = make(person("manager"), "of a test", ["read"], 1)
    bearer = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    return lambda place: bearer.get(f"{API}/{place}").json()


@pytest.mark.parametrize(
    ("entity", "named"),
    [("virtual_group", "virtual group"), ("subgroup", "subgroup"), ("apm_entity", "APM Entity")],
)
def test_the_roster_of_one_practice_is_taken_for_all_of_a_larger_or_smaller_whole(
    entity: str, named: str, browse: Browse, access: Callable[..., Any], api: Callable[[str], Any]
) -> None:
    says = f"The roster of this practice is taken to be everybody of the {named}."
    assert says not in text(browse("manager").get(f"{P}/score/").content)
    practice.describe(access("manager"), report_as=entity, entity_id="E-1")
    page = browse("manager").get(f"{P}/score/").content

    assert says in text(page)
    assert "Assumption A" in text(page)
    assert any(each.startswith(says) for each in api("score")["assumptions"])
    export = text(browse("manager").get(f"{P}/export/").content)
    assert f"Roster Unknown {says}" in export
    assert says in text(browse("manager").get(f"{P}/").content)


def test_individuals_see_what_the_group_would_get_and_which_is_sent(
    browse: Browse, access: Callable[..., Any], api: Callable[[str], Any]
) -> None:
    group = text(browse("manager").get(f"{P}/score/").content)
    before = {each["npi"]: each["higher"] for each in api("score/clinicians")["items"]}
    practice.describe(access("manager"), report_as="individual")
    page = text(browse("manager").get(f"{P}/score/").content)

    assert "You report together, so what you send is the group’s." in group
    assert "You report as individuals, so what you send is each clinician’s own." in page
    assert {each["npi"]: each["higher"] for each in api("score/clinicians")["items"]} == before
    assert {*before.values()} == {"Individual", "Group", "The same"} & {*before.values()}
    assert len({*before.values()}) > 1
    kim = "Kim, Soo-jin, MD"
    assert page[page.rindex(kim) :][:120] == group[group.rindex(kim) :][:120]


@pytest.fixture
def kim(person: Callable[[str], Person]) -> Stay:
    return Stay.objects.get(clinician__person=person("kim"), year__year=2026)


def own(stay: Stay, access: Callable[..., Any], **known: bool | None) -> Any:
    """A clinician's own assessment, with these statuses on the roster."""
    Stay.objects.filter(pk=stay.pk).update(**known)
    ledgers.forget()  # no line of the log tells of it
    ledger = ledger_of(access("manager").year)
    person = next(each for each in ledger.people if each.id == stay.clinician_id)
    return ledger.alone(person).found


def test_a_status_of_the_clinician_comes_before_that_of_the_practice(
    kim: Stay, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as="group", statuses=[])
    assert own(kim, access).standing["special_status"].value is False
    assert own(kim, access, non_patient_facing=True).standing["special_status"].value is True
    address = f"{P}/score/?clinician={kim.clinician_id}"
    page = text(browse("manager").get(address).content)
    assert (
        "The roster has of Soo-jin Kim otherwise than was recorded for the practice: non-patient facing. "
        "For an individual their own counts (42 CFR 414.1305)."
    ) in page

    assert "Non-patient facing: what is recorded of the clinician or the practice shows it" in page

    practice.describe(access("manager"), statuses=["rural"])
    found = own(kim, access, non_patient_facing=False, rural=False)
    assert found.standing["special_status"].value is False
    assert own(kim, access, rural=None).standing["special_status"].value is True
    page = text(browse("manager").get(address).content)
    assert "whether these special statuses are theirs: rural. They are taken to be as recorded" in page


@pytest.mark.parametrize("report_as", ["group", "individual"])
def test_statuses_taken_from_the_practice_are_a_lettered_assumption_in_both_ways(
    report_as: str, kim: Stay, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as=report_as)
    says = "Where it has none they are taken to be those recorded for the practice."
    assert says not in text(browse("manager").get(f"{P}/score/").content)

    own(kim, access, hpsa=None)
    page = unescape(browse("manager").get(f"{P}/score/").content.decode())
    letter = page.split('are taken from the practice: <a href="#assumption-', 1)[1][0]
    assert says in page.split(f'id="assumption-{letter}"', 1)[1].split("</div>")[0]


def test_a_blank_day_of_a_stay_that_counts_is_a_lettered_assumption(kim: Stay, browse: Browse) -> None:
    Stay.objects.update(joined_on="2026-01-01", left_on="2026-12-31")
    ledgers.forget()
    assert "Of those whose windows count" not in text(browse("manager").get(f"{P}/score/").content)

    Stay.objects.filter(pk=kim.pk).update(left_on=None)
    ledgers.forget()
    page = text(browse("manager").get(f"{P}/score/").content)
    assert "the roster has no last day for 1 clinician, taken as still here." in page


def test_an_individual_who_joined_in_the_last_three_months_is_named_with_the_way_out(
    kim: Stay, browse: Browse, access: Callable[..., Any]
) -> None:
    """CMS scores nobody in a practice that they joined then: 42 CFR 414.1380(c)(2)(i)(A)(3)."""
    says = (
        "1 clinician joined on October 1, 2026 or later and counts here. Of those who report as individuals "
        "CMS does not score that one in this practice (42 CFR 414.1380(c)(2)(i)(A)(3))"
    )
    practice.describe(access("manager"), report_as="individual")
    for joined, told in (("2026-09-30", False), ("2026-10-01", True)):
        Stay.objects.filter(pk=kim.pk).update(joined_on=joined)
        ledgers.forget()
        assert (says in text(browse("manager").get(f"{P}/score/").content)) is told
    Stay.objects.filter(pk=kim.pk).update(billed=False)
    ledgers.forget()
    assert says not in text(browse("manager").get(f"{P}/score/").content)
