"""A score in the tree of CMS's submissions service: its names, its numbers, and that it is an estimate."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mips_ia import Attestation, Practice, assess, catalogue, rules, years
from mips_ia.cli.main import main
from mips_ia.formats.participants import Participant
from mips_ia.formats.score_json import ESTIMATE, trees
from mips_ia.planning.ways import ways

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
INTEROP = ROOT.parent / "shared" / "interop.md"
NO_STATUS: frozenset[str] = frozenset()
WEIGHTED = [year for year in years() if any(each.weight for each in catalogue(year).activities.values())]


def run(*arguments: object, code: int = 0) -> Any:
    """What `score --format cms` answers."""
    result = CliRunner().invoke(main, ["score", *map(str, arguments), "--format", "cms"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def total(year: int, *ids: str, method: str = "registry", program: str = "mips", **known: Any) -> Any:
    """The score of a group that did some activities all year."""
    practice = Practice(performance_year=year, entity="group", **({"statuses": NO_STATUS} | known))
    done = tuple(Attestation(id, date(year, 1, 1), date(year, 12, 31)) for id in ids)
    who = Participant("Example", "000000024", "", "", "a file", practice, done, program, method)
    found = assess(practice, done)
    (tree,) = trees([(who, found)], ways)
    return tree["data"]["score"]


def activities(score: Any) -> list[Any]:
    (of_set,) = score["parts"][0]["original"]["parts"]
    found: list[Any] = of_set["parts"]
    return found


# ---- The tree


def test_the_tree_goes_from_the_total_to_the_category_its_set_and_its_activities() -> None:
    score = total(2024, "IA_EPA_1", "IA_EPA_2")

    assert [part["name"] for part in score["parts"]] == ["ia", "bonuses", "feedback-ia"]
    ia, bonuses, _ = score["parts"]
    assert (score["name"], score["title"], score["value"]) == ("total", "Total Score", 11.25)
    assert (ia["title"], ia["value"]) == ("IA component of total score", 11.25)
    assert ia["detail"] == "Scoring based on weight of 15%."
    assert ia["metadata"] == {"maxContribution": 15, "unroundedScoreValue": 11.25}
    assert ia["original"]["value"] == 30
    assert ia["original"]["detail"] == "Picked the highest scoring measurement set registry"
    assert bonuses == {"name": "bonuses", "value": 0, "parts": []}
    (of_set,) = ia["original"]["parts"]
    assert (of_set["name"], of_set["detail"], of_set["value"]) == ("ia", "registry", 30)
    assert of_set["metadata"] == {
        "messages": {"picked": "Measurement set selected for category score."},
        "processingStatus": "PICKED",
        "maxContribution": 40,
        "measurementSetPicked": True,
    }


def test_an_activity_has_its_points_before_the_category_is_capped() -> None:
    score = total(2024, "IA_EPA_1", "IA_EPA_2", statuses=frozenset({"small_practice"}))

    assert activities(score)[0] == {
        "name": "IA_EPA_1",
        "title": catalogue(2024).activities["IA_EPA_1"].title,
        "value": 40,
        "instrumentations": ["IA-003"],
        "metadata": {
            "maxContribution": 40,
            "calculatedScore": 40,
            "processingStatus": "PICKED",
            "weight": "high",
            "complete": True,
            "messages": {"complete": "Measurement value of true - scored as normal"},
        },
    }
    assert [(each["name"], each["value"], each["instrumentations"]) for each in activities(score)] == [
        ("IA_EPA_1", 40, ["IA-003"]),
        ("IA_EPA_2", 20, ["IA-004"]),
    ]
    assert score["parts"][0]["original"]["value"] == 40


def test_a_medical_home_has_the_points_that_it_earns() -> None:
    score = total(2024, "IA_PCMH", "IA_EPA_2", medical_home_sites=(3, 3))

    assert [(each["name"], each["value"]) for each in activities(score)] == [
        ("IA_PCMH", 40),
        ("IA_EPA_2", 10),
    ]
    assert score["metadata"]["givenIACreditPCMH"] is True


def test_an_activity_that_does_not_count_is_not_in_the_tree() -> None:
    assert [each["name"] for each in activities(total(2024, "IA_EPA_2", "IA_XX_99"))] == ["IA_EPA_2"]


def test_the_method_is_that_by_which_it_was_submitted() -> None:
    score = total(2025, "IA_PM_16", method="electronicHealthRecord")

    assert score["parts"][0]["original"]["detail"].endswith(" electronicHealthRecord")
    assert score["parts"][0]["original"]["parts"][0]["detail"] == "electronicHealthRecord"


# ---- Weights


@pytest.mark.parametrize("year", years())
def test_weights_are_there_in_the_years_that_had_them_and_then_left_out(year: int) -> None:
    ids = sorted(id for id in catalogue(year).activities if id not in ("IA_PCMH", "IA_MVP"))[:6]

    score = total(year, *ids)

    weighted = year in WEIGHTED
    found = activities(score)
    assert found
    assert {("weight" in each["metadata"]) for each in found} == {weighted}
    assert {("instrumentations" in each) for each in found} == {weighted}
    for name in ("maxHighContributionIA", "maxMediumContributionIA"):
        assert (name in score["metadata"]) is weighted


def test_the_years_that_had_weights_end_with_2024() -> None:
    assert [*range(2017, 2025)] == WEIGHTED


# ---- The metadata


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, {"hasIAWeightStatus": "NORMAL", "maxHighContributionIA": 20, "maxMediumContributionIA": 10}),
        (
            {"statuses": frozenset({"rural"})},
            {"hasIAWeightStatus": "SPECIAL", "maxHighContributionIA": 40, "maxMediumContributionIA": 20},
        ),
        ({"apm": "mips_apm", "quality_and_pi_submitted": True}, {"givenAPMParticipationCredit": True}),
        ({"apm": "none"}, {"givenAPMParticipationCredit": False}),
        ({"not_scored": frozenset({"ia"})}, {"iaReweighted": True, "iaWeightedScore": 0}),
        ({"not_scored": NO_STATUS}, {"iaReweighted": False}),
        ({"statuses": None}, {"iaCategoryScore": 10, "iaCategoryScorePossible": 20}),
    ],
)
def test_the_metadata_says_what_is_known_of_who_is_scored(
    known: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = total(2024, "IA_EPA_2", **known)["metadata"]

    assert {name: found[name] for name in expected} == expected


def test_without_an_activity_the_most_that_one_could_earn_is_still_right() -> None:
    found = total(2024, statuses=frozenset({"small_practice"}))["metadata"]

    assert (found["hasIAMeasures"], found["hasScorableIAMeasures"]) == (False, False)
    assert (found["maxHighContributionIA"], found["maxMediumContributionIA"]) == (40, 20)


def test_measures_that_earn_nothing_are_measures_and_not_scorable() -> None:
    found = total(2024, "IA_XX_99")["metadata"]

    assert (found["hasIAMeasures"], found["hasScorableIAMeasures"]) == (True, False)


def test_the_study_is_told_in_the_years_that_had_it() -> None:
    assert total(2018, "IA_EPA_2", study=True)["metadata"]["givenIAStudyCredit"] is True
    assert total(2018, "IA_EPA_2")["metadata"]["givenIAStudyCredit"] is False


# ---- What is still missing, and that it is an estimate


def test_the_feedback_is_what_would_reach_full_credit() -> None:
    feedback = total(2024, "IA_EPA_2")["parts"][2]

    assert {part["name"] for part in feedback["parts"]} == {"ia-feedback-message"}
    assert [part["detail"] for part in feedback["parts"]] == [
        "Complete 2 more high-weighted activities.",
        "Complete 1 more high-weighted activity and 1 more medium-weighted activity.",
    ]
    assert total(2025, "IA_EPA_2", "IA_PM_16")["parts"][2] == {"name": "feedback-ia", "parts": []}


@pytest.mark.parametrize("year", years())
def test_it_says_that_it_is_our_estimate_and_by_which_rules(year: int) -> None:
    score = total(year)

    assert score["detail"] == score["metadata"]["estimate"] == ESTIMATE
    assert score["metadata"]["rulesEdition"] == rules(year).edition


def test_warnings_are_sentences_and_errors_are_none() -> None:
    score = total(2026, "IA_PM_16", pathway="mvp", mvp="G9999", program="G9999")

    assert any("2026 has no MVP 'G9999'." in each for each in score["warnings"])
    assert score["errors"] == []
    assert score["metadata"]["pickedProgramName"] == "G9999"


# ---- Through the command


@pytest.mark.parametrize(
    ("sample", "method"), [("submission.json", "registry"), ("group.xml", "electronicHealthRecord")]
)
def test_a_submission_is_one_score(sample: str, method: str) -> None:
    score = run(SAMPLES / sample)["data"]["score"]

    assert (score["value"], score["parts"][0]["original"]["value"]) == (15.0, 40)
    assert score["parts"][0]["original"]["parts"][0]["detail"] == method
    assert score["parts"][2]["parts"] == []


def test_several_who_report_are_a_list_and_nobody_is_an_empty_one(tmp_path: Path) -> None:
    found = run(SAMPLES / "practices")

    assert [each["data"]["score"]["metadata"]["iaCategoryScorePossible"] for each in found] == [40] * 4
    (tmp_path / "none.json").write_text("[]", encoding="utf-8")
    assert run(tmp_path / "none.json") == []


# ---- CMS's own example

# What CMS's example of the tree has and ours does not, and the other way round, each with the reason.
NOT_OURS = {
    "submissionId": "CMS gives it",
    "messages.pickedProgram": "the sentence is of CMS's engine; pickedProgramName says which",
    "maxTotalScore": "it is of all categories",
    "submittedIAProgramNames": "one program is scored at a time",
    "hasMIPSIAMeasures": "as above",
    "hasAPPIAMeasures": "as above",
    "hasScorableMIPSIAMeasures": "as above",
    "hasScorableAPPIAMeasures": "as above",
    "isSubmissionFabricated": "it is of CMS's tests",
    "runtimeInMillis": "it is of CMS's engine",
}
ONLY_OURS = {
    "estimate": "the score is ours and not CMS's",
    "rulesEdition": "by which data it was reckoned",
    "iaCategoryScorePossible": "what is not known can add points",
}


@pytest.fixture(scope="module")
def example() -> str:
    if not INTEROP.is_file():
        pytest.skip("CMS's example is not beside the project")
    text = INTEROP.read_text(encoding="utf-8")
    return text.partition("### 1.6 Scoring response for IA")[2].partition("### 1.7")[0]


def test_the_metadata_has_the_keys_of_cms_example_but_for_those_explained(example: str) -> None:
    listed = example.partition("Top-level metadata keys seen: ")[2].partition(".\n")[0]
    theirs = {*re.findall(r"[A-Za-z.]+", re.sub(r"\([^)]*\)", "", listed))}
    ours = {*total(2024, "IA_EPA_1")["metadata"]}

    assert len(theirs) > 20
    assert theirs - ours == NOT_OURS.keys()
    assert ours - theirs == ONLY_OURS.keys()


def names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from names(each)
    elif isinstance(value, list):
        for each in value:
            yield from names(each)


def test_every_name_in_the_tree_of_cms_example_is_in_ours(example: str) -> None:
    tree = example.partition("```\n")[2].partition("```")[0]
    theirs = {*re.findall(r"([A-Za-z]+)(?=:|\[\]|,|\})", re.sub(r'"[^"]*"|<[^>]*>|\([^)]*\)', "0", tree))}
    theirs -= {"true", "Score"}
    score = total(2024, "IA_EPA_2")
    score.pop("metadata")  # its keys are compared above

    assert {"name", "title", "detail", "value", "parts", "metadata", "instrumentations"} <= theirs
    assert theirs == {*names(score), "metadata"}


def test_of_two_sets_of_one_group_the_one_that_scores_highest_is_picked_and_both_are_shown(
    tmp_path: Path,
) -> None:
    path = tmp_path / "two.json"
    sets = [
        {"category": "ia", "submissionMethod": method, "programName": "mips",
         "performanceStart": "2024-01-01", "performanceEnd": "2024-12-31",
         "measurements": [{"measureId": id, "value": True} for id in ids]}
        for method, ids in (("registry", ["IA_EPA_2"]), ("electronicHealthRecord", ["IA_EPA_1", "IA_EPA_2"]))
    ]  # fmt: skip
    submission = {
        "entityType": "group", "taxpayerIdentificationNumber": "000000024", "performanceYear": 2024,
        "measurementSets": sets,
    }  # fmt: skip
    path.write_text(json.dumps(submission), encoding="utf-8")

    original = run(path)["data"]["score"]["parts"][0]["original"]

    assert original["value"] == 30
    assert original["detail"] == "Picked the highest scoring measurement set electronicHealthRecord"
    assert [(each["value"], each["metadata"]["measurementSetPicked"]) for each in original["parts"]] == [
        (10, False), (30, True),
    ]  # fmt: skip
    assert ["processingStatus" in each["metadata"] for each in original["parts"]] == [False, True]
