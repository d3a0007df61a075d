"""Every activity and MVP of every year against CMS's own files, where these are at hand.

They are looked for beside the project. A difference must be explained in `cms_differences.toml`.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mips_ia import Activity, catalogue, years

HERE = Path(__file__).parent
CMS = HERE.parents[2] / "shared" / "cms"
EXPLAINED = tomllib.loads((HERE / "cms_differences.toml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(not CMS.is_dir(), reason="CMS's files are not beside the project")


def published(year: int, kind: str) -> list[dict[str, Any]]:
    path = CMS / kind / f"{year}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def ours(activity: Activity) -> dict[str, Any]:
    return {
        "id": activity.id,
        "title": activity.title,
        "weight": activity.weight or None,
        "subcategory": activity.subcategory or None,
        "first_year": activity.first_year,
        "programs": activity.programs,
        "registration_types": set(activity.registration_types),
        "cehrt_bonus": activity.cehrt_bonus,
    }


def theirs(record: dict[str, Any]) -> dict[str, Any]:
    programs = record.get("allowedPrograms")
    return {
        "id": record["measureId"],
        "title": record["title"].strip(),
        "weight": record.get("weight"),
        "subcategory": record["subcategoryId"],
        "first_year": record["firstPerformanceYear"],
        "programs": None if programs is None else frozenset(programs),
        "registration_types": set(record.get("allowedRegistrationTypes", ())),
        "cehrt_bonus": record.get("cehrtEligible", False),
    }


@pytest.mark.parametrize("year", years())
def test_the_inventory_is_that_of_cms(year: int) -> None:
    expected = {record["measureId"]: theirs(record) for record in published(year, "ia")}
    found = {activity.id: ours(activity) for activity in catalogue(year).activities.values()}

    assert found.keys() == expected.keys()
    differences = {
        f"{id} {name}": (found[id][name], expected[id][name])
        for id in expected
        for name in expected[id]
        if found[id][name] != expected[id][name]
    }
    assert set(differences) == set(EXPLAINED.get(str(year), {})), differences


def test_every_activity_year_is_compared() -> None:
    counted = sum(len(published(year, "ia")) for year in years())

    assert counted == sum(len(catalogue(year).activities) for year in years()) == 1143


@pytest.mark.parametrize("year", years())
def test_the_mvps_are_those_of_cms(year: int) -> None:
    expected = {
        mvp["mvpId"]: (
            mvp["title"].strip(),
            tuple(mvp["specialtiesMostApplicableTo"]),
            mvp["clinicalTopics"],
            frozenset(mvp["iaMeasureIds"]),
        )
        for mvp in published(year, "mvp")
    }

    found = {
        mvp.id: (mvp.title, mvp.specialties, mvp.topics, frozenset(mvp.activities))
        for mvp in catalogue(year).mvps.values()
    }

    assert found == expected
