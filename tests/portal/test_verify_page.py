"""Anybody checks a file or a receipt, and learns whether it is exactly what was received, and when."""

import re
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from tampering import past_the_portal

from mips_ia.portal import clock, vaults
from mips_ia.portal.actions import audit, binders, evidence
from mips_ia.portal.models import Audit, AuditSent, Binder, Entry, Practice, Revision, Signature
from mips_ia.portal.tenancy import Access

POLICY = b"Every patient over 65 is screened for falls at each visit.\n"
EXACTLY = "This is exactly what was received on September 16, 2026, 9:00 a.m. EDT."
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untried")]


@pytest.fixture
def kept(access: Callable[..., Access]) -> Revision:
    told = {"name": "policy.txt", "media_type": "text/plain", "title": "Fall screening policy"}
    return evidence.receive(access("manager"), POLICY, told)


def check(content: bytes | None = None, receipt: str = "") -> Any:
    """What somebody without an account is answered."""
    given: dict[str, Any] = {"receipt": receipt}
    if content is not None:
        given["file"] = SimpleUploadedFile("anything.bin", content)
    return Client(SERVER_NAME="localhost").post("/verify/", given)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_neither_of_two_ways_to_ask_is_called_optional_where_one_is_needed() -> None:
    page = text(Client(SERVER_NAME="localhost").get("/verify/"))

    assert "File Give a file, a receipt number below, or both." in page
    assert "(optional)" not in page


def test_a_file_is_exactly_what_was_received_or_it_differs(kept: Revision) -> None:
    assert EXACTLY in text(check(POLICY))
    for place in range(0, len(POLICY), 7):
        other = bytearray(POLICY)
        other[place] ^= 1
        cache.clear()
        assert "This differs." in text(check(bytes(other))), place
    assert kept.sha256 in text(check(POLICY))


def test_a_receipt_is_that_of_its_file_and_of_no_other(kept: Revision) -> None:
    lower = f" {kept.receipt.lower()} "

    assert EXACTLY in text(check(receipt=lower))
    assert EXACTLY in text(check(POLICY, kept.receipt))
    assert "This differs." in text(check(b"Something else", kept.receipt))
    assert "This differs." in text(check(receipt="0000000000"))


def test_a_signature_s_receipt_says_when_it_was_signed(harbor: Practice) -> None:
    signature = Signature.objects.filter(window__year__practice=harbor, seal__gt=0).first()
    assert signature is not None

    assert "This is exactly what was received on" in text(check(receipt=signature.number))
    assert "This differs." in text(check(POLICY, signature.number))


def test_a_record_that_was_changed_in_the_database_differs(kept: Revision) -> None:
    """As somebody could who owns the database: the trigger is taken away first."""
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " on portal_revision"
        cursor.execute(f"drop trigger portal_revision_no_update{on}")
    Revision.objects.filter(pk=kept.pk).update(received_at="2026-09-01T13:00:00Z")

    assert "This differs." in text(check(receipt=kept.receipt))
    assert "This differs." in text(check(POLICY))


@pytest.fixture
def package(kept: Revision, access: Callable[..., Access]) -> Callable[..., tuple[Binder, bytes]]:
    """Makes a binder, or the package of a request, and gives its bytes too."""
    del kept

    def make(request: Audit | None = None) -> tuple[Binder, bytes]:
        row = binders.ask(access("manager"), audit=request)
        row.refresh_from_db()
        return row, b"".join(vaults.store().read(row.sha256))

    return make


@pytest.fixture
def asked(access: Callable[..., Access]) -> Audit:
    due = {"due_on": date(2026, 10, 1), "due_because": "45 days"}
    return Audit.objects.create(
        year=access("manager").year, received_on=date(2026, 8, 17), asked_by="Guidehouse", scope="", **due,
        person=access("manager").person, role="manager", at=clock.now(),
    )  # fmt: skip


def test_a_binder_and_a_package_are_said_to_be_one_and_nothing_else_is_told(
    package: Callable[..., tuple[Binder, bytes]], asked: Audit, harbor: Practice
) -> None:
    for request, what in ((None, "binder"), (asked, "package")):
        row, content = package(request)
        page = text(check(content))
        assert f"This is exactly the {what} that was made here on September 16, 2026, 9:00 a.m. EDT." in page
        for word in (harbor.name, "Guidehouse", row.asked_by.name):
            assert word not in page
        assert "This differs." in text(check(content + b"\0"))
        assert "This differs." in text(check(content, "0000000000"))


def test_a_binder_whose_row_was_changed_past_the_portal_differs(
    package: Callable[..., tuple[Binder, bytes]],
) -> None:
    row, content = package()
    with past_the_portal():
        Binder.objects.filter(pk=row.pk).update(made_at="2026-09-01T13:00:00Z")

        assert "This differs." in text(check(content))


def test_what_was_marked_as_sent_is_said_to_be_so(asked: Audit, access: Callable[..., Access]) -> None:
    known = {"sent_on": date(2026, 9, 1), "how": "By mail", "what": "One file."}
    sent = audit.send(access("manager"), asked, [], sha256=sha256(POLICY).hexdigest(), **known)

    said = "This is exactly what was marked here as sent on September 16, 2026, 9:00 a.m. EDT."
    assert said in text(check(POLICY))
    assert "This differs." in text(check(POLICY + b"\0"))
    with past_the_portal():
        AuditSent.objects.filter(pk=sent.pk).update(at="2026-09-01T13:00:00Z")
        assert "This differs." in text(check(POLICY))


def test_nothing_else_is_told_and_nothing_is_kept(kept: Revision, harbor: Practice) -> None:
    lines, rows = Entry.objects.count(), Revision.objects.count()

    page = text(check(POLICY)) + text(check(receipt=kept.receipt))

    for word in (harbor.name, "policy.txt", "Fall screening", "E-1", kept.person.name):
        assert word not in page
    assert (Entry.objects.count(), Revision.objects.count()) == (lines, rows)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "Choose a file, or enter a receipt number."),
        (b"", "This file is empty. Choose another one."),
        (
            b"x" * 25_000_001,
            "Choose a file under 25 MB. Nothing larger was received; a larger binder has its verify.py.",
        ),
    ],
)
def test_what_is_wrong_is_said(content: bytes | None, says: str) -> None:
    answer = check(content)

    assert answer.status_code == 422
    assert says in text(answer)


@pytest.mark.usefixtures("one_minute")
def test_nobody_tries_receipts_for_long() -> None:
    codes = [check(receipt=f"{number:010X}").status_code for number in range(11)]

    assert codes == [200] * 10 + [429]
