"""Guides, specialties, lists, numbers, evidence and CMS's wording, as a person or a program asks for them."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from called import run
from click.testing import CliRunner

from mips_ia import catalogue, rules, years
from mips_ia.cli.main import main
from mips_ia.cli.texts_command import shown
from mips_ia.reading.guides import guided, guides, leaves
from mips_ia.reading.specialties import specialties

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
DOCS = ROOT / "docs"
CLAIMS = SAMPLES / "claims.csv"
SPRING = ("--year", "2026", "--from", "2026-04-01", "--to", "2026-06-29")

FINAL = [year for year in years() if rules(year).status == "final"]

# ---- How they are called


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test alone, and a terminal that wraps no line short of 100 columns."""
    monkeypatch.setenv("MIPS_IA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path / "data"


def said(*arguments: object, code: int = 0) -> str:
    """What a command answers, on one line."""
    return " ".join(run(*arguments, code=code).stdout.split())


def refused(*arguments: object) -> str:
    """Why a command cannot run; then it answers nothing."""
    result = run(*arguments, code=2)
    assert result.stdout == ""
    return result.stderr


def as_json(*arguments: object, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--format", "json", code=code).stdout)


def in_order(text: str, *parts: str) -> bool:
    """Whether all of these stand in the text, each after the one before."""
    return re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None


NO_YEAR = "Error: performance year 1999: The years that are here run from 2017 to 2027. Give one of those.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("guide", "IA_BE_4"),
        ("specialty", "physiatry"),
        ("drift", "physiatry"),
        ("measure", "IA_CC_19"),
        ("measure", "IA_CC_19", CLAIMS),
    ],
)
@pytest.mark.parametrize("year", [1999, 2016, 2028])
def test_a_year_that_is_not_here_is_refused_with_those_that_are(words: tuple[str, ...], year: int) -> None:
    assert refused(*words, "--year", year) == NO_YEAR.replace("1999", str(year))


# ---- guide


def test_a_guide_goes_from_what_one_does_to_who_says_so() -> None:
    text = said("guide", "IA_PSPA_21")

    assert text.startswith(
        "IA_PSPA_21 Implementation of fall screening and assessment programs, performance year 2026 "
        "Run a falls program:"
    )
    assert in_order(
        text,
        "Good for: Primary care",
        "Effort: medium. The tools are free",
        "How long: 90 days in a row.",
        "What to keep All of these: - The falls program",
        "screening_program: policy or workflow or form or guideline, in force during the attested window",
        "Source CMS's description of IA_PSPA_21, 2017. What to keep also follows the guide of AAPM&R 2021. "
        "Confidence: high.",
    )
    assert "CMS's own wording" not in text
    assert "How often" not in text


def test_a_guide_says_its_own_time_frequency_numbers_and_notes() -> None:
    text = said("guide", "IA_PSPA_22", "--year", "2024")
    assert in_order(text, "How long: ", "How often: ", "once in", "What to keep")

    number = said("guide", "IA_PSPA_6", "--year", "2018")
    assert in_order(number, "mask patient information; to reach: 75%", "Notes - The share rose from 60 to 75")


@pytest.mark.parametrize("id", ["ia_be_4", "IA BE 4", "be 4", "IA-BE-4", "BE4", " IA_BE_4 "])
def test_an_id_is_known_however_it_is_written(id: str) -> None:
    assert as_json("guide", id)["id"] == "IA_BE_4"


@pytest.mark.parametrize("id", guided())
def test_without_a_year_it_is_the_newest_final_one_that_has_the_activity(id: str) -> None:
    found = as_json("guide", id)

    assert found["year"] == max(year for year in FINAL if id in catalogue(year).activities)
    assert found["title"] == catalogue(found["year"]).activities[id].title


@pytest.mark.parametrize("id", guided())
def test_every_leaf_of_every_meaning_is_shown(id: str) -> None:
    for each in guides(id):
        text = said("guide", id, "--year", each.since)
        for leaf in leaves(each.requirement):
            assert f"- {leaf.says} {leaf.id}: " in text


def test_the_json_of_a_guide_is_a_tree_of_leaves() -> None:
    found = as_json("guide", "IA_PSPA_6", "--year", "2018")

    assert (found["id"], found["year"], found["since"], found["until"]) == ("IA_PSPA_6", 2018, 2018, 2021)
    assert (found["period"], found["frequency"]) == (None, None)
    assert found["requirement"]["at_least"] == 2
    prescribed, consulted = found["requirement"]["of"]
    assert prescribed["measure"] is None
    assert consulted["leaf"] == "consulted_75"
    assert consulted["phi"] is True
    assert consulted["measure"]["asks"] == "75%"
    assert consulted["measure"]["per"] in ("practice", "clinician")


