"""Rows that say `delegate`: recorded by the delegate alone, and asked of them otherwise."""

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from signing import as_read, just_signed_in

from mips_ia.portal.actions import signing, uploads
from mips_ia.portal.actions.delegated import recorded
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Clinician, Delegation, Person, Practice, Request, Signature, Upload, Window
from mips_ia.portal.statements import delegation as says
from mips_ia.portal.statements import mark
from mips_ia.portal.tenancy import access_of

HEADER = (
    "performance_year,tin,npi,activity_id,start_date,end_date,attested_by,delegate_email,attested_on,basis\n"
)
LAST = date(2026, 12, 31)
NONE = 'Saved as "Not signed": no delegation from this clinician is on file.'


@pytest.fixture
def rossi(harbor: Practice) -> Clinician:
    """A clinician who has no window of IA_BE_16."""
    return Clinician.objects.get(practice=harbor, last_name="Rossi")


@pytest.fixture
def given(harbor: Practice, rossi: Clinician, person: Callable[[str], Person]) -> Delegation:
    """Rossi lets the manager record, from today to the end of the year."""
    who, themselves = person("manager"), access_of(person("rossi"), harbor.slug, 2026)
    return signing.delegate(
        themselves, who, LAST, says(themselves, who, LAST), rossi.spoken, verified="password"
    )


def text(
    rossi: Clinician, email: str = "manager@demo.example", on: str = "2026-09-16", basis: str = "the minutes",
    last: str = "2026-05-05",
) -> str:  # fmt: skip
    return f"{HEADER}2026,000123456,{rossi.npi},IA_BE_16,2026-01-05,{last},delegate,{email},{on},{basis}\n"


def saved(who: Any, upload: Upload, verified: str = "password") -> Any:
    """A file saved by somebody who read what is recorded in their name."""
    read = mark(*recorded(who, check(who, upload).trial))
    return uploads.save(who, upload, verified=verified, marked=read)


@pytest.fixture
def told(access: Callable[..., Any]) -> Callable[..., list[tuple[int, str, str]]]:
    """What a file says of its one row, before it is saved."""

    def checked(file: str, who: str = "manager") -> list[tuple[int, str, str]]:
        they = access(who)
        found = check(they, uploads.keep(they, "participation", "w.csv", file.encode()))
        return [(row.line, each.column, each.message) for row in found.rows for each in row.said]

    return checked


def word(harbor: Practice, rossi: Clinician) -> str:
    return str(Ledger(harbor.years.get(year=2026)).cell(rossi.id, "IA_BE_16").word)


@pytest.mark.usefixtures("given")
def test_the_delegate_who_uploads_it_records_it_in_their_own_name(
    browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice, rossi: Clinician
) -> None:
    client = browse("manager")
    place = f"/p/{harbor.slug}/2026/participation/upload/"
    page = unescape(client.post(place, {"pasted": text(rossi)}, follow=True).content.decode())
    assert "Recorded in your name under the delegation of September 16, 2026, when you save." in page
    assert "I, Dana Whitfield, practice manager, record that" in page
    assert "I base this on the minutes. This is not" in page
    here = f"/p/{harbor.slug}/2026/participation/uploads/{Upload.objects.get().id}/"
    before = Signature.objects.count()

    again = client.post(here, {"save": "1"})  # whoever signed in long ago shows once more who they are
    assert again["Location"].startswith("/account/confirm/")
    assert Signature.objects.count() == before
    saved(access("manager"), Upload.objects.get(), "passkey")

    made = Signature.objects.latest("id")
    assert (made.kind, made.person.email, made.basis) == ("delegated", "manager@demo.example", "the minutes")
    assert made.verified == "passkey"
    assert word(harbor, rossi) == "Delegated"
    assert not Request.objects.exists()


@pytest.mark.usefixtures("given")
def test_what_is_recorded_is_what_the_page_showed(harbor: Practice, rossi: Clinician) -> None:
    manager, place = just_signed_in("manager"), f"/p/{harbor.slug}/2026/participation/upload/"
    here = manager.post(place, {"pasted": text(rossi)})["Location"]
    read, before = as_read(manager, here), Signature.objects.count()
    Clinician.objects.filter(pk=rossi.pk).update(last_name="Rossi-Lee")

    page = unescape(manager.post(here, read | {"save": "1"}, follow=True).content.decode())

    assert f"Nothing was saved. {uploads.OTHERS} {uploads.READ}" in page
    assert "Rossi-Lee took part" in page
    assert Signature.objects.count() == before
    manager.post(here, as_read(manager, here) | {"save": "1"})
    assert "Rossi-Lee took part" in Signature.objects.latest("id").statement


@pytest.mark.usefixtures("given")
def test_what_comes_back_as_it_was_typed_has_the_mark_of_what_the_page_shows_now(
    harbor: Practice, rossi: Clinician, browse: Callable[[str], Client]
) -> None:
    manager, place = browse("manager"), f"/p/{harbor.slug}/2026/participation/upload/"
    here = manager.post(place, {"pasted": text(rossi)})["Location"]
    read = as_read(manager, here)
    asked = manager.post(here, read | {"save": "1", "ended": "a seal"})
    assert asked["Location"].startswith("/account/confirm/")
    Clinician.objects.filter(pk=rossi.pk).update(last_name="Rossi-Lee")

    back = manager.get(f"{here}?typed=back").content.decode()

    assert "Rossi-Lee took part" in unescape(back)
    assert 'name="stated"' in back
    assert read["stated"] not in back


