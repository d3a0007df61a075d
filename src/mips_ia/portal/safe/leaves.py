"""The leaves of the log of records, looked at as a whole."""

from dataclasses import dataclass, field

from mips_ia.portal import heads
from mips_ia.portal.models import Leaf
from mips_ia.portal.safe.rows import rows
from mips_ia.problems import Problem
from mips_ia.vault.canonical import parsed
from mips_ia.vault.merkle import leaf_hash

TWICE = ("destruction",)  # kinds whose records change once, when a second person agrees
FIX = "Restore the database from the backup, and find out who changed it."


@dataclass(frozen=True, slots=True)
class Told:
    """What a leaf says, which it is, and under which practice it lies."""

    index: int
    practice: int | None
    value: dict


@dataclass(slots=True)
class Leaves:
    """All leaves: what is wrong with them, their hashes, and the newest that tells of each record.

    `first` is the lowest number of a record of each kind; `newest` are those that tell of lines of the
    activity log and of traces, by kind, practice and line.
    """

    problems: list = field(default_factory=list)
    hashes: list = field(default_factory=list)
    made: dict = field(default_factory=dict)
    first: dict = field(default_factory=dict)
    ended: dict = field(default_factory=dict)
    binders: dict = field(default_factory=dict)
    newest: dict = field(default_factory=lambda: {kind: {} for kind in heads.KINDS})


def leaves():
    """The leaves as they are now."""
    found, due = Leaves(), 0
    for key, row in rows(Leaf.objects.order_by("index")):
        if row is None or not (isinstance(row.index, int) and isinstance(row.content, str)):
            found.problems.append(changed(f"row {key}", "cannot be read"))
            found.hashes.append(b"")
            continue
        if row.index != due:
            found.problems.append(_gap(due, row.index))
        due = row.index + 1
        content = row.content.encode(errors="surrogatepass")
        found.hashes.append(leaf_hash(content))
        if found.hashes[-1].hex() != row.digest:
            found.problems.append(changed(row.index, "does not fit its digest"))
        _sorted(found, row, content)
    return found


def _sorted(found, row, content):
    """Put a leaf where it is looked for."""
    try:
        value = parsed(content)
        kind, record = value["kind"], value.get("record")
        told = Told(row.index, row.practice_id, value)
        if "manifest" in value:
            found.binders[value["manifest"]] = told
        elif kind in heads.KINDS:
            found.newest[kind].setdefault(told.practice, {})[int(value["line"])] = told
        elif kind.endswith(" ended"):
            found.ended[kind.removesuffix(" ended"), record] = told
        else:
            earlier = found.made.get((kind, record), told)
            if earlier is not told and kind not in TWICE:
                why = f"tells anew of {kind} {record}, of which leaf {earlier.index} tells"
                found.problems.append(changed(row.index, why))
            found.made[kind, record] = told
            found.first[kind] = min(found.first.get(kind, record), record)
            if earlier.practice != told.practice:
                found.problems.append(changed(row.index, "lies under another practice than an earlier one"))
    except (ValueError, TypeError, KeyError, AttributeError):
        found.problems.append(changed(row.index, "tells nothing that a leaf tells"))


def changed(index, why):
    """A leaf that is not as it was written."""
    what = f"this leaf {why}: it is not as it was written."
    return Problem("changed_leaf", f"the log of records, leaf {index}", what, FIX)


def _gap(due, index):
    gone = f"leaf {due} is" if index == due + 1 else f"leaves {due} to {index - 1} are"
    return Problem("lost_leaf", f"the log of records, leaf {due}", f"{gone} gone.", FIX)
