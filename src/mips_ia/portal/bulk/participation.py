"""A participation file against the ledger: what each row would change, and what stops it."""

from collections import defaultdict
from dataclasses import dataclass

from mips_ia.attestation import Attestation, verdict
from mips_ia.planning.ledger import Entered
from mips_ia.portal.bulk.delegated import Delegated, attested, still_open
from mips_ia.portal.bulk.differences import differences, kept
from mips_ia.portal.bulk.reading import ADD
from mips_ia.portal.bulk.rows import opened, spoken, too_long, unique
from mips_ia.portal.bulk.windows import judge, judge_beside
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Clinician, Request, Window
from mips_ia.standing import Practice

LENGTHS = {"note": 500, "basis": 300, "row_id": 100}
STAYS = {"end_date": "last", "taking_part": "taking_part", "note": "note", "row_id": "row_id"}
WINDOW = ("first", *STAYS.values())
_SAME = ("start_date", "Keep one row for each NPI, activity and start date.", "NPI, activity and start date")
_SAME_ID = ("row_id", "Keep one row for each row_id.", "row_id")


@dataclass
class Change:
    """What a row makes of one window; `old` is the window that `new` takes the place of."""

    line: int
    new: Window
    old: Window | None
    result: str
    own: bool = False  # attested_by=self: the clinician is to be asked to sign
    asked: Delegated | None = None