def test_what_is_no_activity_is_refused_with_how_to_search() -> None:
    assert refused("guide", "falls") == (
        "Error: FALLS: No activity is called 'FALLS'. Search for it: mips-ia activities --search WORD.\n"
    )
    assert "'../KINDS'" in refused("guide", "../kinds")


def test_a_year_in_which_the_activity_was_not_there_is_refused_with_those_in_which_it_was() -> None:
    assert refused("guide", "IA_PSPA_6", "--year", "2026") == (
        "Error: IA_PSPA_6: It has no guide for 2026; it has for 2017, 2018 to 2021, 2022. Give --year.\n"
    )


# ---- specialty


def test_without_a_name_the_specialties_are_listed() -> None:
    titles = run("specialty").stdout.splitlines()

    assert titles == [each.title for each in specialties()]
    assert as_json("specialty") == [
        {"id": each.id, "title": each.title, "names": [*each.names]} for each in specialties()
    ]


def test_a_specialty_has_mvps_activities_and_its_societys_list() -> None:
    text = said("specialty", "Physiatry", "--year", "2026")

    assert in_order(
        text,
        "Physiatry, performance year 2026 Physical medicine and rehabilitation.",
        "MVPs that name it M1370 Rehabilitative Support for Musculoskeletal Care",
        "Activities of these MVPs, those that most of them take first id MVPs effort title",
        "IA_PSPA_21 1 medium Implementation of fall screening",
        "AAPM&R Improvement Activities Guide, made for 2021",
        "21 of 28 activities can be used in 2026.",
        "IA_PM_7 [retired] For members of",
        "IA_PM_15 Rehabilitation follows",
    )
    assert text.count("[retired]") == 7


@pytest.mark.parametrize(
    ("name", "year", "words"),
    [
        ("physiatry", 2020, "MVPs that name it None: the year has no MVPs."),
        ("physiatry", 2023, "MVPs that name it None."),
        ("Diagnostic Radiology", 2026, "Diagnostic Radiology, performance year 2026"),
    ],
)
def test_where_no_mvp_names_it_that_is_said(name: str, year: int, words: str) -> None:
    assert words in said("specialty", name, "--year", year)


def test_the_json_of_a_specialty_has_the_fate_of_every_entry() -> None:
    found = as_json("specialty", "physiatry", "--year", "2026")

    assert found["mvps"] == [{"id": "M1370", "title": "Rehabilitative Support for Musculoskeletal Care"}]
    assert {"id", "title", "mvps"} == found["activities"][0].keys()
    (listing,) = found["lists"]
    assert (listing["performance_year"], len(listing["entries"])) == (2021, 28)
    assert listing["entries"][0] == {
        "id": "IA_PM_7",
        "kind": "retired",
        "says": "CMS took it out of the inventory after 2022.",
        "now": "",
        "near": ["IA_PSPA_7"],
        "relevance": "For members of the society's own registry, which gives such feedback reports.",
    }
    assert as_json("specialty", "Diagnostic Radiology", "--year", "2026")["lists"] == []


def test_what_is_no_specialty_is_refused_with_how_to_list_them() -> None:
    assert refused("specialty", "feet") == (
        "Error: feet: There is no specialty of this name. List them: mips-ia specialty.\n"
    )


# ---- drift


def test_a_societys_list_knows_its_own_year() -> None:
    text = said("drift", "physiatry", "--year", "2026", code=1)

    assert in_order(
        text,
        "AAPM&R Improvement Activities Guide, made for 2021, in 2026 21 of 28 activities can still be used.",
        "Cannot be used IA_PM_7 Use of QCDR",
        "retired: CMS took it out of the inventory after 2022.",
        "Near to it now: IA_PSPA_7 Use of QCDR data for ongoing practice assessment and improvements",
        "CMS changed what 5 of the 21 ask for, or their titles; --all names them.",
    )
    assert "Can still be used" not in text
    assert "made for 2020" in said("drift", "physiatry", "--from", "2020", "--year", "2026", code=1)


def test_all_names_what_can_still_be_used() -> None:
    text = said("drift", SAMPLES / "list.csv", "--from", "2021", "--year", "2026", "--all", code=1)

    assert in_order(
        text,
        "list.csv, made for 2021, in 2026 2 of 4 activities can still be used.",
        "Cannot be used IA_CC_1",
        "IA_PM_13 Chronic Care",
        "renumbered: It was renumbered; in 2026 it is IA_AHW_1. Now: IA_AHW_1 Chronic Care",
        "Can still be used IA_BE_6",
        "reworded: What it asks for has changed.",
        "IA_PSPA_21 Implementation of fall screening and assessment programs good: As it was.",
    )
    assert "--all names them" not in text


def test_where_all_can_still_be_used_the_exit_code_is_0() -> None:
    text = said("drift", "physiatry", "--year", "2021", code=0)

    assert text.endswith("28 of 28 activities can still be used.")
    assert "Cannot" not in text


