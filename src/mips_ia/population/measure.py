"""The one expression that measures: from rows as numbers to what each participant is scored by.

Written for any database that Ibis speaks to. It counts, joins and compares; what a count means is asked
of `table`, once for each value that occurs.
"""

from dataclasses import dataclass

import ibis
from ibis import _
from ibis.expr.types import Table as Relation

from mips_ia.population.engine import DuckDB
from mips_ia.population.known import KINDS, NO, STATUSES, UNKNOWN, YES
from mips_ia.population.rows import Rows, union, without
from mips_ia.population.table import RANK, Table

GOOD, MAYBE, BAD = RANK[True], RANK[None], RANK[False]
UNIT = ["year", "tin_n"]
ONE = [*UNIT, "npi_n"]
COUNTS = [f"{which}_{kind}" for which in ("sure", "maybe") for kind in KINDS]
_DONE = [
    "activity", "kind", "home", "answer", "own", "first", "last", "order", "answer_says",
    "days_say",
]  # fmt: skip
EVERY = -2  # the NPI of a group, which has none


@dataclass(frozen=True, slots=True)
class Measured:
    """`people`: everybody who is scored, with their score's number. `attested`: what was attested.

    `asked` is everybody who is to be scored; `strays` are rows of rosters and participation whose
    practice was not read.
    """

    people: Relation
    attested: Relation
    strays: Relation
    asked: Relation


def measured(engine: DuckDB, table: Table, rows: Rows, closer: Relation | None) -> Measured:
    """Everybody in the rows but for the practices that need a closer look."""
    practices = without(rows.practices, closer).filter(_.tin_n >= 0)
    known = without(rows.roster, closer).filter(_.tin_n >= 0)
    did = without(rows.participation, closer).filter(_.tin_n >= 0)
    strays = union(
        [
            engine.table(f"raw_{name}").select("tin", "file", "line").semi_join(each, ["file", "line"])
            for name, each in (("roster", known), ("participation", did))
            for each in [each.anti_join(practices, UNIT)]
        ]
    )
    roster = known.semi_join(practices, UNIT)
    units = engine.keep("units", _units(practices, roster))
    done = _beside(did.select([*ONE, *_DONE]), units.select(*UNIT, "many", "pathway_id"), UNIT)
    alone = engine.keep("alone", done.filter(~_.many))
    whole = engine.keep("whole", _with_days(engine, _whole(engine, done.filter(_.many), roster, units)))
    listing = ["pathway_id", "activity"]
    pairs = union([each.select(listing).distinct() for each in (alone, whole)]).distinct()
    listings = engine.put("listings", table.of_listings(engine.found(pairs)))
    alone = _beside(alone, listings, listing)
    grouped = engine.keep("grouped", _judged(engine, table, _beside(whole, listings, listing)))
    people = union([_individuals(units, roster, alone), _groups(units)])
    counts = union([_counts(_once(alone), ONE), _counts(grouped, ONE)])
    attested = union([_each(alone), _shown(grouped)])
    return Measured(_scored(engine, table, people, counts), attested, strays, people)


def _units(practices: Relation, roster: Relation) -> Relation:
    """Practices with how many clinicians they have, and how many of a status; `UNKNOWN` without a roster."""
    billing = roster.filter(_.billed)
    tallies = {
        f"is_{name}": ibis.ifelse(
            billing[f"is_{name}"].min() == UNKNOWN, UNKNOWN, (billing[f"is_{name}"] == YES).sum()
        )
        for name in STATUSES
    }
    counted = billing.group_by(UNIT).agg(clinicians=_.count(), **tallies)
    joined = practices.left_join(counted, UNIT).drop("year_right", "tin_n_right")
    unknown = {name: _[name].fill_null(UNKNOWN) for name in ("clinicians", *(f"is_{n}" for n in STATUSES))}
    return joined.mutate(**unknown)


