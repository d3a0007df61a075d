"""What is written as QPP Submissions JSON reads back equal, in CMS's words and order."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_ia import years
from mips_ia.formats import qpp_json
from mips_ia.formats.qpp_json import METHODS
from mips_ia.formats.qpp_json_write import plain_submission, write
from mips_ia.formats.submissions import MeasurementSet, Submission, cms_words, program_names, submissions

TINS = st.from_regex(r"000[0-9]{6}", fullmatch=True)
NPIS = st.sampled_from(["1234567893", "9000001005", "9000004009"])
ENTITY_IDS = st.sampled_from(["x12345", "A1234", "SG-00000001", "é"]) | st.from_regex(
    r"[!-~]{1,64}", fullmatch=True
)
ACTIVITY_IDS = st.from_regex(r"IA_[A-Z]{2,4}_[0-9]{1,2}", fullmatch=True)


def identified(year: int, entity: str) -> st.SearchStrategy[Submission]:
    """Submissions of a kind of entity, as yet of nothing."""
    none = st.just("")
    tin = TINS if entity in ("individual", "group") else none
    npi = NPIS if entity == "individual" else none
    own = none if entity in ("individual", "group") else ENTITY_IDS
    return st.builds(Submission, st.just(year), st.just(entity), tin, npi, own, st.just(()))


def sets(year: int, program: str) -> st.SearchStrategy[MeasurementSet]:
    days = st.dates(date(year, 1, 1), date(year, 12, 31))
    done = st.lists(st.tuples(ACTIVITY_IDS, st.booleans()), min_size=1).map(tuple)
    return st.builds(MeasurementSet, st.just(program), st.sampled_from(METHODS), days, days, done)


DONE = (("IA_PM_16", True), ("IA_BE_4", False))
CASES = [(year, entity) for year in years() for entity in cms_words(year)["entities"].values()]


@pytest.mark.parametrize(("year", "entity"), CASES)
@settings(max_examples=6)
@given(data=st.data())
def test_what_is_written_reads_back_equal_for_every_program(
    tmp_path_factory: pytest.TempPathFactory, year: int, entity: str, data: st.DataObject
) -> None:
    programs = data.draw(
        st.lists(st.sampled_from([*program_names(year).values()]), min_size=1, max_size=3, unique=True)
    )
    of = data.draw(identified(year, entity))
    given = replace(of, sets=tuple(data.draw(sets(year, program)) for program in programs))
    path = tmp_path_factory.mktemp("json") / "submission.json"
    path.write_text(write([given]), encoding="utf-8")

    intake = qpp_json.read(path)

    assert submissions(intake.participants) == [given]
    assert intake.problems == ()


@pytest.mark.parametrize("year", years())
def test_each_program_and_mvp_of_a_year_is_read_back_as_itself(year: int, tmp_path: Path) -> None:
    days = date(year, 1, 1), date(year, 12, 31)
    given = [
        Submission(year, "group", f"000{place:06}", "", "", (MeasurementSet(name, "registry", *days, DONE),))
        for place, name in enumerate(program_names(year).values())
    ]
    (tmp_path / "all.json").write_text(write(given), encoding="utf-8")

    assert submissions(qpp_json.read(tmp_path / "all.json").participants) == given


SET = MeasurementSet("mips", "registry", date(2025, 1, 1), date(2025, 12, 31), DONE)
GROUP = Submission(2025, "group", "000000024", "", "", (SET,))


def test_a_submission_is_written_in_cms_order_without_what_is_absent() -> None:
    assert write([GROUP]) == (
        "{\n"
        '  "performanceYear": 2025,\n'
        '  "entityType": "group",\n'
        '  "taxpayerIdentificationNumber": "000000024",\n'
        '  "measurementSets": [\n'
        "    {\n"
        '      "category": "ia",\n'
        '      "submissionMethod": "registry",\n'
        '      "programName": "mips",\n'
        '      "performanceStart": "2025-01-01",\n'
        '      "performanceEnd": "2025-12-31",\n'
        '      "measurements": [\n'
        "        {\n"
        '          "measureId": "IA_PM_16",\n'
        '          "value": true\n'
        "        },\n"
        "        {\n"
        '          "measureId": "IA_BE_4",\n'
        '          "value": false\n'
        "        }\n"
        "      ]\n"
        "    }\n"
        "  ]\n"
        "}\n"
    )


def test_several_submissions_are_a_list_and_one_is_itself() -> None:
    other = replace(GROUP, tin="000000009")

    assert json.loads(write([GROUP])) == plain_submission(GROUP)
    assert json.loads(write([GROUP, other])) == [plain_submission(GROUP), plain_submission(other)]


@pytest.mark.parametrize(
    ("ours", "theirs"), [("virtual_group", "virtualGroup"), ("apm_entity", "apm"), ("subgroup", "subgroup")]
)
def test_an_entity_has_cms_name_and_its_own_id(ours: str, theirs: str) -> None:
    found = plain_submission(replace(GROUP, entity=ours, tin="", entity_id="x12345"))

    assert [*found] == ["performanceYear", "entityType", "entityId", "measurementSets"]
    assert (found["entityType"], found["entityId"]) == (theirs, "x12345")


def test_a_day_that_is_not_known_is_left_out_and_never_null() -> None:
    found = write([replace(GROUP, sets=(replace(SET, first=None, last=None),))])

    assert "performanceStart" not in found
    assert "null" not in found
