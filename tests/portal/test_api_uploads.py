"""Files of rows through the JSON API: checked, mended, saved, undone; a program records for nobody."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mips_ia.portal import saving
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Person, Practice, Signature, Upload

Program = Callable[..., tuple[int, Any]]
ROSTER = f"""performance_year,tin,npi,last_name,joined_on
2026,{{tin}},{npi_of(900)},Newcomer,2026-02-01
2026,{{tin}},12,Nobody,
"""


@pytest.fixture
def program(person: Callable[[str], Person], harbor: Practice) -> Program:
    """The status and the JSON of what somebody's program sends: a file, or JSON."""

    def sent(
        method: str,
        address: str,
        body: object = None,
        *,
        file: str = "",
        who: str = "manager",
        **more: object,
    ) -> tuple[int, Any]:
        secret, _ = make(person(who), "a test", ("read", "write"), 1)
        client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
        place = f"/api/practices/{harbor.slug}/2026/uploads/{address}"
        if file:
            content = SimpleUploadedFile("rows.csv", file.format(tin=harbor.tin).encode())
            answer = client.post(place, {"file": content, **more})
        else:
            answer = client.generic(method, place, json.dumps(body or {}), content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    return sent


def test_a_roster_is_checked_mended_saved_and_undone(program: Program, harbor: Practice) -> None:
    status, found = program("POST", "roster", file=ROSTER)
    assert (status, found["state"], found["rows"]) == (200, "to_fix", 2)
    (wrong,) = [each for each in found["problems"] if each["severity"] == "error"]
    assert (wrong["code"], wrong["where"]) == ("to_fix", "row 3, npi")
    place = f"roster/{found['id']}"
    assert program("POST", f"{place}/save")[1]["problems"][0]["code"] == "to_fix"

    wrong_mend = {"cells": {"2": {"odd": "x"}}, "left_out": [9]}
    assert {each["code"] for each in program("PATCH", place, wrong_mend)[1]["problems"]} == {
        "unknown_row", "unknown_column",
    }  # fmt: skip
    status, found = program("PATCH", place, {"cells": {"2": {"credential": "MD"}}, "left_out": [3]})
    assert (status, found["state"]) == (200, "ready")
    assert [(each["name"], each["count"]) for each in found["effects"]] == [("New", 1)]
    assert not harbor.clinicians.filter(npi=npi_of(900)).exists()

    status, found = program("POST", f"{place}/save")
    assert (status, found["state"], found["line"]) == (
        200, "saved", "2 rows read: 1 new, 0 changed, 0 same, 1 left out.",
    )  # fmt: skip
    assert harbor.clinicians.get(npi=npi_of(900)).credential == "MD"
    assert program("GET", "roster")[1]["items"][0]["saved_at"] == found["saved_at"]
    assert program("POST", f"{place}/save")[1]["problems"][0]["code"] == "saved"

    status, found = program("POST", f"{place}/undo")
    assert (status, found["state"], found["restored"], found["kept"]) == (200, "undone", 1, [])
    assert program("POST", f"{place}/undo")[1]["problems"][0]["code"] == "undone"


def test_a_field_beside_a_file_that_is_misspelled_is_refused_and_no_file_kept(program: Program) -> None:
    """Else a file that was to replace would add to what is there."""
    for address, more, where in (
        ("roster", {"replaces": "true"}, "form.replaces"),
        ("roster?replace=true", {}, "query.replace"),
    ):
        status, found = program("POST", address, file=ROSTER, **more)
        assert (status, [(each["code"], each["where"]) for each in found["problems"]]) == (
            422, [("unknown_parameter", where)],
        )  # fmt: skip
    assert not Upload.objects.exists()


def test_a_file_that_replaces_ends_what_was_confirmed(program: Program, harbor: Practice) -> None:
    rows = f"performance_year,tin,npi,last_name\n2026,{{tin}},{npi_of(11)},Kim\n"
    _, found = program("POST", "roster", file=rows, replace="true")
    assert len(found["ended"]) == 17
    place = f"roster/{found['id']}/save"

    assert program("POST", place)[1]["problems"][0]["code"] == "not_confirmed"
    Upload.objects.filter(pk=found["id"]).update(work="save", moved_at=None)  # also where it stood still
    assert program("POST", place, {"ended": found["confirm"]})[1]["state"] == "saved"
    assert harbor.years.get(year=2026).stays.filter(ended_at=None).count() == 1


def test_what_nothing_can_be_read_of_says_why(program: Program) -> None:
    status, found = program("POST", "roster", file="nothing of ours\nat all\n")

    assert (status, found["state"]) == (200, "unreadable")
    assert {each["code"] for each in found["problems"]} >= {"missing_column"}
    assert program("POST", f"roster/{found['id']}/save")[0] == 422


def test_a_program_records_for_no_clinician(program: Program, harbor: Practice) -> None:
    rows = (
        "performance_year,tin,npi,activity_id,start_date,end_date,attested_by,delegate_email,basis\n"
        f"2026,{{tin}},{npi_of(13)},IA_PSPA_21,2026-02-02,2026-05-20,delegate,manager@demo.example,a log\n"
    )
    before = Signature.objects.count()
    _, found = program("POST", "participation", file=rows)
    assert (found["state"], len(found["statements"])) == ("ready", 1)

    status, refused = program("POST", f"participation/{found['id']}/save")

    assert (status, refused["problems"][0]["code"]) == (403, "needs_person")
    assert Signature.objects.count() == before
    Upload.objects.filter(pk=found["id"]).update(work="save", moved_at=None)
    status, found = program("POST", f"participation/{found['id']}/save")
    assert (status, found["state"]) == (200, "ready")
    assert "Saving records 1 statement in your name" in found["told"]
    assert (Signature.objects.count(), harbor.years.get(year=2026).uploads.get().saved_at) == (before, None)


def test_work_that_takes_long_is_waited_for(program: Program) -> None:
    _, found = program("POST", "roster", file=ROSTER)
    Upload.objects.filter(pk=found["id"]).update(work="save", moved_at=timezone.now())

    status, waiting = program("GET", f"roster/{found['id']}")
    assert (status, waiting["state"], waiting["stalled"]) == (200, "saving", False)
    assert waiting["saving"] is None
    with saving.progress(found["id"]) as tell:
        tell("writing", 4000, 10_000)
        told = program("GET", f"roster/{found['id']}")[1]["saving"]
    assert told == {"doing": "writing", "done": 4000, "of": 10_000}
    assert program("POST", f"roster/{found['id']}/save")[1]["problems"][0]["code"] == "working"


def test_a_clinician_uploads_nothing(program: Program) -> None:
    assert program("GET", "roster", who="kim")[0] == 403
    assert program("POST", "participation", file=ROSTER, who="kim")[0] == 403
    assert program("GET", "participation", who="kim")[0] == 403


def test_each_row_tells_what_it_changes_before_it_is_saved_and_afterwards(
    program: Program, harbor: Practice
) -> None:
    who = harbor.years.get(year=2026).stays.select_related("clinician").earliest("id").clinician
    text = "performance_year,tin,npi,last_name,left_on\n"
    text += f"2026,{{tin}},{who.npi},{who.last_name},2026-06-30\n"
    text += f"2026,{{tin}},{npi_of(901)},Newcomer,\n2026,{{tin}},12,No,\n"
    _, found = program("POST", "roster", file=text)
    rows = f"roster/{found['id']}/rows"

    _, every = program("GET", rows)
    assert [(each["line"], each["result"]) for each in every["items"]] == [
        (2, "changed"), (3, "new"), (4, "to_fix"),
    ]  # fmt: skip
    assert "left: not known → June 30, 2026" in every["items"][0]["message"]
    assert [each["line"] for each in program("GET", f"{rows}?result=new")[1]["items"]] == [3]

    program("PATCH", f"roster/{found['id']}", {"left_out": [4]})
    assert program("POST", f"roster/{found['id']}/save")[1]["state"] == "saved"
    _, after = program("GET", rows)
    assert [each["result"] for each in after["items"]] == ["changed", "new", "left_out"]
    assert after["items"][0] == every["items"][0]
    assert program("GET", rows, who="kim")[0] == 403