def _individuals(units: Relation, roster: Relation, alone: Relation) -> Relation:
    """Each clinician of a practice that reports by clinician: those on its roster, or who did something."""
    one = units.filter(~_.many).select(*UNIT, "practice", "clinicians")
    on_roster = roster.select(*ONE, *(f"is_{n}" for n in STATUSES)).inner_join(one, UNIT)
    absent = {f"is_{name}": ibis.literal(UNKNOWN) for name in STATUSES}
    seen = alone.anti_join(roster, UNIT).select(ONE).distinct().inner_join(one, UNIT).mutate(**absent)
    columns = [*ONE, "practice", "clinicians", *absent]
    return union([_typed(each, columns) for each in (on_roster, seen)])


def _groups(units: Relation) -> Relation:
    columns = [*ONE, "practice", "clinicians", *(f"is_{n}" for n in STATUSES)]
    return _typed(units.filter(_.many).mutate(npi_n=ibis.literal(EVERY)), columns)


def _typed(rows: Relation, columns: list[str]) -> Relation:
    return rows.select(**{name: rows[name].cast("int64") for name in columns})


def _once(alone: Relation) -> Relation:
    """Each activity of each clinician once, as good as the best of its rows."""
    ranked = alone.mutate(rank=ibis.least(_.own, _.listed))
    return ranked.group_by([*ONE, "activity", "kind", "home"]).agg(rank=_.rank.max(), rows_of=_.count())


def _whole(engine: DuckDB, done: Relation, roster: Relation, units: Relation) -> Relation:
    """One row for each activity of each group: how many did it, and in what days."""
    silent = roster.filter(~_.billed).select(*ONE, "billed")  # few, which is quicker to look up
    each = (
        done.left_join(silent, ONE)
        .mutate(counted=_.billed.isnull())
        .group_by([*ONE, "activity"])
        .agg(
            own=ibis.ifelse(_.counted, _.own, -1).max(),
            good_first=_.first.min(where=(_.own == GOOD) & _.counted & (_.first > 0)),
            good_last=_.last.max(where=(_.own == GOOD) & _.counted),
            maybe_first=_.first.min(where=(_.own == MAYBE) & _.counted & (_.first > 0)),
            best=_.order.max(where=(_.own == BAD) & _.counted & (_.answer != NO)),
        )
    )
    whole = each.group_by([*UNIT, "activity"]).agg(
        certain=(_.own == GOOD).sum(),
        at_most=(_.own >= MAYBE).sum(),
        good_first=_.good_first.min(),
        good_last=_.good_last.max(),
        maybe_first=_.maybe_first.min(),
        best=_.best.max(),
    )
    known = engine.table("known_activities").filter(_.fit)
    about = known.select("activity", "judge", "kind", "home", "shared").distinct()
    of_unit = units.select(*UNIT, "pathway_id", "entity_of", "clinicians")
    return _beside(_beside(whole, about, ["activity"]), of_unit, UNIT)


def _with_days(engine: DuckDB, whole: Relation) -> Relation:
    """The days of a group's activity: of its good windows, else of what may be, else of the best."""
    order = engine.table("known_windows").group_by("order").agg(first=_.first.max(), last=_.last.max())
    joined = whole.left_join(order, whole.best == order.order)
    good, maybe = joined.certain > 0, joined.at_most > 0
    return joined.select(
        *whole.columns,
        day_first=ibis.cases(
            (good, joined.good_first), (maybe, joined.maybe_first), else_=joined["first"]
        ).fill_null(0),
        day_last=ibis.cases((good, joined.good_last), (maybe, 0), else_=joined["last"]).fill_null(0),
        day_done=maybe | joined.best.notnull(),
    )