def test_the_json_of_a_drift_names_every_fate() -> None:
    found = as_json("drift", SAMPLES / "list.csv", "--from", "2021", "--year", "2026", code=1)

    assert (found["list"], found["from"], found["year"]) == ("list.csv", 2021, 2026)
    assert [(fate["id"], fate["kind"], fate["now"]) for fate in found["fates"]] == [
        ("IA_BE_6", "reworded", ""),
        ("IA_CC_1", "retired", ""),
        ("IA_PM_13", "renumbered", "IA_AHW_1"),
        ("IA_PSPA_21", "good", ""),
    ]


def fates(path: Path, content: str) -> list[str]:
    """The ids that a list of this content names."""
    path.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(
        main, ["drift", str(path), "--from", "2021", "--year", "2026", "--format", "json"]
    )
    return [fate["id"] for fate in json.loads(result.stdout)["fates"]]


@pytest.mark.parametrize(
    "content",
    [
        "activity_id\nIA_BE_6\nIA_CC_1\n",  # an id is the very last thing in the file
        "IA_BE_6\nIA_CC_1\n",  # without a heading
        "IA_BE_6\nIA_CC_1",
        "id;title\nIA_BE_6;Surveys\nIA_CC_1;Reports\n",
        "title,id\nSurveys,IA_BE_6\nReports,IA_CC_1\n",
        "Ours: ia_be_6, and (IA-CC-1).\n",
        "We did IA BE 6 and IA BE6; then\tIA_CC_1 and IA_CC_1 again.\n",
        "a,b,c\nIA_BE_6\nx,y,z,surplus,IA_CC_1\n",
    ],
)
def test_every_id_that_a_file_names_is_found_once_in_order(tmp_path: Path, content: str) -> None:
    assert fates(tmp_path / "ours.txt", content) == ["IA_BE_6", "IA_CC_1"]


def test_ids_without_a_number_are_found_and_what_only_looks_like_one_is_not(tmp_path: Path) -> None:
    content = "IA_PCMH and IA_MVP; Ames, IA 50010; BE_4; VIA_BE_4; IA_BE_4711; M0004; IA_XX_1\n"

    assert fates(tmp_path / "ours.txt", content) == ["IA_PCMH", "IA_MVP", "IA_XX_1"]


def test_a_workbook_is_a_list_too_sheet_by_sheet(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "ours.xlsx") as book:
        for name in ("IA_BE_6", "IA_CC_1"):
            sheet = book.add_worksheet(name.lower())
            sheet.write(0, 0, "what we do")
            sheet.write(1, 0, name)

    found = as_json("drift", tmp_path / "ours.xlsx", "--from", "2021", "--year", "2026", code=1)

    assert [fate["id"] for fate in found["fates"]] == ["IA_BE_6", "IA_CC_1"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            "Dear all,\nwe meet on Monday.\n",
            "Error: ours.csv: It names no activity. Give ids such as IA_BE_4.",
        ),
        ("", "Error: ours.csv: The file is empty. Save the table again."),
        ('id\n"IA_BE_4\n', "Error: ours.csv, line 2: A quotation mark is opened and not closed."),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "ours.csv").write_text(content)

    assert refused("drift", tmp_path / "ours.csv", "--from", "2021").startswith(words)


def test_a_file_does_not_say_for_which_year_it_was_made() -> None:
    assert refused("drift", SAMPLES / "list.csv") == (
        "Error: list.csv: It is not known for which year the list was made. Give --from YEAR.\n"
    )
    assert refused("drift", SAMPLES / "list.csv", "--from", "1999") == NO_YEAR


@pytest.mark.parametrize("name", ["feet", "radiology", "no-such-file.csv"])
def test_what_is_neither_file_nor_a_list_is_refused_with_the_lists_that_are_here(name: str) -> None:
    assert refused("drift", name) == (
        f"Error: {name}: There is no such file, and no specialty of this name has a society's list. "
        "Give a file, or one of: physiatry.\n"
    )


# ---- measure


def test_without_a_file_the_layout_is_printed() -> None:
    text = said("measure", "IA_CC_19", "--year", "2026")

    assert in_order(
        text,
        "IA_CC_19, performance year 2026 reported_50: 50%",
        "One row for each claim, with the columns: id your own id of the claim; it is not kept",
        "date the day of it",
        "npi the NPI of the clinician, 10 digits as text",
        "medicare yes or no: The claim was billed to Medicare",
        "prc_modifier one or more of X1, X2, X3, X4, X5, or blank for none:",
    )
    layouts = as_json("measure", "IA_CC_19", "--year", "2026")
    assert (layouts["activity"], layouts["year"]) == ("IA_CC_19", 2026)
    assert [*layouts["layouts"]["reported_50"]] == ["id", "date", "npi", "medicare", "prc_modifier"]


