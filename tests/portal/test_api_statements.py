"""Statements through the API: in the words of the pages, with a code of the app, and the same records."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from apps import App, Clock
from django.core import mail
from django.db import transaction
from programs import asked, codes
from signing import P, another_practice, just_signed_in, lock, sends, window

from mips_ia.portal import seals
from mips_ia.portal.actions import signing
from mips_ia.portal.models import Delegation, Entry, Final, Person, Practice, Signature
from mips_ia.portal.statements import delegation as allows
from mips_ia.portal.statements import own

Says = Callable[..., tuple[int, Any]]
NAMES = {"kim": "Soo-jin Kim", "manager": "Dana Whitfield"}


@pytest.fixture
def apps(person: Callable[[str], Person], codes_clock: Clock) -> dict[str, App]:
    """The apps of Dr. Kim and of the manager."""
    return {name: App(person(name), codes_clock) for name in NAMES}


@pytest.fixture
def send(person: Callable[[str], Person], harbor: Practice) -> Says:
    """The status and the JSON of what somebody's program asks, by a token that signs and reads."""

    def sent(who: str, address: str, body: object = None, method: str = "POST", year: int = 2026) -> Any:
        place = f"/api/practices/{harbor.slug}/{year}{address}"
        return asked(person(who), method, place, body, scopes=("read", "sign"))

    return sent


@pytest.fixture
def say(send: Says, apps: dict[str, App]) -> Says:
    """The same with everything that a statement needs: its words as they are told, the name, a code."""

    def said(who: str, address: str, **body: object) -> tuple[int, Any]:
        status, told = send(who, address, body)
        if status == 422 and ("other_words", "statement") in codes(told):
            words = next(each["fix"] for each in told["problems"] if each["code"] == "other_words")
            whole = {"statement": words, "code": apps[who].code()}
            whole |= {} if address.endswith("/record") else {"typed_name": NAMES[who]}
            status, told = send(who, address, whole | body)
        return status, told

    return said


def at(row: object, what: str) -> str:
    return f"/windows/{row.id}/{what}"  # type: ignore[attr-defined]


# ---- Signing


def test_what_waits_has_the_words_of_signing_and_of_declining(send: Says, say: Says) -> None:
    status, found = send("kim", "/to-sign", method="GET")
    (told,) = found["items"]
    row = window("Kim")

    assert (status, found["count"], told["window"]) == (200, 1, row.id)
    assert (told["sign"], told["decline"]) == (own(row), "I did not do IA_PSPA_21 in 2026.")
    status, refused = send("manager", "/to-sign", method="GET")
    assert (status, refused["problems"][0]["fix"]) == (403, "Only the person whom it concerns can.")
    assert say("kim", at(row, "sign"), statement=told["sign"])[0] == 422  # without name and code
    assert not row.signatures.exists()


def test_a_signature_is_the_record_that_the_page_makes_and_counts(send: Says, say: Says) -> None:
    row = window("Kim")
    with transaction.atomic():
        sends(just_signed_in("kim"), f"/sign/{row.id}/", {"name": "Soo-jin Kim"})
        page, lines = row.signatures.get(), Entry.objects.latest("id")
        transaction.set_rollback(True)
    mail.outbox.clear()

    status, told = say("kim", at(row, "sign"))

    made = row.signatures.get()
    same = ("kind", "statement", "version", "typed_name", "person_id", "role", "basis", "reason", "seal")
    assert status == 200
    assert [getattr(made, name) for name in same] == [getattr(page, name) for name in same]
    assert (made.verified, made.digest) == ("app code, by a token", seals.of(made))
    assert (told["number"], told["digest"], told["verified"], told["holds"]) == (
        made.number, made.digest, made.verified, True,
    )  # fmt: skip
    line = Entry.objects.latest("id")
    assert (line.action, line.record, line.role) == (lines.action, lines.record, lines.role)
    assert [each.to for each in mail.outbox] == [["kim@demo.example"]]
    assert made.number in mail.outbox[0].body
    tally = next(
        each for each in send("manager", "/activities", method="GET")[1]["items"]
        if each["activity"] == "IA_PSPA_21"
    )  # fmt: skip
    assert tally["clinicians"] == 8
    found = send("manager", "/log/seals", method="GET")[1]
    assert (found["broken_line"], found["changed_record"]) == (None, None)


