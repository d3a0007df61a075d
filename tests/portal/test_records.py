"""What was signed keeps every detail of how, in a form that can be checked, and the database holds it."""

import json
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from signing import P, just_signed_in, sends, text, window

from mips_ia.portal import clock, seals
from mips_ia.portal.actions import sending, signing
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Delegation, Final, Practice, Signature
from mips_ia.portal.outgoing import outgoing, seen
from mips_ia.portal.statements import VERSION

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def locked(access: Any) -> Final:
    """The year as the signing official locks it."""
    shown = seen(ledger := Ledger(access.year), outgoing(ledger, clock.now()))
    return sending.lock(access, "I have reviewed it.", "Dana Whitfield", shown, verified="password")


def refused(table: str, change: str) -> None:
    """The database itself says no."""
    with pytest.raises(DatabaseError, match="keeps what it has"), transaction.atomic():
        connection.cursor().execute(f"update portal_{table} set {change}")


def test_a_delegation_is_kept_with_its_version_account_role_and_digest() -> None:
    given = Delegation.objects.get(clinician__last_name="Moreau")

    assert (given.version, given.role, given.person) == (VERSION, "clinician", given.clinician.person)
    assert given.digest == seals.of(given)


@pytest.mark.parametrize(
    "change",
    ["statement = 'I allow everything'", "until = '2029-12-31'", "typed_name = 'X'", "digest = 'x'",
     "delegate_id = person_id", "given_at = '2025-01-01'", "version = '9'", "role = 'admin'",
     "verified = 'passkey'"],
)  # fmt: skip
def test_of_a_delegation_nothing_changes_in_the_database(change: str) -> None:
    refused("delegation", change)


def test_a_delegation_ends_once_with_the_name_of_who_ended_it(access: Callable[..., Any]) -> None:
    given = Delegation.objects.get(clinician__last_name="Moreau")

    signing.end(access("manager"), given)

    given.refresh_from_db()
    assert given.ended_by == access("manager").person
    assert given.digest == seals.of(given)
    refused("delegation", "ended_at = null")
    with pytest.raises(DatabaseError, match="keeps what it has"), transaction.atomic():
        Delegation.objects.filter(pk=given.pk)._raw_delete("default")  # noqa: SLF001 - past Django's own care


@pytest.mark.parametrize("table", ["signature", "final", "download", "entry"])
def test_the_records_that_had_it_still_refuse_an_edit(table: str, access: Callable[..., Any]) -> None:
    sending.take(access("manager"), locked(access("manager")), sending.JSON)

    refused(table, "id = id")


def test_a_digest_covers_everything_that_was_signed(access: Callable[..., Any]) -> None:
    final = locked(access("manager"))
    unlocked = sending.unlock(access("manager"), "a reason", verified="password")
    for row in (final, unlocked, *Signature.objects.all(), *Delegation.objects.all()):
        row.refresh_from_db()
        assert row.digest == seals.of(row)
    assert (final.version, unlocked.version) == (VERSION, "")
    changes = {
        final: {"role": "admin", "version": "0", "typed_name": "X", "statement": "X", "qpp_json": "{}",
                "verified": "X"},
        Signature.objects.filter(kind="delegated").get(): {
            "role": "admin", "version": "0", "delegation_id": None, "number": "X", "person_id": 0,
            "basis": "X", "verified": "X",
        },
        Delegation.objects.get(clinician__last_name="Moreau"): {"role": "admin", "verified": "X"},
    }  # fmt: skip
    for row, each in changes.items():
        for name, value in each.items():
            before = getattr(row, name)
            setattr(row, name, value)
            assert row.digest != seals.of(row), name
            setattr(row, name, before)


def test_a_digest_that_was_made_before_can_still_be_checked(access: Callable[..., Any]) -> None:
    """Worked out by hand from what the first form of digest covered."""
    row = Signature.objects.filter(kind="own").first()
    assert row is not None
    row.seal = 1
    row.window_id = 7  # not covered: only what it is said of
    first = seals.of(row)

    row.role, row.version = "admin", "0"

    assert seals.of(row) == first
    row.typed_name = "Somebody Else"
    assert seals.of(row) != first
    assert access("kim")


