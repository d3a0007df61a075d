"""What a program reads: the same that pages show, in parts, and to a clinician only what is their own."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal import clock
from mips_ia.portal.actions import ledger, practice, sending
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Person, Practice
from mips_ia.portal.outgoing import outgoing, seen

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(person: Callable[[str], Person], harbor: Practice) -> Ask:
    """An answer of the API to somebody who may only read, as its status and its JSON."""

    def asked(who: str, address: str, body: object = None) -> tuple[int, Any]:
        secret, _ = make(person(who), "a test", ["read"], 1)
        client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
        at = address if address.startswith("/api") else f"/api/practices/{harbor.slug}/2026/{address}"
        sent = client.get(at) if body is None else client.post(at, json.dumps(body), "application/json")
        return sent.status_code, sent.json()

    return asked


def codes(answer: tuple[int, Any]) -> list[str]:
    """What an answer that refuses says."""
    assert answer[0] >= 400
    return sorted(each["code"] for each in answer[1]["problems"])


def test_the_parts_of_a_list_are_the_whole(ask: Ask) -> None:
    parts = [ask("manager", f"roster?limit=7&offset={offset}")[1] for offset in (0, 7, 14, 21)]

    assert [(each["count"], len(each["items"])) for each in parts] == [(18, 7), (18, 7), (18, 4), (18, 0)]
    assert len({row["npi"] for each in parts for row in each["items"]}) == 18
    assert codes(ask("manager", "roster?limit=101")) == ["wrong_shape"]
    assert codes(ask("manager", "roster?page=2")) == ["unknown_parameter"]


def test_a_clinician_reads_totals_and_their_own(ask: Ask, harbor: Practice) -> None:
    kim, johnson = (harbor.clinicians.get(last_name=name).npi for name in ("Kim", "Johnson"))

    assert [each["npi"] for each in ask("kim", "score/clinicians")[1]["items"]] == [kim]
    assert ask("kim", f"score/clinicians/{kim}")[1]["moves"][0]["says"].startswith("The signature for IA_BE")
    assert codes(ask("kim", f"score/clinicians/{johnson}")) == ["not_found"]
    assert [each["title"] for each in ask("kim", "tasks")[1]["items"]] == ["Sign for IA_PSPA_21"]
    for address in ("lock", "people", "people/invitations", "signatures/waiting", "reminders", "finals/1"):
        assert codes(ask("kim", address)) == ["not_allowed"]


def test_a_search_has_the_filters_of_the_page_and_says_what_is_not_one(
    ask: Ask, harbor: Practice, browse: Callable[[str], Client]
) -> None:
    _, found = ask("manager", "catalogue?q=falls&show=changed")
    page = browse("manager").get(f"/p/{harbor.slug}/2026/activities/?q=falls&show=changed").content.decode()

    assert found["count"] == len(found["items"])
    assert all(f">{each['title']}<" in page for each in found["items"])
    wrong = ask("manager", "catalogue?specialty=none&effort=huge&mvp=M1")
    assert codes(wrong) == ["unknown_filter"] * 3
    assert codes(ask("manager", "catalogue/IA_CC_1")) == ["not_in_year"]
    assert "was removed after 2025" in ask("manager", "catalogue/ia_cc_1")[1]["problems"][0]["what"]


def test_an_activity_that_is_chosen_is_marked_in_what_changed(ask: Ask, access: Callable[..., Any]) -> None:
    ledger.choose(access("manager"), "IA_PM_27")
    _, found = ask("manager", "catalogue-changes")

    assert [each["id"] for each in found["items"] if each["ours"]] == ["IA_PM_27"]


def test_a_what_if_answers_as_its_page_and_saves_nothing(ask: Ask, harbor: Practice) -> None:
    before = harbor.entries.count()

    status, found = ask("manager", "score/what-if", {"statuses": ["small_practice"], "counts": {}})
    assert (status, found["now"]["points"], found["then"]["points"]) == (200, 20, 40)
    _, found = ask("manager", "score/what-if", {"counts": {"IA_PSPA_21": 8, "IA_BMH_12": 8}})
    assert found["then"]["points"] == 20
    _, found = ask("manager", "score/what-if", {"further": ["IA_BE_4", "IA_CC_1"]})
    assert found["then"]["points"] == 40
    assert found["activities"][-1]["problems"][0]["code"] == "not_in_year"
    assert codes(ask("manager", "score/what-if", {"counts": {"IA_BE_4": 9}})) == ["not_chosen"]
    assert codes(ask("manager", "score/what-if", {"statuses": ["odd"], "report_as": "crowd"})) == [
        "unknown_entity", "unknown_status"
    ]  # fmt: skip
    assert harbor.entries.count() == before


def test_a_score_before_the_rules_were_known_is_refused(ask: Ask) -> None:
    assert ask("manager", "score?known=2026-06-01")[1]["as_known_on"] == "2026-06-01"
    assert ask("manager", "score?known=2019-01-01")[0] == 422


def test_a_lock_is_read_with_what_stops_it_and_its_record_with_digests(
    ask: Ask, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as="individual")
    assert [ask("manager", f"lock{rest}")[1]["checked"] for rest in ("", "?check=true")] == [False, True]
    practice.describe(access("manager"), report_as="group", pathway="")
    assert [each["code"] for each in ask("manager", "lock")[1]["stops"]] == ["lacking"]
    practice.describe(access("manager"), pathway="traditional")

    now = Ledger(access("manager").year)
    shown = seen(now, outgoing(now, clock.now()))
    final = sending.lock(access("manager"), "", "Dana Whitfield", shown)
    found = ask("manager", "lock")[1]
    assert (found["locked"], found["final"]) == (True, final.pk)
    _, record = ask("manager", f"finals/{final.pk}")
    assert (record["digest"], record["kind"]) == (final.digest, "locked")
    assert record["answer"]["counted"] == ["IA_BE_16"]
    assert [each["name"] for each in record["files"]] == ["qpp.json", "qrda3.xml"]
    assert {len(each["sha256"]) for each in record["files"]} == {64}
    assert record["taken"] == []


def test_practices_come_with_their_answers_the_worst_first(
    ask: Ask, person: Callable[[str], Person], harbor: Practice
) -> None:
    practice.add(person("admin"), "admin", harbor.organization, "Cove Family Practice", "111229876")

    _, found = ask("admin", "/api/answers?year=2026")
    assert [each["word"] for each in found["items"]] == ["We cannot tell", "Not yet"]
    assert ask("admin", "/api/answers?year=2026&q=3456&within=30")[1]["items"][0]["unsigned"] == 1
    assert ask("admin", "/api/answers?year=2026&answer=yes")[1] == {"count": 0, "items": []}


def test_lines_of_the_log_are_chosen_by_who_caused_them(ask: Ask, person: Callable[[str], Person]) -> None:
    _, found = ask("manager", f"log?person={person('kim').pk}")

    assert {each["by"] for each in found["items"]} == {"Soo-jin Kim"}
    assert ask("manager", "log?person=system")[1]["count"] == 0
    assert codes(ask("manager", "log?person=somebody"))[0] == "wrong_shape"
