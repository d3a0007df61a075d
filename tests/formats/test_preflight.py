"""What CMS would refuse is refused before it is sent, and what CMS wrongly lets through is found."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mips_ia import Refused, catalogue
from mips_ia.formats.cms_errors import SAYS
from mips_ia.formats.like_cms import answer
from mips_ia.formats.preflight import MOST_ELEMENTS, known_years, preflight
from mips_ia.formats.qpp_json_write import write as write_json
from mips_ia.formats.qrda3_write import write
from mips_ia.formats.submissions import QRDA, REGISTRY, MeasurementSet, Submission
from mips_ia.problems import Problem

PROBES = Path(__file__).parents[3] / "shared" / "cms" / "qrda" / "probes"
MADE = datetime(2026, 1, 11, 6, 12, 31, tzinfo=UTC)
P = "2.16.840.1.113883"
TIN, NPI = "000000024", "9000004009"
IDS = {
    "individual": (TIN, NPI, ""),
    "group": (TIN, "", ""),
    "virtual_group": ("", "", "x12345"),
    "apm_entity": ("", "", "A1234"),
    "subgroup": ("", "", "SG-00000001"),
}
BOTH = (("IA_PM_16", True), ("IA_BE_4", True))
Pairs = tuple[tuple[str, str], ...]


def submission(
    entity: str = "group",
    program: str = "mips",
    year: int = 2025,
    done: Iterable[tuple[str, bool]] = BOTH,
    **days: date,
) -> Submission:
    first, last = days.get("first", date(year, 1, 1)), days.get("last", date(year, 12, 31))
    set_ = MeasurementSet(program, QRDA, first, last, tuple(done))
    return Submission(year, entity, *IDS[entity], sets=(set_,))


def document(*pairs: tuple[str, str], **of: Any) -> bytes:
    """A document that mips-ia writes, with some texts in it written otherwise, each where it stands first."""
    text = write(submission(**of), MADE).decode()
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text.encode()


def found(given: bytes, folder: Path, name: str = "a.xml") -> tuple[Problem, ...]:
    path = folder / name
    path.write_bytes(given)
    return preflight(path)


def names(problems: Iterable[Problem]) -> set[str]:
    """The code of each problem, and each number of CMS's that stands behind it."""
    cites = [problem.cite.removeprefix("CMS schematron ").split(", ") for problem in problems]
    return {problem.code for problem in problems} | {name for cite in cites for name in cite}


