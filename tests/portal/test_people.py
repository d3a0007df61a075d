"""Who gets in: invitations, roles, and that somebody always can let others in."""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import neighbor as next_door
import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from mips_ia.portal import clock, log
from mips_ia.portal.actions import invitations, people
from mips_ia.portal.forms.people import GRANTS
from mips_ia.portal.models import Entry, Invitation, Membership, Person, Practice, Stay
from mips_ia.portal.roles import ALLOWED, GRANTED
from mips_ia.portal.tenancy import Access, access_of, whom_to_ask
from mips_ia.problems import Refused

Browse = Callable[[str], Client]
SignIn = Callable[[Person], Client]
PASSWORD = "seven blue harbors at dawn"  # noqa: S105 - of nobody


def at(practice: Practice, rest: str = "") -> str:
    return f"/p/{practice.slug}/2026/people/{rest}"


def ask(browse: Browse, harbor: Practice, **given: object) -> str:
    """An administrator invites; returns the path of the link that was sent."""
    asked = {"name": "Noor Haidar", "email": "noor@demo.example", "role": "manager"} | given
    answer = browse("admin").post(at(harbor, "invite/"), asked)
    assert answer.status_code == 303, answer.content.decode()
    found = re.search(r"http://localhost(/invitation/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def visitor() -> Client:
    return Client(SERVER_NAME="localhost")


def role_of(practice: Practice, email: str) -> Membership:
    return practice.organization.memberships.get(person__email=email, ended_at=None)


def test_only_who_is_on_the_roster_of_some_year_is_offered(harbor: Practice, browse: Browse) -> None:
    gone, moved = harbor.clinicians.order_by("id")[:2]
    harbor.clinicians.filter(pk__in=(gone.pk, moved.pk)).update(person=None)
    gone.stays.update(ended_at=clock.now())
    moved.stays.update(ended_at=clock.now())
    Stay.objects.create(year=harbor.years.get(year=2025), clinician=moved)

    page = browse("admin").get(at(harbor, "invite/")).content.decode()

    assert f'<option value="{gone.pk}"' not in page
    assert page.count(f'<option value="{moved.pk}"') == 1


# ---- The list


def test_an_administrator_sees_everybody_with_the_role_and_nobody_of_another_organization(
    harbor: Practice, browse: Browse
) -> None:
    other = next_door.build()

    page = browse("admin").get(at(harbor)).content.decode()

    assert "Dana Whitfield" in page
    assert "Soo-jin Kim" in page
    assert not {mark for mark in other.marks if mark in page}


def test_others_are_told_who_can(harbor: Practice, browse: Browse) -> None:
    for name in ("manager", "kim"):
        answer = browse(name).get(at(harbor))
        assert answer.status_code == 403
        assert "Robin Ashworth can." in answer.content.decode()


def test_it_warns_when_only_one_person_can_let_others_in(
    harbor: Practice, browse: Browse, person: Callable[[str], Person]
) -> None:
    warning = "Only 1 person is an administrator"
    assert warning in browse("admin").get(at(harbor)).content.decode()

    Membership.objects.create(
        person=person("manager"), organization=harbor.organization, practice=harbor, role="admin"
    )
    assert warning not in browse("admin").get(at(harbor)).content.decode()


# ---- Inviting


def test_an_invitation_lets_somebody_in_once(harbor: Practice, browse: Browse) -> None:
    link = ask(browse, harbor, signing_official="on")
    client = visitor()

    assert "Robin Ashworth invites you as practice manager" in client.get(link).content.decode()
    answer = client.post(link, {"name": "Noor Haidar", "password": PASSWORD})

    assert answer.status_code == 303
    access = access_of(Person.objects.get(email="noor@demo.example"), harbor.slug)
    assert (access.roles, access.official) == ({"manager"}, True)
    assert client.get(f"/p/{harbor.slug}/2026/").status_code == 200
    again = visitor().post(link, {"name": "Somebody Else", "password": PASSWORD})
    assert again.status_code == 410
    assert "This invitation is over." in again.content.decode()


def test_the_message_names_no_number_and_only_a_digest_is_kept(harbor: Practice, browse: Browse) -> None:
    link = ask(browse, harbor)
    secret = link.split("/")[2]
    place = Invitation.objects.get(email="noor@demo.example")

    message = mail.outbox[-1]
    assert message.to == ["noor@demo.example"]
    assert harbor.tin not in message.subject + str(message.body)
    assert place.digest == sha256(secret.encode()).hexdigest()
    told = " ".join(f"{each.record} {each.before} {each.after}" for each in Entry.objects.all())
    assert secret not in told
    assert place.until - clock.now() == timedelta(days=invitations.DAYS)


def test_every_step_is_in_the_log_and_the_log_holds(harbor: Practice, browse: Browse) -> None:
    link = ask(browse, harbor)
    visitor().post(link, {"name": "Noor Haidar", "password": PASSWORD})
    role = role_of(harbor, "noor@demo.example")
    browse("admin").post(at(harbor, f"{role.id}/end/"))

    told = list(Entry.objects.filter(practice=harbor).order_by("-id").values_list("action", flat=True)[:3])

    assert told == ["role ended", "invitation taken up", "person invited"]
    assert log.broken(harbor) is None


def test_after_its_days_the_link_is_over(harbor: Practice, browse: Browse) -> None:
    link = ask(browse, harbor)
    Invitation.objects.filter(email="noor@demo.example").update(until=clock.now())

    answer = visitor().post(link, {"name": "Noor Haidar", "password": PASSWORD})

    assert answer.status_code == 410
    assert not Person.objects.filter(email="noor@demo.example").exists()


def test_a_secret_that_nobody_sent_is_nothing(db: None) -> None:  # noqa: ARG001 - it must be there
    assert visitor().get("/invitation/something-that-was-guessed/").status_code == 404


@pytest.mark.usefixtures("one_minute")
def test_nobody_tries_links_for_long_and_who_is_invited_comes_in(harbor: Practice, browse: Browse) -> None:
    link = ask(browse, harbor)
    client = visitor()
    codes = [client.get(f"/invitation/{number}/").status_code for number in range(31)]

    assert codes == [404] * 30 + [429]
    assert client.get("/invitation/none/").headers["Retry-After"] == "300"
    assert client.get(link).status_code == 200


def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(
    harbor: Practice, browse: Browse
) -> None:
    link = ask(browse, harbor)

    page = visitor().post(link, {"name": "Noor Haidar", "password": "noor haidar"}).content.decode()

    assert "<title>Error: Welcome" in page
    assert "at least 12 characters" in page
    assert not Person.objects.filter(email="noor@demo.example").exists()


def test_somebody_with_an_account_signs_in_and_accepts(
    harbor: Practice, browse: Browse, person: Callable[[str], Person]
) -> None:
    link = ask(browse, harbor, name="Soo-jin Kim", email="Kim@demo.example", role="reviewer")

    assert f"/sign-in/?next={link}" in visitor().get(link).content.decode()
    assert browse("kim").post(link).status_code == 303

    assert access_of(person("kim"), harbor.slug).roles == {"clinician", "reviewer"}


def test_an_invitation_is_for_its_address_alone(
    harbor: Practice, browse: Browse, person: Callable[[str], Person]
) -> None:
    link = ask(browse, harbor, role="admin")

    page = browse("kim").post(link).content.decode()

    assert "You are signed in as kim@demo.example." in page
    assert "admin" not in access_of(person("kim"), harbor.slug).roles


def test_the_invitation_of_a_clinician_ties_the_account_to_the_roster(
    harbor: Practice, browse: Browse
) -> None:
    kim = harbor.clinicians.get(last_name="Kim")
    browse("admin").post(at(harbor, f"{role_of(harbor, 'kim@demo.example').id}/end/"))
    kim.refresh_from_db()
    assert kim.person is None

    link = ask(browse, harbor, role="clinician", clinician=kim.id)
    visitor().post(link, {"name": "Soo-jin Kim", "password": PASSWORD})

    kim.refresh_from_db()
    assert kim.person.email == "noor@demo.example"
    assert access_of(kim.person, harbor.slug).clinician == kim
    assert harbor.clinicians.get(last_name="Chen").person is not None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"role": ""}, "Role: Choose one."),
        ({"role": "clinician"}, "Choose the clinician whose windows they sign."),
        (
            {"email": "manager@demo.example", "everywhere": "on"},
            "manager@demo.example has this role already.",
        ),
    ],
)
def test_what_is_missing_or_there_already_is_said(
    harbor: Practice, browse: Browse, given: dict[str, str], says: str
) -> None:
    asked = {"name": "Noor Haidar", "email": "noor@demo.example", "role": "manager"} | given

    page = browse("admin").post(at(harbor, "invite/"), asked).content.decode()

    assert "<title>Error: Invite a person" in page
    assert says in page
    assert not mail.outbox


