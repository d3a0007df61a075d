"""The activity log: everything that was done, sealed line by line, and refused any change by the database."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from mips_ia.portal import reminders
from mips_ia.portal.actions import practice
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.asked import asked
from mips_ia.portal.facts import Ledger
from mips_ia.portal.log import broken, note, write
from mips_ia.portal.models import Entry, Practice
from mips_ia.portal.web.log import ROWS, safe, said

Browse = Callable[[str], Client]


def read(client: Client, harbor: Practice, rest: str = "") -> str:
    return b"".join(client.get(f"/p/{harbor.slug}/2026/log/{rest}")).decode()


def rows(page: str) -> int:
    return page.count('data-title="Time"')


def test_each_line_says_who_did_what_before_and_after(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), apm="mips_apm", statuses=["rural"])

    page = read(browse("manager"), harbor)

    row = page[page.index('data-title="Time"') :]
    row = row[: row.index("</tr>")]
    assert "Dana Whitfield" in row
    assert "Year described" in row
    assert "Apm" not in row
    assert "APM: none" in row
    assert "APM: mips_apm" in row


def test_the_newest_stand_first_fifty_to_a_page(harbor: Practice, browse: Browse) -> None:
    whole = Entry.objects.filter(practice=harbor).count()
    assert whole > ROWS

    first, second = read(browse("manager"), harbor), read(browse("manager"), harbor, "?page=2")

    assert (rows(first), rows(second)) == (ROWS, min(ROWS, whole - ROWS))
    assert "Older lines" in first
    assert f"1 to {ROWS} of {whole}. “Download as CSV” has all of them." in first
    assert "Newer lines" in second


def test_it_is_filtered_by_person_action_and_days(
    harbor: Practice, browse: Browse, person: Callable[[str], Any]
) -> None:
    kim = person("kim").id

    assert rows(read(browse("manager"), harbor, f"?person={kim}")) == 1
    assert rows(read(browse("manager"), harbor, f"?person={kim}&action=own")) == 1
    assert rows(read(browse("manager"), harbor, f"?person={kim}&action=activity+chosen")) == 0
    assert rows(read(browse("manager"), harbor, f"?person={kim}&since=09/16/2026&until=09/16/2026")) == 1
    assert "No line fits." in read(browse("manager"), harbor, "?until=09/15/2026")
    assert "No line fits." in read(browse("manager"), harbor, "?since=09/17/2026")
    assert "<title>Error: " in read(browse("manager"), harbor, "?since=soon")
    wrong = read(browse("manager"), harbor, "?since=09/16/2026&until=09/15/2026")
    assert "Enter a day on or after September 16, 2026." in wrong


def test_it_is_filtered_by_clinician_and_activity_and_the_file_and_the_api_too(
    harbor: Practice, browse: Browse, access: Callable[..., Any], person: Callable[[str], Any]
) -> None:
    kim, moreau = (harbor.clinicians.get(last_name=name) for name in ("Kim", "Moreau"))
    reminders.ask(access("manager"), asked(Ledger(access("manager").year)), "http://x/")

    def of(rest: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(read(browse("manager"), harbor, f"log.csv?{rest}"))))[1:]

    assert [each[4] for each in of(f"clinician={kim.npi}")] == [
        "Asked to sign", "Window entered", "Signed", "Window entered", "Clinician added"
    ]  # fmt: skip
    assert [each[4] for each in of(f"clinician={kim.npi}&activity=IA_PSPA_21")] == [
        "Asked to sign", "Window entered"
    ]  # fmt: skip
    assert "Delegation given" in {each[4] for each in of(f"clinician={moreau.npi}")}
    assert "Activity chosen" in {each[4] for each in of("activity=IA_PSPA_21")}
    assert rows(read(browse("manager"), harbor, f"?clinician={kim.npi}")) == 5
    secret, _ = make(person("manager"), "a test", ["read"], 1)
    api = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    place = f"/api/practices/{harbor.slug}/2026/log"
    found = api.get(place, {"clinician": kim.npi, "activity": "IA_PSPA_21"}).json()["items"]
    assert [each["action"] for each in found] == ["asked to sign", "window entered"]
    window = "Kim, Soo-jin, MD (NPI {}), IA_PSPA_21, March 2, 2026 – May 30, 2026"
    assert found[1]["about"] == window.format(kim.npi)
    later = api.get(place, {"clinician": kim.npi, "before": found[1]["id"]}).json()["items"]
    assert [each["action"] for each in later] == ["own", "window entered", "clinician added"]
    assert api.get(place, {"since": "2026-09-17"}).json() == {"count": 0, "items": []}


def test_a_record_is_told_in_words_with_a_link_to_it(harbor: Practice, browse: Browse) -> None:
    kim = harbor.clinicians.get(last_name="Kim")

    page = read(browse("manager"), harbor, f"?clinician={kim.npi}&action=own")

    assert f"Kim, Soo-jin, MD (NPI {kim.npi}), IA_BE_16, " in page
    assert f'href="/p/{harbor.slug}/2026/participation/IA_BE_16/{kim.id}/"' in page
    assert f"Clinician: {kim.npi}; activity: IA_BE_16; first day: " in page
    given = read(browse("manager"), harbor, "?action=delegation+given")
    assert "to Dana Whitfield, until December 31, 2026" in given
    chosen = read(browse("manager"), harbor, "?action=activity+chosen")
    assert f'href="/p/{harbor.slug}/2026/activities/IA_PSPA_21/"' in chosen


def test_what_nobody_did_is_the_systems(harbor: Practice, browse: Browse) -> None:
    write(None, "", harbor, "reminder sent", "somebody")

    assert rows(read(browse("manager"), harbor, "?person=system")) == 1


def test_a_clinician_sees_their_own_lines_and_no_others(harbor: Practice, browse: Browse) -> None:
    page = read(browse("kim"), harbor)

    assert rows(page) == 1
    assert "Soo-jin Kim" in page
    assert "Dana Whitfield" not in page
    told = list(csv.reader(io.StringIO(read(browse("kim"), harbor, "log.csv"))))
    assert {row[2] for row in told[1:]} == {"Soo-jin Kim"}
    others = [each.last_name for each in harbor.clinicians.exclude(last_name="Kim")]
    assert [name for name in others if name in page] == []
    assert "Kim, Soo-jin, MD" in page


def test_the_chain_holds_and_a_line_that_was_changed_is_named(harbor: Practice, browse: Browse) -> None:
    assert broken(harbor) is None
    assert "lines fit" in read(browse("manager"), harbor)
    Entry.objects.create(
        practice=harbor, at=datetime(2026, 9, 16, tzinfo=UTC), action="forged", record="x", digest="0" * 64
    )

    assert broken(harbor).action == "forged"
    assert "does not fit the line before it" in read(browse("manager"), harbor)


@pytest.mark.parametrize("order", ["update portal_entry set action = 'x'", "delete from portal_entry"])
def test_the_database_refuses_to_change_or_delete_a_line(harbor: Practice, order: str) -> None:
    assert harbor.entries.exists()
    with (
        pytest.raises(DatabaseError, match="keeps what it has"),
        transaction.atomic(),
        connection.cursor() as db,
    ):
        db.execute(order)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "plain", ""])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert safe(cell) == (cell if cell in ("plain", "") else f"'{cell}")


def test_the_file_has_every_line_and_no_formula(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    note(access("manager"), "practice renamed", "=cmd|' /C calc'!A0", None, "+1")

    told = list(csv.reader(io.StringIO(read(browse("manager"), harbor, "log.csv"))))

    assert len(told) == 1 + Entry.objects.filter(practice=harbor).count()
    assert told[1][5] == "'=cmd|' /C calc'!A0"
    assert told[1][8] == "'+1"


def test_records_are_told_in_words() -> None:
    assert said({"first": "2026-03-02", "last": None, "taking_part": True}) == (
        "First day: March 2, 2026; last day: not known; taking part: yes"
    )
    assert said({"statuses": []}) == "Statuses: none"
    assert said(None) == ""