def test_the_layout_is_the_heading_of_the_sample() -> None:
    heading = CLAIMS.read_text(encoding="utf-8").splitlines()[0].split(",")

    assert heading == [*as_json("measure", "IA_CC_19", "--year", "2026")["layouts"]["reported_50"]]


def test_several_numbers_have_a_layout_each() -> None:
    layouts = as_json("measure", "IA_PSPA_31", "--year", "2026")["layouts"]

    assert [*layouts] == ["at_start_75", "after_6_months_75", "once_a_period_75"]
    one = as_json("measure", "IA_PSPA_31", "--year", "2026", "--leaf", "after_6_months_75")["layouts"]
    assert one == {"after_6_months_75": layouts["after_6_months_75"]}


def test_a_number_is_counted_of_each_clinician_and_the_verdict_told_first() -> None:
    text = said("measure", "IA_CC_19", CLAIMS, *SPRING)

    assert in_order(
        text,
        "IA_CC_19 reported_50, 2026-04-01 to 2026-06-29 A count,",
        "Met. 2 of 2 clinicians reach it; 50% must be reached by each. NPI count of verdict",
        "9000001005 9 16 Met 9000001013 18 19 Met",
        "80 rows: 31 of other days, 0 left out by the measure, 0 repeating an id.",
    )


def test_the_json_of_a_number_has_the_counts_and_the_fingerprint_of_the_file() -> None:
    found = as_json("measure", "IA_CC_19", CLAIMS, *SPRING)

    assert (found["met"], found["asks"], found["leaf"], found["file"]) == (
        True,
        "50%",
        "reported_50",
        "claims.csv",
    )
    assert (found["from"], found["to"]) == ("2026-04-01", "2026-06-29")
    assert found["counts"][0] == {
        "npi": "9000001005",
        "numerator": 9,
        "denominator": 16,
        "numerator_possible": 9,
        "denominator_possible": 16,
        "met": True,
    }
    assert (found["rows"], found["outside"], found["excluded"], found["repeated"]) == (80, 31, 0, 0)
    assert re.fullmatch("[0-9a-f]{64}", found["sha256"])
    assert (found["better_window"], found["problems"]) == (None, [])


def claims(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["id,date,npi,medicare,prc_modifier", *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("modifiers", "code", "words"),
    [
        (("X1", ""), 0, "Met. 1 of 2 is 50.0%; 50% must be reached."),
        (("X1", "", ""), 1, "Not met. 1 of 3 is 33.3%; 50% must be reached."),
        ((), 1, "Not known. No claim is in the denominator; 50% must be reached."),
    ],
)
def test_the_exit_code_is_0_only_where_the_number_is_reached(
    tmp_path: Path, modifiers: tuple[str, ...], code: int, words: str
) -> None:
    rows = (f"C{n},2026-04-01,9000001005,yes,{each}" for n, each in enumerate(modifiers))

    text = said("measure", "IA_CC_19", claims(tmp_path / "c.csv", *rows), "--year", "2026", code=code)

    assert words in text


def test_what_is_not_known_is_told_by_line_and_never_by_what_a_cell_holds(tmp_path: Path) -> None:
    file = claims(tmp_path / "c.csv", "C1,2026-04-01,9000001005,perhaps Jane Doe,X1")

    result = run("measure", "IA_CC_19", file, "--year", "2026", code=1)

    assert result.stderr == (
        "Unknown: c.csv, medicare, line 2: It is neither yes nor no. "
        "Correct it; until then it is not known whether the row counts.\n"
    )
    assert "Not known. Nothing is known for certain, up to 1 of 1; 50% must be reached." in result.stdout
    assert "Jane" not in result.output


def test_a_better_window_is_named_where_the_year_does_not_reach_it(tmp_path: Path) -> None:
    spring = (f"A{day},2026-04-{day:02},9000001005,yes,X1" for day in range(1, 31))
    autumn = (f"B{n},2026-10-{n % 30 + 1:02},9000001005,yes," for n in range(31))
    file = claims(tmp_path / "c.csv", *spring, *autumn)

    found = as_json("measure", "IA_CC_19", file, "--year", "2026", code=1)

    first, last = found["better_window"]
    assert found["says"].endswith(f" From {first} to {last} it would be reached.")
    run("measure", "IA_CC_19", file, "--year", "2026", "--from", first, "--to", last, code=0)


def test_the_page_to_keep_has_counts_and_no_single_row(tmp_path: Path) -> None:
    page = tmp_path / "counted.html"

    text = said("measure", "IA_CC_19", CLAIMS, *SPRING, "--page", page)

    assert text.endswith(f"Written to {page}; keep it as claims report.")
    html = page.read_text(encoding="utf-8")
    assert '<p class="verdict">Met</p>' in html
    assert as_json("measure", "IA_CC_19", CLAIMS, *SPRING)["sha256"] in html
    assert "9000001005" in html  # whose number it is
    assert not re.search("C00[0-9]{2}", html)


def test_a_page_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "no such folder" / "counted.html"

    assert refused("measure", "IA_CC_19", CLAIMS, *SPRING, "--page", page).endswith(
        f"Error: --page {page} cannot be written: No such file or directory.\n"
    )


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (
            ("--from", "2026-06-29", "--to", "2026-04-01"),
            "Error: the window: It ends on 2026-04-01, before 2026-06-29. Correct one of the two days.\n",
        ),
        (
            ("--from", "2025-12-31"),
            "Error: the window: 2025-12-31 to 2026-12-31 is not within the performance year 2026. "
            "Give days of it, or another year.\n",
        ),
        (
            ("--to", "2027-01-01"),
            "Error: the window: 2026-01-01 to 2027-01-01 is not within the performance year 2026. "
            "Give days of it, or another year.\n",
        ),
        (
            ("--to", "2025-06-29"),
            "Error: the window: 2026-01-01 to 2025-06-29 is not within the performance year 2026. "
            "Give days of it, or another year.\n",
        ),
    ],
)
def test_a_window_is_days_in_order_within_the_year(window: tuple[str, ...], words: str) -> None:
    assert refused("measure", "IA_CC_19", CLAIMS, "--year", "2026", *window) == words


