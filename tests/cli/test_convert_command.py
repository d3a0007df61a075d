"""Submissions converted from the command line: one or many, good and bad, from files, folders and ZIP."""

import json
import shutil
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import called
import pytest

from mips_ia.formats.intake import read
from mips_ia.formats.safe_xml import BYTES
from mips_ia.formats.submissions import Submission, submissions

run = partial(called.run, "convert")
SAMPLES = Path(__file__).parents[2] / "samples"
JSON, XML, PRACTICES = SAMPLES / "submission.json", SAMPLES / "group.xml", SAMPLES / "practices"


def group(folder: Path, name: str = "group.json", tin: str = "000000024", **fields: Any) -> Path:
    """A group's submission of one activity over all of 2025, some of its fields as given."""
    made = {
        "category": "ia",
        "submissionMethod": "registry",
        "programName": "mips",
        "performanceStart": "2025-01-01",
        "performanceEnd": "2025-12-31",
        "measurements": [{"measureId": "IA_PM_16", "value": True}],
    }
    whole = {"entityType": "group", "taxpayerIdentificationNumber": tin, "performanceYear": 2025}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(whole | {"measurementSets": [made]} | fields), encoding="utf-8")
    return folder / name


def packed(path: Path, **members: Path | str) -> Path:
    """A ZIP file of some files, each under a name, where `__` stands for a dot."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            text = content.read_text(encoding="utf-8") if isinstance(content, Path) else content
            archive.writestr(name.replace("__", "."), text)
    return path


def written(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


def sent(path: Path) -> list[Submission]:
    """What a file says, but for how it is sent: QRDA III and JSON name another method."""
    intake = read([path])
    assert [problem for problem in intake.problems if problem.severity == "error"] == []
    return [
        replace(each, sets=tuple(replace(one, method="") for one in each.sets))
        for each in submissions(intake.participants)
    ]


# ---- One document


@pytest.mark.parametrize(("given", "ending"), [(JSON, ".xml"), (XML, ".json")])
def test_a_document_becomes_the_other_one_of_the_two(given: Path, ending: str, tmp_path: Path) -> None:
    result = run(given)
    out = tmp_path / f"out{ending}"
    out.write_text(result.stdout, encoding="utf-8")

    assert result.stderr == ""
    assert result.stdout.endswith("\n")
    assert sent(out) == sent(given)


@pytest.mark.parametrize(("given", "to"), [(JSON, "qpp-json"), (XML, "qrda3"), (JSON, "qrda3")])
def test_the_format_can_be_named_and_may_be_that_of_the_document(
    given: Path, to: str, tmp_path: Path
) -> None:
    out = tmp_path / ("out.json" if to == "qpp-json" else "out.xml")

    result = run(given, "--to", to, "-o", out)

    assert (result.stdout, result.stderr) == ("", "1 document written, 0 refused.\n")
    assert sent(out) == sent(given)


def test_a_format_that_is_none_is_refused() -> None:
    assert "'--to': 'pdf' is not one of 'qpp-json', 'qrda3'" in run(JSON, "--to", "pdf", code=2).stderr


def test_a_document_goes_into_a_folder_that_is_there_under_its_own_name(tmp_path: Path) -> None:
    run(JSON, "-o", tmp_path)
    run(XML, "-o", tmp_path)

    assert written(tmp_path) == ["group.json", "submission.xml"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"taxpayerIdentificationNumber": "24"}, "Error: group.json, $.taxpayerIdentificationNumber: It is"),
        ({"measurementSets": []}, "Warning: group.json, $: It has no ia measurement set"),
        ({"performanceYear": 2018}, "Error: 2018 000000024: No QRDA III document can be written for 2018."),
    ],
)
def test_what_cannot_be_converted_whole_is_refused_and_the_problem_says_why(
    fields: dict[str, Any], says: str, tmp_path: Path
) -> None:
    result = run(group(tmp_path, **fields), "--to", "qrda3", code=1)

    assert result.stdout == ""
    assert says in result.stderr
    assert result.stderr.endswith("0 documents written, 1 refused.\n")


# ---- Several documents


def test_every_program_and_every_submission_of_a_file_becomes_a_document(tmp_path: Path) -> None:
    one = json.loads(group(tmp_path).read_text(encoding="utf-8"))
    (made,) = one["measurementSets"]
    two = {"measurementSets": [made, made | {"programName": "app1"}]}
    other = one | {"taxpayerIdentificationNumber": "000000009"} | two
    (tmp_path / "group.json").write_text(json.dumps([one, other]), encoding="utf-8")

    run(tmp_path / "group.json", "-o", tmp_path / "out")

    assert written(tmp_path / "out") == ["group-1.xml", "group-2-1.xml", "group-2-2.xml"]
    assert [sent(tmp_path / "out" / name)[0].tin for name in written(tmp_path / "out")] == [
        "000000024", "000000009", "000000009",
    ]  # fmt: skip


def test_files_folders_within_folders_and_zip_files_are_taken_at_once(tmp_path: Path) -> None:
    group(tmp_path / "in" / "deep" / "deeper", "b.json")
    group(tmp_path / "in", "a.json")
    archive = packed(tmp_path / "c.zip", folder__json="[]", notes__txt="", c__xml=XML)

    result = run(XML, tmp_path / "in", archive, "-o", tmp_path / "out", code=1)

    assert written(tmp_path / "out") == ["a.xml", "b.xml", "c.json", "group.json"]
    assert "folder.json, $: There is no submission in it." in result.stderr
    assert result.stderr.endswith("4 documents written, 1 refused.\n")


def test_what_a_computer_adds_to_folders_and_zip_files_is_passed_over(tmp_path: Path) -> None:
    group(tmp_path / "in", "a.json")
    (tmp_path / "in" / "._a.json").write_bytes(b"\0\5\26\7")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(XML, "b.xml")
        archive.writestr("__MACOSX/._b.xml", b"\0\5\26\7")

    result = run(tmp_path / "in", tmp_path / "b.zip", "-o", tmp_path / "out")

    assert result.stderr == "2 documents written, 0 refused.\n"
    assert written(tmp_path / "out") == ["a.xml", "b.json"]


def test_two_files_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    first = group(tmp_path / "first", tin="000000024")
    second = group(tmp_path / "second", tin="000000009")
    third = packed(tmp_path / "third.zip", group__json=group(tmp_path / "third", tin="000000030"))

    run(first, second, third, "-o", tmp_path / "out")

    out = tmp_path / "out"
    assert written(out) == ["group-2.xml", "group-3.xml", "group.xml"]
    assert [sent(out / f"group{end}.xml")[0].tin for end in ("", "-2", "-3")] == [
        "000000024", "000000009", "000000030",
    ]  # fmt: skip


def test_two_zip_files_of_one_name_are_both_read(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        packed(tmp_path / name / "sent.zip", **{f"{name}__xml": XML})

    run(tmp_path / "first" / "sent.zip", tmp_path / "second" / "sent.zip", "-o", tmp_path / "out")

    assert written(tmp_path / "out") == ["first.json", "second.json"]


def test_a_bad_file_is_refused_and_the_good_one_is_written(tmp_path: Path) -> None:
    group(tmp_path / "in", "good.json")
    (tmp_path / "in" / "bad.json").write_text("{", encoding="utf-8")

    result = run(tmp_path / "in", "-o", tmp_path / "out.xml", code=1)

    assert result.stdout == ""
    assert result.stderr.startswith("Error: bad.json: It is not JSON that can be read: ")
    assert result.stderr.endswith("1 document written, 1 refused.\n")
    assert sent(tmp_path / "out.xml") == sent(tmp_path / "in" / "good.json")


@pytest.mark.parametrize("out", [(), ("-o", "there.xml")])
def test_several_documents_need_a_folder(out: tuple[str, ...], tmp_path: Path) -> None:
    group(tmp_path / "in", "a.json")
    group(tmp_path / "in", "b.json")
    (tmp_path / "there.xml").write_text("kept", encoding="utf-8")

    result = run(tmp_path / "in", *(out and ("-o", tmp_path / "there.xml")), code=2)

    assert result.stdout == ""
    assert "There are 2 documents: give -o with a folder for them." in result.stderr
    assert (tmp_path / "there.xml").read_text(encoding="utf-8") == "kept"


def test_a_folder_without_submissions_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    result = run(XML, tmp_path / "empty", "-o", tmp_path / "out", code=1)

    assert "Error: empty: It holds no JSON or XML file." in result.stderr


def test_a_file_that_is_not_there_cannot_be_run() -> None:
    assert "'none.json' does not exist" in run("none.json", code=2).stderr


# ---- ZIP files from anybody


@pytest.mark.parametrize("content", [b"", b"PK\3\4 and no more", b"no ZIP at all"])
def test_a_zip_file_that_cannot_be_opened_is_refused_and_the_others_are_converted(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "bad.zip").write_bytes(content)

    result = run(tmp_path / "bad.zip", JSON, "-o", tmp_path / "out.xml", code=1)

    assert "Error: bad.zip: It is damaged and cannot be opened." in result.stderr
    assert result.stderr.endswith("1 document written, 1 refused.\n")
    assert sent(tmp_path / "out.xml") == sent(JSON)


def test_a_zip_file_alone_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\3\4 and no more")

    result = run(tmp_path / "bad.zip", code=1)

    assert "Error: bad.zip: It is damaged and cannot be opened." in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "name", ["../../x.json", "/x.json", "..\\..\\x.json", "C:\\x.json", "a/../../../x.json", "./x.json"]
)
def test_no_name_in_a_zip_file_leads_out_of_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "one" / "two" / "room"
    room.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(room))
    with zipfile.ZipFile(tmp_path / "...zip", "w") as archive:
        archive.writestr(name, JSON.read_bytes())

    run(tmp_path / "...zip", "-o", tmp_path / "out.xml")

    assert written(tmp_path) == ["...zip", "out.xml"]
    assert not Path("/x.json").exists()


def test_a_zip_file_with_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed(tmp_path / "a.zip", x__json="{}").read_bytes())
    content[6] |= 1  # the flag that it is encrypted, in the header of the file and in the directory
    content[content.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(content)

    assert "It is protected by a password." in run(tmp_path / "a.zip", code=1).stderr


# ---- As CMS's converter


def test_as_cms_converter_the_json_is_in_its_layout(tmp_path: Path) -> None:
    result = run(XML, "--like-cms", "2025")

    assert result.stdout.startswith('{\n  "performanceYear" : 2025,\n  "entityType" : "group",\n')
    assert result.stdout.endswith("\n}")
    assert json.loads(result.stdout)["measurementSets"][0]["source"] == "qrda3"
    run(XML, "--like-cms", "2025", "-o", tmp_path)
    assert (tmp_path / "group.json").read_text(encoding="utf-8") == result.stdout


def test_what_cms_converter_refuses_is_answered_with_its_numbers(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text(XML.read_text(encoding="utf-8").replace("MIPS_GROUP", "MIPS_CLUB"), encoding="utf-8")

    result = run(bad, "--like-cms", "2025", code=1)

    (error,) = json.loads(result.stdout)["errors"]
    assert error["sourceIdentifier"] == "bad.xml"
    assert [detail["errorCode"] for detail in error["details"]] == [25]
    assert "[CMS converter error 25]" in result.stderr


def test_json_is_no_document_for_cms_converter() -> None:
    result = run(JSON, "--like-cms", "2025", code=1)

    assert json.loads(result.stdout)["errors"][0]["details"][0]["errorCode"] == 2


@pytest.mark.parametrize("content", ["large", "many"])
def test_a_document_too_large_for_the_converter_does_not_stop_the_others(
    content: str, tmp_path: Path
) -> None:
    text = XML.read_text(encoding="utf-8")
    head, entry, tail = text.partition("<entry>")
    large = (
        text + " " * BYTES
        if content == "large"
        else head
        + (
            '<entry><act><templateId root="2.16.840.1.113883.10.20.17.3.8"/></act></entry>' * 6_000
            + entry
            + tail
        )
    )
    (tmp_path / "bad.xml").write_text(large, encoding="utf-8")

    result = run(tmp_path / "bad.xml", XML, "--like-cms", "2025", "-o", tmp_path / "out.json", code=1)

    assert "bad.xml: It " in result.stderr
    assert result.stderr.endswith("1 document written, 1 refused.\n")
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["entityType"] == "group"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((XML, "--like-cms", "2027"), "CMS's converter of 2027 is not known here. Use one of: 2018, "),
        ((XML, "--like-cms", "1999"), "The years that are here run from 2017 to 2027."),
        ((XML, "--like-cms", "2025", "--to", "qrda3"), "--like-cms makes QPP JSON of QRDA III documents"),
        ((PRACTICES, "--like-cms", "2025"), "--like-cms makes QPP JSON of QRDA III documents"),
    ],
)
def test_what_cms_converter_cannot_do_is_not_run(words: tuple[object, ...], says: str) -> None:
    result = run(*words, code=2)

    assert result.stdout == ""
    assert says in " ".join(result.stderr.split())


# ---- From practices' tables


def test_from_tables_what_counts_is_sent_and_the_range_of_days_is_shown() -> None:
    result = run(PRACTICES)

    found = json.loads(result.stdout)
    assert [each["taxpayerIdentificationNumber"] for each in found] == [
        "000000024", "000000009", "000000030", "000000001",
    ]  # fmt: skip
    (solo,) = found[3]["measurementSets"]
    assert (found[3]["nationalProviderIdentifier"], solo["programName"]) == ("9000004009", "mips")
    assert (solo["performanceStart"], solo["performanceEnd"]) == ("2026-01-05", "2026-05-15")
    assert (
        "Note: roster.csv, line 65: The range for CMS is 2026-01-05 to 2026-05-15: "
        "IA_EPA_2 began first, and IA_PSPA_23 ended last.\n"
    ) in result.stderr
    assert "IA_PSPA_21 is left out, since it is not known to count. 10 of 24 clinicians" in result.stderr


def test_from_tables_each_who_reports_has_a_document_of_qrda(tmp_path: Path) -> None:
    assert "There are 4 documents" in run(PRACTICES, "--to", "qrda3", code=2).stderr

    run(PRACTICES, "--to", "qrda3", "-o", tmp_path / "out")

    out = tmp_path / "out"
    assert written(out) == [f"submissions-{n}.xml" for n in (1, 2, 3, 4)]
    (solo,) = sent(out / "submissions-4.xml")
    assert (solo.entity, solo.tin, solo.npi) == ("individual", "000000001", "9000004009")


def tables(folder: Path, practice: str, year: int, end: str = "12-31") -> Path:
    """A practice of one clinician who did one activity; `practice` is what follows year and TIN."""
    folder.mkdir()
    columns = "performance_year,tin,report_as,pathway,entity_id,apm"
    (folder / "practices.csv").write_text(f"{columns}\n{year},000000024,{practice}\n", encoding="utf-8")
    who = f"{year},000000024,9000001005"
    (folder / "roster.csv").write_text(f"performance_year,tin,npi,last_name\n{who},Ames\n", encoding="utf-8")
    (folder / "participation.csv").write_text(
        "performance_year,tin,npi,activity_id,start_date,end_date,taking_part\n"
        f"{who},IA_PM_16,{year}-01-01,{year}-{end},yes\n",
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize("to", ["qpp-json", "qrda3"])
@pytest.mark.parametrize(
    ("practice", "year", "says"),
    [
        ("virtual_group,traditional,x12345,", 2017, "In 2017, CMS takes nothing from a virtual_group."),
        ("subgroup,traditional,SG-00000001,", 2022, "In 2022, CMS takes nothing from a subgroup."),
        (
            "group,apm_scoring_standard,,mips_apm",
            2019,
            "In 2019, CMS's formats have no program for the apm_scoring_standard pathway.",
        ),
        ("apm_entity,app,,mips_apm", 2026, "Which apm_entity it is, is not known"),
    ],
)
def test_what_cms_formats_have_no_word_for_is_refused(
    practice: str, year: int, says: str, to: str, tmp_path: Path
) -> None:
    result = run(tables(tmp_path / "in", practice, year), "--to", to, code=1)

    assert result.stdout == ""
    assert f"Error: practices.csv, line 2: {says}" in result.stderr


def test_an_entity_is_sent_by_its_own_id_and_not_by_a_tin(tmp_path: Path) -> None:
    result = run(tables(tmp_path / "in", "apm_entity,app,A1234,mips_apm", 2026))

    found = json.loads(result.stdout)
    assert (found["entityType"], found["entityId"]) == ("apm", "A1234")
    assert "taxpayerIdentificationNumber" not in found


def test_who_has_nothing_that_counts_is_named_and_the_others_are_sent(tmp_path: Path) -> None:
    folder = tables(tmp_path / "in", "group,traditional,,none", 2026, end="01-31")

    result = run(folder, code=1)

    assert "IA_PM_16 is left out, since it does not count." in result.stderr
    assert "None of its activities counts, so that there is nothing to send. See why: mips-ia explain." in (
        result.stderr
    )
    shutil.copytree(PRACTICES, tmp_path / "both")
    row = "2026,000000017,Nobody Yet,group,traditional,,none,2026-02-02,,,none,yes,none,\n"
    with (tmp_path / "both" / "practices.csv").open("a", encoding="utf-8") as file:
        file.write(row)
    both = run(tmp_path / "both", code=1)
    assert len(json.loads(both.stdout)) == 4
    assert both.stderr.endswith("1 document written, 1 refused.\n")


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    run(JSON, "-o", tmp_path / "new" / "one.xml")

    assert written(tmp_path) == ["new/one.xml"]


def test_of_several_files_the_one_that_is_converted_goes_into_the_folder(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")

    run(JSON, tmp_path / "bad.json", "-o", tmp_path / "new", code=1)

    assert written(tmp_path / "new") == ["submission.xml"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    result = run(JSON, "-o", tmp_path / "file" / "one.xml", code=2)

    assert "cannot be written" in result.output


def test_names_that_differ_in_capitals_alone_are_told_apart(tmp_path: Path) -> None:
    one, two = group(tmp_path / "a", "A.json"), group(tmp_path / "b", "a.json", "000000032")

    run(one, two, "-o", tmp_path / "out")

    assert written(tmp_path / "out") == ["A.xml", "a-2.xml"]


def test_a_row_that_cannot_be_read_is_an_error_though_the_rest_is_sent(tmp_path: Path) -> None:
    shutil.copytree(PRACTICES, tmp_path / "practices")
    table = tmp_path / "practices" / "participation.csv"
    table.write_text(
        table.read_text(encoding="utf-8") + "2026,000000101,12,IA_BE_4,,,yes\n", encoding="utf-8"
    )

    run(tmp_path / "practices", "-o", tmp_path / "out.json", code=1)

    assert written(tmp_path)[0] == "out.json"