def test_what_stands_against_a_statement_is_told_at_once_and_uses_no_code_up(
    send: Says, apps: dict[str, App]
) -> None:
    row, code = window("Kim"), apps["kim"].code()
    given = {"statement": own(row), "typed_name": "Soo-jin Kim", "code": code}

    status, told = send("kim", at(row, "sign"), given | {"statement": "I did it.", "typed_name": "Kim"})
    assert (status, codes(told)) == (422, [("other_words", "statement"), ("wrong_name", "typed_name")])
    assert [each["fix"] for each in told["problems"]] == [own(row), "Type your name as shown: Soo-jin Kim."]
    status, told = send("kim", at(row, "sign"), given | {"code": None})
    assert (status, codes(told)) == (422, [("needs_code", "code")])
    assert codes(send("kim", at(row, "sign"), given | {"code": "12345"})[1])[0][0] == "wrong_shape"
    assert not Signature.objects.filter(window=row).exists()

    assert send("kim", at(row, "sign"), given)[0] == 200


def test_nobody_signs_for_a_clinician_whatever_their_role(say: Says) -> None:
    mine, others = window("Kim"), window("Johnson")

    for what, more in (("sign", {}), ("decline", {}), ("withdraw", {"reason": "a mistake"})):
        assert say("kim", at(others, what), **more)[0] == 404
        assert say("manager", at(mine, what), **more)[0] == 403
    assert not mine.signatures.exists()


def test_a_token_without_the_scope_makes_no_statement(
    person: Callable[[str], Person], harbor: Practice, apps: dict[str, App]
) -> None:
    row = window("Kim")
    body = {"statement": own(row), "typed_name": "Soo-jin Kim", "code": apps["kim"].code()}
    place = f"/api/practices/{harbor.slug}/2026{at(row, 'sign')}"
    rest = ("read", "write", "export", "people", "unlock")

    assert asked(person("kim"), "POST", place, body, scopes=rest)[0] == 403
    assert asked(person("kim"), "POST", place, body, scopes=("sign",))[0] == 200


def test_a_window_that_was_changed_or_signed_or_is_too_short_is_refused(say: Says, send: Says) -> None:
    row = window("Kim")
    manager = just_signed_in("manager")
    manager.post(f"{P}/plan/{row.id}/", {"first": "2026-03-03", "last": "2026-05-31", "save": "1"})
    assert (send("kim", at(row, "sign"))[0], send("kim", at(row, "decline"))[0]) == (409, 409)

    row = window("Kim")
    assert say("kim", at(row, "sign"))[0] == 200
    status, told = send("kim", at(row, "sign"))
    assert (status, codes(told)) == (422, [("said_already", f"window {row.id}")])
    assert row.signatures.get().number in told["problems"][0]["what"]

    manager.post(f"{P}/plan/{row.id}/", {"first": "2026-08-03", "last": "2026-09-10", "save": "1"})
    short = window("Kim")
    status, told = send("kim", at(short, "sign"))
    assert (status, [each["code"] for each in told["problems"]]) == (422, ["not_waiting", "too_short"])
    assert told["problems"][0]["what"].endswith("IA_PSPA_21 is Too short.")


def test_a_clinician_declines_and_may_sign_after_all(say: Says, send: Says) -> None:
    row = window("Kim")

    assert say("kim", at(row, "decline"))[0] == 200
    assert codes(send("kim", at(row, "decline"))[1]) == [("said_already", f"window {row.id}")]
    assert say("kim", at(row, "sign"))[0] == 200
    assert [each.kind for each in row.signatures.all()] == ["declined", "own"]


