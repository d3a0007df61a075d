"""The commands as a person or a program calls them."""

import csv
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from called import run

from mips_ia.cli.main import COMMANDS, main

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "cases" / "open.csv"


# Of those whose exit code is an answer, what they answer to the samples of their help.
ANSWERS = {"drift": 1, "check-evidence": 1}


# What an example needs that examples before it made.
SAMPLE = ("population", "sample", "--clinicians", 200, "--out", "pop")
TABLES = [f"--{name}=pop/{name}.parquet" for name in ("practices", "roster", "participation")]
KEPT = ("vault", "init", "evidence", "--keys", "file:vault.key")
NEEDED = {
    "mips-ia vault put evidence samples/claims.csv": [KEPT],
    "mips-ia vault check evidence": [KEPT],
    "mips-ia log check evidence/log": [KEPT],
    "mips-ia population score": [SAMPLE],
    "mips-ia population whatif": [SAMPLE],
    "mips-ia population summary scored": [SAMPLE, ("population", "score", *TABLES, "--out", "scored")],
}


def as_json(*arguments: object, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--format", "json", code=code).stdout)


def help_examples() -> list[str]:
    """The examples that stand in the help of every command."""
    pages = [run("--help").output, *(run(name, "--help").output for name in COMMANDS)]
    lines = [line.strip() for page in pages for line in re.sub(r"\\\n *", "", page).splitlines()]
    return sorted({line for line in lines if re.match(r"mips-ia (?!COMMAND)[a-z-]+ .*", line)})


@pytest.mark.parametrize("example", help_examples())
def test_each_example_of_the_help_works(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    for needed in NEEDED.get(example.split(" --", maxsplit=1)[0], ()):
        run(*needed)
    monkeypatch.setenv("MIPS_IA_DATA", str(tmp_path / "data"))
    words = [
        str(path)
        for word in shlex.split(example)[1:]
        for path in (sorted(Path().glob(word)) if "*" in word else [word])
    ]

    run(*words, code=ANSWERS.get(words[0], 0))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_option_is_in_the_manual(name: str) -> None:
    manual = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    command = main.get_command(click.Context(main), name)
    assert command is not None

    below = command.commands if isinstance(command, click.Group) else {}
    for title, each in [(name, command), *((f"{name} {sub}", found) for sub, found in below.items())]:
        assert f"## {name}\n" in manual
        assert title in manual
        for parameter in each.params:
            if isinstance(parameter, click.Option):
                assert f"`{parameter.opts[0]}" in manual, f"{title} {parameter.opts[0]}"


def test_a_word_that_is_no_command_is_refused_with_the_words_that_are() -> None:
    assert "No such command 'scores'" in run("scores", code=2).output


# --- score and explain


def test_the_samples_are_scored_one_line_each() -> None:
    lines = run("score", SAMPLES / "practices").stdout.splitlines()

    assert " ".join(lines[0].split()) == "Who Year Full credit? Points of 40 Weight Final points"
    assert lines[1].split()[-4:] == ["to", "40", "15%", "7.5"]
    assert lines[2].split()[-4:] == ["Yes", "40", "15%", "15"]
    assert lines[4].split()[-4:] == ["Yes", "40", "30%", "30"]
    assert "4 scored (full credit: 1 unknown, 3 yes)." in lines


def test_json_has_every_participant_with_steps_that_add_up() -> None:
    found = as_json("score", SAMPLES / "practices")

    assert (found["scored"], found["not_scored"], len(found["participants"])) == (4, 0, 4)
    for who in found["participants"]:
        assert sum(step["points"] for step in who["steps"]) == who["points"]
        assert all(step["says"] and step["cite"] for step in who["steps"])


def test_problems_in_the_data_end_with_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text(
        "performance_year,tin,report_as\n2026,00000024,group\n2026,000000009,group\n"
    )

    result = run("score", tmp_path / "practices.csv", code=1)

    assert "practices.csv, line 2, tin" in result.stderr
    assert "1 scored" in result.stdout


def test_a_file_that_is_not_there_ends_with_exit_code_2() -> None:
    assert "does not exist" in run("score", "no-such-file.csv", code=2).output


def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.csv").write_text("Dear practice manager,\nthis is no table.\n")

    result = run("score", tmp_path / "letter.csv", code=1)

    assert "letter.csv" in result.stderr
    assert "0 scored" in result.stdout


def test_a_practice_is_explained_from_the_answer_to_the_assumptions() -> None:
    text = run("explain", SAMPLES / "practices", "--tin", "000000024").stdout

    parts = [
        "20 of 40 points are certain and up to 40 are possible",
        "Why",
        "Activities",
        "13 of 24 clinicians; 12 are needed.",
        "What would give full credit",
        "What is known of the practice",
        "Assumptions",
        "By the rules of 2026, edition 2026-",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_what_a_score_is_worth_is_told_with_its_condition_until_it_is_known(tmp_path: Path) -> None:
    head = "performance_year,tin,report_as,statuses,apm,not_scored"
    for not_scored, unless in (("", " if every category is scored"), ("none", "")):
        (tmp_path / "practices.csv").write_text(f"{head}\n2026,000000101,group,none,mips_apm,{not_scored}\n")
        said = " ".join(run("explain", tmp_path).stdout.split())
        assert f"of the 15 points the category can add to the final score{unless}, what is" in said


def test_explain_takes_one_and_names_those_it_could_take() -> None:
    result = run("explain", SAMPLES / "practices", code=2)

    assert "4 of 4 participants match; explain takes one." in result.stderr
    assert "Pretend Radiology Associates (TIN 000000030), 2026" in result.stderr


def test_a_number_takes_one_of_those_that_match() -> None:
    assert "Pretend Radiology" in run("explain", SAMPLES / "practices", "--number", "3").stdout
    assert "there is no number 5" in run("explain", SAMPLES / "practices", "--number", "5", code=2).stderr


def test_who_has_the_same_ids_is_told_apart_by_pathway_and_place(tmp_path: Path) -> None:
    submission = json.loads((SAMPLES / "submission.json").read_text(encoding="utf-8"))
    sets = submission["measurementSets"]
    submission["measurementSets"] = [*sets, *sets, {**sets[0], "programName": "M0004"}]
    file = tmp_path / "three.json"
    file.write_text(json.dumps(submission))

    rows = run("score", file).stdout
    listed = run("explain", file, code=2).stderr

    who = "NPI 9000004009, TIN 000000001, "
    assert f"{who}traditional MIPS, three.json, $.measurementSets[0] " in rows
    assert f"{who}MVP M0004 " in rows
    assert f"  2  {who}traditional MIPS, three.json, $.measurementSets[1], 2025" in listed
    assert f"  3  {who}MVP M0004, 2025" in listed
    assert "Individual, MVP M0004" in run("explain", file, "--number", "3").stdout


def test_a_group_of_several_tins_is_found_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text(
        "performance_year,tin,report_as,entity_id\n"
        "2026,000000101,virtual_group,VG1\n2026,000000102,virtual_group,VG1\n"
    )

    text = run("explain", tmp_path, "--tin", "000000101", code=2).stderr

    assert "0 of 1 participants match" in text
    assert "Those of several TINs are found by --entity-id, not by --tin." in text
    assert "VG1" in run("explain", tmp_path, "--entity-id", "VG1").stdout


def with_rows_left_out(folder: Path) -> Path:
    """A practice of three clinicians, of whom one row cannot be read, and a practice that cannot be."""
    (folder / "practices.csv").write_text(
        "performance_year,tin,report_as\n2026,000000101,group\n2026,000000102,group\n2026,0001,group\n"
    )
    (folder / "roster.csv").write_text(
        "performance_year,tin,npi\n2026,000000101,1000000004\n"
        "2026,000000101,100000001\n2026,000000102,1000000012\n"
    )
    return folder


def test_rows_of_a_participant_that_could_not_be_read_stand_under_its_answer(tmp_path: Path) -> None:
    files = with_rows_left_out(tmp_path)

    text = run("explain", files, "--tin", "000000101", code=1).stdout
    other = run("explain", files, "--tin", "000000102", code=1).stdout

    assert text.index("points are certain") < text.index("What could not be read") < text.index("Why")
    assert "Its counts are incomplete: 1 row left out (roster.csv, line 3)." in " ".join(text.split())
    assert "- roster.csv, line 3, npi: Enter 10 digits." in text
    assert "What could not be read" not in other


def test_rows_that_may_be_of_anybody_are_told_to_everybody(tmp_path: Path) -> None:
    files = with_rows_left_out(tmp_path)
    with (files / "roster.csv").open("a") as roster:
        roster.write("2026,00000010,1000000020\n")

    for tin in ("000000101", "000000102"):
        text = run("explain", files, "--tin", tin, code=1).stdout
        assert "- roster.csv, line 5, tin: Enter 9 digits." in text


def test_json_has_the_problems_of_the_input_with_whom_they_concern(tmp_path: Path) -> None:
    found = as_json("score", with_rows_left_out(tmp_path), code=1)

    codes = [[problem["code"] for problem in who["problems"]] for who in found["participants"]]
    assert codes == [["incomplete", "wrong_length"], []]
    assert (found["scored"], found["not_scored"]) == (2, 1)
    assert "1 could not be scored" in run("score", tmp_path, code=1).stdout
    assert "1 of them may lack rows" in run("score", tmp_path, code=1).stdout


def test_line_2_is_not_line_24(tmp_path: Path) -> None:
    lines = [f"2026,{n:09},group,{'x' if n == 124 else ''}" for n in range(102, 130)]
    (tmp_path / "practices.csv").write_text("\n".join(["performance_year,tin,report_as,apm", *lines]) + "\n")

    found = as_json("score", tmp_path, code=1)

    assert "practices.csv, line 24, apm" in {problem["where"] for problem in found["problems"]}
    assert found["participants"][0]["where"] == "practices.csv, line 2"
    assert found["participants"][0]["problems"] == []


def test_who_reports_by_rules_not_known_on_the_day_is_counted_as_not_scored() -> None:
    found = as_json("score", SAMPLES / "practices", "--as-known-on", "2025-01-01", code=1)

    assert (found["scored"], found["not_scored"]) == (0, 4)


def test_where_nobody_could_be_scored_explain_says_so_and_lists_nobody() -> None:
    text = run("explain", SAMPLES / "practices", "--as-known-on", "2025-01-01", code=2).stderr

    assert text.endswith("explain takes one. Nobody in the files could be scored; the problems say why.\n")


def test_what_does_not_apply_is_null_in_json() -> None:
    found = as_json("score", SAMPLES / "submission.json")["participants"][0]

    assert list(found)[:8] == ["name", "tin", "npi", "entity_id", "entity", "pathway", "mvp", "where"]
    assert (found["name"], found["entity_id"], found["mvp"]) == (None, None, None)
    assert [activity["weight"] for activity in found["activities"]] == [None, None]
    assert as_json("explain", SAMPLES / "submission.json") == found


def test_explain_as_json_is_one_object() -> None:
    found = as_json("explain", SAMPLES / "practices", "--npi", "9000004009")

    assert (found["points"], found["weight"], found["final_points"]) == (40, 30, 30)


def test_a_reading_changes_the_score_and_is_named() -> None:
    floor = [
        "requirements",
        "--entity",
        "individual",
        "--status",
        "none",
        "--apm",
        "other_apm",
        "--year",
        "2023",
    ]

    assert as_json(*floor)["points_without_activities"] == 20
    assert "begin with half" in run(*floor, "--reading", "half_credit=baseline").stdout


def test_a_reading_that_is_not_there_is_refused_with_those_that_are() -> None:
    text = run("requirements", "--reading", "half_credit=ceiling", code=2).stderr

    assert "half_credit=floor, half_credit=baseline" in text


def test_a_reading_that_no_year_of_the_files_has_is_refused_once() -> None:
    for command in ("score", "explain"):
        text = run(command, SAMPLES / "practices", "--reading", "half_credit=ceiling", code=2).output
        assert text.count("There is no reading half_credit=ceiling in 2026; there are: half_credit=base") == 1


def test_a_reading_needs_a_name_and_a_value() -> None:
    assert "takes NAME=VALUE" in run("requirements", "--reading", "baseline", code=2).output


# --- requirements


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "9"], "To reach 40 of 40 points Complete 1 activity."),
        (["--size", "1", "--entity", "group"], "Each activity by the one clinician."),
        (["--size", "24", "--status", "none"], "Each activity by at least 12 of the 24 clinicians."),
        (["--size", "1", "--status", "rural"], "Complete 1 activity."),
        (["--year", "2024", "--size", "24", "--status", "none"], "Complete 4 medium-weighted activities."),
        (["--pathway", "app"], "Nothing: full credit is given without activities."),
        (["--year", "2027", "--size", "9"], "Proposed rules. They can change."),
    ],
)
def test_what_is_needed(arguments: list[str], words: str) -> None:
    text = run("requirements", *arguments).stdout

    assert words in " ".join(text.split())


