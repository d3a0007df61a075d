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
from click.testing import CliRunner, Result

from mips_ia.cli.main import COMMANDS, main

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "cases" / "open.csv"


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def as_json(*arguments: object, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--format", "json", code=code).stdout)


def help_examples() -> list[str]:
    """The examples that stand in the help of every command."""
    pages = [run("--help").output, *(run(name, "--help").output for name in COMMANDS)]
    lines = [line.strip() for page in pages for line in page.splitlines()]
    return sorted({line for line in lines if re.match(r"mips-ia (?!COMMAND)[a-z]+ .*", line)})


@pytest.mark.parametrize("example", help_examples())
def test_each_example_of_the_help_works(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    words = [
        str(path)
        for word in shlex.split(example)[1:]
        for path in (sorted(Path().glob(word)) if "*" in word else [word])
    ]

    run(*words)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_option_is_in_the_manual(name: str) -> None:
    manual = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    command = main.get_command(click.Context(main), name)
    assert command is not None

    assert f"## {name}" in manual
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert f"`{parameter.opts[0]}" in manual, f"{name} {parameter.opts[0]}"


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


def test_explain_takes_one_and_names_those_it_could_take() -> None:
    result = run("explain", SAMPLES / "practices", code=2)

    assert "4 of 4 participants match; explain takes one." in result.stderr
    assert "Pretend Radiology Associates (TIN 000000030), 2026" in result.stderr


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


def test_a_reading_needs_a_name_and_a_value() -> None:
    assert "takes NAME=VALUE" in run("requirements", "--reading", "baseline", code=2).output


# --- requirements


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "9"], "Complete 1 more activity."),
        (["--size", "24", "--status", "none"], "Each activity by at least 12 of the 24 clinicians."),
        (["--size", "1", "--status", "rural"], "Complete 1 more activity."),
        (
            ["--year", "2024", "--size", "24", "--status", "none"],
            "Complete 4 more medium-weighted activities.",
        ),
        (["--pathway", "app"], "Nothing: full credit is given without activities."),
        (["--year", "2027", "--size", "9"], "Proposed rules. They can change."),
    ],
)
def test_what_is_needed(arguments: list[str], words: str) -> None:
    text = run("requirements", *arguments).stdout

    assert words in " ".join(text.split())


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
    ran = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "mips_ia.cli.main", "score", str(SAMPLES / "practices")],
        capture_output=True,
        check=True,
    )

    assert b"\x1b[" not in ran.stdout