def test_what_is_signed_is_not_declined_and_the_answer_names_the_withdrawal(say: Says, send: Says) -> None:
    row = window("Kim", "IA_BE_16")

    status, told = send("kim", at(row, "decline"))

    assert (status, codes(told)) == (422, [("signed", f"window {row.id}")])
    assert told["problems"][0]["fix"] == "Withdraw the signature, with a reason."
    assert say("kim", at(row, "withdraw"), reason="the days were wrong")[0] == 200
    assert say("kim", at(row, "decline"))[0] == 200


def test_a_withdrawal_has_a_reason_that_names_no_patient(say: Says, send: Says) -> None:
    row = window("Kim", "IA_BE_16")
    assert codes(send("kim", at(window("Kim"), "withdraw"), {"reason": "a mistake"})[1]) == [
        ("not_signed", f"window {window('Kim').id}")
    ]
    assert codes(send("kim", at(row, "withdraw"), {"reason": " . "})[1]) == [("lacking", "reason")]
    status, told = send("kim", at(row, "withdraw"), {"reason": "of MRN 0012345"})
    assert codes(told)[0] == ("may_name_patient", "reason")

    status, told = say("kim", at(row, "withdraw"), reason="the days were wrong.")

    made = row.signatures.latest("id")
    assert (status, made.kind, made.reason) == (200, "withdrawn", "the days were wrong")
    assert ", because the days were wrong. The earlier signature stays" in made.statement
    assert mail.outbox == []


def test_in_a_locked_year_nothing_is_signed_and_a_withdrawal_tells_the_officials(
    say: Says, send: Says, harbor: Practice
) -> None:
    lock(harbor)
    row, signed = window("Kim"), window("Kim", "IA_BE_16")
    for what in ("sign", "decline"):
        assert codes(send("kim", at(row, what))[1]) == [("locked", "2026")]

    assert say("kim", at(signed, "withdraw"), reason="the days were wrong")[0] == 200

    assert [each.to for each in mail.outbox] == [["manager@demo.example"]]


# ---- Delegations


def test_a_delegation_is_given_to_a_colleague_by_their_address(say: Says, send: Says, access: Any) -> None:
    given = {"email": "Manager@demo.example", "until": "2026-12-31"}
    status, told = say("kim", "/delegations", **given)

    made = Delegation.objects.latest("id")
    assert (status, told["id"], told["delegate"], told["holds"]) == (200, made.id, "Dana Whitfield", True)
    assert made.statement == allows(access("kim"), made.delegate, date(2026, 12, 31))
    assert (made.digest, made.verified) == (seals.of(made), "app code, by a token")
    assert Entry.objects.latest("id").action == "delegation given"
    for wrong, where in (({"email": "admin@demo.example"}, "email"), ({"until": "2026-09-15"}, "until")):
        assert codes(send("kim", "/delegations", given | wrong)[1]) == [("wrong_answer", where)]
    assert send("manager", "/delegations", given)[0] == 403


def test_under_a_delegation_somebody_records_and_without_one_nobody(
    say: Says, send: Says, access: Callable[..., Any], person: Callable[[str], Person]
) -> None:
    row, basis = window("Kim"), {"basis": "the falls log."}
    assert codes(send("manager", at(row, "record"), basis)[1]) == [("no_delegation", f"window {row.id}")]
    assert send("johnson", at(row, "record"), basis)[0] == 404
    given = signing.delegate(
        access("kim"), person("manager"), date(2026, 12, 31), "", "Soo-jin Kim", verified="password"
    )
    assert codes(send("manager", at(row, "record"), {"basis": "MRN 0012345"})[1])[0] == (
        "may_name_patient", "basis",
    )  # fmt: skip

    status, told = say("manager", at(row, "record"), **basis)

    made = row.signatures.get()
    assert (status, told["kind"], told["delegation"]) == (200, "delegated", given.id)
    assert (made.typed_name, made.basis, made.digest) == ("Dana Whitfield", "the falls log", seals.of(made))
    assert made.statement.endswith("This is not Soo-jin Kim’s own signature.")
    assert codes(send("manager", at(row, "record"), basis)[1])[0][0] == "not_waiting"
    signing.end(access("kim"), given)
    assert send("manager", at(row, "record"), basis)[0] == 403
    assert send("admin", at(row, "record"), basis)[0] == 403


