"""Every public worked example, written as bulk tables and read back, comes to the same score."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from mips_ia import Practice, assess, rules
from mips_ia.cli.main import main
from mips_ia.formats.bulk import read
from mips_ia.formats.cases import Case, cases, differences, settled

OPEN = Path(__file__).parents[3] / "shared" / "cases" / "open.csv"
TIN = "000000001"
YES_NO = {True: "yes", False: "no", None: ""}
found, wrong = cases(OPEN) if OPEN.exists() else ([], [])


@pytest.mark.skipif(not OPEN.exists(), reason="the public cases are not beside this checkout")
def test_the_public_cases_are_there() -> None:
    assert found
    assert wrong == []


@pytest.mark.parametrize("case", found, ids=lambda case: case.id)
def test_a_case_comes_to_the_same_score_by_way_of_bulk_files(case: Case, tmp_path: Path) -> None:
    write(tmp_path / "practices.csv", [practice(case)])
    write(tmp_path / "roster.csv", roster(case))
    write(tmp_path / "participation.csv", participation(case))

    intake = read([tmp_path])

    who = next(each for each in intake.participants if each.npi in ("", npi(0)))
    assert who.attestations is not None
    assert differences(case, assess(who.practice, who.attestations)) == []
    shown = CliRunner().invoke(main, ["score", str(tmp_path), "--format", "json"])
    said = next(each for each in json.loads(shown.stdout)["participants"] if each["npi"] in (None, npi(0)))
    assert (said["points"], said["percent"]) == (case.points, case.percent)
    assert (said["weight"], said["final_points"]) == (case.weight, case.final_points)


def practice(case: Case) -> Mapping[str, object]:
    who = case.practice
    sites = who.medical_home_sites
    statuses = who.statuses if by_roster(who) else settled(who, rules(who.performance_year)).statuses
    return {
        "performance_year": who.performance_year,
        "tin": TIN,
        "report_as": who.entity,
        "pathway": who.pathway,
        "mvp_id": who.mvp or "",
        "statuses": "" if statuses is None else " ".join(sorted(statuses)) or "none",
        "medical_home_sites": f"{sites[0]}/{sites[1]}" if sites else "",
        "apm": who.apm or "",
        "quality_and_pi_submitted": YES_NO[who.quality_and_pi_submitted],
        "not_scored": " ".join(sorted(who.not_scored or ())) or "none",
    }


def by_roster(who: Practice) -> bool:
    """Whether the roster of the case can say which statuses there are, none of them unknown."""
    return who.statuses is None and (who.clinicians is not None or who.patient_facing_encounters is not None)


def size(case: Case) -> int:
    """Clinicians on the roster: those of the case, else 20, too many for a small practice."""
    return case.practice.clinicians or 20


def roster(case: Case) -> list[Mapping[str, object]]:
    who = case.practice
    few_encounters = (who.patient_facing_encounters or 10**6) <= 100
    yes = {
        "non_patient_facing": size(case) if few_encounters else who.non_patient_facing_clinicians or 0,
        "rural": who.rural_clinicians or 0,
        "hpsa": who.hpsa_clinicians or 0,
    }
    return [
        {
            "performance_year": who.performance_year,
            "tin": TIN,
            "npi": npi(n),
            **({name: YES_NO[n < count] for name, count in yes.items()} if by_roster(who) else {}),
        }
        for n in range(size(case))
    ]


def participation(case: Case) -> list[Mapping[str, object]]:
    return [
        {
            "performance_year": case.practice.performance_year,
            "tin": TIN,
            "npi": npi(n),
            "activity_id": given.activity,
            "start_date": given.first,
            "end_date": given.last,
            "taking_part": YES_NO[given.done],
        }
        for given in case.attestations
        for n in range(size(case) if case.practice.many else 1)
        if given.clinicians is None or n < given.clinicians
    ]


def npi(n: int) -> str:
    return f"{n:010}"


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    rows = list(rows)
    columns = rows[0] if rows else ["performance_year", "tin", "npi", "activity_id"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.skipif(not OPEN.exists(), reason="the public cases are not beside this checkout")
def test_a_wrong_case_would_be_told_apart(tmp_path: Path) -> None:
    case = next(case for case in found if case.points == 40 and case.attestations)
    write(tmp_path / "practices.csv", [practice(case)])
    write(tmp_path / "roster.csv", roster(case))
    write(tmp_path / "participation.csv", participation(case))
    who = read([tmp_path]).participants[0]

    assert differences(replace(case, points=39), assess(who.practice, who.attestations)) != []
