"""The cells of the three tables as numbers: each text that occurs is read once, as bulk files are read."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from mips_ia.attestation import period_of
from mips_ia.catalogue import catalogue
from mips_ia.formats.bulk_people import ACROSS
from mips_ia.formats.bulk_rows import PracticeRow, practice_row
from mips_ia.formats.cells import Cells, billed
from mips_ia.rules import rules

KINDS = ("high", "medium", "activity")
STATUSES = ("non_patient_facing", "rural", "hpsa")
UNKNOWN, NO, YES = -1, 0, 1  # an answer as a number
ANSWERS = {None: UNKNOWN, False: NO, True: YES}


class Known:
    """What was read so far; each number is a place in one of its lists.

    A `judge` is one of several activities of a year whose days are judged alike.
    """

    def __init__(self) -> None:
        self.practices: list[PracticeRow] = []
        self.pathways: dict[tuple[Any, ...], int] = {}
        self.entities: dict[tuple[int, str], int] = {}
        self.activities: dict[tuple[int, str], int] = {}
        self.judges: dict[tuple[Any, ...], tuple[int, str]] = {}

    def of_practices(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """Rows of practices without their TINs and names: `practice`, and what must be known of it."""
        return beside(
            distinct,
            map(self._practice, dicts(distinct)),
            "year practice pathway_id entity_of",
            "fit many across",
        )

    def _practice(self, given: dict[str, str]) -> dict[str, Any]:
        cells = Cells("", given)
        year = cells.year()
        row = practice_row(cells, year, "")
        cells.day("statuses_checked_on", year)
        if row is None or not cells.fit:
            return {"fit": False, "year": year, "practice": -1, "many": False, "across": False,
                    "pathway_id": -1, "entity_of": -1}  # fmt: skip
        self.practices.append(row)
        who = row.practice
        sites = who.medical_home_sites
        key = (year, who.entity if sites else "", who.pathway, who.mvp, sites)
        return {
            "fit": True,
            "year": year,
            "practice": len(self.practices) - 1,
            "many": who.many,
            "across": who.entity in ACROSS,
            "pathway_id": self.pathways.setdefault(key, len(self.pathways)),
            "entity_of": self.entities.setdefault((year, who.entity), len(self.entities)),
        }

    def of_answers(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """Answers of a roster: `billed` and the statuses of one clinician, each as a number."""
        return beside(
            distinct,
            map(self._answers, dicts(distinct)),
            "year " + " ".join(f"is_{name}" for name in STATUSES),
            "fit billed",
        )

    def _answers(self, given: dict[str, str]) -> dict[str, Any]:
        cells = Cells("", given)
        year = cells.year()
        joined, left = cells.day("joined_on", year), cells.day("left_on", year)
        billing = billed(cells.yes_no("billed_in_year"), joined, left, year) is not False
        held = {f"is_{name}": ANSWERS[cells.yes_no(name)] for name in STATUSES}
        fit = cells.fit and not (joined and left and left < joined)
        return {"fit": fit, "year": year, "billed": billing, **held}

    def of_activities(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """What rows say was done: `activity`, its `kind`, and the `judge` that looks at its days."""
        return beside(
            distinct,
            map(self._activity, dicts(distinct)),
            "year activity judge kind answer",
            "fit home shared limited",
        )

    def _activity(self, given: dict[str, str]) -> dict[str, Any]:
        cells = Cells("", given)
        year, id, done = cells.year(), cells.activity(), cells.yes_no("taking_part")
        if not cells.fit:
            return {"fit": False, "year": year, "activity": -1, "judge": -1, "kind": 0, "home": False,
                    "shared": False, "answer": UNKNOWN, "limited": False}  # fmt: skip
        listed, known = catalogue(year).activities.get(id), rules(year)
        event = listed.event if listed else None
        alike = (period_of(id, known), event) if listed else None
        key = (year, alike)
        if key not in self.judges:
            self.judges[key] = (year, id)
        weight = (listed.weight if listed else "") or "activity"
        return {
            "fit": True,
            "year": year,
            "activity": self.activities.setdefault((year, id), len(self.activities)),
            "judge": [*self.judges].index(key),
            "kind": KINDS.index(weight),
            "home": id == known.medical_home_activity,
            "shared": listed is not None and id != known.medical_home_activity,
            "answer": ANSWERS[done],
            "limited": any(id in rule.activities for rule in known.frequency),
        }


def dicts(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a small table."""
    found: list[dict[str, Any]] = frame.to_dict("records")
    return found


def beside(
    distinct: pd.DataFrame, found: Iterable[Mapping[str, Any]], numbers: str, flags: str = ""
) -> pd.DataFrame:
    """Distinct values beside what they mean: columns of numbers, and columns of yes or no."""
    types = {**dict.fromkeys(numbers.split(), "int64"), **dict.fromkeys(flags.split(), "bool")}
    meant = pd.DataFrame(list(found), columns=list(types)).astype(types)
    return pd.concat([distinct.reset_index(drop=True), meant], axis=1)


def days(given: Mapping[str, str], year: int) -> tuple[date | None, date | None, bool]:
    """The first and the last day of a window, and whether both can be read."""
    cells = Cells("", given)
    first, last = cells.day("start_date", year), cells.day("end_date", year)
    return first, last, cells.fit