def test_the_first_and_the_last_day_of_the_year_are_within_it() -> None:
    run("measure", "IA_CC_19", CLAIMS, "--year", "2026", "--from", "2026-01-01", "--to", "2026-12-31", code=0)
    assert "Invalid value for '--to'" in refused("measure", "IA_CC_19", CLAIMS, "--to", "12/31/2026")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("IA_PSPA_21",),
            "Error: IA_PSPA_21: Its guide asks for no number. See what to keep: mips-ia guide IA_PSPA_21.\n",
        ),
        (
            ("IA_CC_19", "--leaf", "implemented"),
            "Error: IA_CC_19: It has no leaf 'implemented' with a number. Use one of: reported_50.\n",
        ),
        (
            ("IA_PSPA_31", CLAIMS),
            "Error: --leaf: Its guide has 3 numbers. "
            "Say which: --leaf at_start_75 or after_6_months_75 or once_a_period_75.\n",
        ),
        (
            ("falls", CLAIMS),
            "Error: FALLS: No activity is called 'FALLS'. Search for it: mips-ia activities --search WORD.\n",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused_with_what_can(arguments: tuple[object, ...], words: str) -> None:
    assert refused("measure", *arguments, "--year", "2026") == words


def test_a_file_without_the_columns_is_refused_with_all_that_are_missing(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("id,date,npi\n1,2026-04-01,9000001005\n")

    assert refused("measure", "IA_CC_19", tmp_path / "c.csv", "--year", "2026") == (
        "Error: c.csv: There is no column 'medicare'. Add it: yes or no: The claim was billed to Medicare.\n"
        "Error: c.csv: There is no column 'prc_modifier'. Add it: one or more of X1, X2, X3, X4, X5, or "
        "blank for none: The claim carries a patient relationship modifier, X1 to X5.\n"
    )
    assert "does not exist" in refused("measure", "IA_CC_19", tmp_path / "none.csv")


# ---- check-evidence


def test_each_activity_is_told_with_what_is_missing_and_what_to_keep() -> None:
    text = said("check-evidence", SAMPLES / "evidence.csv", code=1)

    assert in_order(
        text,
        "Not met: IA_PSPA_21, 2026-06-01 to 2026-08-31 Implementation of fall screening",
        "Not met: all of these Met: screening_program.",
        "- progress (minutes): It is of 2026-09-14, and not of 2026-06-01 to 2026-08-31. "
        "Keep what is of that time. [AAPM&R 2021]",
        "Met: IA_PM_16",
        "Unknown: IA_CC_19",
        "- reported_50 (claims_report): Nobody has looked at it. Verify it.",
        "Not met: IA_BE_6",
        "- Keep one of: survey, feedback report.",
        "1 of 4 activities proved.",
    )


def test_of_what_is_met_by_one_the_others_are_not_asked_for() -> None:
    text = said("check-evidence", SAMPLES / "evidence.csv", code=1)

    part = text[text.index("Met: IA_PM_16") : text.index("Unknown: IA_CC_19")]
    assert part.count("Met: ") == 3  # the activity, any one of these, and the one that is kept
    assert "Not met" not in part


EVIDENCE = (
    "performance_year,activity_id,start_date,end_date,leaf,kind,first_day,last_day,verified,credit_before"
)


def evidence(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([EVIDENCE, *rows]) + "\n")
    return path


PROVED = "2026,IA_PM_16,2026-03-01,2026-05-31,pharmacist,agreement,2026-01-01,2026-12-31,yes,"


def test_where_all_is_proved_the_exit_code_is_0(tmp_path: Path) -> None:
    text = said("check-evidence", evidence(tmp_path / "e.csv", PROVED), code=0)

    assert text.endswith("1 of 1 activity proved.")


def test_the_json_of_evidence_is_the_tree_with_what_is_met() -> None:
    found = as_json("check-evidence", SAMPLES / "evidence.csv", code=1)

    assert found["problems"] == []
    assert [(each["activity"], each["met"]) for each in found["activities"]] == [
        ("IA_PSPA_21", False),
        ("IA_PM_16", True),
        ("IA_CC_19", None),
        ("IA_BE_6", False),
    ]
    falls = found["activities"][0]
    assert (falls["performance_year"], falls["first"], falls["last"]) == (2026, "2026-06-01", "2026-08-31")
    assert (falls["requirement"]["at_least"], falls["requirement"]["met"]) == (3, False)
    assert [(leaf["leaf"], leaf["met"]) for leaf in falls["requirement"]["of"]] == [
        ("screening_program", True),
        ("risk_factors", True),
        ("progress", False),
    ]
    assert [problem["code"] for problem in falls["problems"]] == ["outside_window"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            "2016,IA_BE_4,,,,,,,,",
            "Error: e.csv, line 3, performance_year: The years that are here run from 2017 to 2027. "
            "Give one of those.",
        ),
        (
            "2026,IA_PM_16,,,pharmacist,our word,,,,",
            "Error: e.csv, line 3, kind: There is no kind of document 'our word'. Use one of: ",
        ),
        (
            "2026,IA_PM_16,,,pharmacist,agreement,3/1/26,,,",
            "Error: e.csv, line 3, first_day: The year of '3/1/26' has 2 digits and must have 4. "
            "Enter a date like 2026-07-01.",
        ),
        (
            "2026,IA_PM_16,,,pharmacist,agreement,,,maybe,",
            "Error: e.csv, line 3, verified: 'maybe' is neither yes nor no. "
            "Enter yes or no; a blank means not known.",
        ),
        (
            "2026,IA_PM_16,,,,,,,,twice",
            "Error: e.csv, line 3, credit_before: 'twice' is not a performance year. Enter years.",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error_and_the_others_are_judged(
    tmp_path: Path, row: str, words: str
) -> None:
    result = run("check-evidence", evidence(tmp_path / "e.csv", PROVED, row), code=1)

    assert result.stderr.startswith(words)
    assert result.stdout.endswith("1 of 1 activity proved.\n")


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("2026,IA_XX_4,,,,,,,,", 1, "Unknown: IA_XX_4 IA_XX_4: There is no guide of IA_XX_4 for 2026."),
        (
            f"{PROVED}\n2026,IA_PM_16,2026-03-01,2026-05-31,lunch,minutes,2026-03-01,,yes,",
            0,
            "lunch (minutes): The guide has no leaf 'lunch'. Use one of: ",
        ),
    ],
)
def test_what_belongs_to_no_leaf_is_told_under_the_activity(
    tmp_path: Path, row: str, code: int, words: str
) -> None:
    assert words in said("check-evidence", evidence(tmp_path / "e.csv", row), code=code)


def test_credit_taken_too_few_years_ago_is_told_with_the_year(tmp_path: Path) -> None:
    row = "2024,IA_PSPA_22,2024-03-01,2024-05-31,,,,,,2022"

    found = as_json("check-evidence", evidence(tmp_path / "e.csv", row), code=1)["activities"][0]

    assert found["problems"][0]["code"] == "too_soon"
    assert "2022" in found["problems"][0]["what"]
    assert found["problems"][0]["what"] in said("check-evidence", tmp_path / "e.csv", code=1)


def test_a_table_of_something_else_is_refused_with_the_columns_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("a,b\n1,2\n")

    assert refused("check-evidence", tmp_path / "e.csv") == (
        "Error: e.csv: There is no column 'performance_year'. Add it: the performance year.\n"
        "Error: e.csv: There is no column 'activity_id'. Add it: the activity.\n"
        "Error: e.csv: There is no column 'leaf'. Add it: the leaf of the guide that it shows; "
        "blank: nothing is kept yet.\n"
    )
    assert "does not exist" in refused("check-evidence", tmp_path / "none.csv")


# ---- texts


def cms_file(folder: Path, year: int, **descriptions: str) -> Path:
    """A file as CMS publishes it, of invented words."""
    records = [
        {"measureId": id, "category": "ia", "title": f"Title of {id}", "description": says}
        for id, says in descriptions.items()
    ]
    other = {"measureId": "001", "category": "quality", "title": "A measure", "description": "Of quality"}
    path = folder / str(year) / "measures-data.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([other, *records]), encoding="utf-8")
    return path


def test_cms_wording_is_loaded_listed_and_shown_under_our_guide(tmp_path: Path, data: Path) -> None:
    assert run("texts", "list").stdout == "None is loaded.\n"
    assert as_json("texts", "list") == []
    older = cms_file(tmp_path, 2025, IA_BE_4="Old words")
    newer = cms_file(tmp_path, 2026, IA_BE_4="First line.\nSecond line.", IA_BE_6="Others")

    assert run("texts", "load", older, newer).stdout == (
        f"2025: 1 activity loaded from {older}.\n2026: 2 activities loaded from {newer}.\nKept in {data}.\n"
    )

    assert run("texts", "list").stdout.split() == ["year", "activities", "2025", "1", "2026", "2"]
    assert as_json("texts", "list") == [{"year": 2025, "activities": 1}, {"year": 2026, "activities": 2}]
    assert said("guide", "IA_BE_4").endswith("CMS's own wording First line. Second line.")
    assert "own wording" not in said("guide", "IA_BE_4", "--year", "2024")
    assert "own wording" not in said("guide", "IA_BE_15")


def test_what_cms_reworded_is_shown_with_the_words_that_went_and_came(tmp_path: Path) -> None:
    long = " ".join(f"word{n}" for n in range(20))
    before = {"IA_BE_4": f"{long} for at least 90 days in a row", "IA_BE_6": "Same  words", "IA_CC_1": "Gone"}
    after = {"IA_BE_4": f"{long} for at least 60 days in a row", "IA_BE_6": "Same words", "IA_PM_27": "New"}
    run("texts", "load", cms_file(tmp_path, 2025, **before), cms_file(tmp_path, 2026, **after))

    assert said("texts", "diff", "2025", "2026") == (
        "1 activity reworded, 1 added, 1 removed. Added: IA_PM_27 Removed: IA_CC_1 IA_BE_4 "
        "word0 word1 word2 word3 word4 word5 word6 word7 … "
        "word15 word16 word17 word18 word19 for at least [-90-] {+60+} days in a row"
    )
    assert as_json("texts", "diff", "2025", "2026") == {
        "reworded": [{"id": "IA_BE_4", "before": before["IA_BE_4"], "after": after["IA_BE_4"]}],
        "added": ["IA_PM_27"],
        "removed": ["IA_CC_1"],
    }
    assert said("texts", "diff", "2026", "2026") == "0 activities reworded, 0 added, 0 removed."


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("keep a b c", "hold a b c", "[-keep-] {+hold+} a b c"),
        ("a b c now", "a b c", "a b c [-now-]"),
        ("a b c", "a b c now", "a b c {+now+}"),
        ("one two", "three four", "[-one two-] {+three four+}"),
        ("a cat on mats", "one cat on rugs", "[-a cat on mats-] {+one cat on rugs+}"),  # two are chance
        ("a cat sat on mats", "one cat sat on rugs", "[-a-] {+one+} cat sat on [-mats-] {+rugs+}"),
        ("", "new words", "{+new words+}"),
        ("old words", "", "[-old words-]"),
        ("a b c", "a b c", "a b c"),
    ],
)
def test_both_texts_can_be_read_from_what_is_marked(before: str, after: str, told: str) -> None:
    assert " ".join(shown(before, after)).strip() == told