def test_a_clinician_who_has_an_account_cannot_be_chosen(harbor: Practice, browse: Browse) -> None:
    chen = harbor.clinicians.get(last_name="Chen")
    asked = {"name": "Wei Chen", "email": "w@demo.example", "role": "clinician", "clinician": chen.id}

    assert browse("admin").post(at(harbor, "invite/"), asked).status_code == 200
    assert not Invitation.objects.exists()


def test_sending_again_ends_the_old_link_and_withdrawing_ends_both(harbor: Practice, browse: Browse) -> None:
    first = ask(browse, harbor)
    place = Invitation.objects.get()
    browse("admin").post(at(harbor, f"invitations/{place.id}/"), {"do": "again"})
    found = re.search(r"(/invitation/\S+)", str(mail.outbox[-1].body))
    assert found
    assert visitor().get(first).status_code == 410
    assert visitor().get(found[1]).status_code == 200

    place = Invitation.objects.exclude(pk=place.pk).get()
    browse("admin").post(at(harbor, f"invitations/{place.id}/"), {"do": "withdraw"})

    assert visitor().get(found[1]).status_code == 410
    assert "Nobody is invited at the moment." in browse("admin").get(at(harbor)).content.decode()


def test_a_message_that_cannot_be_sent_is_said_and_the_invitation_stays(
    harbor: Practice, browse: Browse, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]
    asked = {"name": "Noor Haidar", "email": "noor@demo.example", "role": "manager"}

    page = browse("admin").post(at(harbor, "invite/"), asked, follow=True).content.decode()

    assert "The invitation is kept, but the message could not be sent" in page
    assert Invitation.objects.filter(email="noor@demo.example").exists()


