"""The ways to report side by side, by a practice's standing and with its activities of today."""

from dataclasses import replace
from datetime import date

from mips_ia.assessment import assessed
from mips_ia.attestation import Attestation
from mips_ia.planning.individuals import attested
from mips_ia.planning.side_by_side import granted, in_words, side_by_side
from mips_ia.portal.told.shown import PATHWAYS
from mips_ia.reading.specialties import specialty

CATEGORIES = {"quality": "Quality", "cost": "Cost", "pi": "Promoting Interoperability"}

# What must be so for a pathway at all, and is not known or not so.
ONLY_IF = dict.fromkeys(("app", "apm_scoring_standard"), "you take part in a MIPS APM")


def by_way(ledger):
    """A row for each way that is no MVP, a row for each MVP, the nearest first, and the own specialty."""
    given = [each.attestation for each in ledger.tallies]
    own = specialty(ledger.row.specialty) if ledger.row.specialty else None
    sides = side_by_side(ledger.practice, given, ledger.rules, ledger.listed)
    if by_the_fewest(ledger):
        each = [(ledger.practice_as("individual", one), _attested(ledger, one)) for one in ledger.counted]
        sides = [_of_each(side, each, ledger) for side in sides]
    elif not ledger.problem:
        sides = [
            replace(side, found=ledger.assessment) if _ours(side, ledger.row) else side for side in sides
        ]
    rows = [_row(side, ledger, own) for side in sides]
    wide = [row for row in rows if row["side"].mvp is None]
    return wide, sorted((row for row in rows if row["side"].mvp), key=_first), own


def by_the_fewest(ledger):
    """Whether the points of a way are those of the clinician who has the fewest by it."""
    return bool(ledger.counted) and not ledger.practice.many


def _of_each(side, each, ledger):
    """A way as it would score those who report as individuals: as whoever gets the fewest points by it.

    Nobody's own score of today is asked for: there is none where the way of today is not open to them.
    """
    if side.found is None:
        return side
    pathway, mvp = side.pathway, side.mvp and side.mvp.id
    every = {
        (replace(who, pathway=pathway, mvp=mvp), tuple(one for one in given if one.activity in side.takes))
        for who, given in each
    }
    found = [assessed(who, given, ledger.rules, ledger.listed) for who, given in every]
    return replace(side, found=min(found, key=lambda each: (each.score.points, each.score.most)))


def _attested(ledger, person):
    """What one clinician attests today; which days they were is judged already."""
    whole = date(ledger.year, 1, 1), date(ledger.year, 12, 31)
    given = attested({id: ledger.cell(person.id, id) for id in ledger.activities})
    return [Attestation(each.activity, *whole, each.done) for each in given]


def _first(row):
    """The practice's own first, then those that give most, then those that take most activities."""
    found = row["side"].found
    points = found.score.points if found else 0
    return not row["ours"], -points, not row["specialty"], -len(row["side"].takes), row["side"].mvp.id


def _ours(side, row):
    return side.pathway == row.pathway and (side.mvp is None or side.mvp.id == row.mvp)


def _row(side, ledger, own):
    mvp, found, row = side.mvp, side.found, ledger.row
    ours = _ours(side, row)
    grants = found and granted(found.profile, ledger.rules)
    score = found.score if found else None
    special = bool(mvp and own and not set(own.names).isdisjoint(mvp.specialties))
    return {
        "side": side, "ours": ours, "specialty": special,
        "title": mvp.title if mvp else PATHWAYS[side.pathway],
        "considered": bool(mvp and mvp.id in row.considered),
        "near": ours or special or bool(side.takes) or bool(mvp and mvp.id in row.considered),
        "needs": " or ".join(in_words(kinds) for kinds in side.needs),
        "score": score, "granted": grants,
        "estimated": bool(score and not mvp and not grants and _estimated(ledger, score)),
        "only_if": "" if row.apm == "mips_apm" else ONLY_IF.get(side.pathway, ""),
        "others": [f"{CATEGORIES[name]} {weight}%" for name, weight in side.others],
    }  # fmt: skip


def _estimated(ledger, score):
    """Whether points rest on special statuses that nobody recorded; in an MVP these change nothing."""
    return "statuses" in ledger.lacking and score.points == score.most