@pytest.mark.parametrize("kind", [Signature, Delegation, Final])
def test_a_digest_from_before_it_was_kept_how_people_were_verified_can_still_be_checked(
    access: Callable[..., Any], kind: type[Signature | Delegation | Final]
) -> None:
    """Worked out from what the second form of digest covered: all that the third does but this."""
    locked(access("manager"))
    row = kind.objects.order_by("-id").first()
    assert row is not None
    covered = json.loads(seals.text(row))
    assert covered.pop("verified") == "password"

    row.seal, row.verified = 2, ""

    assert seals.of(row) == sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()


def test_the_log_says_whether_every_signed_record_fits(browse: Browse, access: Callable[..., Any]) -> None:
    assert "The fingerprints of all 24 signed records fit." in text(
        browse("manager").get(f"{P}/log/").content
    )

    year = access("manager").year
    Final.objects.create(
        year=year, kind="unlocked", person=access("manager").person, role="manager", at=clock.now(),
        digest="0" * 64,
    )  # fmt: skip

    assert "The fingerprint of the unlocked" in text(browse("manager").get(f"{P}/log/").content)


def test_every_print_has_account_role_version_and_digest(
    browse: Browse, access: Callable[..., Any], harbor: Practice
) -> None:
    kim, row = just_signed_in("kim"), window("Kim")
    sends(kim, f"/sign/{row.id}/", {"name": "Soo-jin Kim"})
    signed = row.signatures.get()
    final, given = locked(access("manager")), Delegation.objects.get(clinician__last_name="Moreau")
    clinician = row.clinician_id
    assert harbor.slug in P
    for client, address, record in (
        (kim, f"/sign/{row.id}/receipt/", signed),
        (kim, f"/sign/{row.id}/withdraw/", signed),
        (browse("manager"), f"{P}/participation/IA_PSPA_21/{clinician}/", signed),
        (browse("manager"), f"{P}/roster/{clinician}/", signed),
        (browse("manager"), f"{P}/roster/{given.clinician_id}/", given),
        (browse("moreau"), "/sign/delegate/", given),
        (browse("manager"), f"{P}/export/", final),
    ):
        page = text(client.get(address).content)
        for each in (
            record.statement, record.typed_name, record.digest, record.person.email,
            f"in the role {record.role}", "Identity verified by: password.",
            f"Statement version {VERSION}.", "September 16, 2026, 9:00 a.m.",
        ):  # fmt: skip
            assert each in page, (address, each)
    letter = mail.outbox[-1].body
    assert signed.digest in letter
    assert f"Statement version {VERSION}." in letter
    assert "Identity verified by: password\n" in letter


@pytest.mark.parametrize(
    ("record", "word"),
    [({"method": "password"}, "password"), ({"method": "mfa", "type": "totp"}, "app code"),
     ({"method": "mfa", "type": "webauthn"}, "passkey"),
     ({"method": "mfa", "type": "recovery_codes"}, "recovery code")],
)  # fmt: skip
def test_a_record_and_its_line_say_the_last_way_in_which_its_person_was_verified(
    browse: Browse, record: dict[str, str], word: str
) -> None:
    kim, row = just_signed_in("kim"), window("Kim")
    session, now = kim.session, time.time()
    records = [{"method": "password", "at": now - 9}, record | {"at": now - 5}]
    session["account_authentication_methods"] = [*records, {"method": "another", "at": now}]
    session.save()

    sends(kim, f"/sign/{row.id}/", {"name": "Soo-jin Kim"})

    assert row.signatures.get().verified == word
    assert f"identity verified by: {word}" in text(browse("manager").get(f"{P}/log/").content)


def test_no_table_of_records_is_emptied_at_one_stroke() -> None:
    sqlite = connection.vendor == "sqlite"
    names = "select name from sqlite_master where type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(names if sqlite else "select tgname from pg_trigger")
        kept = sorted(name.removesuffix("_no_delete") for (name,) in cursor if name.endswith("_no_delete"))

    assert {"portal_entry", "portal_signature", "portal_leaf", "portal_delegation"} < {*kept}
    for table in kept:
        _refused_whole(f"delete from {table}" if sqlite else f"truncate {table} cascade", table, sqlite)


def _refused_whole(order: str, table: str, sqlite: bool) -> None:
    """SQLite asks its triggers row by row, so that a table without rows has nothing to refuse."""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        if sqlite and cursor.fetchone() == (0,):
            return
        with pytest.raises(DatabaseError, match=f"{table} keeps what it has"), transaction.atomic():
            cursor.execute(order)