def test_where_nothing_is_needed_no_clinicians_days_or_scales_are_told() -> None:
    text = run("requirements", "--pathway", "app", "--size", "24").stdout
    found = as_json("requirements", "--pathway", "app", "--size", "24")

    assert "Each" not in text
    assert [clause["cite"] for clause in found["clauses"]] == [
        "42 CFR 414.1367(c)(3); qpp.cms.gov/mips/app-improvement-activities",
        "42 CFR 414.1367(d)",
    ]
    assert (found["ways"], found["clinicians_needed"], found["at_least"], found["last_start"]) == (
        [],
        None,
        None,
        None,
    )


def test_the_mvp_is_asked_for_in_the_problems_and_what_it_needs_is_told() -> None:
    found = as_json("requirements", "--pathway", "mvp", "--year", "2026")

    assert found["ways"] == ["Complete 1 activity of the MVP."]
    assert [problem["code"] for problem in found["problems"]] == ["unknown_mvp"]
    assert not any("small practices" in clause["says"] for clause in found["clauses"])


def test_a_pathway_that_the_year_does_not_have_is_refused() -> None:
    text = run("requirements", "--year", "2020", "--pathway", "mvp", "--mvp", "M0004", code=2).stderr

    assert "There is no mvp pathway in 2020." in text


