"""Files of many practices through the JSON API: checked, mended, saved as one, undone; nothing is lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from programs import codes
from test_batches import AGAIN, FILES, NEW, ONE, ROSTER, TIN, TWO, WINDOWS

from mips_ia.portal.actions import batches, ledger
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.demo import npi_of
from mips_ia.portal.log import broken
from mips_ia.portal.models import (
    Batch,
    Entry,
    Membership,
    Organization,
    Person,
    Practice,
    Signature,
    Stay,
    Window,
)
from mips_ia.portal.statements import mark

SMALL = {"roster.csv": f"{ROSTER}2026,{TIN},{ONE},Reed,Invented,yes\n"}
Program = Callable[..., tuple[int, Any]]


@pytest.fixture
def program(person: Callable[[str], Person]) -> Program:
    """The status and the JSON of what the administrator's program sends, or somebody's: files, or JSON."""

    def sent(
        method: str,
        address: str = "",
        body: object = None,
        *,
        files: dict[str, str] | None = None,
        who: Person | None = None,
        scopes: tuple[str, ...] = ("read", "write"),
        **more: object,
    ) -> tuple[int, Any]:
        secret, _ = make(who or person("admin"), "a test", scopes, 1)
        client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
        place = f"/api/uploads{address}"
        if files:
            content = [SimpleUploadedFile(name, text.encode()) for name, text in files.items()]
            answer = client.post(place, {"file": content, **more})
        else:
            answer = client.generic(method, place, json.dumps(body or {}), content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    return sent


def test_three_files_are_saved_as_one_and_the_same_again_doubles_nothing(
    program: Program, harbor: Practice
) -> None:
    signed = Signature.objects.count()
    status, found = program("POST", files=FILES)
    assert (status, found["state"], found["rows"], found["organization"]) == (
        200, "ready", 6, harbor.organization.name,
    )  # fmt: skip
    assert found["line"] == "6 rows read: 6 new, 0 changed, 0 same."
    assert (found["practices"], found["new_practices"], found["more_problems"]) == (2, 1, 0)
    assert [(each["table"], each["line"]) for each in found["files"]][2] == (
        "participation", "2 rows read: 2 new, 0 changed, 0 same.",
    )  # fmt: skip
    here = f"/{found['id']}"
    _, would = program("GET", f"{here}/practices")
    assert [(each["name"], each["tin_ending"], each["new"]) for each in would["items"]] == [
        (harbor.name, "3456", False), ("Cove Family Practice", "0001", True),
    ]  # fmt: skip
    assert any("from 9 of 18 to 10 of 19" in says for says in would["items"][0]["says"])
    assert not Practice.objects.filter(tin=NEW).exists(), "checking saves nothing"

    status, found = program("POST", f"{here}/save")
    assert (status, found["state"], found["told"]) == (200, "saved", "")
    made = Practice.objects.get(tin=NEW)
    assert Stay.objects.filter(year__practice=made).count() == 2
    assert Signature.objects.count() == signed
    assert codes(program("POST", f"{here}/save")[1])[0][0] == "saved"
    assert codes(program("PATCH", here)[1])[0][0] == "saved"

    logged = Entry.objects.exclude(action__startswith="token")
    lines = logged.count()
    _, again = program("POST", files=FILES)
    assert again["line"] == AGAIN
    assert program("POST", f"/{again['id']}/save")[1]["state"] == "saved"
    assert logged.count() == lines + 3  # that the files came, and in each practice that they were saved
    assert Stay.objects.filter(year__practice=made).count() == 2
    assert [each["id"] for each in program("GET")[1]["items"]] == [again["id"], found["id"]]
    assert (broken(made), broken(harbor)) == (None, None)


def test_a_row_that_is_wrong_stops_all_until_it_is_mended_or_left_out_and_none_is_lost(
    program: Program,
) -> None:
    wrong = FILES["roster.csv"] + f"2026,{NEW},12,Wrong,Invented,yes\n2026,x,{TWO},Stray,Invented,yes\n"
    status, found = program("POST", files=FILES | {"roster.csv": wrong})
    assert (status, found["state"], found["rows"]) == (200, "to_fix", 8)
    assert codes(found) == [("to_fix", "roster-5, npi"), ("to_fix", "roster-6, tin")]
    assert found["problems"][0]["what"] == "Enter 10 digits. This has 2."
    here = f"/{found['id']}"
    assert codes(program("POST", f"{here}/save")[1]) == codes(found)
    assert not Practice.objects.filter(tin=NEW).exists()

    odd = {"cells": {"roster-5": {"odd": "x"}}, "left_out": ["roster-9"]}
    assert {code for code, _ in codes(program("PATCH", here, odd)[1])} == {"unknown_row", "unknown_column"}
    assert codes(program("PATCH", here, {"left_out": ["9"]})[1])[0][0] == "wrong_shape"
    mended = {"cells": {"roster-5": {"npi": npi_of(804)}}, "left_out": ["roster-6"]}
    _, found = program("PATCH", here, mended)
    assert (found["state"], found["line"]) == ("ready", "8 rows read: 7 new, 0 changed, 0 same, 1 left out.")

    _, every = program("GET", f"{here}/rows")
    assert (every["count"], len({each["row"] for each in every["items"]})) == (8, 8)
    _, out = program("GET", f"{here}/rows?table=roster&result=left_out")
    assert [each["row"] for each in out["items"]] == ["roster-6"]
    _, found = program("PATCH", here, {"back": ["roster-6"], "cells": {"roster-6": {"tin": NEW}}})
    assert codes(found) == [("to_fix", "roster-6, npi")], "its NPI is that of another row"
    program("PATCH", here, {"left_out": ["roster-6"]})
    assert program("POST", f"{here}/save")[1]["state"] == "saved"
    assert Stay.objects.filter(year__practice__tin=NEW).count() == 3
    assert program("GET", f"{here}/rows?limit=1")[1]["count"] == 8


def test_what_changed_since_the_check_is_told_before_it_is_saved(
    program: Program, access: Callable[..., Any]
) -> None:
    here = f"/{program('POST', files=FILES)[1]['id']}"
    ledger.choose(access("manager"), "IA_BE_4")
    row = Batch.objects.get()
    row.found["line"] = "another one"
    row.save()

    status, found = program("POST", f"{here}/save")
    assert (status, codes(found)[0][0]) == (422, "not_done")
    assert found["problems"][0]["what"].startswith("Something changed since the files were checked.")
    assert program("GET", here)[1]["told"] == found["problems"][0]["what"]
    assert program("POST", f"{here}/save")[1]["state"] == "saved"


def test_saved_files_are_undone_where_nobody_changed_it_since(program: Program, harbor: Practice) -> None:
    here = f"/{program('POST', files=FILES)[1]['id']}"
    assert codes(program("POST", f"{here}/undo")[1])[0][0] == "undone"
    program("POST", f"{here}/save")
    Stay.objects.filter(clinician__npi=TWO).update(billed=False)

    status, found = program("POST", f"{here}/undo")
    assert (status, found["state"], found["restored"]) == (200, "undone", 5)
    assert "Cove Family Practice: Invented Sedge was changed since, and stays as it is." in found["kept"]
    assert not Window.objects.filter(year__practice__tin=NEW, replaced_at=None).exists()
    assert codes(program("POST", f"{here}/undo")[1])[0][0] == "undone"
    assert broken(harbor) is None


def test_files_that_replace_end_what_was_confirmed(program: Program, harbor: Practice) -> None:
    one = {"roster.csv": f"{ROSTER}2026,{TIN},{npi_of(11)},Kim,Soo-jin,yes\n"}
    _, found = program("POST", files=one, replace="true")
    assert (found["state"], found["ending"], found["replace"]) == ("ready", 17, True)
    here = f"/{found['id']}"
    assert len(program("GET", f"{here}/practices")[1]["items"][0]["ended"]) == 17

    assert codes(program("POST", f"{here}/save")[1])[0][0] == "not_confirmed"
    assert program("POST", f"{here}/save", {"ended": found["confirm"]})[1]["state"] == "saved"
    assert harbor.years.get(year=2026).stays.filter(ended_at=None).count() == 1


def test_a_program_records_for_no_clinician_even_where_it_is_saved_later(
    program: Program, person: Callable[[str], Person]
) -> None:
    text = (
        f"{WINDOWS.strip()},delegate_email,basis\n"
        f"2026,{TIN},{npi_of(13)},IA_PSPA_21,2026-02-02,2026-05-20,delegate,manager@demo.example,a log\n"
    )
    who, before = person("manager"), Signature.objects.count()
    _, found = program("POST", files={"participation.csv": text}, who=who)
    assert (found["state"], len(found["statements"])) == ("ready", 1)
    here = f"/{found['id']}"

    status, refused = program("POST", f"{here}/save", who=who)
    assert (status, codes(refused)[0][0]) == (403, "needs_person")
    row = Batch.objects.get(pk=found["id"])
    batches.save(row)
    assert "Saving records 1 statement in your name" in row.told
    batches.save(row, verified="password", marked=mark("What somebody read before."))
    assert "What is recorded in your name is not what the page showed." in row.told
    assert (row.saved_at, Signature.objects.count()) == (None, before)


def test_what_nothing_can_be_read_of_says_why(program: Program) -> None:
    two = {"practices.csv": FILES["roster.csv"], "roster.csv": FILES["roster.csv"]}
    status, found = program("POST", files=two)
    assert (status, found["state"], codes(found)) == (200, "unreadable", [("other_table", "roster.csv")])
    assert codes(program("POST", f"/{found['id']}/save")[1]) == codes(found)
    assert program("GET", f"/{found['id']}/rows")[1] == {"count": 0, "items": []}
    assert program("GET", f"/{found['id']}/practices")[1] == {"count": 0, "items": []}

    Batch.objects.filter(pk=found["id"]).update(tables=None, told="")
    assert codes(program("GET", f"/{found['id']}")[1])[0][0] == "not_read"


def test_work_that_takes_long_is_waited_for_and_begun_again_where_it_stands_still(program: Program) -> None:
    here = f"/{program('POST', files=SMALL)[1]['id']}"
    for work, state in (("check", "reading"), ("save", "saving"), ("undo", "undoing")):
        Batch.objects.update(work=work, moved_at=timezone.now())
        found = program("GET", here)[1]
        assert (found["state"], found["stalled"]) == (state, False)
    for method, place in (("PATCH", here), ("POST", f"{here}/save"), ("POST", f"{here}/undo")):
        assert codes(program(method, place)[1])[0][0] == "working"

    Batch.objects.update(work="save", moved_at="2026-09-16T08:00Z")
    assert program("GET", here)[1]["stalled"]
    assert program("PATCH", here)[1]["state"] == "ready"

    Batch.objects.update(found=None, told="Somebody else changed the same rows at this moment. Check again.")
    found = program("GET", here)[1]
    assert (found["state"], found["told"][:13]) == ("unreadable", "Somebody else")
    assert codes(program("POST", f"{here}/save")[1])[0][0] == "not_done"
    assert program("PATCH", here)[1]["state"] == "ready"


# ---- Who may


def test_only_who_may_add_practices_has_their_own_and_nobody_elses(
    program: Program, everybody: dict[str, Person], harbor: Practice
) -> None:
    number = program("POST", files=SMALL)[1]["id"]
    whole = Person.objects.create_user("whole@demo.example", None, name="A Registry")
    held = Membership.objects.create(person=whole, organization=harbor.organization, role="registry")
    may = {"admin", "manager"}
    for name, who in {**everybody, "whole": whole}.items():
        assert program("POST", files=SMALL, who=who)[0] == (200 if name in may else 403), name
        if name != "admin":
            for method, end in (("GET", ""), ("GET", "/rows"), ("GET", "/practices"), ("PATCH", ""),
                                ("POST", "/save"), ("POST", "/undo")):  # fmt: skip
                assert program(method, f"/{number}{end}", who=who)[0] == 404, (name, method, end)
        assert program("GET", who=who)[1]["count"] == {"admin": 2, "manager": 1}.get(name, 0)
    Membership.objects.filter(pk=held.pk).update(grants=["edit"])
    assert program("POST", files=SMALL, who=whole)[0] == 200
    Membership.objects.filter(pk=held.pk).update(ended_at="2026-09-01T00:00Z")
    assert program("GET", who=whole)[1]["count"] == 0
    assert Batch.objects.filter(saved_at=None).count() == 4


def test_which_organization_is_said_and_is_ones_own(
    program: Program, person: Callable[[str], Person]
) -> None:
    second, theirs = (Organization.objects.create(name=name) for name in ("A second house", "A third"))
    assert program("POST", files=SMALL, organization=theirs.id)[0] == 404
    Membership.objects.create(person=person("admin"), organization=second, role="admin")

    assert codes(program("POST", files=SMALL)[1]) == [("wrong_answer", "organization")]
    _, found = program("POST", files=SMALL, organization=second.id)
    assert (found["organization"], found["state"]) == (second.name, "ready")
    assert Batch.objects.get(pk=found["id"]).organization == second


def test_a_token_does_what_its_scopes_say(program: Program) -> None:
    here = f"/{program('POST', files=SMALL)[1]['id']}"
    asked = [("GET", ""), ("GET", here), ("GET", f"{here}/rows"), ("GET", f"{here}/practices"),
             ("PATCH", here), ("POST", f"{here}/save"), ("POST", f"{here}/undo")]  # fmt: skip
    for scope in ("read", "export", "write"):
        for method, place in asked:
            right = "read" if method == "GET" else "write"
            status = program(method, place, scopes=(scope,))[0]
            assert status == (200 if scope == right else 403), (scope, method, place)
    assert program("POST", files=SMALL, scopes=("read",))[0] == 403


def test_too_much_at_once_is_refused(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mips_ia.portal.api.batches.MEGABYTES", 0)

    assert codes(program("POST", files=SMALL)[1]) == [("too_large", "file")]
    assert not Batch.objects.exists()


def test_what_is_read_and_not_kept_is_named_by_the_page_and_by_the_api(
    program: Program, browse: Callable[[str], Client], harbor: Practice, person: Callable[[str], Person]
) -> None:
    header = "performance_year,tin,practice_name,report_as,contact_email\n"
    windows = "performance_year,tin,npi,activity_id,start_date,evidence_ref\n"
    rows = f"2026,{TIN},{ONE},IA_BE_16,2026-03-01,"
    files = {
        "practices.csv": f"{header}2026,{TIN},Cove Family,group,office@cove.example\n",
        "roster.csv": SMALL["roster.csv"],
    }
    for name, text, column in (
        ("practices.csv", files["practices.csv"], "contact_email"),
        ("participation.csv", f"{windows}{rows}portal.pdf\n", "evidence_ref"),
    ):
        _, found = program("POST", files=files | {name: text})
        said = {each["what"]: each["severity"] for each in found["problems"]}
        assert said[f"The column {column} is read and not kept."] == "note"
        page = browse("admin").get(f"/practices/uploads/{found['id']}/").content.decode()
        assert f"The column {column} is read and not kept." in page
    _, found = program("POST", files=files | {"participation.csv": f"{windows}{rows}\n"})
    assert not any("evidence_ref" in each["what"] for each in found["problems"])

    place = f"/api/practices/{harbor.slug}/2026/uploads/participation"
    text = f"{windows}2026,000123456,{npi_of(17)},IA_BE_16,2026-01-05,a.pdf\n"
    secret, _ = make(person("manager"), "a test", ["write"], 1)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    found = client.post(place, {"file": SimpleUploadedFile("p.csv", text.encode())}).json()
    assert "column_not_kept" in [each["code"] for each in found["problems"]]