def codes(problems: Iterable[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def stopping(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


@pytest.mark.parametrize("entity", IDS)
def test_nothing_stands_against_a_sound_document(entity: str, tmp_path: Path) -> None:
    program = next(iter(catalogue(2026).mvps)) if entity == "subgroup" else "mips"
    ids = catalogue(2026).mvps[program].activities if entity == "subgroup" else ["IA_PM_16", "IA_BE_4"]
    done = [(id, True) for id in sorted(ids)[:2]]

    given = document(entity=entity, program=program, year=2026, done=done)

    assert [str(problem) for problem in found(given, tmp_path)] == []


# ---- What CMS's converter lets through although it is wrong


MVP = (
    '<participant typeCode="TRC"><associatedEntity classCode="PROG">'
    f'<id root="{P}.3.249.5.6" extension="G0053"/></associatedEntity></participant>'
)
EVENT = '<documentationOf typeCode="DOC">'
FIRST = 'extension="IA_PM_16"'
SEEN = f'<templateId root="{P}.10.20.27.3.33" extension="2016-09-01"/>'
PASSED: dict[str, tuple[Pairs, dict[str, Any], str]] = {
    "an id of no activity": (((FIRST, 'extension="IA_XX_1"'),), {}, "unknown_activity"),
    "an activity of another year": (((FIRST, 'extension="IA_BE_26"'),), {}, "not_in_year"),
    "an empty id": (((FIRST, 'extension=""'),), {}, "bad_measure_id"),
    "no id": (((FIRST, ""),), {}, "bad_measure_id"),
    "an id in small letters": (((FIRST, 'extension="ia_pm_16"'),), {}, "id_tidied"),
    "an id with blanks": (((FIRST, 'extension=" IA_PM_16 "'),), {}, "id_tidied"),
    "an activity twice": ((), {"done": (BOTH[0], BOTH[0])}, "repeated"),
    "an activity done and not done": (
        (),
        {"done": (("IA_PM_16", True), ("IA_PM_16", False))},
        "contradictory",
    ),
    "an id of promoting interoperability": (((FIRST, 'extension="PI_EP_1"'),), {}, "unknown_activity"),
    "an id of another list": (((f"{P}.3.7034", f"{P}.4.738"),), {}, "3259-21427"),
    "an activity that CMS does not see": (((SEEN, ""),), {}, "CMSgov/qpp-conversion-tool"),
    "an end before the start": (
        (),
        {"first": date(2025, 12, 31), "last": date(2025, 1, 1)},
        "reversed_dates",
    ),
    "89 days": ((), {"first": date(2025, 1, 1), "last": date(2025, 3, 30)}, "too_short"),
    "two years": ((), {"first": date(2025, 11, 1), "last": date(2026, 2, 28)}, "outside_year"),
    "a year to come": ((("20250101", "20990101"), ("20251231", "20991231")) * 2, {}, "unknown_year"),
    "a group without a TIN": (((f'<id root="{P}.4.2" extension="{TIN}"/>', ""),), {}, "CMS_82"),
    "a TIN with a hyphen": (((TIN, "00-0000024"),), {}, "CMS_0119"),
    "an individual without a TIN": (
        ((f'<id root="{P}.4.2" extension="{TIN}"/>', ""),),
        {"entity": "individual"},
        "CMS_112",
    ),
    "an individual without an NPI": (
        ((f'extension="{NPI}"', 'nullFlavor="NA"'),),
        {"entity": "individual"},
        "5562-18178_C01-MIPSINDIV-assignedEntity",
    ),
    "no id for an NPI": (((f'root="{P}.4.6"', 'root="1.2.3"'),), {"entity": "individual"}, "5562-18177_C01"),
    "an NPI of 9 digits": (((NPI, NPI[:9]),), {"entity": "individual"}, "CMS_0115"),
    "an NPI with a letter": (((NPI, NPI[:9] + "O"),), {"entity": "individual"}, "CMS_0116"),
    "a mistyped NPI": (((NPI, "9000004008"),), {"entity": "individual"}, "CMS_0117"),
    "a group with an NPI": (
        (('nullFlavor="NA"/>\n          <representedOrg', f'extension="{NPI}"/><representedOrg'),),
        {},
        "5562-18177_C01-MIPSGROUP-assignedEntity",
    ),
    "an MVP that does not exist": (((EVENT, MVP.replace("G0053", "FOO") + EVENT),), {}, "unknown_mvp"),
    "an APM Entity without its id": (
        ((f'<id root="{P}.3.249.5.4" extension="A1234"/>', ""),),
        {"entity": "apm_entity"},
        "CMS_109",
    ),
    "a subgroup without its id": (
        ((f'<id root="{P}.3.249.5.5" extension="SG-00000001"/>', ""),),
        {"entity": "subgroup"},
        "CMS_114",
    ),
    "an MVP of a virtual group": (((EVENT, MVP + EVENT),), {"entity": "virtual_group"}, "mvp_ignored"),
    "an MVP under APP": (((EVENT, MVP + EVENT),), {"program": "app1"}, "mvp_ignored"),
    "a subgroup without an MVP": ((), {"entity": "subgroup"}, "entity_not_on_pathway"),
    "a program in small letters": ((("MIPS_GROUP", "mips_group"),), {}, "CMS_11"),
    "a program without who reports": ((("MIPS_INDIV", "MIPS"),), {"entity": "individual"}, "CMS_11"),
    "another namespace": ((("urn:hl7-org:v3", "urn:hl7-org:v2"),), {}, "HL7 CDA Release 2"),
    "another version of the section": (
        ((f'{P}.10.20.27.2.4" extension="2020-12-01"', f'{P}.10.20.27.2.4" extension="2017-06-01"'),),
        {},
        "4484-21175-extension",
    ),
}


@pytest.mark.parametrize("name", PASSED)
def test_what_cms_converter_wrongly_lets_through_is_found(name: str, tmp_path: Path) -> None:
    pairs, of, expected = PASSED[name]
    given = document(*pairs, **of)

    assert answer(given, "a.xml", 2025).errors == ()

    problems = found(given, tmp_path)
    assert expected in names(problems)
    assert {problem.severity for problem in problems if expected in names([problem])} <= {"error", "warning"}


def test_ninety_days_are_enough(tmp_path: Path) -> None:
    given = document(first=date(2025, 1, 1), last=date(2025, 3, 31))

    assert found(given, tmp_path) == ()


# ---- What CMS's converter refuses


PI = f'<component><section><templateId root="{P}.10.20.27.2.5"/></section></component>'
IA = f'<component><section><templateId root="{P}.10.20.27.2.4" extension="2020-12-01"/></section></component>'
BODY = "<structuredBody>"
COUNT = f'<component><observation><templateId root="{P}.10.20.27.3.3"/><code/></observation></component>'
NUMERATOR = f'<entry><organizer><templateId root="{P}.10.20.27.3.28"/><code/></organizer></entry>'
ACT = f'<templateId root="{P}.10.20.17.3.8" extension="2020-12-01"/>'
PERIOD = '<effectiveTime>\n                <low value="20250101"/>\n                <high value="20251231"/>'
PCF = {"year": 2024, "first": date(2024, 2, 1), "last": date(2024, 11, 30)}
REFUSED: dict[int, tuple[Pairs, dict[str, Any]]] = {
    2: ((("</ClinicalDocument>", ""),), {}),
    3: (((PERIOD, PERIOD.replace('"20250101"', '""')),), {}),
    5: ((('"2024-12-01"', '"2023-12-01"'),), {}),
    8: ((("<component>\n                <observation", f"{COUNT}<component><observation"),), {}),
    23: (((f"{P}.10.20.27.2.4", f"{P}.10.20.27.2.9"),), {}),
    24: (((f'root="{P}.3.249.7"', 'root="1.2.3"'),), {}),
    25: ((("MIPS_GROUP", "MIPS_CLUB"),), {}),
    26: (((BODY, BODY + PI + PI),), {}),
    27: (((BODY, BODY + IA),), {}),
    29: (((PERIOD, PERIOD.replace('<low value="20250101"/>', "")),), {}),
    30: (((PERIOD, PERIOD.replace('<high value="20251231"/>', "")),), {}),
    36: ((("MIPS_GROUP", "PCF"),), PCF),
    43: (((SEEN, ""), (SEEN, "")), {}),
    44: (((ACT, ""),), {}),
    45: ((("<entry>", f"{NUMERATOR}<entry>"),), {}),
    50: (((f"{P}.10.20.27.3.27", f"{P}.10.20.27.3.99"),), {}),
    51: ((('code="Y"', 'code="maybe"'),), {}),
    55: ((("MIPS_GROUP", "PCF"),), PCF),
    56: ((("MIPS_GROUP", "PCF"),), PCF),
    69: (((PERIOD, PERIOD.replace("20251231", "20251331")),), {}),
    78: ((("x12345", ""), (f'root="{P}.3.249.5.2"', 'root="1.2.3"')), {"entity": "virtual_group"}),
    82: ((), {"done": [(f"IA_X_{n}", True) for n in range(101)]}),
    97: ((("MIPS_GROUP", "PCF"),), PCF),
}


@pytest.mark.parametrize("number", SAYS)
def test_each_error_of_cms_converter_is_shown_by_its_number(number: int, tmp_path: Path) -> None:
    pairs, of = REFUSED[number]
    given = document(*pairs, **of)
    if number == 82:
        given = given.replace(b'code="Y"', b'code="?"')

    told = [each for each in found(given, tmp_path) if each.cite == f"CMS converter error {number}"]

    assert told
    assert all(each.code == "cms_converter" and each.severity == "error" for each in told)
    assert {(each.what, each.fix) for each in told} == {SAYS[number]}


def test_the_judges_speak_one_after_the_other(tmp_path: Path) -> None:
    """CMS's converter, the guide of the documents, our reader, the rules of the year."""
    given = document(
        ('code="Y"', 'code="maybe"'),
        ("<realmCode", "<noRealmCode"),
        ('extension="IA_BE_4"', 'extension="ia_xx_1"'),
    )

    assert codes(found(given, tmp_path)) == [
        "cms_converter", "document_structure", "id_tidied", "unknown_activity",
    ]  # fmt: skip


# ---- Each fault is told once


@pytest.mark.parametrize(
    ("before", "after", "entity", "rule", "code"),
    [
        (NPI, "9000004008", "individual", "CMS_0117", "npi_check_digit"),
        (NPI, "900000400", "individual", "CMS_0115", "bad_npi"),
        (NPI, "900000400X", "individual", "CMS_0116", "bad_npi"),
        (f'extension="{NPI}"', 'nullFlavor="NA"', "individual", None, "bad_npi"),
        (TIN, "12-3456789", "group", "CMS_0119", "bad_tin"),
        (f'extension="{TIN}"', 'nullFlavor="NA"', "group", "CMS_82", "bad_tin"),
        (f'extension="{TIN}"', 'nullFlavor="NA"', "individual", "CMS_112", "bad_tin"),
        ('extension="A1234"', 'nullFlavor="NA"', "apm_entity", "CMS_109", "bad_entity_id"),
    ],
)
@pytest.mark.parametrize("year", [2025, 2026])
def test_what_the_guide_says_is_not_said_again(
    before: str, after: str, entity: str, rule: str | None, code: str, year: int, tmp_path: Path
) -> None:
    (problem,) = found(document((before, after), entity=entity, year=year), tmp_path)

    expected = rule or "5562-18178_C01-MIPSINDIV-assignedEntity"
    assert expected in names([problem])
    assert (problem.code, problem.severity) == ("document_structure", "error")
    assert problem.code != code


def test_what_the_guide_does_not_say_is_still_said(tmp_path: Path) -> None:
    """CMS's rule on TINs takes nine signs that make a number, and that is no TIN."""
    (problem,) = found(document((TIN, "-00000024")), tmp_path)

    assert (problem.code, problem.what) == ("bad_tin", 'Its TIN is "-00000024" and must have 9 digits.')


def test_a_mistyped_npi_is_told_with_the_rule_that_refuses_it(tmp_path: Path) -> None:
    given = document((NPI, "9000004008"), entity="individual")
    line = given.decode().split('extension="9000004008"')[0].count("\n") + 1

    (problem,) = found(given, tmp_path)

    assert str(problem) == (
        f"a.xml, line {line}: The last digit of an NPI checks the others, and in this one it does not agree "
        "with them: a digit is mistyped, or the NPI is made up. Compare it with the NPI registry. "
        "[CMS schematron CMS_0117]"
    )


# ---- By which year a document is judged


@pytest.mark.parametrize("year", [2019, 2022, 2024, 2026])
def test_a_document_is_judged_by_its_own_year_also_where_nobody_can_be_told_from_it(
    year: int, tmp_path: Path
) -> None:
    given = document((TIN, "1"), year=year, done=[(next(iter(catalogue(year).activities)), True)])

    (problem,) = found(given, tmp_path)

    assert "CMS_0119" in problem.cite


@pytest.mark.parametrize("year", [2019, 2022, 2024, 2025, 2026])
def test_without_a_period_the_guide_tells_the_year(year: int, tmp_path: Path) -> None:
    """Of two years with the same guide the later one."""
    given = document(year=year).replace(f'<low value="{year}0101"/>'.encode(), b"")

    found_here = names(found(given, tmp_path))

    assert {"CMS converter error 29", "unknown_year"} & found_here
    assert "CMS converter error 5" not in found_here
    assert "CMS_1" not in found_here


def test_a_document_of_another_years_guide_is_told_so(tmp_path: Path) -> None:
    given = document(('"2024-12-01"', '"2025-05-01"'))

    assert [problem.cite for problem in found(given, tmp_path)] == [
        "CMS converter error 5", "CMS schematron CMS_1",
    ]  # fmt: skip


def test_of_a_year_whose_guide_is_not_known_the_structure_is_not_judged(tmp_path: Path) -> None:
    given = document(("<realmCode", "<noRealmCode")).replace(b"2025", b"2027")

    problems = found(given, tmp_path)

    assert 2027 not in known_years()
    assert "document_structure" not in codes(problems)
    assert "unknown_program" in codes(problems)
    assert stopping(problems)


def test_of_a_huge_document_the_structure_is_not_judged_and_that_is_told(tmp_path: Path) -> None:
    given = document(("<structuredBody>", "<structuredBody>" + "<component/>" * MOST_ELEMENTS))

    (problem,) = [each for each in found(given, tmp_path) if each.code == "document_structure"]

    assert problem.severity == "unknown"
    assert str(problem) == (
        "a.xml: It has more than 100,000 elements, so that its structure was not judged. "
        "Send improvement activities in a document of their own."
    )


# ---- QPP Submissions JSON


def json_file(changes: dict[str, Any] | None = None, **of: Any) -> bytes:
    """A submission as JSON, with some fields of it, or of its one set, given otherwise."""
    given = json.loads(write_json([submission(**of)]))
    (set_,) = given["measurementSets"]
    set_["submissionMethod"] = REGISTRY
    for name, value in (changes or {}).items():
        place = given if name in given else set_
        place[name] = value
    return json.dumps(given).encode()


def test_nothing_stands_against_sound_json(tmp_path: Path) -> None:
    assert found(json_file(), tmp_path, "a.json") == ()
    assert found(json_file(entity="individual", year=2026), tmp_path, "a.json") == ()


@pytest.mark.parametrize(
    ("changes", "of", "code", "severity"),
    [
        ({}, {"done": [("IA_XX_1", True)]}, "unknown_activity", "error"),
        ({}, {"done": [("IA_BE_26", True)]}, "not_in_year", "error"),
        ({}, {"done": [("IA_AHE_3", True)], "year": 2026}, "renumbered", "error"),
        ({}, {"done": [("ia_pm_16", True)]}, "id_tidied", "warning"),
        ({}, {"done": [("", True)]}, "bad_measure_id", "error"),
        ({}, {"done": [BOTH[0], BOTH[0]]}, "repeated", "warning"),
        ({}, {"done": [BOTH[0], (BOTH[0][0], False)]}, "contradictory", "error"),
        ({"performanceEnd": "2025-03-30"}, {}, "too_short", "error"),
        ({"performanceEnd": "2024-12-31"}, {}, "reversed_dates", "error"),
        ({"performanceEnd": "2026-01-31"}, {}, "outside_year", "error"),
        ({"performanceEnd": "12/31/2025"}, {}, "bad_date", "error"),
        ({"programName": "FOO"}, {}, "unknown_program", "error"),
        ({"submissionMethod": "claims"}, {}, "unknown_method", "warning"),
        ({"measurements": []}, {}, "no_measurements", "warning"),
        ({"performanceYear": 2099}, {}, "unknown_year", "error"),
        ({"taxpayerIdentificationNumber": "12-3456789"}, {}, "bad_tin", "error"),
        ({"nationalProviderIdentifier": "1"}, {"entity": "individual"}, "bad_npi", "error"),
        (
            {"nationalProviderIdentifier": "9000004008"},
            {"entity": "individual"},
            "npi_check_digit",
            "warning",
        ),
        ({"entityId": ""}, {"entity": "apm_entity"}, "bad_entity_id", "error"),
        ({}, {"entity": "subgroup"}, "entity_not_on_pathway", "warning"),
    ],
)
def test_a_fault_in_json_is_found(
    changes: dict[str, Any], of: dict[str, Any], code: str, severity: str, tmp_path: Path
) -> None:
    problems = found(json_file(changes, **of), tmp_path, "a.json")

    assert (code, severity) in {(problem.code, problem.severity) for problem in problems}
    assert all(problem.where.startswith("a.json, $") for problem in problems)


def test_json_is_not_judged_as_a_document(tmp_path: Path) -> None:
    problems = found(json_file(done=[("IA_XX_1", True)]), tmp_path, "a.json")

    assert codes(problems) == ["unknown_activity"]


def test_one_reason_of_several_activities_is_told_once_and_names_them(tmp_path: Path) -> None:
    many = [(id, True) for id in ("IA_BE_4", "IA_BE_6", "IA_PM_14", "IA_PM_15", "IA_PM_16")]
    short = {"performanceEnd": "2025-03-30"}

    (few,) = found(json_file(short, done=many[:2]), tmp_path, "a.json")
    (five,) = found(json_file(short, done=many), tmp_path, "a.json")

    assert few.where == "a.json, $.measurementSets[0], IA_BE_4, IA_BE_6"
    assert five.where == "a.json, $.measurementSets[0], IA_BE_4, IA_BE_6, IA_PM_14, 2 more"


@pytest.mark.parametrize(("name", "given"), [("a.csv", b"tin,npi\n"), ("letter", b"Dear practice manager,")])
def test_what_is_no_submission_is_refused(name: str, given: bytes, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        found(given, tmp_path, name)

    assert str(refused.value) == (
        f"{name}: It is neither QPP Submissions JSON nor QRDA III. Give what is to be sent to CMS."
    )


# ---- CMS's own probes


EXPECTED = (
    [json.loads(line) for line in (PROBES / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
    if PROBES.is_dir()
    else []
)
# What is wrong in those that CMS's converter accepts: our code, or the number of a rule of structure.
WRONG = {
    "p11_no_measure_id": "bad_measure_id",
    "p12_unknown_measure_id": "unknown_activity",
    "p14_dup_conflicting": "contradictory",
    "p16_whitespace_id": "id_tidied",
    "p17_pi_id_in_ia": "unknown_activity",
    "p26_end_before_start": "reversed_dates",
    "p27_89_days": "too_short",
    "p29_slashes_time": "CMS_0122",
    "p34_year_2026": "CMS_1",
    "p42_ia_ext_2017": "4484-21175-extension",
    "p47_meas_ext_bogus": "3259-21425",
    "p51_group_with_npi": "5562-18177_C01-MIPSGROUP-assignedEntity",
    "p54_vg_with_tin_npi": "5562-18177_C01-MIPSVIRTUALGROUP-assignedEntity",
    "p56_apm_no_id": "CMS_109",
    "p59_subgroup_no_sgid": "CMS_114",
    "p64_bogus_mvp": "unknown_mvp",
    "p72_app1_mvp": "mvp_ignored",
    "p74_prog_lower": "CMS_11",
    "p81_no_npi": "5562-18177_C01",
    "p82_bad_tin": "CMS_0119",
    "p84_no_cehrt": "CMS_89",
    "p86_other_ns": "HL7 CDA Release 2",
    "p94_period_only_year_in_low_future": "unknown_year",
    "p96_xml_entities": "id_tidied",
    "p97_id_empty": "bad_measure_id",
}
# These vary something that is right, or that no source calls wrong (a small y as the answer).
RIGHT = {
    "p01_only_ia_indiv", "p02_rpa_first", "p04_value_lower_y", "p52_vg", "p57_subgroup_mvp", "p61_group_mvp",
    "p62_apm_mvp", "p66_app1_indiv", "p67_app1_group", "p69_appplus_indiv", "p71_appplus_apm",
}  # fmt: skip
needs_probes = pytest.mark.skipif(not EXPECTED, reason="CMS's probes are not beside the project")


@needs_probes
def test_every_probe_that_cms_accepts_is_judged_here() -> None:
    assert {Path(each["file"]).stem for each in EXPECTED if each["ok"]} == WRONG.keys() | RIGHT


@needs_probes
@pytest.mark.parametrize(
    "given", [each for each in EXPECTED if not each["ok"]], ids=lambda each: each["file"]
)
def test_a_probe_that_cms_refuses_is_refused_with_every_number_of_cms(given: dict[str, Any]) -> None:
    problems = preflight(PROBES / given["file"])

    assert stopping(problems)
    numbers = {f"CMS converter error {error['errorCode']}" for error in given["errors"]}
    assert numbers == {problem.cite for problem in problems if problem.code == "cms_converter"}


@needs_probes
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_a_probe_that_cms_accepts_is_found_and_is_not_in_the_first_one(name: str) -> None:
    problems = preflight(PROBES / f"{name}.xml")

    told = [problem for problem in problems if WRONG[name] in names([problem])]
    assert told
    assert all(problem.severity in ("error", "warning") for problem in told)
    assert WRONG[name] not in names(preflight(PROBES / "p01_only_ia_indiv.xml"))


def test_an_activity_attested_as_not_done_is_a_warning_since_cms_takes_it(tmp_path: Path) -> None:
    given = submission(done=(("IA_PM_16", True), ("IA_BE_4", False)))
    path = tmp_path / "no.json"
    path.write_text(write_json([given]), encoding="utf-8")

    assert [(each.code, each.severity) for each in preflight(path)] == [("attested_no", "warning")]