def test_a_year_that_is_not_here_is_refused() -> None:
    assert "run from 2017 to 2027" in run("requirements", "--year", "2016", code=2).stderr


def test_rules_not_yet_known_on_a_day_are_refused() -> None:
    text = run("rules", "2026", "--as-known-on", "2025-11-04", code=2).stderr

    assert "became known on 2025-11-05" in text


# --- activities, changes, rules


def test_activities_as_json_are_a_list_of_objects() -> None:
    found = as_json("activities", "--year", "2024", "--weight", "high", "--mvp", "m0004")

    assert {"IA_EPA_1", "IA_MVP"} <= {activity["id"] for activity in found}
    assert {"id", "title", "weight", "subcategory", "programs"} <= found[0].keys()
    assert all(activity["weight"] == "high" for activity in found)


def test_a_search_takes_words_in_any_order() -> None:
    found = as_json("activities", "--year", "2026", "--search", "opioid CDC")

    assert [activity["id"] for activity in found] == ["IA_PSPA_22", "IA_PSPA_32"]


def test_a_search_that_finds_nothing_says_so() -> None:
    assert (
        run("activities", "--year", "2026", "--search", "zzz").stdout == "0 of the 95 activities of 2026.\n"
    )


def test_an_activity_known_to_be_suspended_is_marked_from_that_day_on() -> None:
    before = run("activities", "--year", "2025", "--search", "AHE_8", "--as-known-on", "2025-05-05").stdout
    after = run("activities", "--year", "2025", "--search", "AHE_8").stdout

    assert "suspended" not in before
    assert "suspended 2025-05-06" in after


