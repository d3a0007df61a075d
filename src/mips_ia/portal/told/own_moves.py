"""What would raise one clinician's own score and by when, and what would lower it."""

from datetime import date

from mips_ia.assessment import assessed
from mips_ia.attestation import Attestation, ends, last_start, period_of
from mips_ia.planning.ledger import COMING, COUNTING
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.told.moves import Move


def own_moves(ledger, one):
    """The moves of each chosen activity, and of one more that can still begin.

    `one` is the clinician with what they attest and their cells, as the ledger has them alone.
    """
    found = [_of_cell(ledger, one, id, cell) for id, cell in one.cells.items()]
    return [each for each in (*found, _begin(ledger, one)) if each]


def _of_cell(ledger, one, id, cell):
    """What one cell can still become: the one thing that is asked of it, or that it is lost."""
    where = f"participation/{id}/{one.person.id}/", "See the record"
    if cell.state in COUNTING:
        then = _with(ledger, one, id, counts=False)
        return Move(f"The signature for {id} is withdrawn", None, then, *where, raises=False)
    says, by = _asked(ledger, id, cell)
    return _raising(ledger, one, id, says, by, where) if says else None


def _asked(ledger, id, cell):
    """What makes a cell count, and until when; empty where nothing does."""
    if cell.word == "Not signed":
        return f"The window of {id} is signed", None
    if cell.state in COMING:
        return f"The window of {id} finishes and is signed", cell.window.last
    if cell.word in ("Dates missing", "Unknown"):
        return f"The days of {id} are confirmed and signed", None
    if cell.word == "Too short":
        until = ends(cell.window.first, period_of(id, ledger.rules))
        if until.year == ledger.year:
            return f"The window of {id} runs to {day(until)} and is signed", until
    return "", None


def _begin(ledger, one):
    """One more activity, where there is time for it."""
    further = ledger.further_of(one.person)
    if not further:
        return None
    more, general = further[0].activity, ledger.rules.period[-1]
    period = period_of(more, ledger.rules)
    start, what = last_start(period, ledger.year), "One more activity" if period is general else more
    return _raising(ledger, one, more, f"{what} begins by {day(start)} and is signed", start,
                    ("activities/", "Find an activity"))  # fmt: skip


def _raising(ledger, one, id, says, by, where):
    then = _with(ledger, one, id, counts=True)
    now = one.found.score
    if (then.points, then.most) == (now.points, now.most) or then.points < now.points:
        return None
    return Move(says, by, then, *where)


def _with(ledger, one, id, *, counts):
    """The score if one activity counted, or did not; what else is attested stays."""
    every = [each.attestation for each in one.found.verdicts if each.attestation.activity != id]
    if counts:
        every.append(Attestation(id, date(ledger.year, 1, 1), date(ledger.year, 12, 31)))
    return assessed(one.found.practice, every, ledger.rules, ledger.listed).score