def test_of_two_windows_the_one_that_counts_is_recorded(
    send: Says, access: Callable[..., Any], person: Callable[[str], Person]
) -> None:
    signing.delegate(
        access("kim"), person("manager"), date(2026, 12, 31), "", "Soo-jin Kim", verified="password"
    )
    first = window("Kim")
    just_signed_in("manager").post(f"{P}/plan/{first.id}/", {"first": "2026-03-02", "last": "2026-05-30"})
    second = first.year.windows.create(
        clinician=first.clinician, activity=first.activity, first=date(2026, 4, 1), last=date(2026, 7, 31),
        entered_by=person("manager"),
    )  # fmt: skip

    told = send("manager", at(second, "record"), {"basis": "the log"})[1]

    assert codes(told) == [("not_waiting", f"window {second.id}")]
    assert str(first.id) in told["problems"][0]["fix"]


# ---- Locking


def test_a_signing_official_locks_the_year_as_they_read_it(say: Says, send: Says, harbor: Practice) -> None:
    read = send("manager", "/lock", method="GET")[1]
    assert read["statement"].startswith("I, Dana Whitfield, practice manager, have reviewed the 1 activity")
    assert codes(send("manager", "/lock", {"shown": "0" * 64})[1]) == [("changed", "2026")]

    status, told = say("manager", "/lock", shown=read["shown"])

    made = Final.objects.get(year__practice=harbor, year__year=2026)
    assert (status, told["id"], told["kind"], told["files"]) == (
        200, made.id, "locked", ["qpp.json", "qrda3.xml"],
    )  # fmt: skip
    assert (made.statement, made.typed_name) == (read["statement"], "Dana Whitfield")
    assert (made.verified, made.digest) == ("app code, by a token", seals.of(made))
    assert codes(send("manager", "/lock", {"shown": read["shown"]})[1]) == [("locked", "2026")]
    closed = send("manager", "/lock", method="GET")[1]
    assert (closed["locked"], closed["statement"], closed["shown"]) == (True, "", "")


def test_who_may_not_lock_reads_no_statement_and_what_counts_must_be_as_it_was_read(
    say: Says, send: Says, harbor: Practice
) -> None:
    read = send("admin", "/lock", method="GET")[1]
    assert (read["statement"], read["shown"]) == ("", "")
    assert send("admin", "/lock", {"shown": "0" * 64})[0] == 403

    shown = send("manager", "/lock", method="GET")[1]["shown"]
    assert say("kim", at(window("Kim"), "sign"))[0] == 200
    status, told = send("manager", "/lock", {"shown": shown})
    assert (status, codes(told)) == (409, [("changed", "2026")])
    assert not Final.objects.filter(year__practice=harbor).exists()
    assert codes(send("manager", "/lock", {"shown": ""}, year=2025)[1])[0][0] == "changed"


def test_a_window_of_another_year_or_practice_is_not_there(
    send: Says, person: Callable[[str], Person]
) -> None:
    row = window("Kim")
    elsewhere = f"/api/practices/{another_practice().slug}/2026{at(row, 'sign')}"

    assert send("kim", at(row, "sign"), year=2025)[0] == 404
    assert asked(person("kim"), "POST", elsewhere, scopes=("sign",))[0] == 404
