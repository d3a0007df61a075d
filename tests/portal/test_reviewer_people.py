"""Who took part and what each of them signed, as somebody outside reads it by a link; roster and matrix."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from signing import text, window

from mips_ia.portal.actions import ledger, reviewer_links, signing
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Clinician, Practice, Signature
from mips_ia.portal.tenancy import Access
from mips_ia.portal.told.shown import activities
from mips_ia.portal.web import matrix

AccessOf = Callable[..., Access]
Link = Callable[..., str]
SAYS = "This may name a patient, so the link does not show it."

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untried")]


@pytest.fixture
def link(access: AccessOf) -> Link:
    """The path of a new link."""

    def made(**more: Any) -> str:
        known = {"name": "An auditor", "until": date(2026, 10, 16), "files": False, **more}
        return f"/review/{reviewer_links.make(access('manager'), **known)[1]}/"

    return made


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return text(answer.content).replace("&#x27;", "'")


def test_each_statement_is_read_as_it_was_signed(outside: Client, link: Link) -> None:
    signed = window("Adeyemi", "IA_BE_16").signatures.get()
    path = link()
    page = shown(outside, f"{path}activities/?activity=IA_BE_16")

    assert "What they signed" in page
    assert signed.statement in page
    assert f"Signed by {signed.typed_name} on " in page
    assert f"Receipt {signed.number}. Statement version {signed.version}. SHA-256 {signed.digest}" in page
    of = Signature.objects.filter(window__activity="IA_BE_16", window__replaced_at=None)
    assert of.count() > 5
    record = Signature.objects.get(kind="delegated")
    told = shown(outside, f"{path}activities/?activity={record.window.activity}")
    assert f"{record.statement} Recorded under a delegation by {record.typed_name} on" in told
    assert all(each.number in page for each in of)
    assert not [each for each in of if each.person.email in page]
    assert "@demo.example" not in page


def test_who_takes_part_and_signed_nothing_is_named_and_it_is_said(
    outside: Client, link: Link, access: AccessOf
) -> None:
    who = access("manager")
    ledger.choose(who, "IA_PM_16")
    kim = Clinician.objects.get(practice=who.practice, last_name="Kim")
    ledger.enter(who, kim, "IA_PM_16", date(2026, 3, 2), date(2026, 6, 30))

    page = shown(outside, f"{link()}activities/?activity=IA_PM_16")

    assert f"{kim.name} {kim.npi}" in page
    assert "What they signed Nothing is signed yet." in page


def test_what_was_taken_back_is_read_too_the_newest_first(
    outside: Client, link: Link, access: AccessOf
) -> None:
    row = window("Adeyemi", "IA_BE_16")
    signing.withdraw(access("adeyemi"), row, "I withdraw it, because I mixed up years.", "Grace Adeyemi",
                     "I mixed up years", verified="password")  # fmt: skip
    first, last = row.signatures.order_by("id")

    page = shown(outside, f"{link()}activities/?activity=IA_BE_16")

    assert page.index(last.statement) < page.index(first.statement)
    assert "Withdrawn by Grace Adeyemi on" in page


def test_words_that_may_name_a_patient_are_read_only_where_the_link_includes_such(
    outside: Client, link: Link, access: AccessOf
) -> None:
    row = window("Adeyemi", "IA_BE_16")
    why = "the screening was of MRN 0012345 alone"
    signing.withdraw(
        access("adeyemi"), row, f"I withdraw it, because {why}.", "Grace Adeyemi", why, verified="password"
    )
    number = row.signatures.order_by("id").last().number

    without, having = (
        shown(outside, f"{link(files=True, phi=phi)}activities/?activity=IA_BE_16") for phi in (False, True)
    )

    assert "0012345" not in without
    assert f"{SAYS} Withdrawn by Grace Adeyemi on" in without
    assert number in without
    assert why in having
    assert SAYS not in having


def test_a_link_of_one_activity_names_who_took_part_in_it_and_nobody_else(
    outside: Client, link: Link, access: AccessOf
) -> None:
    found = ledger_of(access("manager").year)
    tally = next(each for each in found.tallies if each.activity == "IA_PSPA_21")
    others = [each.clinician for each in found.counted if not tally.cells[each.id].window]
    elsewhere = Signature.objects.filter(window__year=found.row).exclude(window__activity="IA_PSPA_21")
    path = link(activities=["IA_PSPA_21"])

    page = shown(outside, f"{path}activities/?activity=IA_PSPA_21")

    assert others
    assert not [each.last_name for each in others if each.last_name in page]
    assert not [each.number for each in elsewhere if each.number in page]
    assert "Roster" not in page
    assert "Participation" not in page
    for whole in ("roster/", "participation/"):
        assert outside.get(path + whole).status_code == 404
    assert "What they signed" not in shown(outside, f"{path}activities/?activity=IA_BE_16")


def test_the_roster_has_everybody_with_their_days_and_no_address(
    outside: Client, link: Link, access: AccessOf, harbor: Practice
) -> None:
    Clinician.objects.filter(practice=harbor).update(email="somebody@demo.example")
    page = shown(outside, f"{link()}roster/")

    people = ledger_of(access("manager").year).people
    assert all(f"{each.clinician.name} {each.clinician.npi}" in page for each in people)
    for says in ("18 NPIs billed in 2026; 1 left and still counts. At least 9 of them must do each activity.",
                 "Site", "Jun 30, 2026", "Billed in 2026", "By hand", "Who is counted"):  # fmt: skip
        assert says in page
    assert "@" not in page
    assert harbor.tin not in page


def test_the_matrix_has_each_activity_with_how_many_are_needed_and_nothing_to_do(
    outside: Client, link: Link, access: AccessOf
) -> None:
    path = link()
    answer = outside.get(f"{path}participation/").content.decode()
    page = text(answer.encode())

    found = ledger_of(access("manager").year)
    assert "Does it count? 9 of 18 needed" in page
    assert "7 of 18 clinicians; 9 needed." in page
    for each in activities(found):
        assert each["why"] in page
        assert f'href="{path}activities/?activity={each["activity"]}"' in answer
    assert all(each.clinician.name in page for each in found.counted)
    rows = answer.partition("ia-matrix__totals")[2].partition("</table>")[0]
    assert "<a " not in rows
    for says in ("Record windows", "Download", "See the plan", "Print", "<form", "<button", "/p/"):
        assert says not in answer.partition("<main")[2]


def test_a_part_of_the_matrix_is_read_alone_and_every_look_is_kept(
    outside: Client, link: Link, harbor: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix, "ROWS", 5)
    path = f"{link()}participation/"

    parts = ("", "?activity=IA_BE_16", "?show=attention")
    whole, one, amiss = (shown(outside, path + each) for each in parts)
    part = outside.get(f"{path}?page=2", headers={"HX-Request": "true"}).content.decode()

    assert "18 clinicians, 3 activities, page 1 of 4" in whole
    assert "18 clinicians, 1 activity, page 1 of 4" in one
    assert re.search(r"\d of 18 clinicians need attention", amiss)
    assert part.lstrip().startswith("<h2")
    assert "page 2 of 4" in part
    looks = harbor.entries.filter(action="reviewer viewed")
    assert [each.after["page"] for each in looks] == [
        "participation, page 1 of 4",
        "participation, IA_BE_16, page 1 of 4",
        "participation, what needs attention, page 1 of 2",
        "participation, page 2 of 4",
    ]


@pytest.mark.parametrize("page", ["roster/", "participation/"])
def test_roster_and_matrix_end_with_the_link(
    outside: Client, link: Link, harbor: Practice, settings: Any, page: str
) -> None:
    path = link()
    settings.TODAY = "2026-10-16"
    shown(outside, path + page)
    settings.TODAY = "2026-10-17"

    answer = outside.get(path + page)

    assert answer.status_code == 410
    assert "Kim" not in text(answer.content)
    assert outside.post(path + page).status_code == 405
    looks = harbor.entries.filter(action="reviewer viewed")
    assert [each.after["page"] for each in looks] == [page.strip("/")]


def test_what_is_printed_by_a_link_says_of_whom_and_which_year_it_is(outside: Client, link: Link) -> None:
    page = outside.get(f"{link()}participation/").content.decode()

    foot = page.partition("/print.css?foot=")[2].partition('"')[0]
    assert foot.startswith("Harbor+Rehabilitation+Group+%C2%B7+Performance+year+2026+%C2%B7+Rules+edition")
