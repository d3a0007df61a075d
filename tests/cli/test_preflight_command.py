"""Submissions checked from the command line before they are sent: what is shown, and the exit code."""

import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import called
import pytest

run = partial(called.run, "preflight")


SAMPLES = Path(__file__).parents[2] / "samples"
JSON, XML = SAMPLES / "submission.json", SAMPLES / "group.xml"


def as_json(*arguments: object, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--format", "json", code=code).stdout)


def changed(of: Path, to: Path, before: str, after: str) -> Path:
    """A sample with one text in it written otherwise."""
    text = of.read_text(encoding="utf-8")
    assert before in text
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text.replace(before, after), encoding="utf-8")
    return to


def test_the_samples_are_ready_to_send() -> None:
    result = run(JSON, XML)

    assert result.stdout == (
        "\nsubmission.json: ready to send\n\ngroup.xml: ready to send\n\n2 of 2 files ready to send.\n"
    )
    assert result.stderr == ""


def test_each_problem_stands_under_its_file_and_errors_first(tmp_path: Path) -> None:
    bad = changed(JSON, tmp_path / "bad.json", '"IA_PM_16"', '" ia_xx_99"')

    lines = run(bad, XML, code=1).stdout.splitlines()

    assert lines[1] == "bad.json: not ready"
    kinds = [
        line.split(":")[0].strip() for line in lines[2 : lines.index("group.xml: ready to send")] if line
    ]
    assert kinds == ["Error", "Warning"]
    assert "No activity is called 'IA_XX_99'." in lines[2]
    assert lines[-1] == "1 of 2 files ready to send."


def test_a_warning_alone_does_not_stop_a_submission(tmp_path: Path) -> None:
    text = run(changed(JSON, tmp_path / "a.json", '"IA_PM_16"', '" ia_pm_16"')).stdout

    assert "a.json: ready to send" in text
    assert (
        '  Warning: a.json, $.measurementSets[0].measurements[1].measureId: " ia_pm_16" is read as ' in text
    )


@pytest.mark.parametrize(
    ("before", "after", "number"),
    [
        ("MIPS_GROUP", "MIPS_CLUB", 25),
        ('code="Y"', 'code="?"', 51),
        ("<ClinicalDocument ", "<!DOCTYPE x><ClinicalDocument ", 2),
        ("</ClinicalDocument>", "", 2),
    ],
)
def test_cms_own_number_stands_beside_our_sentence(
    before: str, after: str, number: int, tmp_path: Path
) -> None:
    bad = changed(XML, tmp_path / "bad.xml", before, after)

    assert f"[CMS converter error {number}]" in run(bad, code=1).stdout
    (file,) = as_json(bad, code=1)["files"]
    said = [each for each in file["problems"] if each["cite"] == f"CMS converter error {number}"]
    assert {each["code"] for each in said} == {"cms_converter"}
    assert all(each["severity"] == "error" and each["what"] and each["fix"] for each in said)


def test_the_json_has_every_file_with_its_problems_and_what_could_not_be_opened(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"no ZIP at all")
    bad = changed(JSON, tmp_path / "bad.json", '"000000001"', '"1"')

    found = as_json(XML, bad, tmp_path / "bad.zip", code=1)

    assert [each["file"] for each in found["files"]] == ["group.xml", "bad.json"]
    assert found["files"][0]["problems"] == []
    assert {"bad_tin", "not_scored"} == {each["code"] for each in found["files"][1]["problems"]}
    (lost,) = found["problems"]
    assert (lost["code"], lost["where"]) == ("damaged_file", "bad.zip")


def test_folders_and_zip_files_are_checked_with_one_summary(tmp_path: Path) -> None:
    changed(JSON, tmp_path / "in" / "deep" / "bad.JSON", "2025", "1999")
    (tmp_path / "in" / "notes.txt").write_text("Not to be sent.", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "sent.zip", "w") as archive:
        archive.write(XML, "2025/group.xml")
        archive.write(JSON, "2025/submission.json")
        archive.writestr("__MACOSX/2025/._group.xml", b"\0\5\26\7")

    text = run(tmp_path / "in", tmp_path / "sent.zip", code=1).stdout

    assert [line for line in text.splitlines() if line.endswith(("ready", "ready to send"))] == [
        "bad.JSON: not ready", "group.xml: ready to send", "submission.json: ready to send",
    ]  # fmt: skip
    assert text.endswith("\n2 of 3 files ready to send.\n")


def test_what_cannot_be_opened_is_told_and_the_others_are_checked(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"")
    (tmp_path / "empty").mkdir()

    result = run(XML, tmp_path / "bad.zip", tmp_path / "empty", code=1)

    assert result.stderr == (
        "Error: bad.zip: It is damaged and cannot be opened. Save or send it again.\n"
        "Error: empty: It holds no JSON or XML file. Give what is to be sent to CMS.\n"
    )
    assert result.stdout.endswith("1 of 1 file ready to send.\n")


def test_a_file_that_is_no_submission_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear practice manager,", encoding="utf-8")

    text = run(tmp_path / "letter.txt", code=1).stdout

    assert "Error: letter.txt: It is neither QPP Submissions JSON nor QRDA III." in text
    assert text.endswith("0 of 1 file ready to send.\n")


def test_a_submission_is_known_by_how_it_begins_whatever_it_is_called(tmp_path: Path) -> None:
    for sample in (JSON, XML):
        (tmp_path / sample.stem).write_bytes(b"\xef\xbb\xbf" + sample.read_bytes())

    assert run(tmp_path / "submission", tmp_path / "group").stdout.endswith("2 of 2 files ready to send.\n")


@pytest.mark.parametrize("as_format", ["text", "json"])
def test_where_there_is_nothing_to_check_it_cannot_run(as_format: str, tmp_path: Path) -> None:
    result = run(tmp_path, "--format", as_format, code=2)

    assert result.stdout == ""
    assert result.stderr == (
        f"Error: {tmp_path.name}: It holds no JSON or XML file. Give what is to be sent to CMS.\n"
    )


@pytest.mark.parametrize("words", [(), ("none.json",), (JSON, "--format", "xml")])
def test_what_cannot_be_asked_for_is_refused(words: tuple[object, ...]) -> None:
    assert run(*words, code=2).stdout == ""