# ---- Roles


def test_nobody_can_end_the_last_administrator(
    harbor: Practice, browse: Browse, person: Callable[[str], Person]
) -> None:
    last = role_of(harbor, "admin@demo.example")

    page = browse("admin").post(at(harbor, f"{last.id}/end/")).content.decode()

    assert "Robin Ashworth is the only administrator." in page
    assert access_of(person("admin"), harbor.slug).roles == {"admin"}

    Membership.objects.create(person=person("manager"), organization=harbor.organization, role="admin")
    assert browse("admin").post(at(harbor, f"{last.id}/end/")).status_code == 303
    assert browse("admin").get(at(harbor)).status_code == 404


def test_an_administrator_of_one_practice_is_not_enough_for_all_of_them(
    harbor: Practice, access: Callable[..., object], person: Callable[[str], Person]
) -> None:
    Membership.objects.create(
        person=person("manager"), organization=harbor.organization, practice=harbor, role="admin"
    )

    with pytest.raises(Refused, match="only administrator"):
        people.end(access("admin"), role_of(harbor, "admin@demo.example"))


def test_an_administrator_of_one_practice_decides_nothing_for_the_others(
    harbor: Practice, sign_in: SignIn
) -> None:
    here = Person.objects.create_user("here@demo.example", PASSWORD, name="Only Here")
    Membership.objects.create(person=here, organization=harbor.organization, practice=harbor, role="admin")
    above, manager = role_of(harbor, "admin@demo.example"), role_of(harbor, "manager@demo.example")
    client = sign_in(here)

    for rest in (f"{above.id}/end/", f"{above.id}/second-factor/", f"{manager.id}/"):
        answer = client.post(at(harbor, rest), {"signing_official": "on"})
        assert answer.status_code == 403
        assert "Robin Ashworth can." in answer.content.decode()
    asked = {"name": "Noor", "email": "noor@demo.example", "role": "admin", "everywhere": "on"}
    client.post(at(harbor, "invite/"), asked)
    assert Invitation.objects.get().practice == harbor