def test_wording_that_is_not_loaded_is_refused_with_what_to_do(tmp_path: Path) -> None:
    run("texts", "load", cms_file(tmp_path, 2025, IA_BE_4="Words"))

    assert refused("texts", "diff", "2024", "2026") == (
        "Error: 2024: CMS's wording of 2024 is not loaded (loaded: 2025). "
        "Download CMS's measures-data.json of 2024 and run mips-ia texts load on it.\n"
        "Error: 2026: CMS's wording of 2026 is not loaded (loaded: 2025). "
        "Download CMS's measures-data.json of 2026 and run mips-ia texts load on it.\n"
    )


def test_the_year_of_a_file_is_that_of_its_name_or_its_folder_or_is_given(tmp_path: Path) -> None:
    file = cms_file(tmp_path, 2025, IA_BE_4="Words")
    by_name = shutil.copy(file, tmp_path / "cms-2026.json")
    (tmp_path / "downloads").mkdir()
    bare = shutil.copy(file, tmp_path / "downloads" / "measures-data.json")

    assert refused("texts", "load", bare) == (
        "Error: measures-data.json: Neither its name nor its folder's says of which performance year it is. "
        "Give --year.\n"
    )
    run("texts", "load", file, by_name)
    run("texts", "load", bare, "--year", "2024")
    assert [each["year"] for each in as_json("texts", "list")] == [2024, 2025, 2026]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "It is no JSON."),
        (b"[" * 100_000, "It is no JSON."),
        (b"\xff\xfe{}", "It is no JSON."),
        (b"{}", "It holds no improvement activities."),
        (b"[1, null, {}]", "It holds no improvement activities."),
        (b'[{"measureId": 1, "category": "ia"}]', "It holds no improvement activities."),
        (
            b'[{"measureId": "001", "category": "quality", "title": "", "description": ""}]',
            "It holds no improvement activities.",
        ),
    ],
)
def test_a_file_that_is_not_cms_is_refused_and_what_was_loaded_stays(
    tmp_path: Path, content: bytes, what: str
) -> None:
    good = cms_file(tmp_path, 2026, IA_BE_4="Words")
    run("texts", "load", good)
    (tmp_path / "2026.json").write_bytes(content)

    result = run("texts", "load", good, tmp_path / "2026.json", code=2)

    assert result.stdout == f"2026: 1 activity loaded from {good}.\n"
    assert result.stderr == f"Error: 2026.json: {what} Give CMS's measures-data.json.\n"
    assert as_json("texts", "list") == [{"year": 2026, "activities": 1}]