class Participation:
    """The ledger as it is now, on which the rows of a file are tried out; nothing is saved here."""

    def __init__(self, access):
        self.access, self.ledger = access, Ledger(access.year)
        self.people = {each.clinician.npi: each for each in self.ledger.people}
        self.clinicians = {each.npi: each for each in access.practice.clinicians.all()}
        self.windows, self.by_row_id, self.beside = {}, {}, defaultdict(dict)
        rows = access.year.windows.filter(replaced_at=None).select_related("clinician")
        for window in rows.prefetch_related("signatures"):
            npi, activity = window.clinician.npi, window.activity
            self.windows[npi, activity, window.first] = window
            self.beside[npi, activity][window.pk] = _days(window)
            if window.row_id:
                self.by_row_id[window.row_id] = window
        self.delegations = list(access.year.delegations.select_related("delegate"))
        requests = Request.objects.filter(window__year=access.year)
        self.requested = set(requests.values_list("window_id", "delegate_id"))
        self.changes, self.added, self.judged = [], {}, {}
        self.asked = None  # what the row at hand says under a delegation
        self.keys, self.ids, self.unlisted, self.lines = {}, {}, {}, {}

    def row(self, line, given, surplus):
        """One row, tried out."""
        row = opened(line, given, surplus, self.access)
        known = self._said(row)
        npi = row.npi
        if npi and npi not in self.people and npi not in self.added:
            self._not_on_roster(row, npi, given)
        if row.errors:
            return row
        activity = known.pop("activity")
        if id := row.cells.text("row_id"):
            unique(row, id, self.ids, _SAME_ID)
        else:
            unique(row, (npi, activity, known["first"]), self.keys, _SAME)
        if not row.errors:
            self._try(row, npi, activity, known)
        return row

    def _said(self, row):
        """What a row says of a window; everything that stands against it is told."""
        cells, year = row.cells, self.access.year.year
        activity, signed = cells.activity(), cells.day("attested_on", year)
        known = {
            "activity": activity, "first": cells.day("start_date", year), "last": cells.day("end_date", year),
            "taking_part": cells.yes_no("taking_part") if cells.has("taking_part") else True,
        }  # fmt: skip
        known |= {name: cells.text(name) for name in ("note", "row_id") if cells.has(name)}
        row.hear()
        self._keep(row, known)
        first, last = known["first"], known["last"]
        if activity and (message := self._not_listed(activity)):
            row.stop("activity_id", message)
        elif activity and known["taking_part"] is not False:
            judge(row, Attestation(activity, first, last), self.ledger, self.people.get(row.npi), self.judged)
        if signed and last and signed < last:
            row.warn("attested_on", f"Signed before the window ended. It will ask again after {last}.")
        too_long(row, LENGTHS)
        self.asked = attested(self, row, known, signed)
        return known

    def _keep(self, row, known):
        """Take what a blank cell leaves as it is from the window that the row is about."""
        old, columns = self.by_row_id.get(row.cells.text("row_id")), {"start_date": "first", **STAYS}
        if old is None:
            old, columns = self.windows.get((row.npi, known["activity"], known["first"])), STAYS
        if old and (old.clinician.npi, old.activity) == (row.npi, known["activity"]):
            kept(row, known, {name: getattr(old, name) for name in columns.values()}, columns)

    def _not_listed(self, activity):
        """Why the year has no such activity; empty where it has."""
        if activity in self.ledger.listed.activities:
            return ""
        if activity not in self.unlisted:
            alone = Practice(performance_year=self.ledger.year, entity="individual")
            judged = verdict(Attestation(activity), alone, self.ledger.rules, self.ledger.listed)
            problem = judged.problems[0]
            text = spoken(problem)
            if problem.code == "renumbered":
                text = f"{problem.fix} {problem.what.removesuffix('.')} for {self.ledger.year}."
            self.unlisted[activity] = text
        return self.unlisted[activity]

    def _not_on_roster(self, row, npi, given):
        if given.get(ADD) != "yes":
            row.stop("npi", 'Add this NPI to the roster first, or tick "Add to roster".')
            row.can_add = True
            return
        found = self.clinicians.get(npi) or Clinician(practice=self.access.practice, npi=npi)
        self.added[npi] = self.clinicians[npi] = found

    def _try(self, row, npi, activity, known):
        old = self._meant(row, npi, activity, known["first"])
        if row.errors:
            return
        row.result = "changed" if old else "new"
        if old and all(getattr(old, name) == value for name, value in known.items()):
            row.result = "same"
        clinician = self.people[npi].clinician if npi in self.people else self.added[npi]
        facts = {"note": old.note, "row_id": old.row_id} if old else {}
        new = Window(
            year=self.access.year, clinician=clinician, activity=activity, entered_by=self.access.person,
            replaces=old, **{**facts, **known},
        )  # fmt: skip
        beside = self.beside[npi, activity]
        beside.pop(old and old.pk, None)
        judge_beside(row, _days(new), list(beside.values()))
        beside["row", row.line] = _days(new)
        if old:
            row.changes = differences(
                *({name: getattr(each, name) for name in WINDOW} for each in (old, new))
            )
        change = Change(row.line, new, old, row.result, row.cells.word("attested_by") == "self")
        if self.asked and (row.result != "same" or still_open(self, old, self.asked)):
            change.asked, row.result = self.asked, "changed" if old else "new"
        elif self.asked:
            row.said = [each for each in row.said if each.column != "delegate_email"]
        self.changes.append(change)

    def _meant(self, row, npi, activity, first):
        """The window that the row is about, None where it is a new one."""
        key, held = (npi, activity, first), self.by_row_id.get(row.cells.text("row_id"))
        if held and (held.clinician.npi, held.activity) != (npi, activity):
            row.stop("row_id", "Use another row_id. The ledger has it for another clinician or activity.")
        there = self.windows.get(key)
        if held and there and there is not held:
            row.stop("start_date", "Change the start date. Another window of this activity begins on it.")
        old = held or there
        if old and (line := self.lines.setdefault(old.pk, row.line)) != row.line:
            row.stop("start_date", f"{_SAME[1]} Row {line} is about the same window.")
        return old

    def signed(self, change):
        """Whether the change takes the place of something that was signed."""
        last = max(change.old.signatures.all(), key=lambda each: each.id, default=None)
        return last is not None and last.kind in ("own", "delegated")


def _days(window):
    return Entered(window.first, window.last, window.taking_part)
