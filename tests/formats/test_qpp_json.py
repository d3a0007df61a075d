"""Reading CMS's QPP Submissions JSON."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia import Attestation, assess
from mips_ia.formats import qpp_json
from mips_ia.formats.json_file import LARGEST
from mips_ia.formats.participants import Intake
from mips_ia.formats.qpp_json import MOST_PROBLEMS, read

NPI = "1234567893"  # the example of CMS's own text on the check digit


def measurement(id: Any = "IA_EPA_1", value: Any = True) -> dict[str, Any]:
    return {"measureId": id, "value": value}


def ia_set(*measurements: Any, **fields: Any) -> dict[str, Any]:
    return {
        "category": "ia",
        "submissionMethod": "registry",
        "performanceStart": "2024-01-01",
        "performanceEnd": "2024-12-31",
        "measurements": list(measurements or [measurement()]),
    } | fields


def submission(*sets: Any, **fields: Any) -> dict[str, Any]:
    return {
        "entityType": "group",
        "taxpayerIdentificationNumber": "000123456",
        "performanceYear": 2024,
        "measurementSets": list(sets or [ia_set()]),
    } | fields


def without(whole: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in whole.items() if key not in keys}


@pytest.fixture
def intake(tmp_path: Path) -> Any:
    """Reads a value, or a text as it stands, as a file would be read."""
    path = tmp_path / "file.json"

    def reading(content: Any) -> Intake:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(raw)
        return read(path)

    return reading


def codes(found: Intake) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_group_with_one_set_is_one_participant(intake: Any) -> None:
    found = intake(submission(ia_set(measurement("IA_EPA_1"), measurement("IA_CC_2", value=False))))

    (who,) = found.participants
    assert (found.problems, found.rows) == ((), 1)
    assert (who.tin, who.npi, who.entity_id, who.name) == ("000123456", "", "", "")
    assert who.where == "file.json, $.measurementSets[0]"
    assert (who.practice.entity, who.practice.pathway) == ("group", "traditional")
    days = date(2024, 1, 1), date(2024, 12, 31)
    assert who.attestations == (Attestation("IA_EPA_1", *days), Attestation("IA_CC_2", *days, done=False))


def test_what_the_file_does_not_tell_stays_unknown(intake: Any) -> None:
    practice = intake(submission()).participants[0].practice

    asked = (practice.statuses, practice.clinicians, practice.apm, practice.medical_home_sites)
    assert asked == (None, None, None, None)


def test_a_clinician_has_a_tin_and_an_npi(intake: Any) -> None:
    found = intake(submission(entityType="individual", nationalProviderIdentifier=NPI))

    assert (found.participants[0].tin, found.participants[0].npi) == ("000123456", NPI)
    assert found.problems == ()


@pytest.mark.parametrize(
    ("kind", "ours"), [("virtualGroup", "virtual_group"), ("apm", "apm_entity"), ("subgroup", "subgroup")]
)
def test_other_entities_are_told_by_their_entity_id(intake: Any, kind: str, ours: str) -> None:
    given = without(submission(entityType=kind, entityId="SG-00000001"), "taxpayerIdentificationNumber")

    (who,) = intake(given).participants
    assert (who.practice.entity, who.entity_id, who.tin) == (ours, "SG-00000001", "")


@pytest.mark.parametrize(
    ("program", "pathway", "mvp"),
    [("mips", "traditional", None), ("app1", "app", None), ("G0053", "mvp", "G0053")],
)
def test_the_program_gives_the_pathway(intake: Any, program: str, pathway: str, mvp: str | None) -> None:
    practice = intake(submission(ia_set(programName=program))).participants[0].practice

    assert (practice.pathway, practice.mvp) == (pathway, mvp)


@pytest.mark.parametrize(
    "wrapped",
    [
        [submission()],
        {"data": submission()},
        {"data": {"submission": submission()}},
        {"data": {"totalItems": 1, "submissions": [submission()]}},
        {"submissions": [submission()]},
    ],
)
def test_a_list_and_an_answer_of_the_api_are_read_like_a_submission(intake: Any, wrapped: Any) -> None:
    found = intake(wrapped)

    assert len(found.participants) == 1
    assert found.problems == ()


def test_keys_that_are_not_asked_for_are_ignored(intake: Any) -> None:
    extra = {"id": "x", "createdAt": "2025-01-01T00:00:00Z", "suppressed": False, "version": [1]}

    found = intake(submission(ia_set(measurement() | extra, **extra), **extra))
    assert found.problems == ()
    assert len(found.participants) == 1


def test_other_categories_are_skipped_with_one_note(intake: Any) -> None:
    found = intake(submission({"category": "quality"}, ia_set(), {"category": "pi"}, {"category": "quality"}))

    assert len(found.participants) == 1
    assert [(p.code, p.severity) for p in found.problems] == [("skipped_categories", "note")]
    assert "quality, pi" in found.problems[0].what


def test_two_sets_for_one_program_are_two_participants_and_are_never_summed(intake: Any) -> None:
    found = intake(
        submission(ia_set(), ia_set(submissionMethod="electronicHealthRecord", programName="mips"))
    )

    wheres = [who.where for who in found.participants]
    assert wheres == ["file.json, $.measurementSets[0]", "file.json, $.measurementSets[1]"]
    assert [(p.code, p.severity) for p in found.problems] == [("several_sets", "note")]


def test_sets_for_different_programs_say_nothing_of_each_other(intake: Any) -> None:
    found = intake(submission(ia_set(), ia_set(programName="app1"), ia_set(programName="G0053")))

    assert len(found.participants) == 3
    assert found.problems == ()


def test_a_submission_without_an_ia_set_says_so(intake: Any) -> None:
    assert codes(intake(submission({"category": "quality"}))) == ["skipped_categories", "no_ia_set"]
    assert codes(intake(without(submission(), "measurementSets"))) == ["no_ia_set"]


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"entityType": None}, "unknown_entity", "entityType"),
        ({"entityType": "clinic"}, "unknown_entity", "entityType"),
        ({"entityType": ["group"]}, "unknown_entity", "entityType"),
        ({"performanceYear": None}, "unknown_year", "performanceYear"),
        ({"performanceYear": 1999}, "unknown_year", "performanceYear"),
        ({"performanceYear": "2024"}, "unknown_year", "performanceYear"),
        ({"performanceYear": 2024.0}, "unknown_year", "performanceYear"),
        ({"performanceYear": True}, "unknown_year", "performanceYear"),
        ({"performanceYear": 10**400}, "unknown_year", "performanceYear"),
        ({"performanceYear": float("nan")}, "unknown_year", "performanceYear"),
        ({"performanceYear": float("inf")}, "unknown_year", "performanceYear"),
        ({"taxpayerIdentificationNumber": None}, "bad_tin", "taxpayerIdentificationNumber"),
        ({"taxpayerIdentificationNumber": "12345678"}, "bad_tin", "taxpayerIdentificationNumber"),
        ({"taxpayerIdentificationNumber": "12-3456789"}, "bad_tin", "taxpayerIdentificationNumber"),
        ({"taxpayerIdentificationNumber": 123456789}, "bad_tin", "taxpayerIdentificationNumber"),
        ({"taxpayerIdentificationNumber": "١٢٣٤٥٦٧٨٩"}, "bad_tin", "taxpayerIdentificationNumber"),
        ({"entityType": "individual"}, "bad_npi", "nationalProviderIdentifier"),
        ({"entityType": "apm"}, "bad_entity_id", "entityId"),
        ({"entityType": "apm", "entityId": "\x1b[31m"}, "bad_entity_id", "entityId"),
        ({"entityType": "apm", "entityId": "\ud800"}, "bad_entity_id", "entityId"),
    ],
)
def test_who_submits_must_be_clear(intake: Any, fields: Any, code: str, place: str) -> None:
    found = intake(submission(**fields))

    first, last = found.problems
    assert (first.code, first.where, first.severity) == (code, f"file.json, $.{place}", "error")
    assert (last.code, last.where) == ("not_scored", "file.json, $.measurementSets[0]")
    assert "1 measurement" in last.what
    assert found.participants == ()


def test_every_fault_is_told_and_not_only_the_first(intake: Any) -> None:
    bad = ia_set(measurement("IA EPA"), measurement(value="yes"), performanceStart="1/1/24")

    found = intake(submission(bad, entityType="individual", taxpayerIdentificationNumber="1"))
    assert codes(found) == [
        "bad_tin", "bad_npi", "bad_date", "bad_measure_id", "value_not_boolean", "not_scored",
    ]  # fmt: skip


def test_a_wrong_check_digit_of_an_npi_is_a_warning(intake: Any) -> None:
    found = intake(submission(entityType="individual", nationalProviderIdentifier="1234567890"))

    assert [(p.code, p.severity) for p in found.problems] == [("npi_check_digit", "warning")]
    assert len(found.participants) == 1


@pytest.mark.parametrize("value", ["true", "false", "Y", "N", 1, 0, None, [], {}, float("nan")])
def test_a_value_is_true_or_false_and_nothing_else(intake: Any, value: Any) -> None:
    found = intake(submission(ia_set(measurement("IA_CC_2"), measurement(value=value))))

    (problem,) = found.problems
    assert problem.code == "value_not_boolean"
    assert problem.where == "file.json, $.measurementSets[0].measurements[1].value"
    assert [a.activity for a in found.participants[0].attestations or ()] == ["IA_CC_2"]


@pytest.mark.parametrize("day", ["2024-02-30", "20240101", "2024-W01-1", "2024-1-1", "", 20240101, None, {}])
def test_a_date_that_is_none_leaves_the_day_unknown(intake: Any, day: Any) -> None:
    found = intake(submission(ia_set(performanceEnd=day)))

    (problem,) = found.problems
    assert (problem.code, problem.where) == ("bad_date", "file.json, $.measurementSets[0].performanceEnd")
    (who,) = found.participants
    assert who.attestations == (Attestation("IA_EPA_1", date(2024, 1, 1), None),)
    assert assess(who.practice, who.attestations).verdicts[0].counts is None


def test_ids_with_stray_blanks_or_small_letters_are_accepted_with_a_warning(intake: Any) -> None:
    given = submission(
        ia_set(measurement(" ia_epa_1\n"), programName="g0053 "), taxpayerIdentificationNumber=" 000123456"
    )

    found = intake(given)
    (who,) = found.participants
    assert (who.tin, who.practice.mvp) == ("000123456", "G0053")
    assert [a.activity for a in who.attestations or ()] == ["IA_EPA_1"]
    assert {(p.code, p.severity) for p in found.problems} == {("id_tidied", "warning")}
    assert len(found.problems) == 3


def test_an_unknown_method_is_a_warning(intake: Any) -> None:
    found = intake(submission(ia_set(submissionMethod="claims")))

    assert [(p.code, p.severity) for p in found.problems] == [("unknown_method", "warning")]
    assert len(found.participants) == 1


@pytest.mark.parametrize("program", ["pcf", "M9999", "", 7, ["mips"], {}])
def test_a_program_that_the_year_does_not_have_is_not_scored(intake: Any, program: Any) -> None:
    found = intake(submission(ia_set(programName=program)))

    assert codes(found) == ["unknown_program", "not_scored"]
    assert found.participants == ()


@pytest.mark.parametrize("category", ["IA", "activities", None, 1, [], {}])
def test_a_category_that_there_is_not_is_an_error(intake: Any, category: Any) -> None:
    assert codes(intake(submission(ia_set(category=category)))) == ["unknown_category", "no_ia_set"]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (7, "$"),
        ("text", "$"),
        ([submission(), "text"], "$[1]"),
        (submission("text"), "$.measurementSets[0]"),
        (submission(measurementSets={}), "$.measurementSets"),
        (submission(ia_set(measurements={"a": 1})), "$.measurementSets[0].measurements"),
        (submission(ia_set("IA_EPA_1")), "$.measurementSets[0].measurements[0]"),
    ],
)
def test_what_has_the_wrong_shape_is_told_with_its_place(intake: Any, given: Any, place: str) -> None:
    wrong = [problem for problem in intake(given).problems if problem.code == "wrong_type"]

    assert [problem.where for problem in wrong] == [f"file.json, {place}"]


@pytest.mark.parametrize("given", [{}, {"errors": []}, {"error": {"type": "ValidationError"}}])
def test_an_answer_that_tells_of_errors_is_no_submission(intake: Any, given: Any) -> None:
    assert codes(intake(given)) == ["not_a_submission"]


def test_an_empty_list_has_no_submission(intake: Any) -> None:
    assert codes(intake([])) == ["no_submission"]


def test_a_set_without_measurements_attests_nothing(intake: Any) -> None:
    for empty in ([], None):
        found = intake(submission(ia_set(measurements=empty)))
        assert codes(found) == ["no_measurements"]
        assert found.participants[0].attestations == ()


def test_a_key_given_twice_is_an_error_because_one_value_would_be_lost(intake: Any) -> None:
    text = json.dumps(submission()).replace('"value": true', '"value": true, "value": false')

    found = intake(text.encode())
    (problem,) = found.problems
    assert (problem.code, problem.where) == (
        "repeated_key",
        "file.json, $.measurementSets[0].measurements[0]",
    )
    assert "value" in problem.what
    assert found.participants[0].attestations == ()


def test_a_key_given_twice_around_submissions_is_an_error(intake: Any) -> None:
    text = f'{{"data": [], "data": {json.dumps([submission()])}}}'

    found = intake(text.encode())
    assert codes(found) == ["repeated_key"]
    assert found.participants == ()


def test_a_repeated_key_that_is_not_read_does_not_matter(intake: Any) -> None:
    text = json.dumps(submission()).replace('"value": true', '"id": 1, "id": 2, "value": true')

    assert intake(text.encode()).problems == ()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\0\0\0", "not_json"),
        (b"9" * 5000, "not_json"),
        (b"[" * 100_000, "nested_too_deep"),
        (b'{"data":' * 100_000, "nested_too_deep"),
        (b"[" * 100_000 + b"]" * 100_000, "nested_too_deep"),
        (b'{"a": "\xff"}', "not_utf8"),
        (json.dumps(submission()).encode("utf-16"), "not_utf8"),
        (json.dumps(submission()).encode("utf-32"), "not_utf8"),
        (b" " * (LARGEST + 1), "file_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[:12]!r}",
)
def test_a_file_that_cannot_be_read_is_one_problem(intake: Any, raw: bytes, code: str) -> None:
    found = intake(raw)

    assert (codes(found), found.participants, found.rows) == ([code], (), 0)
    assert found.problems[0].where == "file.json"


def test_a_byte_order_mark_is_no_fault(intake: Any) -> None:
    assert intake(b"\xef\xbb\xbf" + json.dumps(submission()).encode()).problems == ()


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert codes(read(tmp_path / "none.json")) == ["unreadable_file"]
    assert codes(read(tmp_path)) == ["unreadable_file"]


def test_reading_stops_where_problems_have_no_end(intake: Any) -> None:
    found = intake([submission(), *[1] * (MOST_PROBLEMS + 5)])

    assert len(found.problems) == MOST_PROBLEMS + 1
    assert found.problems[-1].code == "too_many_problems"
    assert found.problems[-1].where == f"file.json, $[{MOST_PROBLEMS}]"
    assert len(found.participants) == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(where=st.lists(st.integers(0, 6), max_size=4), value=VALUES)
def test_any_value_anywhere_ends_in_a_participant_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, where: list[int], value: Any
) -> None:
    given_value = spoiled(submission(ia_set(measurement(), measurement("IA_CC_2")), ia_set()), where, value)
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(given_value), encoding="utf-8")

    found = qpp_json.read(path)

    assert found.participants or found.problems
    for problem in found.problems:
        str(problem).encode()
        assert str(problem).isprintable()


def spoiled(whole: Any, where: list[int], value: Any) -> Any:
    """The same with a value put somewhere inside."""
    if not where or not isinstance(whole, dict | list) or not whole:
        return value
    if isinstance(whole, dict):
        key = list(whole)[where[0] % len(whole)]
        return whole | {key: spoiled(whole[key], where[1:], value)}
    place = where[0] % len(whole)
    return [*whole[:place], spoiled(whole[place], where[1:], value), *whole[place + 1 :]]


@given(ids=st.lists(st.text(max_size=6), max_size=5), values=st.lists(VALUES, min_size=5, max_size=5))
def test_each_measurement_is_attested_or_named(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str], values: list[Any]
) -> None:
    measurements = [measurement(id, value) for id, value in zip(ids, values, strict=False)]
    path = tmp_path_factory.getbasetemp() / "each.json"
    path.write_text(json.dumps(submission(ia_set(measurements=measurements))), encoding="utf-8")

    found = qpp_json.read(path)

    named = {
        n
        for n in range(len(measurements))
        if any(f".measurements[{n}]" in p.where and p.severity == "error" for p in found.problems)
    }
    attested = found.participants[0].attestations or ()
    assert len(attested) + len(named) == len(measurements)
