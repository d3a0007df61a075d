"""Only the clinician signs, and what they signed stays as it was."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from signing import P, as_read, just_signed_in, lock, sends, text, typed_password, window

from mips_ia.portal.actions import signing
from mips_ia.portal.models import Clinician, Practice, Signature
from mips_ia.problems import Refused

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db
NAME = {"name": "Soo-jin Kim"}
TICK = "It names no patient: save it as it is"


def changed(row: object, first: str = "2026-03-03", last: str = "2026-05-31") -> None:
    manager = just_signed_in("manager")
    manager.post(f"{P}/plan/{row.id}/", {"first": first, "last": last, "save": "1"})  # type: ignore[attr-defined]


def test_what_waits_is_listed_and_who_has_nothing_to_sign_is_told_so(browse: Browse) -> None:
    assert "1 activity to sign" in text(browse("kim").get("/sign/").content)
    assert "You have nothing to sign." in text(browse("adeyemi").get("/sign/").content)
    assert "You have nothing to sign." in text(browse("manager").get("/sign/").content)


def test_the_page_says_what_whose_days_and_what_a_signature_means(browse: Browse) -> None:
    answer = browse("kim").get(f"/sign/{window('Kim').id}/")
    page = text(answer.content)

    assert "March 2, 2026 – May 30, 2026 (90 days)" in page
    assert "Dana Whitfield" in page
    assert (
        "I, Soo-jin Kim, MD, personally took part in IA_PSPA_21 from March 2, 2026 through May 30, 2026. To "
        "the best of my knowledge this is true and complete." in page
    )
    assert answer.content.decode().count('<details class="ia-fold">') == 2
    assert 'aria-label="Practice"' not in answer.content.decode()


def test_signing_turns_seven_into_eight_everywhere(browse: Browse) -> None:
    answer = sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", NAME, follow=True)

    assert "Signed. IA_PSPA_21 now has 8 of 18 clinicians." in text(answer.content)
    manager = browse("manager")
    for page in ("", "participation/", "plan/"):
        assert any(
            words in text(manager.get(f"{P}/{page}").content)
            for words in ("8 of 18", "8 signed", "8 count today")
        )


@pytest.mark.parametrize("typed", ["SOO-JIN KIM", "soo jin kim, md", "Soo-jin  Kim MD", "Dr. Soo-Jin Kím"])
def test_case_accents_and_credentials_of_a_name_are_ignored(typed: str) -> None:
    sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", {"name": typed})

    assert window("Kim").signatures.get().typed_name == typed


@pytest.mark.parametrize("typed", ["", "Kim", "Dana Whitfield", "Soo-jin Kimm"])
def test_another_name_signs_nothing_and_says_which_to_type(typed: str) -> None:
    answer = sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", {"name": typed})

    assert "Type your name as shown: Soo-jin Kim." in text(answer.content)
    assert "<title>Error: " in answer.content.decode()
    assert not window("Kim").signatures.exists()


@pytest.mark.parametrize("who", ["manager", "admin", "johnson"])
def test_nobody_else_finds_the_page_whatever_their_role(who: str) -> None:
    client, row, signed = just_signed_in(who), window("Kim"), window("Kim", "IA_BE_16")

    for address in (
        f"/sign/{row.id}/", f"/sign/{row.id}/decline/", f"/sign/{signed.id}/receipt/",
        f"/sign/{signed.id}/withdraw/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
        assert client.post(address, {**NAME, "reason": "no reason"}).status_code == 404
    assert not row.signatures.exists()
    assert signed.signatures.count() == 1


def test_a_manager_who_is_a_clinician_too_signs_for_nobody_but_themselves(harbor: Practice) -> None:
    from mips_ia.portal.models import Person

    manager = Person.objects.get(email="manager@demo.example")
    Clinician.objects.filter(practice=harbor, last_name="Rossi").update(person=manager)

    assert just_signed_in("manager").get(f"/sign/{window('Kim').id}/").status_code == 404


def test_the_action_itself_refuses_whoever_is_not_the_clinician(access: Callable[..., object]) -> None:
    from django.core.exceptions import PermissionDenied

    from mips_ia.portal.actions import signing

    for name in ("manager", "admin", "johnson"):
        with pytest.raises(PermissionDenied):
            signing.sign(access(name), window("Kim"), "I did it.", "Soo-jin Kim", verified="password")


def test_the_action_itself_refuses_days_that_were_changed_before_its_turn_came(
    access: Callable[..., Any],
) -> None:
    """Whatever days the page had seen a moment before."""
    old = window("Kim")
    changed(old)

    with pytest.raises(Refused) as refused:
        signing.sign(access("kim"), old, "I did it.", "Soo-jin Kim", verified="password")

    assert [each.code for each in refused.value.problems] == ["changed"]
    assert not old.signatures.exists()


def test_a_fresh_sign_in_is_enough() -> None:
    answer = sends(typed_password("kim"), f"/sign/{window('Kim').id}/", NAME)

    assert answer.headers["Location"] == f"/sign/{window('Kim').id}/receipt/"
    assert window("Kim").signatures.get().kind == "own"


def test_who_signed_in_long_ago_shows_once_more_who_they_are(browse: Browse) -> None:
    kim, row = browse("kim"), window("Kim")

    answer = sends(kim, f"/sign/{row.id}/", NAME)

    assert answer.headers["Location"].startswith("/account/confirm/")
    assert not row.signatures.exists()
    kim.post(answer.headers["Location"], {"password": "a demonstration only"}, follow=True)
    assert row.signatures.get().kind == "own"


def test_a_link_to_days_that_were_changed_shows_both_and_asks_again() -> None:
    old, kim = window("Kim"), just_signed_in("kim")
    read = as_read(kim, f"/sign/{old.id}/")
    changed(old)

    answer = kim.get(f"/sign/{old.id}/")

    page = text(answer.content)
    assert "You were asked to sign March 2, 2026 – May 30, 2026." in page
    assert "Dana Whitfield changed it to March 3, 2026 – May 31, 2026." in page
    answer = kim.post(f"/sign/{old.id}/", read | NAME)
    assert answer.status_code == 409
    assert "Nothing was signed. The statement changed since this page was shown: its days were changed." in (
        text(answer.content)
    )
    assert not Signature.objects.filter(window__in=(old, window("Kim"))).exists()
    sends(kim, f"/sign/{window('Kim').id}/", NAME)
    assert window("Kim").signatures.get().statement.count("March 3, 2026") == 1


def test_changed_days_must_be_signed_again_and_the_first_signature_stays(browse: Browse) -> None:
    row = window("Kim", "IA_BE_16")

    changed(row)

    assert row.signatures.count() == 1
    assert window("Kim", "IA_BE_16").signatures.count() == 0
    assert "2 activities to sign" in text(browse("kim").get("/sign/").content)


def test_what_is_signed_already_leads_to_its_receipt(browse: Browse) -> None:
    row = window("Kim", "IA_BE_16")

    answer = browse("kim").get(f"/sign/{row.id}/", follow=True)

    page = text(answer.content)
    number = row.signatures.get().number
    assert "You have signed this on September 16, 2026." in page
    assert f"Signed on September 16, 2026, 9:00 a.m. EDT. Receipt {number}." in page
    assert "Keep this for 6 years from the end of the year; up to 10 is suggested." in page
    assert "data-print" in answer.content.decode()


def test_the_receipt_comes_by_mail_without_a_tin() -> None:
    sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", NAME)

    letter = mail.outbox[-1]
    assert letter.to == ["kim@demo.example"]
    assert "I, Soo-jin Kim, MD, personally took part in IA_PSPA_21" in letter.body
    assert "000123456" not in letter.body


def test_a_window_that_is_too_short_or_under_way_cannot_be_signed_yet(browse: Browse) -> None:
    short = browse("johnson").get(f"/sign/{window('Johnson').id}/")
    running = browse("novak").get(f"/sign/{window('Novak', 'IA_BE_16').id}/")

    assert "The activity ran for 84 days" in text(short.content)
    assert "Give a last day of September 28, 2026 or later." in text(short.content)
    assert "It ends on October 29, 2026. You can sign from that day on." in text(running.content)
    sends(just_signed_in("novak"), f"/sign/{window('Novak', 'IA_BE_16').id}/", {"name": "Petra Novak"})
    assert not window("Novak", "IA_BE_16").signatures.exists()


def test_my_dates_are_different_leads_to_their_own_form_and_back_to_sign() -> None:
    kim, row = just_signed_in("kim"), window("Kim")
    assert f'href="{P}/plan/{row.id}/?from=sign"' in kim.get(f"/sign/{row.id}/").content.decode()

    answer = kim.post(
        f"{P}/plan/{row.id}/?from=sign", {"first": "03/09/2026", "last": "06/06/2026", "save": "1"}
    )

    assert answer.headers["Location"] == f"/sign/{window('Kim').id}/"
    assert "You, September 16, 2026" in text(kim.get(answer.headers["Location"]).content)


def test_whoever_did_not_do_it_says_so_and_does_not_count(browse: Browse) -> None:
    row = window("Kim")

    answer = sends(just_signed_in("kim"), f"/sign/{row.id}/decline/", NAME, follow=True)

    assert "Saved. You did not do IA_PSPA_21." in text(answer.content)
    assert row.signatures.get().statement == "I did not do IA_PSPA_21 in 2026."
    assert "Declined" in text(browse("manager").get(f"{P}/participation/").content)
    assert "You have nothing to sign." in text(browse("kim").get("/sign/").content)


@pytest.mark.parametrize("kind", ["own", "delegated"])
def test_what_is_signed_is_withdrawn_with_a_reason_and_never_declined(
    access: Callable[..., Any], kind: str
) -> None:
    row, own = window("Kim"), access("kim")
    if kind == "own":
        signing.sign(own, row, "I took part.", "Soo-jin Kim", verified="password")
    else:
        given = signing.delegate(
            own, access("manager").person, date(2026, 12, 31), "", "Soo-jin Kim", verified="password"
        )
        signing.record(access("manager"), row, given, "Took part.", "The schedule.", verified="password")
    kim = just_signed_in("kim")

    for answer in (
        kim.get(f"/sign/{row.id}/decline/", follow=True),
        sends(kim, f"/sign/{row.id}/decline/", NAME, follow=True),
    ):
        assert [at for at, _ in answer.redirect_chain] == [f"/sign/{row.id}/withdraw/"]
        assert "Withdraw the signature, with a reason." in text(answer.content)
    with pytest.raises(Refused, match="is signed, with the receipt"):
        signing.decline(own, row, "I did not do it.", "Soo-jin Kim", verified="password")
    assert [each.kind for each in row.signatures.all()] == [kind]


def test_several_are_signed_with_one_name_and_only_those_that_were_ticked() -> None:
    changed(window("Kim", "IA_BE_16"))
    kim, ticked, left = just_signed_in("kim"), window("Kim"), window("Kim", "IA_BE_16")

    page = kim.get("/sign/several/").content.decode()
    assert page.count('type="checkbox"') == 2
    assert " checked" not in page
    assert "Tick each statement that you sign." in text(sends(kim, "/sign/several/", NAME).content)
    tick = f"window-{ticked.id}"
    read = as_read(kim, "/sign/several/")
    answer = kim.post("/sign/several/", {**NAME, tick: read[tick]}, follow=True)

    assert "Signed. IA_PSPA_21 now has 8 of 18 clinicians." in text(answer.content)
    assert (ticked.signatures.count(), left.signatures.count()) == (1, 0)


def test_a_box_for_somebody_else_s_window_is_not_there() -> None:
    other, kim = window("Johnson"), just_signed_in("kim")
    changed(other, "2026-05-01", "2026-07-29")

    sends(kim, "/sign/several/", {**NAME, f"window-{window('Johnson').id}": "on"})

    assert not window("Johnson").signatures.exists()


def test_withdrawing_says_what_is_left_and_keeps_the_first_signature() -> None:
    kim, row = just_signed_in("kim"), window("Kim", "IA_BE_16")

    asked = text(kim.get(f"/sign/{row.id}/withdraw/").content)
    assert "IA_BE_16 would have 10 of 18 clinicians and still count." in asked
    sends(kim, f"/sign/{row.id}/withdraw/", {**NAME, "reason": "the days were of another year."})

    assert [each.kind for each in row.signatures.all()] == ["own", "withdrawn"]
    assert row.signatures.last().statement == (  # type: ignore[union-attr]
        "I withdraw my signature of September 16, 2026 for IA_BE_16, because the days were of another year. "
        "The earlier signature stays in the record and no longer counts."
    )
    number = row.signatures.last().number  # type: ignore[union-attr]
    said = f"Withdrawn on September 16, 2026, 9:00 a.m. EDT. Receipt {number}."
    assert said in text(kim.get(f"/sign/{row.id}/receipt/").content)


def test_a_full_stop_alone_is_no_reason() -> None:
    kim, row = just_signed_in("kim"), window("Kim", "IA_BE_16")

    asked = text(sends(kim, f"/sign/{row.id}/withdraw/", {**NAME, "reason": " . "}).content)

    assert "Enter your reason." in asked
    assert [each.kind for each in row.signatures.all()] == ["own"]


def test_a_reason_that_may_name_a_patient_is_kept_once_somebody_says_that_it_names_none() -> None:
    kim, row = just_signed_in("kim"), window("Kim", "IA_BE_16")
    address, given = f"/sign/{row.id}/withdraw/", {**NAME, "reason": "MRN 0012345 was seen by another."}
    assert TICK not in text(kim.get(address).content)

    asked = text(sends(kim, address, given).content)

    assert "Nothing was saved." in asked
    assert TICK in asked
    assert [each.kind for each in row.signatures.all()] == ["own"]
    sends(kim, address, {**given, "nobody": "on"})
    assert [each.kind for each in row.signatures.all()] == ["own", "withdrawn"]


def test_who_withdrew_does_not_count_is_not_asked_again_and_can_sign_again_themselves(browse: Browse) -> None:
    kim, manager, row = just_signed_in("kim"), browse("manager"), window("Kim", "IA_BE_16")
    sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", NAME)

    sends(kim, f"/sign/{row.id}/withdraw/", {**NAME, "reason": "the days were of another year."})

    assert "You have nothing to sign." in text(kim.get("/sign/").content)
    told = text(manager.get(f"{P}/signatures/").content)
    assert "Everyone has answered. 23 signatures on file, 1 withdrawn." in told
    assert "Kim, Soo-jin, MD IA_BE_16 Withdrawn" in told
    assert "1 not counting" in text(manager.get(f"{P}/participation/?activity=IA_BE_16").content)
    assert "Withdrawn" in text(manager.get(f"{P}/participation/?activity=IA_BE_16").content)
    assert "10 count today, 1 is under way, 1 was withdrawn." in text(manager.get(f"{P}/plan/").content)
    manager.post(f"{P}/signatures/")
    assert not any("asks you to sign" in letter.subject for letter in mail.outbox)

    cell = f"{P}/participation/IA_BE_16/{row.clinician_id}/"
    assert "Sign again" in text(kim.get(cell).content)
    sends(kim, f"/sign/{row.id}/", NAME)
    assert row.signatures.last().kind == "own"  # type: ignore[union-attr]
    assert "11 count today" in text(manager.get(f"{P}/plan/").content)


def test_after_a_lock_nobody_signs_and_a_withdrawal_tells_the_signing_official(harbor: Practice) -> None:
    final, kim = lock(harbor), just_signed_in("kim")
    before = final.digest

    for address in (f"/sign/{window('Kim').id}/", f"/sign/{window('Kim').id}/decline/"):
        for answer in (kim.get(address), kim.post(address, NAME)):
            assert answer.status_code == 403
            assert "Dana Whitfield can unlock it, with a reason." in text(answer.content)
    mail.outbox.clear()
    row = window("Kim", "IA_BE_16")
    sends(kim, f"/sign/{row.id}/withdraw/", {**NAME, "reason": "it was not so"})

    assert row.signatures.last().kind == "withdrawn"  # type: ignore[union-attr]
    assert [letter.to for letter in mail.outbox] == [["manager@demo.example"]]
    assert "000123456" not in mail.outbox[0].body
    final.refresh_from_db()
    assert final.digest == before


def test_the_database_itself_refuses_to_change_a_signature() -> None:
    for change in (Signature.objects.all().delete, lambda: Signature.objects.update(typed_name="Another")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_form_that_waited_comes_back_filled_and_goes_to_its_own_page(browse: Browse) -> None:
    """With the wrong name, with something behind the question mark, and where somebody goes back first."""
    kim, row = browse("kim"), window("Kim", "IA_BE_16")
    here = f"/sign/{row.id}/withdraw/"
    asked = sends(kim, f"{here}?from=mail", {"reason": "I was on leave", "name": "Somebody Else"})
    assert asked.headers["Location"] == f"/account/confirm/?next={here}"
    assert f'<a href="{here}?typed=back">Go back</a>' in kim.get(asked.headers["Location"]).content.decode()
    back = kim.get(f"{here}?typed=back").content.decode()
    assert "I was on leave" in back
    assert "Somebody Else" not in back

    answer = kim.post(asked.headers["Location"], {"password": "a demonstration only"})

    page = answer.content.decode()
    assert "Type your name as shown: Soo-jin Kim." in page
    assert "I was on leave" in page
    assert f'<form method="post" action="{here}?from=mail"' in page
    sends(kim, f"{here}?from=mail", {"reason": "I was on leave", "name": "Soo-jin Kim"})
    assert row.signatures.order_by("-id").first().kind == "withdrawn"
    assert "You began this" not in kim.get(here, follow=True).content.decode()