@pytest.mark.usefixtures("given")
def test_what_is_recorded_by_saving_waits_for_no_signature(
    harbor: Practice, rossi: Clinician, browse: Callable[[str], Client]
) -> None:
    for email, waits in (
        ("manager@demo.example", "none of these windows waits for it"),
        ("nobody@demo.example", "1 window will wait for a signature"),
    ):
        file = {"pasted": text(rossi, email=email)}
        answer = browse("manager").post(f"/p/{harbor.slug}/2026/participation/upload/", file, follow=True)
        assert f"Nothing is signed by a file: {waits}." in unescape(answer.content.decode())


@pytest.mark.usefixtures("given")
def test_the_same_file_again_records_nothing_more(
    access: Callable[..., Any], rossi: Clinician, harbor: Practice
) -> None:
    who = access("manager")
    for line in ("1 row read: 1 new, 0 changed, 0 same.", "1 row read: 0 new, 0 changed, 1 same."):
        upload = uploads.keep(who, "participation", "w.csv", text(rossi).encode())
        assert saved(who, upload).line == line
    assert Signature.objects.filter(window__clinician=rossi, window__activity="IA_BE_16").count() == 1
    assert word(harbor, rossi) == "Delegated"


@pytest.mark.usefixtures("given")
def test_anybody_else_asks_the_delegate_who_then_records_it(
    access: Callable[..., Any],
    rossi: Clinician,
    harbor: Practice,
    browse: Callable[[str], Client],
    told: Callable[..., Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    expected = 'Saved as "Not signed": Dana Whitfield is asked to record it under the delegation.'
    assert told(text(rossi), "admin") == [(2, "delegate_email", expected)]
    who, before = access("admin"), Signature.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        uploads.save(who, uploads.keep(who, "participation", "w.csv", text(rossi).encode()))

    assert Signature.objects.count() == before
    assert word(harbor, rossi) == "Not signed"
    assert [each.to for each in mail.outbox] == [["manager@demo.example"]]
    assert mail.outbox[0].subject == "Harbor Rehabilitation Group asks you to record 1 window"
    assert rossi.last_name not in mail.outbox[0].body
    page = unescape(browse("manager").get("/sign/").content.decode())
    assert "You are asked to record" in page
    address = f"/p/{harbor.slug}/2026/participation/IA_BE_16/{rossi.id}/record/?basis=the%20minutes"
    assert address in page
    assert 'value="the minutes"' in browse("manager").get(address).content.decode()
    assert "You are asked to record" not in browse("kim").get("/sign/").content.decode()

    uploads.save(who, uploads.keep(who, "participation", "w.csv", text(rossi).encode()))
    assert Request.objects.count() == 1, "nobody is asked twice"
    manager = access("manager")
    upload = uploads.keep(manager, "participation", "w.csv", text(rossi).encode())
    again = saved(manager, upload)
    assert again.line == "1 row read: 0 new, 1 changed, 0 same."
    assert Window.objects.filter(clinician=rossi, activity="IA_BE_16").count() == 1
    assert word(harbor, rossi) == "Delegated"
    assert "You are asked to record" not in browse("manager").get("/sign/").content.decode()


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(
    ("known", "column", "message"),
    [
        ({"email": "kim@demo.example"}, "delegate_email", NONE),
        ({"email": "nobody@demo.example"}, "delegate_email", NONE),
        ({"on": "2026-09-15"}, "delegate_email", NONE),
        ({"on": "2026-09-17"}, "attested_on", "Enter today or an earlier date."),
        ({"basis": ""}, "basis", 'Saved as "Not signed": enter what you base the record on.'),
        ({"last": "2026-12-01"}, "delegate_email",
         "Saved without a record: a window is recorded when it is over."),
    ],
)  # fmt: skip
def test_what_is_not_delegated_is_told_and_not_recorded(
    told: Callable[..., Any],
    access: Callable[..., Any],
    rossi: Clinician,
    known: dict[str, str],
    column: str,
    message: str,
) -> None:
    assert (2, column, message) in told(text(rossi, **known))
    who, before = access("manager"), Signature.objects.count()
    if not message.startswith("Enter today"):
        uploads.save(who, uploads.keep(who, "participation", "w.csv", text(rossi, **known).encode()))
    assert Signature.objects.count() == before


def test_a_delegation_that_ended_records_nothing_any_more(
    told: Callable[..., Any], harbor: Practice, rossi: Clinician, person: Callable[[str], Person]
) -> None:
    before = timezone.datetime(2026, 9, 1, 12, tzinfo=timezone.get_current_timezone())
    Delegation.objects.create(
        clinician=rossi, year=harbor.years.get(year=2026), delegate=person("manager"),
        until=date(2026, 9, 10), statement="", typed_name="", given_at=before,
    )  # fmt: skip

    says_ = 'Saved as "Not signed": the delegation to Dana Whitfield is over.'
    assert (2, "delegate_email", says_) in told(text(rossi, on="2026-09-05"))
    assert (2, "delegate_email", NONE) in told(text(rossi, on=""))
