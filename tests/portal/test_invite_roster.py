"""Inviting the clinicians of the roster: all with one click, or some, each to their own row."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from signing import sends

from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Clinician, Entry, Invitation, Membership, Person, Practice
from mips_ia.portal.tenancy import access_of

Browse = Callable[[str], Client]
PAGE = "/p/harbor-rehabilitation-group/2026/people/invite/roster/"


@pytest.fixture
def nobody_yet(harbor: Practice) -> list[Clinician]:
    """A roster as it is after an upload: three clinicians, of whom one has no address, and no accounts."""
    kept = ("Kim", "Patel", "Rossi")
    people = list(harbor.clinicians.filter(last_name__in=kept))
    harbor.years.get(year=2026).stays.exclude(clinician__in=people).update(ended_at="2026-09-01T12:00Z")
    for each in people:
        each.person = None
        each.email = "" if each.last_name == "Rossi" else f"{each.last_name.lower()}@lakeside.example"
        each.save()
    Membership.objects.filter(role="clinician").update(ended_at="2026-09-01T12:00Z")
    return people


def _page(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def _given(people: list[Clinician], ticked: str, **emails: str) -> dict[str, str]:
    """What somebody sends who ticks one of them by last name; addresses are those of the roster."""
    found = {f"email-{each.id}": emails.get(each.last_name, each.email) for each in people}
    return found | {f"invite-{each.id}": "on" for each in people if each.last_name in ticked}


def test_one_click_invites_everybody_who_has_an_address(browse: Browse, nobody_yet: list[Clinician]) -> None:
    client = browse("admin")
    assert "Invite the 2 with an e-mail address" in _page(client.get(PAGE))

    page = _page(client.post(PAGE, {"all": "1"}, follow=True))

    assert "Sent to 2 clinicians. Each link works once, until " in page
    assert "1 clinician on the roster has no invitation yet." in page
    assert sorted(each.to[0] for each in mail.outbox) == ["kim@lakeside.example", "patel@lakeside.example"]
    held = Invitation.objects.values_list("clinician__last_name", "role", "name").order_by("name")
    assert list(held) == [("Patel", "clinician", "Nisha Patel"), ("Kim", "clinician", "Soo-jin Kim")]
    assert {each.last_name for each in nobody_yet} == {"Kim", "Patel", "Rossi"}


def test_without_mail_the_page_says_where_the_links_are_and_what_to_do_with_them(
    browse: Browse, nobody_yet: list[Clinician], settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    page = _page(browse("admin").post(PAGE, {"all": "1"}, follow=True))

    assert len(nobody_yet) == 3
    assert (
        "No mail is set up: the messages to 2 clinicians are printed in the window where the portal was "
        "started. Copy each link and hand it over yourself. Each link works once, until "
    ) in page
    assert capsys.readouterr().out.count("/invitation/") == 2


def test_each_link_ties_the_account_to_its_own_row(
    harbor: Practice, browse: Browse, nobody_yet: list[Clinician]
) -> None:
    browse("admin").post(PAGE, _given(nobody_yet, "Kim"))
    link = re.search(r"/invitation/\S+", str(mail.outbox[0].body))
    assert link

    Client(SERVER_NAME="localhost").post(
        link[0], {"name": "Soo-jin Kim", "password": "seven blue harbors at dawn"}
    )

    kim = harbor.clinicians.get(last_name="Kim")
    assert kim.person.email == "kim@lakeside.example"
    assert access_of(kim.person, harbor.slug).clinician == kim


def test_who_has_just_chosen_a_password_signs_without_typing_it_again(
    harbor: Practice, browse: Browse, nobody_yet: list[Clinician]
) -> None:
    browse("admin").post(PAGE, _given(nobody_yet, "Kim"))
    link = re.search(r"/invitation/\S+", str(mail.outbox[0].body))
    client, kim = Client(SERVER_NAME="localhost"), harbor.clinicians.get(last_name="Kim")
    assert link

    client.post(link[0], {"name": "Soo-jin Kim", "password": "seven blue harbors at dawn"})
    window = kim.windows.get(activity="IA_PSPA_21", replaced_at=None)
    answer = sends(client, f"/sign/{window.id}/", {"name": "Soo-jin Kim"})

    assert answer["Location"] == f"/sign/{window.id}/receipt/"


def test_an_address_can_be_typed_where_the_roster_has_none(
    browse: Browse, nobody_yet: list[Clinician]
) -> None:
    given = _given(nobody_yet, "Rossi", Rossi="marco@lakeside.example")
    page = _page(browse("admin").post(PAGE, given, follow=True))

    assert "Sent to marco@lakeside.example." in page
    assert [each.to for each in mail.outbox] == [["marco@lakeside.example"]]


def test_every_row_says_what_stops_it_and_nothing_is_sent(
    browse: Browse, nobody_yet: list[Clinician]
) -> None:
    given = _given(nobody_yet, "Kim Patel Rossi", Kim="kim at lakeside", Patel="a@b.example", Rossi="")
    page = _page(browse("admin").post(PAGE, given))

    said = re.findall(r'class="ds-c-inline-error" id="([^"]+)"', page)
    assert len(said) == 2
    assert all(f'aria-invalid="true" aria-describedby="{each}"' in page for each in said)
    assert "<title>Error: Invite clinicians" in page
    assert "E-mail address of Soo-jin Kim: Enter an e-mail address like name@practice.org." in page
    assert "E-mail address of Marco Rossi: Enter an e-mail address, or take the tick off." in page

    given = _given(nobody_yet, "Kim Patel", Patel="KIM@lakeside.example")
    page = _page(browse("admin").post(PAGE, given))
    assert "Enter another address: Soo-jin Kim has this one, and a link lets in one person." in page
    assert "Tick whom to invite." in _page(browse("admin").post(PAGE, _given(nobody_yet, "")))
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_one_who_has_the_role_already_stops_all_of_them(
    harbor: Practice, browse: Browse, nobody_yet: list[Clinician]
) -> None:
    chen = harbor.clinicians.get(last_name="Chen").person
    Membership.objects.filter(person=chen).update(ended_at=None)

    page = _page(browse("admin").post(PAGE, _given(nobody_yet, "Kim Patel", Kim="chen@demo.example")))

    assert "E-mail address of Soo-jin Kim: chen@demo.example has this role already." in page
    assert not Invitation.objects.exists()


def test_nothing_is_sent_twice(browse: Browse, nobody_yet: list[Clinician]) -> None:
    client = browse("admin")
    given = _given(nobody_yet, "Kim Patel Rossi", Rossi="marco@lakeside.example")
    client.post(PAGE, given)

    page = _page(client.post(PAGE, given, follow=True))

    assert "Nobody is left to invite, and nothing was sent twice." in page
    assert len(mail.outbox) == 3
    assert "Everybody on the roster of 2026 has an account or an invitation." in _page(client.get(PAGE))
    kim = next(each for each in nobody_yet if each.last_name == "Kim")
    asked = {"name": "Soo-jin Kim", "email": "other@lakeside.example", "role": "clinician"}
    page = _page(client.post(PAGE.replace("roster/", ""), asked | {"clinician": kim.id}))
    assert "Soo-jin Kim is invited already, at kim@lakeside.example. Send that invitation again" in page


def test_who_waits_is_listed_with_the_day_and_can_be_sent_again_or_ended(
    browse: Browse, nobody_yet: list[Clinician]
) -> None:
    client = browse("admin")
    client.post(PAGE, _given(nobody_yet, "Kim"))
    place = Invitation.objects.get()

    page = _page(client.get(PAGE.replace("invite/roster/", "")))
    assert 'data-title="Invited on"' in page
    assert "Invite 2 clinicians of the roster" in page

    client.post(PAGE.replace("invite/roster/", f"invitations/{place.id}/"), {"do": "withdraw"})
    assert "Invite 3 clinicians of the roster" in _page(client.get(PAGE.replace("invite/roster/", "")))


def test_a_message_that_cannot_be_sent_leaves_every_invitation_to_be_sent_again(
    browse: Browse, nobody_yet: list[Clinician], settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1

    page = _page(browse("admin").post(PAGE, {"all": "1"}, follow=True))

    assert "2 invitations are kept, but their messages could not be sent:" in page
    assert "kim@lakeside.example, patel@lakeside.example" in page
    assert Invitation.objects.count() == len(nobody_yet) - 1


def test_a_manager_learns_who_can_invite(browse: Browse, nobody_yet: list[Clinician]) -> None:
    manager, says = browse("manager"), f"{len(nobody_yet)} clinicians have no account and no invitation"

    assert manager.get(PAGE).status_code == 403
    assert "Robin Ashworth can." in _page(manager.get(PAGE))
    for rest in ("roster/", "signatures/"):
        page = _page(manager.get(f"/p/harbor-rehabilitation-group/2026/{rest}"))
        assert f"{says}, and so cannot sign. Robin Ashworth can invite them." in page
        page = _page(browse("admin").get(f"/p/harbor-rehabilitation-group/2026/{rest}"))
        assert f'href="{PAGE}">Invite 3 clinicians</a>' in page


def test_the_log_has_a_line_for_each(harbor: Practice, browse: Browse, nobody_yet: list[Clinician]) -> None:
    browse("admin").post(PAGE, {"all": "1"})

    told = Entry.objects.filter(practice=harbor, action="person invited")
    assert {each.after["clinician"] for each in told} == {
        each.npi for each in nobody_yet if each.last_name != "Rossi"
    }


def test_a_program_invites_the_same_clinicians_and_reads_who_is_left(
    person: Callable[[str], Person], nobody_yet: list[Clinician]
) -> None:
    secret, _ = make(person("admin"), "a test", ("read", "people"), 1)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    at = "/api/practices/harbor-rehabilitation-group/2026/people/invitations/roster"
    npis = {each.last_name: each.npi for each in nobody_yet}

    def sent(body: object) -> Any:
        return client.post(at, json.dumps(body), content_type="application/json").json()

    wrong = sent({"clinicians": [{"npi": "9999999999"}]})
    assert [each["code"] for each in wrong["problems"]] == ["not_on_roster"]
    wrong = sent({"clinicians": [
        {"npi": npis["Kim"], "email": "kim at lakeside"}, {"npi": npis["Rossi"]}, {"npi": npis["Patel"]},
    ]})  # fmt: skip
    told = [(each["code"], each["where"], each["fix"]) for each in wrong["problems"]]
    assert told == [
        ("wrong_answer", npis["Kim"], "Enter an e-mail address like name@practice.org."),
        ("wrong_answer", npis["Rossi"], "Enter an e-mail address, or take the tick off."),
    ]  # fmt: skip
    assert mail.outbox == []

    one = sent({"clinicians": [{"npi": npis["Rossi"], "email": "marco@lakeside.example"}]})
    assert ([each["npi"] for each in one["invited"]], one["left"]) == ([npis["Rossi"]], 2)
    assert {each["npi"] for each in client.get(at).json()["items"]} == {npis["Kim"], npis["Patel"]}
    rest = sent({})
    assert (len(rest["invited"]), rest["unsent"], rest["left"]) == (2, [], 0)
    assert len(mail.outbox) == len(nobody_yet)
    assert "/invitation/" not in json.dumps([one, rest])