def test_an_mvp_that_the_year_does_not_have_is_refused() -> None:
    assert "2026 has no MVP FOO" in run("activities", "--year", "2026", "--mvp", "FOO", code=2).output


def test_a_program_that_the_year_does_not_have_is_refused_with_those_that_it_has() -> None:
    text = run("activities", "--year", "2024", "--program", "nope", code=2).output

    assert "2024 has no program nope; it has: app1, mips, pcf, G0053" in text


def test_a_weight_in_a_year_without_weights_is_refused() -> None:
    text = run("activities", "--year", "2026", "--weight", "high", code=2).output

    assert "2026 has no weights; leave out --weight." in text


def test_a_program_is_known_in_any_case() -> None:
    assert len(as_json("activities", "--year", "2026", "--program", "APP1")) == 94


def test_programs_choose_activities() -> None:
    assert len(as_json("activities", "--year", "2026", "--program", "app1")) == 94


def test_changes_between_two_years() -> None:
    found = as_json("changes", "2025", "2026")

    assert (len(found["added"]), len(found["removed"]), len(found["renumbered"])) == (3, 12, 6)
    assert ["IA_PM_13", "IA_AHW_1"] in found["renumbered"]
    assert "Added (3)" in run("changes", "2025", "2026").stdout


def test_the_loss_of_all_weights_is_said_in_one_line() -> None:
    assert "lost their weight: 2025 has no weights." in run("changes", "2024", "2025").stdout


