"""The rows of the three tables with their cells as numbers, and the practices that need a closer look.

A practice needs one where a row of it cannot be read, repeats another, or lacks its clinician on the
roster; where it reports with others as one; or where an activity counts only once in some years. The
reader of bulk files then reads it row by row, as it reads every file, and says what is wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
from ibis import _
from ibis.expr.types import Table as Relation

from mips_ia.formats.bulk_columns import PRACTICES, ROSTER
from mips_ia.formats.cells import Cells
from mips_ia.population.engine import DuckDB
from mips_ia.population.known import STATUSES
from mips_ia.population.table import Table

_NAMES = ("tin", "practice_name", "entity_id", "contact_email")
_PRACTICE = [name for name in PRACTICES if name not in _NAMES]
_ANSWERS = ["performance_year", "joined_on", "left_on", "billed_in_year", *STATUSES]
_WHAT = ["performance_year", "activity_id", "taking_part"]
_WHEN = ["judge", "start_date", "end_date"]
_DIGITS = {"tin": 9, "npi": 10}
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Rows:
    """The tables as numbers, and the TINs whose practices need a closer look.

    `practices`: year, tin_n, practice and what is known of it; `roster`: year, tin_n, npi_n, billed and
    statuses; `participation`: year, tin_n, npi_n, activity, window and what they are.
    """

    practices: Relation
    roster: Relation
    participation: Relation
    closer: frozenset[int]


def rows(engine: DuckDB, table: Table, broken: Iterable[int]) -> Rows:
    """All three tables as numbers; `broken` are TINs of lines that are no rows."""
    practices = _practices(engine, table)
    roster = _roster(engine, table)
    participation = _participation(engine, table)
    closer = {*broken}
    for suspect in (
        *_suspects_of_practices(practices),
        *_suspects_of_roster(roster),
        *_suspects_of_participation(practices, roster, participation),
    ):
        found = engine.found(suspect.select("tin_n").distinct())
        closer |= {int(tin) for tin in found["tin_n"] if tin != NOBODY}
    return Rows(practices, roster, participation, frozenset(closer))


def _practices(engine: DuckDB, table: Table) -> Relation:
    raw = engine.table("raw_practices")
    known = engine.put(
        "known_practices", table.known.of_practices(engine.found(raw.select(_PRACTICE).distinct()))
    )
    joined = _looked_up(_numbered(engine, raw, "tin"), known, _PRACTICE)
    return engine.keep("practices", joined.drop([n for n in _PRACTICE if n in joined.columns]))


def _roster(engine: DuckDB, table: Table) -> Relation:
    raw = engine.table("raw_roster")
    known = engine.put("known_answers", table.known.of_answers(engine.found(raw.select(_ANSWERS).distinct())))
    whole = _numbered(engine, _numbered(engine, raw, "tin"), "npi")
    joined = _looked_up(whole, known, _ANSWERS)
    unused = [n for n in ROSTER if n in joined.columns and n not in ("last_name", "first_name", "row_id")]
    return engine.keep("roster", joined.drop(unused))


def _participation(engine: DuckDB, table: Table) -> Relation:
    raw = engine.table("raw_participation").select(
        *_WHAT, "tin", "npi", "start_date", "end_date", "attested_on", "row_id", "file", "line"
    )
    known = table.known.of_activities(engine.found(raw.select(_WHAT).distinct()))
    answers = table.of_answers_given(known[known["fit"]][["activity", "answer"]].drop_duplicates())
    known = known.merge(answers, "left", ["activity", "answer"]).fillna({"answered": 0, "answer_says": 0})
    what = engine.put("known_activities", known.astype({"answered": "int64", "answer_says": "int64"}))
    whole = _numbered(engine, _numbered(engine, raw, "tin"), "npi")
    asked = _looked_up(whole, what, _WHAT)
    windows = engine.found(asked.filter(_.fit).select(_WHEN).distinct())
    when = engine.put("known_windows", table.of_windows(windows))
    joined = asked.left_join(when, _WHEN)
    signed = _unreadable_days(engine, raw, "attested_on")
    fit = _.fit & _.days_fit.fill_null(False) & _.attested_on.notin(signed)
    unused = [*_WHAT, "start_date", "end_date", "attested_on", "days_fit", "answered"]
    unused += [name for name in joined.columns if name.endswith("_right")]
    return engine.keep(
        "participation", joined.mutate(fit=fit, own=ibis.least(_.own, _.answered)).drop(unused)
    )


def _looked_up(rows: Relation, known: Relation, columns: Sequence[str]) -> Relation:
    """Rows beside what is known of their cells in some columns."""
    joined = rows.inner_join(known, list(columns))
    return joined.drop([f"{name}_right" for name in columns if f"{name}_right" in joined.columns])


def _numbered(engine: DuckDB, rows: Relation, name: str) -> Relation:
    """Rows with their TIN or NPI as a number too; `NOBODY` where it cannot be read."""
    strict = rows[name].re_search(f"^[0-9]{{{_DIGITS[name]}}}$")
    number = rows[name].try_cast("int64")
    odd = engine.found(rows.filter(~strict).select(name).distinct())[name]
    if odd.empty:
        return rows.mutate(number.name(f"{name}_n"))
    read = {text: _digits(text, name) for text in odd}
    cases = [(rows[name] == text, ibis.literal(value)) for text, value in read.items() if value != NOBODY]
    return rows.mutate(ibis.cases((strict, number), *cases, else_=NOBODY).name(f"{name}_n"))


def _digits(text: str, name: str) -> int:
    cells = Cells("", {name: text})
    return int((cells.tin() if name == "tin" else cells.npi()) or NOBODY)


def _unreadable_days(engine: DuckDB, rows: Relation, name: str) -> list[str]:
    given = engine.found(rows.select(name).distinct())[name]
    found = []
    for text in given:
        cells = Cells("", {name: text})
        cells.day(name, 0)
        if not cells.fit:
            found.append(text)
    return found or ["\0"]


def _suspects_of_practices(practices: Relation) -> Iterator[Relation]:
    yield practices.filter(~_.fit | _.across)
    yield _repeated(practices, ["year", "tin_n"])


def _suspects_of_roster(roster: Relation) -> Iterator[Relation]:
    yield roster.filter(~_.fit | (_.npi_n == NOBODY))
    yield _repeated(roster, ["year", "tin_n", "npi_n"])


def _suspects_of_participation(
    practices: Relation, roster: Relation, participation: Relation
) -> Iterator[Relation]:
    yield participation.filter(~_.fit | (_.npi_n == NOBODY))
    yield _repeated(participation, ["year", "tin_n", "npi_n", "activity", "first"])
    with_roster = participation.semi_join(roster, ["year", "tin_n"])
    yield with_roster.anti_join(roster, ["year", "tin_n", "npi_n"])
    billing = roster.group_by("year", "tin_n").agg(billing=_.billed.sum())
    yield billing.filter(_.billing == 0)
    limited = participation.filter(_.limited).group_by("tin_n").agg(years=_.year.nunique())
    yield limited.filter(_.years > 1)
    for rows in (roster, participation):
        yield _repeated(rows.filter(_.row_id != ""), ["row_id"])
    lonely = practices.filter(~_.many).anti_join(roster, ["year", "tin_n"])
    yield lonely.anti_join(participation, ["year", "tin_n"])


def _repeated(rows: Relation, key: Sequence[str]) -> Relation:
    """Rows of which several have the same key."""
    many = rows.group_by(list(key)).agg(rows_of=_.count()).filter(_.rows_of > 1)
    return rows.semi_join(many, list(key))


def without(rows: Relation, closer: Relation | None) -> Relation:
    """Rows but for those of practices that need a closer look."""
    return rows if closer is None else rows.anti_join(closer, "tin_n")


def union(relations: Sequence[Relation]) -> Relation:
    """All rows of some relations with the same columns."""
    return reduce(lambda one, two: one.union(two), relations)
