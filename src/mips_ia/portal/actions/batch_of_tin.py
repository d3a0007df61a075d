"""What the files of an upload say of one TIN, carried out: the practice, its years, rosters and windows.

Checking and saving are the same: what is checked is carried out too, and then rolled back, so that nothing
can be shown that saving would not do.
"""

from collections import Counter
from dataclasses import dataclass, field

from mips_ia.portal.actions import practice as practices
from mips_ia.portal.actions.delegated import follow, recorded
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.actions.uploads_saved import save_participation, save_roster
from mips_ia.portal.bulk import practices as bulk_practices
from mips_ia.portal.bulk.batch import left_out_of
from mips_ia.portal.bulk.checked import TRIALS, Checked, line_of, tried
from mips_ia.portal.bulk.effects import effects
from mips_ia.portal.bulk.practices import Practices, called
from mips_ia.portal.bulk.rows import begun
from mips_ia.portal.log import note, writing
from mips_ia.portal.tenancy import holder_of, reached, whom_to_ask

ELSEWHERE = "This TIN is already in another organization. Ask its administrator for access."
ABSENT = "Add this TIN to practices.csv first. No practice here has it."
NEEDS = {"practices": "edit", "roster": "edit", "participation": "windows"}
SAVE = {"roster": save_roster, "participation": save_participation}


@dataclass
class OfYear:
    """One practice's year: what became of its rows, by table, and what changed, in words and for undoing."""

    name: str
    ending: str
    year: int
    practice: int | None = None
    new: bool = False
    checked: dict = field(default_factory=dict)
    says: list = field(default_factory=list)
    records: list = field(default_factory=list)
    ended: list = field(default_factory=list)
    changes: dict = field(default_factory=dict)


def carried_out(batch, membership, tin, years, *, verified):
    """Every year of one TIN, inside a transaction of the caller's.

    `verified` is how the person has just shown who they are; blank where they only look.
    """
    held = holder_of(tin)
    new = held is None
    if new:
        name = _named(batch, years)
        if name is None:
            return [_refused(batch, tin, year, tables, ABSENT) for year, tables in years.items()]
        held = practices.add(membership.person, membership.role, membership.organization, name, tin)
    with writing(held):
        return [
            _year(batch, membership, held, new, year, tables, verified)
            for year, tables in sorted(years.items())
        ]


def _year(batch, membership, held, new, year, tables, verified):
    access = reached(membership.person, held, year)
    if access is None:
        return _refused(batch, held.tin, year, tables, ELSEWHERE)
    return _of_year(batch, access, tables, new, verified)


def _named(batch, years):
    """What the first row that can be read calls a practice that is not here yet; None where none is."""
    out = set(left_out_of(batch, "practices"))
    for tables in years.values():
        for line, given, surplus in tables.get("practices", ()):
            if line not in out and not (row := bulk_practices.said(line, given, surplus)[0]).errors:
                return called(row.cells.text("practice_name")[:200], row.cells.tin())
    return None


def _refused(batch, tin, year, tables, why):
    """Rows of a practice that is not the person's, or not here."""
    found = OfYear("", tin[-4:], year)
    for kind, given in tables.items():
        trial = _Nobody()
        found.checked[kind] = _stopped(trial, given, set(left_out_of(batch, kind)), why)
    return found


@dataclass
class _Nobody:
    """A trial of which nothing is known."""

    clinicians: dict = field(default_factory=dict)


def _stopped(trial, given, out, why):
    rows = []
    for line, cells, surplus in given:
        row = begun(line, cells, surplus)
        row.result = "left out"
        if line not in out:
            row.result = "fix"
            if "npi" in cells:
                row.npi = row.cells.npi()
                row.hear()
            row.stop("tin", why)
        rows.append(row)
    return Checked(rows, trial)


def _of_year(batch, access, tables, new, verified):
    practice, year = access.practice, access.year
    found = OfYear(practice.name, practice.tin[-4:], year.year, practice.id, new, changes={"new": new})
    closed = locked(year)
    for kind, given in tables.items():
        out = set(left_out_of(batch, kind))
        if access.how(NEEDS[kind]) != "yes":
            asked = whom_to_ask(practice, NEEDS[kind])
            why = f"You can see this practice and not change it. Ask {asked} for access."
            found.checked[kind] = _stopped(_Nobody(), given, out, why)
            continue
        trial = Practices(access, new) if kind == "practices" else TRIALS[kind](access)
        checked = found.checked[kind] = tried(trial, given, out, batch.replace)
        found.ended += checked.ended
        if closed is not None:
            _closed(checked, closed)
        _save(access, kind, checked, found, verified)
    line = line_of(sum((each.counts for each in found.checked.values()), Counter()))
    if any(each for name, each in found.changes.items() if name != "new"):
        note(access, "files saved", f"batch {batch.id}", None, {"result": line})
    return found


def _closed(checked, final):
    """Rows that would change a year that is locked; any of them where rows would be ended."""
    for row in checked.rows:
        if row.result in ("new", "changed") or (row.result == "same" and checked.ending):
            row.stop("performance_year", f"Unlock {final.year.year} first. {final.person.name} locked it.")
            row.result = "fix"


def _save(access, kind, checked, found, verified):
    """Write what the rows change that have nothing to fix, so that the tables after it stand on it."""
    wrong = {row.line for row in checked.to_fix}
    trial = checked.trial
    trial.changes = [each for each in trial.changes if each.line not in wrong]
    if kind == "practices":
        found.says += _described(access, trial, found.changes)
        return
    if checked.ending or any(each.result != "same" for each in trial.changes):
        found.says += _effects(access, checked)
    found.records += recorded(access, trial)
    saved = SAVE[kind](access, trial, checked.ending)
    follow(access, trial, verified=verified)
    found.changes |= saved | {"stays": [*found.changes.get("stays", ()), *saved.get("stays", ())]}


def _effects(access, checked):
    """What the rows of one table change, in sentences."""
    rows, says = effects(access, checked)
    told = [
        f"{name}: {effect}" if effect[:1].isdigit() else f"{name}: {count}. {effect}".strip()
        for name, count, effect in rows
        if name != "No change"
    ]
    return [*told, says] if says else told


def _described(access, trial, changes):
    """Another name and other facts of the year; what undoing needs goes into `changes`."""
    says = []
    for each in trial.changes:
        if each.name and not trial.new:
            changes["renamed"] = {"before": access.practice.name, "after": each.name}
            practices.rename(access, each.name)
            says.append(f"Its name becomes {each.name}.")
        if each.known:
            before = practices.plain({name: getattr(access.year, name) for name in each.known})
            practices.describe(access, **each.known)
            changes["described"] = {"before": before, "after": practices.plain(each.known)}
            says.append(f"Said of the year: {', '.join(name.replace('_', ' ') for name in each.known)}.")
    return says