def test_no_change_is_said() -> None:
    assert run("changes", "2026", "2027").stdout == "Nothing changed from 2026 to 2027.\n"


def test_changes_go_forward() -> None:
    assert "is not before" in run("changes", "2026", "2025", code=2).output


def test_the_rules_of_a_year_name_their_sources() -> None:
    found = as_json("rules", "2022")

    assert all(clause["cite"] for clause in found["clauses"])
    text = " ".join(run("rules", "2022").stdout.split())
    assert "cost pi 50 0 50 0" in text
    assert "Medium confidence" in text


# --- cases


def test_the_shipped_cases_pass() -> None:
    assert run("cases", SAMPLES / "cases.csv").stdout == "5 passed, 0 failed\n"


def test_a_case_that_fails_says_what_was_expected_and_what_came_out(tmp_path: Path) -> None:
    text = (SAMPLES / "cases.csv").read_text(encoding="utf-8")
    (tmp_path / "cases.csv").write_text(text.replace(",20,50,15,7.5,IA_PM_16,", ",40,50,15,7.5,,"))

    lines = run("cases", tmp_path / "cases.csv", code=1).stdout.splitlines()

    assert lines[0].startswith("S01: points: expected 40, got 20;")
    assert lines[0].endswith("rejected: expected none, got IA_PM_16")
    assert lines[-1] == "4 passed, 1 failed"


def test_a_case_that_cannot_be_read_fails_by_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(
        "id,performance_year,activities,expect_points\nA,2026,*3,x\nB,1999,,0\n"
    )

    lines = run("cases", tmp_path / "cases.csv", code=1).stdout.splitlines()

    assert "cases.csv, line 2, activities: '*3': It cannot be read." in lines[0]
    assert "cases.csv, line 2, expect_points: 'x': It is not a number." in lines[0]
    assert lines[1].startswith("B: performance year 1999: The years that are here run from")
    assert lines[2:] == ["0 passed, 2 failed"]


def test_a_file_without_the_columns_of_cases_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")

    assert "has no column performance_year" in run("cases", tmp_path / "other.csv", code=2).stderr


@pytest.mark.skipif(not SHARED.is_file(), reason="the open cases are not beside the project")
def test_all_open_cases_pass() -> None:
    with SHARED.open(encoding="utf-8") as lines:
        count = len(list(csv.DictReader(lines)))

    assert run("cases", SHARED).stdout == f"{count} passed, 0 failed\n"


# --- as a process


def test_output_into_a_pipe_is_plain() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mips_ia.cli.main", "score", str(SAMPLES / "practices")],
        capture_output=True,
        check=True,
    )

    assert b"\x1b[" not in ran.stdout


def test_a_year_is_checked_by_its_own_examples() -> None:
    assert run("rules", 2026, "--check").output == "2026: 0 faults found by the worked examples.\n"
    run("rules", 1999, "--check", code=2)