def _judged(engine: DuckDB, table: Table, whole: Relation) -> Relation:
    whole = whole.mutate(of=ibis.ifelse(_.day_done, _.judge, _.activity))
    poor = whole.filter(_.certain == 0).select("of", first=_.day_first, last=_.day_last, done=_.day_done)
    days_found = table.of_group_days(engine.found(poor.distinct()))
    share = ["entity_of", "clinicians", "certain", "at_most"]
    shares_found = table.of_shares(engine.found(whole.filter(_.shared).select(share).distinct()))
    of_days, of_shares = engine.put("group_days", days_found), engine.put("shares", shares_found)
    same = [whole[f"day_{n}"] == of_days[n] for n in ("first", "last", "done")] + [whole.of == of_days.of]
    joined = whole.left_join(of_days, [*same, whole.certain == 0]).select(
        *whole.columns, own=_.own.fill_null(GOOD), days_say=_.days_say.fill_null(0)
    )
    found = joined.left_join(of_shares, [*(joined[n] == of_shares[n] for n in share), joined.shared]).select(
        *joined.columns,
        enough=_.enough.fill_null(GOOD),
        share_says=_.share_says.fill_null(0),
        needed=_.needed.fill_null(UNKNOWN),
    )
    return found.mutate(
        rank=ibis.least(_.own, _.listed, _.enough), npi_n=ibis.literal(EVERY), rows_of=ibis.literal(1)
    )


def _counts(once: Relation, who: list[str]) -> Relation:
    """How many activities count for certain, and how many may, by weight; the medical home apart."""
    counts = {
        f"{which}_{kind}": ((_.rank == rank) & (_.kind == place) & ~_.home).sum().cast("int64")
        for which, rank in (("sure", GOOD), ("maybe", MAYBE))
        for place, kind in enumerate(KINDS)
    }
    found = once.group_by(who).agg(
        **counts,
        at_home=ibis.ifelse(_.home, _.rank, BAD).max().cast("int64"),
        attested=_.rows_of.sum().cast("int64"),
    )
    return found.select(
        **{name: found[name].cast("int64") for name in who},
        **{name: found[name] for name in (*COUNTS, "at_home", "attested")},
    )


def _scored(engine: DuckDB, table: Table, people: Relation, counts: Relation) -> Relation:
    """Everybody with the number of their score."""
    joined = people.left_join(counts, ONE)
    zero = {name: _[name].fill_null(0) for name in (*COUNTS, "at_home", "attested")}
    whole = engine.keep(
        "people", joined.drop([n for n in joined.columns if n.endswith("_right")]).mutate(**zero)
    )
    who = ["practice", "clinicians", *(f"is_{n}" for n in STATUSES)]
    known = table.of_who(engine.found(whole.select(who).distinct()))
    facts = engine.put("facts", known)
    with_facts = engine.keep("with_facts", _beside(whole, facts, who))
    what = ["facts", *COUNTS, "at_home"]
    found = table.of_scores(engine.found(with_facts.select(what).distinct()))
    scores = engine.put("score_of", found)
    return _beside(with_facts, scores, what)


def _beside(rows: Relation, known: Relation, columns: list[str]) -> Relation:
    found = rows.inner_join(known, columns)
    return found.drop([name for name in found.columns if name.endswith("_right")])


def _each(alone: Relation) -> Relation:
    """Each row of an individual as it was attested; of one activity only the best row counts."""
    rank = ibis.least(_.own, _.listed)
    rows = alone.mutate(rank=rank)
    late = 10**8
    order = [ibis.desc("rank"), *(ibis.ifelse(_[n] == 0, late, _[n]) for n in ("first", "last"))]
    place = ibis.row_number().over(group_by=[*ONE, "activity"], order_by=order)
    rows = rows.mutate(repeats=(place > 0) & (_.rank > BAD))
    no_group = {name: ibis.literal(UNKNOWN) for name in ("certain", "at_most", "needed")}
    rank = ibis.ifelse(_.repeats, BAD, _.rank)
    return _attested(rows.mutate(rank=rank, share_says=ibis.literal(0), **no_group))


def _shown(grouped: Relation) -> Relation:
    named = grouped.mutate(
        repeats=ibis.literal(bool(NO)), answer_says=ibis.literal(0), first=_.day_first, last=_.day_last
    )
    return _attested(named)


def _attested(rows: Relation) -> Relation:
    numbers = (
        *ONE, "activity", "rank", "first", "last", "certain", "at_most", "needed",
        "answer_says", "listing_says", "days_say", "share_says",
    )  # fmt: skip
    return rows.select(**{n: rows[n].cast("int64") for n in numbers}, repeats=rows.repeats)
