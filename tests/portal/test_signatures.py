"""Who has not answered is asked, and who may record for another does so under a delegation that holds."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from signing import P, another_practice, just_signed_in, sends, text, window

from mips_ia.portal import ledgers
from mips_ia.portal.models import Clinician, Delegation, Person, Practice, Signature

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db
UNTIL = {"until": "12/31/2026"}


def delegated(to: str = "manager", until: str = "12/31/2026") -> Delegation:
    """Dr. Kim allows somebody to record for her."""
    kim, whom = just_signed_in("kim"), Person.objects.get(email=f"{to}@demo.example")
    address = f"/sign/delegate/harbor-rehabilitation-group/2026/?to={whom.id}&until={until}"
    sends(kim, address, {"name": "Soo-jin Kim"})
    return Delegation.objects.get(clinician__last_name="Kim")


def record(client: Client, name: str = "Kim", basis: str = "the falls log.") -> object:
    row = window(name)
    address = f"{P}/participation/{row.activity}/{row.clinician_id}/record/"
    return sends(client, address, {"basis": basis}, follow=True)


# ---- Asking


def test_the_page_counts_names_who_is_waited_for_and_shows_the_message(browse: Browse) -> None:
    page = text(browse("manager").get(f"{P}/signatures/").content)

    assert "1 clinician has not answered, for 1 signature. 23 signatures on file." in page
    assert "Kim, Soo-jin, MD IA_PSPA_21 September 16, 2026 Never" in page
    assert "Harbor Rehabilitation Group asks you to sign: IA_PSPA_21" in page


def test_a_reminder_is_sent_by_a_post_and_not_twice_on_a_day(browse: Browse) -> None:
    manager = browse("manager")
    manager.get(f"{P}/signatures/")
    assert mail.outbox == []

    first = text(manager.post(f"{P}/signatures/", follow=True).content)
    again = text(manager.post(f"{P}/signatures/", follow=True).content)

    assert "Sent. 1 clinician was asked to sign." in first
    assert "1 clinician was asked today already." in again
    (letter,) = mail.outbox
    assert letter.to == ["kim@demo.example"]
    assert f"/sign/{window('Kim').id}/" in letter.body
    assert "It stops when you have answered." in letter.body
    assert "000123456" not in letter.subject + letter.body
    assert "September 16, 2026" in again[again.index("Last asked") :]


def test_a_name_with_a_line_break_as_cells_have_it_stops_no_message(
    browse: Browse, harbor: Practice, person: Callable[[str], Person]
) -> None:
    Practice.objects.filter(pk=harbor.pk).update(name="Harbor\nGroup")
    Person.objects.filter(pk=person("admin").pk).update(name="Robin\nAshworth")

    browse("manager").post(f"{P}/signatures/")
    invited = {"name": "Noor Haidar", "email": "noor@demo.example", "role": "manager"}
    browse("admin").post(f"{P}/people/invite/", invited)

    assert [each.subject for each in mail.outbox] == [
        "Harbor Group asks you to sign: IA_PSPA_21", "Improvement Activities: Robin Ashworth invites you"
    ]  # fmt: skip


def test_everyone_has_answered_once_the_last_one_has(browse: Browse) -> None:
    sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", {"name": "Soo-jin Kim"})

    assert "Everyone has answered." in text(browse("manager").get(f"{P}/signatures/").content)


def test_who_has_no_account_is_named_and_not_asked(browse: Browse) -> None:
    Clinician.objects.filter(last_name="Kim").update(person=None)
    manager = browse("manager")

    assert "No account yet" in text(manager.get(f"{P}/signatures/").content)
    assert "Nobody was asked" in text(manager.post(f"{P}/signatures/", follow=True).content)
    assert mail.outbox == []


def test_clinicians_do_not_ask_others(browse: Browse) -> None:
    assert browse("kim").post(f"{P}/signatures/").status_code == 403
    assert mail.outbox == []


# ---- Delegations


def test_a_clinician_gives_a_delegation_under_its_statement(browse: Browse) -> None:
    given = delegated()

    assert given.statement == (
        "I, Soo-jin Kim, allow Dana Whitfield to record my participation in improvement activities at Harbor "
        "Rehabilitation Group for performance year 2026, until December 31, 2026. I remain responsible for "
        "what is recorded. I can end this at any time."
    )
    assert "Kim, Soo-jin, MD Dana Whitfield To record participation of 2026" in text(
        browse("manager").get(f"{P}/signatures/").content
    )


def test_a_delegation_to_somebody_outside_or_to_a_day_that_is_over_is_not_given() -> None:
    from mips_ia.portal.models import Person

    admin = Person.objects.get(email="admin@demo.example")
    manager = Person.objects.get(email="manager@demo.example")
    kim = just_signed_in("kim")
    for to, until in ((admin.id, "12/31/2026"), (manager.id, "09/15/2026")):
        address = f"/sign/delegate/harbor-rehabilitation-group/2026/?to={to}&until={until}"
        sends(kim, address, {"name": "Soo-jin Kim"})
    other = another_practice()
    assert kim.get(f"/sign/delegate/{other.slug}/2026/").status_code == 404

    assert not Delegation.objects.filter(clinician__last_name="Kim").exists()


def test_under_a_delegation_a_record_counts_and_says_that_it_is_no_signature() -> None:
    delegated()

    page = text(record(just_signed_in("manager")).content)  # type: ignore[attr-defined]

    assert "Recorded. IA_PSPA_21 now has 8 of 18 clinicians." in page
    assert "Delegated" in page
    assert (
        "I, Dana Whitfield, practice manager, record that Soo-jin Kim took part in IA_PSPA_21 from March 2, "
        "2026 through May 30, 2026. I act under the delegation of September 16, 2026. I base this on the "
        "falls log. This is not Soo-jin Kim’s own signature." in page
    )


def test_what_a_record_rests_on_names_no_patient_or_somebody_says_so() -> None:
    delegated()
    row, manager = window("Kim"), just_signed_in("manager")
    address, given = f"{P}/participation/{row.activity}/{row.clinician_id}/record/", {"basis": "MRN 0012345"}

    assert "Nothing was saved." in text(sends(manager, address, given).content)

    assert not row.signatures.exists()
    sends(manager, address, {**given, "nobody": "on"})
    assert row.signatures.get().basis == "MRN 0012345"


def test_without_a_delegation_that_holds_nobody_records(settings: Any) -> None:
    row = window("Kim")
    address = f"{P}/participation/IA_PSPA_21/{row.clinician_id}/record/"
    manager = just_signed_in("manager")
    assert manager.get(address).status_code == 403
    assert "Soo-jin Kim can." in text(manager.get(address).content)

    delegated()
    assert just_signed_in("johnson").post(address, {"basis": "nothing"}).status_code == 404
    settings.TODAY = "2027-01-01"  # the day after its last
    assert manager.post(address, {"basis": "the log"}).status_code == 403

    assert not row.signatures.exists()


def test_a_colleague_is_named_by_their_address_and_no_list_of_colleagues_is_shown() -> None:
    kim, at = just_signed_in("kim"), "/sign/delegate/harbor-rehabilitation-group/2026/?until=12/31/2026"
    page = text(kim.get(at).content)
    assert "Choose a person, or enter a colleague’s e-mail address." in page
    assert "Dana Whitfield" in page
    assert "Johnson" not in page
    assert "Enter the address of somebody who signs in to this practice." in text(
        kim.get(f"{at}&email=nobody@demo.example").content
    )

    sends(kim, f"{at}&email=Johnson@demo.example", {"name": "Soo-jin Kim"})

    assert Delegation.objects.get(clinician__last_name="Kim").delegate.email == "johnson@demo.example"
    assert "Delegated" in text(record(just_signed_in("johnson")).content)  # type: ignore[attr-defined]
    assert window("Kim").signatures.get().kind == "delegated"


def test_a_delegation_does_not_reach_to_another_clinician() -> None:
    delegated()
    moreau = Clinician.objects.get(last_name="Moreau")
    Delegation.objects.filter(clinician=moreau).update(ended_at=datetime(2026, 9, 16, tzinfo=UTC))

    answer = just_signed_in("manager").get(f"{P}/participation/IA_BE_16/{moreau.id}/record/")

    assert answer.status_code == 403


def test_a_record_stops_counting_when_the_delegation_was_not_valid_on_that_day(browse: Browse) -> None:
    given = delegated()
    record(just_signed_in("manager"))
    manager = browse("manager")
    assert "8 signed" not in text(manager.get(f"{P}/participation/").content)
    assert "7 signed, 1 delegated" in text(manager.get(f"{P}/participation/").content)

    the_day_before = datetime(2026, 9, 15, 12, tzinfo=UTC)
    Signature.objects.create(
        window=window("Kim"), kind="delegated", person=given.delegate, delegation=given, number="BEFORE",
        signed_at=the_day_before,
    )  # fmt: skip
    ledgers.forget()  # no line of the log tells of it

    assert "7 signed, 1 unknown" in text(manager.get(f"{P}/participation/").content)


def test_an_ended_delegation_records_no_more_and_what_was_recorded_keeps_counting() -> None:
    given = delegated()
    manager = just_signed_in("manager")
    record(manager)

    answer = just_signed_in("kim").post(f"/sign/delegate/{given.id}/end/", follow=True)

    assert "Ended. Dana Whitfield can no longer record for you." in text(answer.content)
    assert "7 signed, 1 delegated" in text(manager.get(f"{P}/participation/").content)
    assert manager.get(f"{P}/participation/IA_PSPA_21/{given.clinician_id}/record/").status_code == 403


def test_nobody_ends_another_s_delegation_from_the_signing_pages(browse: Browse) -> None:
    given = delegated()

    assert browse("johnson").post(f"/sign/delegate/{given.id}/end/").status_code == 404
    given.refresh_from_db()
    assert given.ended_at is None


def test_the_practice_can_end_one_and_not_through_another_practice(browse: Browse) -> None:
    given, other, manager = delegated(), another_practice(), browse("manager")
    there = f"/p/{other.slug}/2026/signatures/delegations/{given.id}/end/"
    assert manager.post(there).status_code == 404

    manager.post(f"{P}/signatures/delegations/{given.id}/end/")

    given.refresh_from_db()
    assert given.ended_at is not None


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2026, 9, 17, 1, tzinfo=UTC), True),  # 9 p.m. of the last day in Maine
        (datetime(2026, 9, 17, 4, 30, tzinfo=UTC), False),  # half past midnight
    ],
)
def test_the_last_day_of_a_delegation_is_the_portal_s_own_day(
    at: datetime, counts: bool, browse: Browse
) -> None:
    delegated(until="09/16/2026")
    recorded(at)

    manager = browse("manager")
    assert ("7 signed, 1 delegated" in text(manager.get(f"{P}/participation/").content)) is counts
    page = text(manager.get(f"{P}/participation/IA_PSPA_21/{window('Kim').clinician_id}/").content)
    assert f"{'September 16, 2026, 9:00 p.m.' if counts else 'September 17, 2026, 12:30 a.m.'} EDT" in page


def test_a_record_after_a_delegation_ended_does_not_count_on_the_same_day_either(browse: Browse) -> None:
    Delegation.objects.filter(pk=delegated().pk).update(ended_at=datetime(2026, 9, 16, 14, tzinfo=UTC))
    recorded(datetime(2026, 9, 16, 15, tzinfo=UTC))

    assert "7 signed, 1 unknown" in text(browse("manager").get(f"{P}/participation/").content)


def test_what_happened_at_nine_in_the_evening_happened_on_that_day() -> None:
    from mips_ia.portal.templatetags.words import day

    assert day(datetime(2026, 9, 17, 1, tzinfo=UTC)) == "September 16, 2026"


def recorded(at: datetime) -> None:
    """A record under the delegation of a moment; no page writes one but now."""
    given = Delegation.objects.select_related("delegate").get(clinician__last_name="Kim")
    Signature.objects.create(
        window=window("Kim"), kind="delegated", statement="A record.", version="1", typed_name="Dana",
        person=given.delegate, role="manager", delegation=given, digest="0" * 64, number="1", signed_at=at,
    )  # fmt: skip