def test_a_registry_may_do_what_it_is_granted_and_no_more(harbor: Practice, browse: Browse) -> None:
    link = ask(browse, harbor, role="registry")
    visitor().post(link, {"name": "Noor Haidar", "password": PASSWORD})
    noor = Person.objects.get(email="noor@demo.example")
    assert not access_of(noor, harbor.slug).may("edit")

    role = role_of(harbor, "noor@demo.example")
    answer = browse("admin").post(at(harbor, f"{role.id}/"), {"grants": ["edit"]}, follow=True)

    assert "may edit the practice, roster and statuses" in answer.content.decode()
    found = access_of(noor, harbor.slug)
    assert (found.may("edit"), found.may("export"), found.may("people")) == (True, False, False)


def test_everything_that_can_be_granted_has_words() -> None:
    granted = {GRANTED.get(each, each) for each, who in ALLOWED.items() if "grant" in who.values()}
    assert granted == GRANTS.keys()


@pytest.mark.parametrize("role", ["registry", "reviewer"])
def test_who_only_sends_or_checks_never_signs_for_the_practice(
    role: str, harbor: Practice, browse: Browse, access: Callable[[str], Access]
) -> None:
    asked = {"name": "Noor Haidar", "email": "noor@demo.example", "role": role, "signing_official": "on"}
    page = browse("admin").post(at(harbor, "invite/"), asked).content.decode()
    assert "Clear this, or choose the role of a manager, clinician or administrator." in page
    assert not Invitation.objects.exists()
    with pytest.raises(Refused, match="does not sign for a practice"):
        invitations.invite(access("admin"), **asked)

    who = Person.objects.create_user("noor@demo.example", None, name="Noor Haidar")
    known = {"person": who, "organization": harbor.organization, "practice": harbor, "role": role}
    held = Membership.objects.create(**known)
    assert "signing_official" not in browse("admin").get(at(harbor, f"{held.id}/")).content.decode()
    with pytest.raises(Refused, match="does not sign for a practice"):
        people.change(access("admin"), held, signing_official=True, grants=[])
    with pytest.raises(IntegrityError, match="official"), transaction.atomic():
        Membership.objects.filter(pk=held.pk).update(signing_official=True)


def test_who_is_named_to_ask_can_still_sign_in_and_is_always_the_same(
    harbor: Practice, person: Callable[[str], Person]
) -> None:
    Membership.objects.filter(person__in=[person("kim"), person("admin")]).update(signing_official=True)
    assert whom_to_ask(harbor, "lock") == "Robin Ashworth"  # whose role is the oldest

    Person.objects.filter(pk=person("admin").pk).update(is_active=False)

    assert whom_to_ask(harbor, "lock") == "Dana Whitfield"


def test_a_mark_of_a_signing_official_is_given_and_taken(harbor: Practice, browse: Browse) -> None:
    role = role_of(harbor, "novak@demo.example")

    browse("admin").post(at(harbor, f"{role.id}/"), {"signing_official": "on"})
    assert access_of(role.person, harbor.slug).official

    browse("admin").post(at(harbor, f"{role.id}/"), {})
    assert not access_of(role.person, harbor.slug).official


def test_a_role_of_another_organization_is_not_there(harbor: Practice, browse: Browse) -> None:
    other = next_door.build()
    client = browse("admin")

    for role in other.rows["membership"]:
        for rest in ("", "end/", "second-factor/"):
            assert client.get(at(harbor, f"{role.pk}/{rest}")).status_code == 404  # type: ignore[attr-defined]
            assert client.post(at(harbor, f"{role.pk}/{rest}")).status_code == 404  # type: ignore[attr-defined]
    for place in other.rows["invitation"]:
        assert client.post(at(harbor, f"invitations/{place.pk}/")).status_code == 404  # type: ignore[attr-defined]


def test_who_lost_the_phone_gets_a_new_second_factor(harbor: Practice, browse: Browse) -> None:
    role = role_of(harbor, "novak@demo.example")
    role.person.authenticator_set.create(type="totp", data={"secret": "x"})

    browse("admin").post(at(harbor, f"{role.id}/second-factor/"))

    assert not role.person.authenticator_set.exists()
    told = Entry.objects.filter(practice=harbor).latest("id")
    assert (told.action, told.before) == ("second factor reset", {"had": ["totp"]})


def test_nobody_resets_their_own_second_factor_here(harbor: Practice, browse: Browse) -> None:
    own = role_of(harbor, "admin@demo.example")

    assert browse("admin").post(at(harbor, f"{own.id}/second-factor/")).status_code == 404
