"""What a program reads: the same that pages show, in parts, and to a clinician only what is their own."""

import html
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tampering import past_the_portal

from mips_ia.portal import clock, signins
from mips_ia.portal.actions import ledger, practice, sending
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Person, Practice, Signature
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


def test_what_the_year_does_not_have_any_more_is_found_with_what_became_of_it(
    ask: Ask, harbor: Practice, browse: Callable[[str], Client]
) -> None:
    _, found = ask("manager", "catalogue?show=removed")
    page = html.unescape(
        browse("manager").get(f"/p/{harbor.slug}/2026/activities/?show=removed").content.decode()
    )

    assert found["count"] > 20
    assert all(f"{each['title']} <" in page and each["against"][0] in page for each in found["items"])
    _, few = ask("manager", "catalogue?show=removed&q=care")
    assert 0 < few["count"] < found["count"]
    assert all("care" in each["title"].casefold() for each in few["items"])
    [one] = [each for each in found["items"] if each["id"] == "IA_CC_1"]
    assert (one["marks"], one["worth"], one["chosen"]) == (["Removed"], "", False)
    assert "2025" in one["against"][0]
    assert ask("manager", "catalogue?show=removed&show=new")[1]["items"] == []


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
    assert ask("manager", "tasks")[1]["items"] == []
    assert [each["code"] for each in ask("manager", "lock")[1]["stops"]] == ["lacking"]
    practice.describe(access("manager"), pathway="traditional")

    now = Ledger(access("manager").year)
    shown = seen(now, outgoing(now, clock.now()))
    final = sending.lock(access("manager"), "", "Dana Whitfield", shown, verified="password")
    assert ask("manager", "tasks")[1]["items"] == []
    found = ask("manager", "lock")[1]
    assert (found["locked"], found["final"]) == (True, final.pk)
    _, record = ask("manager", f"finals/{final.pk}")
    assert (record["digest"], record["kind"]) == (final.digest, "locked")
    assert record["verified"] == "password"
    assert record["answer"]["counted"] == ["IA_BE_16"]
    assert [each["name"] for each in record["files"]] == ["qpp.json", "qrda3.xml"]
    assert {len(each["sha256"]) for each in record["files"]} == {64}
    assert record["taken"] == []


def test_practices_come_with_their_answers_the_worst_first(
    ask: Ask, person: Callable[[str], Person], harbor: Practice
) -> None:
    practice.add(person("admin"), "admin", harbor.organization, "Cove Family Practice", "000229876")

    _, found = ask("admin", "/api/answers?year=2026")
    assert [each["word"] for each in found["items"]] == ["We cannot tell", "Not yet"]
    assert ask("admin", "/api/answers?year=2026&q=3456&within=30")[1]["items"][0]["unsigned"] == 1
    none = ask("admin", "/api/answers?year=2026&answer=yes")[1]
    assert (none["count"], none["items"], none["answers"]["notyet"]) == (0, [], 1)


def test_lines_of_the_log_are_chosen_by_who_caused_them(ask: Ask, person: Callable[[str], Person]) -> None:
    _, found = ask("manager", f"log?person={person('kim').pk}")

    assert {each["by"] for each in found["items"]} == {"Soo-jin Kim"}
    assert ask("manager", "log?person=system")[1]["count"] == 0
    assert codes(ask("manager", "log?person=somebody"))[0] == "wrong_shape"


def test_the_overview_answers_as_its_page_also_where_nobody_can_tell(
    ask: Ask, harbor: Practice, browse: Callable[[str], Client], access: Callable[..., Any]
) -> None:
    page = browse("manager").get(f"/p/{harbor.slug}/2026/").content.decode()
    _, found = ask("manager", "overview")
    assert (found["word"], found["points"], found["points_possible"]) == ("Not yet", 20, 40)
    assert all(each in page for each in (*found["says"], *(one["says"] for one in found["checks"])))

    practice.describe(access("manager"), pathway="")
    _, found = ask("manager", "overview")
    assert (found["word"], found["lacking"], found["checks"]) == ("We cannot tell", ["pathway"], [])
    practice.describe(access("manager"), pathway="app", apm="none")
    _, found = ask("kim", "overview")
    assert (found["word"], found["points"], found["who_can"]) == ("We cannot tell", None, "Robin Ashworth")
    assert len(found["problems"]) == 1


def test_a_plan_says_what_is_short_and_a_matrix_where(ask: Ask, harbor: Practice) -> None:
    _, found = ask("manager", "plan")
    assert (found["last_start"], found["days_left"], found["ends"]) == ("2026-10-03", 17, "2026-12-14")
    assert found["activities"][2]["says"].startswith("7 count today, 1 is waiting for a signature")
    _, late = ask("manager", f"/api/practices/{harbor.slug}/2025/plan")
    assert (late["days_left"] < 0, late["ends"]) == (True, None)

    _, found = ask("manager", "participation?attention=true&activity=IA_PSPA_21")
    assert [each["cells"][0]["word"] for each in found["items"]] == ["Too short", "Not signed"]
    assert ask("manager", "participation")[1]["count"] == 18
    assert [each["name"] for each in ask("kim", "participation")[1]["items"]] == ["Kim, Soo-jin, MD"]
    assert codes(ask("manager", "participation?activity=IA_BE_4")) == ["not_chosen"]


def test_weights_mark_the_row_of_the_practice(ask: Ask, access: Callable[..., Any]) -> None:
    practice.describe(access("manager"), not_scored=["cost"])

    _, found = ask("manager", "weights")

    (row,) = [row for table in found["tables"] if table["ours"] for row in table["rows"] if row["ours"]]
    assert (row["not_scored"], row["weights"]["cost"], row["weights"]["ia"]) == (["cost"], 0, 15)
    assert found["effect"] == "Improvement activities are 15% of your final score."


