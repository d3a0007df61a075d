"""A file comes in: it is looked at first, then kept, or stopped where it may name a patient."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from http import HTTPStatus

from mips_ia.portal import forgetting, waiting
from mips_ia.portal.actions import evidence as actions
from mips_ia.portal.actions import looking
from mips_ia.portal.log import note, writing
from mips_ia.problems import Problem, Refused
from mips_ia.screening.apart import masked, preview
from mips_ia.screening.names import covered

WHO = "Show this to whoever looks after this installation."


@dataclass
class Taken:
    """What became of a file: the revision that was kept, or where it waits, or why it was not taken.

    `trouble` says that nothing speaks against the file itself, but the installation could not keep it.
    """

    name: str
    revision: object = None
    waits: object = None
    key: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    trouble: bool = False

    @property
    def status(self):
        """How a page answers that says why it was not taken."""
        if any(each.code == "vault_full" for each in self.problems):
            return HTTPStatus.INSUFFICIENT_STORAGE
        return HTTPStatus.SERVICE_UNAVAILABLE if self.trouble else HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass
class Asked:
    """What is done with a file once it is kept: what it shows, its title, and whose next revision it is.

    `after` is the revision from which a correction was made. `filled` is the form of a record that was
    written here, and its fields.
    """

    activity: str = ""
    leaf: str = ""
    shows: dict = field(default_factory=dict)
    title: str = ""
    evidence: int | None = None
    after: int | None = None
    filled: dict = field(default_factory=dict)

    def plain(self):
        """As a waiting file keeps it: which form it was, without its fields, which are sealed with it."""
        shows = {
            name: value.isoformat() if isinstance(value, date) else getattr(value, "pk", value)
            for name, value in self.shows.items()
        }  # fmt: skip
        filled = {"form": self.filled["form"]} if self.filled else {}
        return {**vars(self), "shows": shows, "filled": filled}


def again(access, plain):
    """The same from what a waiting file kept."""
    shows = dict(plain["shows"])
    for name in ("first", "last"):
        shows[name] = shows.get(name) and date.fromisoformat(shows[name])
    if shows.get("clinician"):
        shows["clinician"] = access.practice.clinicians.filter(pk=shows["clinician"]).first()
    return Asked(**plain | {"shows": shows})


def take(access, files, asked, began):
    """Look at files, and keep each against which nothing speaks; what does so is told.

    They are names with what gives the bytes of each, once; `began` is when the request did that brought them.
    """
    return [
        _or_trouble(name, partial(_taken, access, name, content, asked, found, scanned))
        for name, content, found, scanned in looking.seen(files, access.year.year, asked.title, began)
    ]


def _or_trouble(name, kept):
    """What became of a file, also where the vault has no room, is not there, or has another key."""
    try:
        return kept()
    except Refused as refusal:
        if any(each.code in ("destroyed", "changed") for each in refusal.problems):
            return Taken(name, problems=tuple(refusal.problems))
        problems = tuple(replace(each, fix=f"{each.fix} {WHO}") for each in refusal.problems)
        return Taken(name, problems=problems, trouble=True)


def _taken(access, name, content, asked, seen, scanned):
    year = access.year.year
    if refused := (*seen.problems, *(each for each in scanned if each.severity == "error")):
        return Taken(name, problems=refused)
    told = {"name": name, "media_type": seen.kind.media_type, "found": _unread(seen.notes)}
    if not seen.found:
        told |= {"title": asked.title, "after": asked.after, "filled": asked.filled}
        revision = actions.receive(access, content, told, *_place(access, asked))
        return Taken(name, revision, notes=(*seen.notes, *scanned))
    found = [{"kind": each.kind, "where": each.where} for each in seen.findings]
    safe = {"name": covered(name, year), "title": covered(asked.title, year)}
    notes = [replace(each, where=each.where.replace(name, safe["name"])) for each in seen.notes]
    held = {
        "asked": asked.plain() | {"title": safe["title"]}, "media_type": seen.kind.media_type,
        "unread": _unread(notes),
    }  # fmt: skip
    called = {"name": name, "title": asked.title, "filled": asked.filled}
    row, key = waiting.put(access, safe["name"], content, found, held, called)
    with writing(access.practice):
        note(access, "evidence stopped", f"waiting {row.pk}", None, _counted(found))
    return Taken(name, waits=row, key=key)


def keep(access, row, content, *, phi, reason):
    """Keep a file that waited, as it is: it names no patient, or only those who are named open it.

    What it is called stands on lists that others see, so that it is covered unless it names no patient. The
    fields of a form are kept only then, too.
    """
    held = row.asked
    asked = held["asked"]
    called = {"name": row.name, "title": asked["title"], "filled": asked["filled"]} if phi else row.called
    told = {
        **called, "media_type": held["media_type"], "found": [*row.found, *held["unread"]], "phi": phi,
        "reason": reason,
    }  # fmt: skip
    return _decided(access, row, (content, told))


def mask(access, row, content, reason=""):
    """Keep a copy of a file that waited, in which what was found is covered, and the original no longer.

    With a reason the original is kept too, as the revision before the copy, and only those named open it.
    """
    made = masked(content, row.called["name"], access.year.year, title=row.called["title"])
    if made.problems:
        return Taken(row.name, problems=made.problems)
    copy = {
        "name": made.name, "title": made.title, "media_type": row.asked["media_type"],
        "found": row.asked["unread"], "masked": True, "filled": row.asked["asked"]["filled"],
    }  # fmt: skip
    original = copy | {
        "name": row.name, "found": [*row.found, *row.asked["unread"]], "masked": False, "phi": True,
        "reason": reason,
    }  # fmt: skip
    return _decided(access, row, *([(content, original)] if reason else []), (made.content, copy))


def _decided(access, row, *files):
    """What waited is kept, each file as a revision, and waits no longer; or nothing is, and it waits."""
    name = files[-1][1]["name"]
    taken = _or_trouble(name, lambda: Taken(name, _all_kept(access, row, files)))
    if taken.revision:
        waiting.remove(row.place)
    return taken


def _all_kept(access, row, files):
    asked = again(access, row.asked["asked"])
    with forgetting.unless_recorded(access.practice) as came:
        stored = [(actions.put(content, came), actions.with_fields(told, came)) for content, told in files]
        with writing(access.practice):
            for each, told in stored:
                revision = actions.record(access, each, told | {"after": asked.after}, *_place(access, asked))
                asked = Asked(evidence=revision.evidence.number)
            row.delete()
    return revision


def shown(access, row, content):
    """What was found in a file that waits, in its place: for one page, and kept nowhere."""
    return preview(content, row.called["name"], year=access.year.year)


def withdraw(access, row):
    """Nothing of it is kept; the log has that it was there, and nothing of what it says."""
    with writing(access.practice):
        note(access, "evidence withdrawn", f"waiting {row.pk}", _counted(row.found))
        row.delete()
    waiting.remove(row.place)


def _place(access, asked):
    """The evidence whose next revision something is, None where it is new, and what it shows."""
    held = access.practice.evidence.filter(number=asked.evidence).first() if asked.evidence else None
    return held, {"activity": asked.activity, "leaf": asked.leaf, **asked.shows} if asked.leaf else None


def _unread(notes):
    return [{"kind": each.code, "where": each.where} for each in notes]


def _counted(found):
    kinds = sorted({each["kind"] for each in found})
    return {kind: sum(each["kind"] == kind for each in found) for kind in kinds}
