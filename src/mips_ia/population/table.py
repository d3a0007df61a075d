"""The judgement of the core, asked once for each thing that differs: the engine measures, this judges.

A population has millions of rows and few different ones. Each method takes the distinct values that a
database found, and gives back a table to join: the same values, a number for what they mean, and what
the core says of it. Nothing is judged here that the core, or the reader of bulk files, does not judge.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from mips_ia.assessment import anything, of_counts
from mips_ia.attestation import Attestation, Verdict, verdict
from mips_ia.catalogue import catalogue
from mips_ia.population.known import ANSWERS, KINDS, STATUSES, UNKNOWN, YES, Known, beside, days, dicts
from mips_ia.population.said import lacking, told
from mips_ia.problems import Problem
from mips_ia.rules import rules
from mips_ia.scoring import Profile, Score, score
from mips_ia.standing import Practice, standing

RANK: Mapping[bool | None, int] = {False: 0, None: 1, True: 2}
NO_LENGTH = -1
_ANSWER = {number: answer for answer, number in ANSWERS.items()}


class Table:
    """What was judged so far; each number is a place in one of its lists."""

    def __init__(self, known: Known, participation_given: bool) -> None:
        self.known = known
        self.participation_given = participation_given
        self.profiles: dict[Profile, tuple[int, Practice, Mapping[str, Any]]] = {}
        self.said: dict[tuple[str, str], int] = {("", ""): 0}
        self.scored: dict[tuple[int, Score, int | None, bool | None], int] = {}

    def of_windows(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """Days as a judge sees them: `own` is whether they are good (2), may be (1) or are not (0).

        `order` ranks windows by their length, and then by their days.
        """
        judges = [*self.known.judges.values()]
        windows = (self._window(row, *judges[row["judge"]]) for row in dicts(distinct))
        found = beside(distinct, windows, "own first last length days_say", "days_fit")
        order = found.groupby(["length", "first", "last"]).ngroup()
        return found.assign(order=order.astype("int64"))

    def _window(self, given: dict[str, Any], year: int, id: str) -> dict[str, Any]:
        first, last, fit = days(given, year)
        own = _own(Attestation(id, first, last), year) if fit else []
        return {
            "days_fit": fit,
            "own": _worst(own),
            "first": _ordinal(first),
            "last": _ordinal(last),
            "length": (last - first).days if first and last else NO_LENGTH,
            "days_say": self._say(own),
        }

    def of_answers_given(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """What an answer makes of an activity: `answered` as good as it is, and what is said."""
        activities = [*self.known.activities]
        found = (self._answered(activities[row["activity"]], row["answer"]) for row in dicts(distinct))
        return beside(distinct, found, "answered answer_says")

    def _answered(self, activity: tuple[int, str], answer: int) -> dict[str, Any]:
        year, id = activity
        own = _own(Attestation(id, *_year(year), _ANSWER[answer]), year)
        return {"answered": _worst(own), "answer_says": self._say(own)}

    def of_group_days(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """The days of a group's activity where none of its windows is good: `own` and what is said."""
        return beside(distinct, map(self._group_days, dicts(distinct)), "own days_say")

    def _group_days(self, given: dict[str, Any]) -> dict[str, Any]:
        judged = [*self.known.judges.values()] if given["done"] else [*self.known.activities]
        year, id = judged[given["of"]]
        first, last, done = _day(given["first"]), _day(given["last"]), bool(given["done"])
        own = _own(Attestation(id, first, last, done), year)
        return {"own": _worst(own), "days_say": self._say(own)}

    def of_listings(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """Whether an activity can be reported on a pathway, whatever its days: `listed`, and what is said."""
        pathways, activities = [*self.known.pathways], [*self.known.activities]
        found = (
            self._listing(activities[row["activity"]], pathways[row["pathway_id"]]) for row in dicts(distinct)
        )
        return beside(distinct, found, "listed listing_says")

    def _listing(self, activity: tuple[int, str], pathway: tuple[Any, ...]) -> dict[str, Any]:
        year, id = activity
        _, entity, name, mvp, sites = pathway
        who = Practice(
            performance_year=year, entity=entity or "individual", pathway=name, mvp=mvp,
            medical_home_sites=sites,
        )  # fmt: skip
        whole = Attestation(id, *_year(year))
        found = verdict(whole, who, rules(year), catalogue(year))
        return {"listed": RANK[found.counts], "listing_says": self._say(found.problems)}

    def of_shares(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """Whether enough of a group's clinicians did an activity: `enough`, and what is said."""
        return beside(distinct, map(self._share, dicts(distinct)), "enough share_says needed")

    def _share(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self.share(given)
        return {
            "enough": RANK[found.counts],
            "share_says": self._say(found.problems),
            "needed": -1 if found.needed is None else found.needed,
        }

    def share(self, given: Mapping[str, Any]) -> Verdict:
        """What the core says of so many clinicians, of an activity that is otherwise good."""
        year, entity = [*self.known.entities][given["entity_of"]]
        who = replace(_alone(year), entity=entity, clinicians=_count(given["clinicians"]))
        id, days = _good_for_anybody(year), _year(year)
        done = Attestation(id, *days, clinicians=int(given["certain"]), at_most=int(given["at_most"]))
        return verdict(done, who, rules(year), catalogue(year))

    def of_who(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """Who is scored, as practice, clinicians and statuses: `facts`, the same for all who score alike."""
        return beside(distinct, map(self._who, dicts(distinct)), "facts")

    def _who(self, given: dict[str, Any]) -> dict[str, Any]:
        practice = self.known.practices[given["practice"]].practice
        practice = replace(practice, clinicians=_count(given["clinicians"]))
        if practice.many:
            practice = replace(practice, **{f"{n}_clinicians": _count(given[f"is_{n}"]) for n in STATUSES})
        elif practice.statuses is not None:
            held = {name for name in STATUSES if given[f"is_{name}"] == YES}
            practice = replace(practice, statuses=practice.statuses | held)
        else:
            one = {f"{n}_clinicians": _one(_ANSWER[given[f"is_{n}"]]) for n in STATUSES}
            practice = replace(practice, **one)
        known = rules(practice.performance_year)
        facts = standing(practice, known)
        alike = of_counts(practice, facts, {"year": known.year}, {}, False)
        place, _, _ = self.profiles.setdefault(alike, (len(self.profiles), practice, facts))
        return {"facts": place}

    def of_scores(self, distinct: pd.DataFrame) -> pd.DataFrame:
        """Facts and counts: `score`, a place among what `scores` lists."""
        held = [*self.profiles.values()]
        return beside(distinct, (self._score(row, held) for row in dicts(distinct)), "score")

    def _score(self, given: dict[str, Any], held: list[tuple[int, Practice, Any]]) -> dict[str, Any]:
        _, practice, facts = held[given["facts"]]
        known = rules(practice.performance_year)
        sure, maybe = (
            {kind: n for kind in KINDS if (n := int(given[f"{which}_{kind}"]))} for which in ("sure", "maybe")
        )
        home = {rank: answer for answer, rank in RANK.items()}[int(given["at_home"])]
        who = of_counts(practice, facts, sure, maybe, home)
        if not self.participation_given:
            who = anything(who, known)
        special = facts["special_status"].value
        key = known.year, score(who, known), lacking(who, known), special
        return {"score": self.scored.setdefault(key, len(self.scored))}

    def _say(self, problems: Iterable[Problem]) -> int:
        return self.said.setdefault(told(problems), len(self.said))


def _alone(year: int) -> Practice:
    """Somebody who reports alone on the traditional pathway, of whom sites are not asked."""
    return Practice(performance_year=year, entity="individual", medical_home_sites=(1, 1))


@lru_cache
def _good_for_anybody(year: int) -> str:
    """An activity that somebody who reports alone on the traditional pathway can do all year."""
    home, known = rules(year).medical_home_activity, (rules(year), catalogue(year))
    return next(
        id
        for id in catalogue(year).activities
        if id != home and not verdict(Attestation(id, *_year(year)), _alone(year), *known).problems
    )


def _own(given: Attestation, year: int) -> list[Problem]:
    """What stands against days and answer: the reasons that the whole year, done, would not have."""
    who, known = _alone(year), (rules(year), catalogue(year))
    whole = verdict(Attestation(given.activity, *_year(year)), who, *known)
    shared = {(problem.code, problem.severity) for problem in whole.problems}
    found = verdict(given, who, *known).problems
    return [problem for problem in found if (problem.code, problem.severity) not in shared]


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _worst(problems: Iterable[Problem]) -> int:
    severities = {problem.severity for problem in problems}
    return RANK[False if "error" in severities else None if "unknown" in severities else True]


def _count(number: Any) -> int | None:
    return None if int(number) == UNKNOWN else int(number)


def _one(answer: bool | None) -> int | None:
    return None if answer is None else int(answer)


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def _day(ordinal: Any) -> date | None:
    return date.fromordinal(int(ordinal)) if int(ordinal) else None