def test_a_line_that_was_changed_past_the_portal_is_named(ask: Ask, harbor: Practice) -> None:
    assert ask("manager", "log/seals")[1]["broken_line"] is None
    assert codes(ask("kim", "log/seals")) == ["not_allowed"]

    line = harbor.entries.order_by("id")[3]
    with past_the_portal():
        harbor.entries.filter(pk=line.pk).update(action="something else")
        Signature.objects.filter(window__year__practice=harbor).update(typed_name="Nobody")
        _, found = ask("manager", "log/seals")
    assert found["broken_line"] == line.pk
    assert found["changed_record"].startswith("signature with the receipt ")


def test_sign_ins_of_a_practice_are_for_its_administrators(ask: Ask, person: Callable[[str], Person]) -> None:
    signins.line(person("kim"), "sign-in refused")
    signins.line(person("kim"), "second factor reset", person("admin"))

    _, found = ask("admin", "log/sign-ins")

    assert [(each["person"], each["action"], each["by"]) for each in found["items"]] == [
        ("Soo-jin Kim", "second factor reset", "Robin Ashworth"), ("Soo-jin Kim", "sign-in refused", ""),
    ]  # fmt: skip
    assert codes(ask("manager", "log/sign-ins")) == ["not_allowed"]


def test_each_year_answers_by_its_own_rules(ask: Ask, harbor: Practice) -> None:
    for year in (2017, 2022, 2027):
        found = {name: ask("manager", f"/api/practices/{harbor.slug}/{year}/{name}")
                 for name in ("overview", "plan", "participation", "weights")}  # fmt: skip
        assert {status for status, _ in found.values()} == {200}, year
        assert all(sum(row["weights"].values()) in (0, 100)
                   for table in found["weights"][1]["tables"] for row in table["rows"]), year  # fmt: skip


def test_the_score_has_what_the_pages_json_has_with_what_would_change_it(
    ask: Ask, harbor: Practice, browse: Callable[[str], Client], access: Callable[..., Any]
) -> None:
    page = f"/p/{harbor.slug}/2026/score/score.json"
    for who in ("manager", "kim"):
        for query in ("", "?known=2026-06-01"):
            found = ask(who, f"score{query}")[1]
            assert found == browse(who).get(f"{page}{query}").json()
            assert found["ways"]
            assert {each["raises"] for each in found["moves"]} == {True, False}
    named, unnamed = (ask(who, "score")[1]["moves"] for who in ("manager", "kim"))
    assert [each["points"] for each in named] == [each["points"] for each in unnamed]
    assert any("Johnson" in each["says"] for each in named)
    assert not any("Johnson" in each["says"] for each in unnamed)

    practice.describe(access("manager"), pathway="apm_scoring_standard", report_as="group")
    refused = ask("manager", "score")[1]
    assert refused == browse("manager").get(page).json()
    assert refused["score"] is None
    assert refused["problems"]


def test_the_standing_is_that_of_its_page_with_what_to_find_out_first(
    ask: Ask, harbor: Practice, browse: Callable[[str], Client], access: Callable[..., Any]
) -> None:
    for known in ({}, {"statuses": None}):
        practice.describe(access("manager"), **known)
        found = ask("manager", "statuses")[1]
        page = html.unescape(
            browse("manager").get(f"/p/{harbor.slug}/2026/roster/statuses/").content.decode()
        )
        assert f"<p>{found['first']}</p>" in page
        assert f'{found["says"]} <span class="ia-quiet">{found["cite"]}</span>' in page
        for each in found["facts"]:
            for said in ("called", "word", "says", "cite", "assumption"):
                assert each[said] in page, each
        assert any(each["cite"] for each in found["facts"])
    unknown = [each["name"] for each in found["facts"] if each["value"] is None]
    assert "hospital_based" in unknown
    assert "what CMS’s look-up says" in found["first"]


def test_what_is_needed_names_its_rule(ask: Ask, access: Callable[..., Any]) -> None:
    assert {each["only_if"] for each in ask("manager", "ways")[1]["items"]} >= {
        "", "you take part in a MIPS APM",
    }  # fmt: skip
    practice.describe(access("manager"), apm="mips_apm", quality_and_pi_submitted=True)
    ways = ask("manager", "ways")[1]["items"]
    told = {
        "ways": ways, "activities": ask("manager", "activities")[1]["items"],
        "plan": ask("manager", "plan")[1]["activities"],
    }  # fmt: skip

    for name, every in told.items():
        assert every, name
        assert all("CFR" in each["cite"] for each in every), name
    free = [each for each in ways if each["granted"]]
    assert free
    assert all("CFR" in each["granted"]["cite"] for each in free)


def test_the_rules_are_those_of_their_page(ask: Ask, browse: Callable[[str], Client]) -> None:
    for year in (2017, 2026):
        found = ask("manager", f"/api/rules/{year}")[1]
        page = html.unescape(browse("manager").get(f"/rules/{year}/").content.decode())
        assert found["count"] == page.count('<tr id="')
        for each in found["items"]:
            assert f'<tr id="{each["place"]}">' in page
            for name in ("value", "says", "cite", "assumption", "heading"):
                assert each[name] in page, each
        assert any(each["weights"] for each in found["items"])
        assert {"high"} <= {each["confidence"] for each in found["items"]}
    assert codes(ask("manager", "/api/rules/2016")) == ["not_found"]
