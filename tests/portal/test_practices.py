"""Which practices need me: all that somebody belongs to, the worst first."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from mips_ia.portal import demo
from mips_ia.portal.actions import ledger, practice
from mips_ia.portal.models import Delegation, Membership, Organization, Person, Practice, Result
from mips_ia.portal.tenancy import Access

pytestmark = pytest.mark.usefixtures("cove")


@pytest.fixture
def cove(person: Callable[[str], Person], harbor: Practice) -> Practice:
    """A second practice of the house, of which nothing is known."""
    return practice.add(person("admin"), "admin", harbor.organization, "Cove Family Practice", "000229876")


def _page(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_each_practice_has_its_answer_and_the_worst_is_first(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    page = _page(browse("manager").get("/practices/"))
    table = page[page.index("<tbody>") :]

    assert "We cannot tell: 1" in page
    assert "Not yet: 1" in page
    assert table.index("Cove Family Practice") < table.index("Harbor Rehabilitation Group")
    assert "TIN ending 3456<" in table
    assert harbor.tin not in page
    assert "October 3, 2026" in table
    assert ">20<" in table
    assert ">40<" in table


def test_an_answer_follows_what_was_changed(
    browse: Callable[[str], Client], harbor: Practice, access: Callable[..., Access]
) -> None:
    client = browse("manager")
    client.get("/practices/")
    found = Result.objects.get(year__practice=harbor)
    assert (found.certain, found.gaps) == (20, 3)

    ledger.take_back(access("manager"), "IA_BE_16")
    client.get("/practices/")

    found = Result.objects.get(year__practice=harbor)
    assert (found.certain, found.gaps) == (0, 2)


def test_what_did_not_change_is_not_worked_out_again(browse: Callable[[str], Client]) -> None:
    client = browse("manager")
    client.get("/practices/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/practices/")

    assert not any('"portal_window"' in each["sql"] for each in asked)
    assert len(asked) <= 20


def test_practices_are_found_by_name_ending_and_answer(browse: Callable[[str], Client]) -> None:
    client = browse("manager")

    for query in ({"q": "cove"}, {"q": "9876"}, {"answer": "unknown"}):
        page = _page(client.get("/practices/", query))
        assert "Cove Family Practice" in page, query
        assert "Harbor Rehabilitation Group" not in page, query
    assert "No practice matches." in _page(client.get("/practices/", {"q": "nothing"}))


@pytest.mark.parametrize("words", ["ünïcode", "ÜNÏCODE ä", "ärzte"])
def test_a_practice_is_found_in_whatever_case_its_letters_are(
    browse: Callable[[str], Client], cove: Practice, words: str
) -> None:
    Practice.objects.filter(pk=cove.pk).update(name="Ünïcode Ärzte")

    assert "Ünïcode Ärzte" in _page(browse("admin").get("/practices/", {"q": words}))


def test_nobody_finds_a_practice_by_more_of_its_tin_than_is_shown(browse: Callable[[str], Client]) -> None:
    assert "No practice matches." in _page(browse("manager").get("/practices/", {"q": "23456"}))


def test_fifty_stand_on_a_page(
    browse: Callable[[str], Client], person: Callable[[str], Person], harbor: Practice
) -> None:
    for number in range(55):
        practice.add(
            person("admin"), "admin", harbor.organization, f"Practice {number:02d}", f"0002200{number:02d}"
        )
    client = browse("manager")

    first, second = (_page(client.get("/practices/", {"page": page})) for page in (1, 2))

    assert "57 practices" in first
    assert '<nav class="ds-c-pagination' in first
    assert 'href="/practices/?page=2">Next</a>' in first
    assert "page=1&page" not in second
    assert first.count('<th scope="row"') == 50
    assert second.count('<th scope="row"') == 7


def test_the_practices_of_others_are_not_in_the_list(sign_in: Callable[[Person], Client]) -> None:
    house = Organization.objects.create(name="Somebody else")
    stranger = Person.objects.create_user("other@demo.example", None, name="An Other")
    Membership.objects.create(person=stranger, organization=house, role="admin")

    page = _page(sign_in(stranger).get("/practices/"))

    assert "No practices yet. Add one or upload a file." in page
    assert "Harbor" not in page


def test_a_clinician_sees_their_own_practice_and_adds_none(browse: Callable[[str], Client]) -> None:
    page = _page(browse("kim").get("/practices/"))

    assert "Harbor Rehabilitation Group" in page
    assert "Cove" not in page
    assert "Set up a practice" not in page


def test_the_demonstration_has_practices_of_each_kind_in_the_order_of_their_need(
    browse: Callable[[str], Client],
) -> None:
    demo.others()
    page = _page(browse("registrar").get("/practices/"))
    table = page[page.index("<tbody>") :]
    found = re.findall(r'/2026/">([^<]+)</a>.*?ia-status--\w+.*?<span>([^<]+)</span></span>', table)

    assert found == [
        ("Fern Hill Physiatry", "We cannot tell"),
        ("Harbor Rehabilitation Group", "Not yet"),
        ("Mill Street Associates", "Not yet"),
        ("Cove Pain Clinic", "Yes"),
    ]
    assert "fewest of any clinician" in table
    assert ">Open Fern Hill Physiatry</a>" in page


def test_deadlines_filter_and_the_page_says_as_of_when(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client = browse("manager")
    assert "As of September 16, 2026, 9:00 a.m. EDT." in _page(client.get("/practices/"))
    assert Result.objects.get(year__practice=harbor, year__year=2026).next_on.isoformat() == "2026-10-03"

    assert "No practice matches." in _page(client.get("/practices/", {"within": "14", "q": "Harbor"}))
    assert "1 practice<" in _page(client.get("/practices/", {"within": "30", "q": "Harbor"}))
    assert "2 practices<" in _page(client.get("/practices/", {"within": "soon"}))


def test_reminders_go_to_all_unsigned_of_the_practices_shown(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client = browse("manager")
    assert "Send reminders to all unsigned" in _page(client.get("/practices/"))
    assert "Nobody has to be reminded" in _page(client.get("/practices/remind/", {"q": "cove"}))
    page = _page(client.get("/practices/remind/", {"q": "harbor"}))
    assert "1 practice of those shown waits for 1 signature of 2026." in page
    assert mail.outbox == []

    page = _page(client.post("/practices/remind/?q=harbor", follow=True))
    assert "Sent. 1 clinician was asked to sign." in page
    assert [each.to for each in mail.outbox] == [["kim@demo.example"]]
    assert "1 clinician was asked today already." in _page(client.post("/practices/remind/", follow=True))
    assert len(mail.outbox) == 1
    assert "Send reminders" not in _page(browse("kim").get("/practices/"))
    browse("kim").post("/practices/remind/")
    assert len(mail.outbox) == 1
    assert harbor.reminders.count() == 1


def test_a_registry_asks_for_signatures_where_it_was_granted_to(
    sign_in: Callable[[Person], Client], harbor: Practice
) -> None:
    staff = Person.objects.create_user("registry@demo.example", None, name="Rae Registry")
    held = Membership.objects.create(
        person=staff, organization=harbor.organization, role="registry", grants=["edit", "windows"]
    )
    client, here = sign_in(staff), f"/p/{harbor.slug}/2026/signatures/"
    assert "Send reminders to all unsigned" not in _page(client.get("/practices/"))
    client.post("/practices/remind/")
    assert client.post(here).status_code == 403
    assert mail.outbox == []

    Membership.objects.filter(pk=held.pk).update(grants=["remind"])
    assert "Send reminders to all unsigned" in _page(client.get("/practices/"))
    assert "Sent. 1 clinician was asked to sign." in _page(client.post("/practices/remind/", follow=True))
    assert "Kim" in _page(client.get(here))
    given = Delegation.objects.get(clinician__last_name="Moreau")
    assert "End<span" not in _page(client.get(here))
    assert client.post(f"{here}delegations/{given.pk}/end/").status_code == 403
    assert Delegation.objects.get(pk=given.pk).ended_at is None


def test_a_long_list_shows_what_is_kept_and_is_worked_out_in_the_background(
    browse: Callable[[str], Client],
    person: Callable[[str], Person],
    harbor: Practice,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = browse("manager")
    client.get("/practices/")
    for number in range(70):
        practice.add(
            person("admin"), "admin", harbor.organization, f"Practice {number:02d}", f"0003300{number:02d}"
        )
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            page = _page(client.get("/practices/"))
        assert "70 practices are still being worked out." in page
    waiting = DBTaskResult.objects.get()
    waiting.task.call(*waiting.args_kwargs["args"])

    page = _page(client.get("/practices/"))
    assert "still being worked out" not in page
    assert "We cannot tell: 71" in page