def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path, data: Path) -> None:
    data.write_text("a file where a folder must be")

    assert refused("texts", "load", cms_file(tmp_path, 2026, IA_BE_4="Words")) == (
        f"Error: {data / 'texts'}: It cannot be kept: Not a directory. "
        "Set MIPS_IA_DATA to a folder that can be written.\n"
    )
    assert run("texts", "list").stdout == "None is loaded.\n"


def test_a_kept_file_that_was_spoiled_counts_as_not_loaded(tmp_path: Path, data: Path) -> None:
    run("texts", "load", cms_file(tmp_path, 2026, IA_BE_4="Words"))
    (data / "texts" / "2026.json").write_text("{")

    assert "own wording" not in said("guide", "IA_BE_4")


# ---- What the manual shows

FENCE = re.compile(r"^```(?:console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Of the commands whose exit code is an answer, what they answer to what the manual asks.
ANSWERS = {"drift": 1, "check-evidence": 1}
# One does not end by itself, and the others need its rows; they have tests of their own.
STAYS = {"serve", "remind", "reset-second-factor", "check", "backup", "restore"}


def commands(page: str) -> Iterator[list[str]]:
    """The words of every command that a page shows and that names no placeholder, in order."""
    for block in FENCE.finditer((DOCS / page).read_text(encoding="utf-8")):
        for line in re.sub(r"\\\n *", "", block[1]).splitlines():
            words = line.removeprefix("$ ")
            if words.startswith("mips-ia ") and not re.search("…|COMMAND", words):
                yield shlex.split(words)[1:]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the samples, CMS's files of two years, and a list of one's own, to work in."""
    folder = tmp_path / "desk"
    shutil.copytree(SAMPLES, folder / "samples")
    shutil.copy(SAMPLES / "list.csv", folder / "our-list.csv")
    for year in (2025, 2026):
        run("texts", "load", cms_file(folder, year, IA_BE_4=f"Words of {year}"))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(("page", "least"), [("cli.md", 20), ("evidence.md", 8)])
def test_every_command_that_the_manual_shows_runs(page: str, least: int, desk: Path) -> None:
    shown = [*commands(page)]

    for words in shown:
        if words[0] not in STAYS:
            run(*words, code=ANSWERS.get(words[0], 0))

    assert len(shown) >= least
    assert (desk / "counted.html").exists() is (page == "evidence.md")


def section(name: str) -> str:
    """What `docs/cli.md` says of one command."""
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    return text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("guide", "IA_PSPA_21"), 0),
        (("specialty", "physiatry"), 0),
        (("drift", "physiatry", "--year", "2026"), 1),
        (("measure", "IA_CC_19", CLAIMS, *SPRING), 0),
        (("check-evidence", SAMPLES / "evidence.csv"), 1),
    ],
)
def test_every_field_of_the_json_is_in_the_manual(words: tuple[object, ...], code: int) -> None:
    said_as_code = {*re.findall(r"`(\w+)`", section(str(words[0])))}

    assert {*as_json(*words, code=code)} <= said_as_code


def test_the_fields_of_parts_of_the_json_are_in_the_manual_too() -> None:
    falls = as_json("guide", "IA_PSPA_21")["requirement"]
    fate = as_json("drift", "physiatry", "--year", "2026", code=1)["fates"][0]
    activity = as_json("check-evidence", SAMPLES / "evidence.csv", code=1)["activities"][0]

    assert {*falls, *falls["of"][0]} <= {*re.findall(r"`(\w+)`", section("guide"))}
    assert {*fate} <= {*re.findall(r"`(\w+)`", section("drift"))}
    assert {*activity} <= {*re.findall(r"`(\w+)`", section("check-evidence"))}


def test_the_newest_final_year_is_taken_where_none_is_given() -> None:
    assert as_json("specialty", "physiatry")["year"] == FINAL[-1]
    assert as_json("drift", "physiatry", code=1)["year"] == FINAL[-1]
    assert as_json("measure", "IA_CC_19")["year"] == FINAL[-1]
