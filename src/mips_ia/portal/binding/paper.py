"""A binder on paper: it reads like a case, from what was asked for to what proves it."""

from mips_ia.formats.texts import texts
from mips_ia.planning.ledger import NOTHING
from mips_ia.portal import clock, seals
from mips_ia.portal.binding.documents import documents, others
from mips_ia.portal.binding.request import chapter
from mips_ia.portal.binding.scored import on_paper
from mips_ia.portal.leaves import made_at
from mips_ia.portal.pdf.setting import setting, setting_apart
from mips_ia.portal.statements import KINDS
from mips_ia.portal.templatetags.words import day, many, moment
from mips_ia.portal.told import shown
from mips_ia.portal.told.inventory import requirement
from mips_ia.portal.told.proofs import checklist
from mips_ia.reading.guides import guide

LONG = 400  # records from which on a paper is set by a process of its own


def paper(found, paths, signed, waiting):
    """The bytes of the PDF. `paths` are those of the revisions in the binder; `signed` are checkpoints.

    `waiting` is called now and then while a long one is set.
    """
    ledger, practice = found.ledger, found.access.practice
    score, refused = on_paper(found)
    data = {
        "title": f"Improvement activities {ledger.year}: what was done, and what proves it",
        "practice": practice.name, "year": ledger.year, "edition": ledger.rules.edition,
        "cover": _cover(found), "request": chapter(found),
        "score": score, "refused": refused, "ledger": _ledger(found),
        "activities": [_activity(found, id, paths) for id in found.activities],
        "others": others(found, paths),
        "signatures": [_signature(row) for row in found.signatures],
        "delegations": [_delegation(row) for row in found.delegations],
        "finals": [_final(row) for row in found.finals],
        "roster": _roster(found), "left_out": _left_out(found), "log": _log(found),
        "checkpoints": [{"heading": each.heading, "about": each.about} for each in signed],
    }  # fmt: skip
    waiting()
    if len(data["log"]) < LONG:
        return setting("binder", data, clock.now())
    return setting_apart("binder", data, clock.now(), waiting)


def _cover(found):
    practice, ledger, scope = found.access.practice, found.ledger, found.scope
    around = shown.frame(ledger)
    what = "The whole performance year"
    if scope.activity:
        what = f"Activity {scope.activity}"
    if found.clinician:
        what += f", {found.clinician.spoken}"
    asked = [["In answer to", scope.audit.asked_by]] if scope.audit else []
    return [
        *asked, ["Practice", practice.name], ["TIN", f"Ending {practice.tin[-4:]}"],
        ["Performance year", str(ledger.year)],
        ["Reporting as", around["reporting"]], ["Pathway", around["on_pathway"]], ["In this binder", what],
        ["Rules", f"edition {ledger.rules.edition}"],
        ["Made", f"{moment(clock.now())} by {found.access.person.name}"],
        ["Files of evidence", str(len(found.revisions))],
    ]  # fmt: skip


def _ledger(found):
    """Who counts, and where each clinician stands with each activity."""
    ledger = found.ledger
    return {
        "counts": "" if ledger.problem else shown.denominator(ledger),
        "rows": [
            [person.clinician.name, person.clinician.npi, ", ".join(_cells(found, person)) or NOTHING.word]
            for person in ledger.people if found.scope.clinician in (None, person.id)
        ],
    }  # fmt: skip


def _cells(found, person):
    ledger = found.ledger
    entered = (id for id in found.activities if ledger.windows.get((person.id, id)))
    return [f"{id}: {ledger.cell(person.id, id).word}" for id in entered]


def _activity(found, id, paths):
    ledger = found.ledger
    listed = ledger.listed.activities.get(id) or ledger.listed.gone.get(id)
    known = guide(id, ledger.year)
    mine = next((each for each in shown.activities(ledger) if each["activity"] == id), None)
    proved = checklist(ledger, id)
    tree = proved["tree"] if proved else known and requirement(known.requirement)
    return {
        "id": id, "title": listed.title, "word": mine["word"] if mine else "",
        "why": mine["why"] if mine else "",
        **_asks(ledger.year, id, known),
        "proved": proved["word"] if proved else "Unknown",
        "items": _items(tree) if tree else [],
        "windows": _windows(found, id), "signed": _signed(found, id),
        "documents": documents(found, id, dict(_numbers(tree)), paths),
    }  # fmt: skip


def _asks(year, id, known):
    """What an activity asks for: in CMS's words where they were loaded, else as our guide sums it up."""
    if wording := texts(year).get(id):
        return {"asks": wording.description, "source": f"CMS's own text, inventory of {year}."}
    if known:
        return {"asks": known.summary, "source": f"Our summary. Source of the wording: {known.source}."}
    return {"asks": "No guide is here. See CMS's own description.", "source": ""}


def _items(part):
    """The checklist as lines: how deep, its number, its words, and the verdict."""
    if "leaf" in part:
        kept = ", ".join(f"E-{use.evidence.number}" for use in part.get("uses", ()))
        return [[part["number"].count("."), part["number"], part["leaf"].says, part["word"], kept]]
    lines = [[part["number"].count("."), part["number"], part["intro"], part.get("word", ""), ""]]
    return [*(lines if part["number"] else []), *(line for each in part["parts"] for line in _items(each))]


def _numbers(part):
    """What the paper calls each item, by its id."""
    if part and "leaf" in part:
        yield part["leaf"].id, f"item {part['number']}"
    for each in (part or {}).get("parts", ()):
        yield from _numbers(each)


def _windows(found, id):
    rows = []
    for person in found.ledger.people:
        if not found.scope.has(id, person.id):
            continue
        for entered in found.ledger.windows.get((person.id, id), ()):
            cell = found.ledger.judged(id, entered)
            days = (
                f"{day(entered.first)} – {day(entered.last)}"
                if entered.first and entered.last
                else "Not known"
            )
            rows.append([person.clinician.name, person.clinician.npi, days, cell.word])
    return rows


def _signed(found, id):
    """What was signed of an activity in short; the words stand in a chapter of their own, by the number."""
    return [
        [row.window.clinician.name, KINDS[row.kind], moment(row.signed_at), row.number]
        for row in found.signatures if row.window.activity == id
    ]  # fmt: skip


def _leaf(found, row):
    index = found.leaf(row)
    return "" if index is None else str(index)


def _signature(row):
    window = row.window
    return {
        "statement": row.statement, "name": row.typed_name, "role": row.role, "at": moment(row.signed_at),
        "verified": row.verified,
        "kind": KINDS[row.kind], "about": f"{window.clinician.name}, {window.activity}",
        "more": [each for each in (row.reason, row.basis) if each], "number": row.number,
        "digest": row.digest,
    }  # fmt: skip


def _delegation(row):
    return {
        "statement": row.statement, "name": row.typed_name, "role": row.role, "at": moment(row.given_at),
        "verified": row.verified,
        "kind": "Delegation", "about": f"{row.clinician.name} to {row.delegate.name}, until {day(row.until)}",
        "more": [f"Ended on {moment(row.ended_at)}."] if row.ended_at else [], "number": f"{row.pk}",
        "digest": row.digest,
    }  # fmt: skip


def _final(row):
    kind = {"locked": "Locked", "unlocked": "Unlocked"}[row.kind]
    return {
        "statement": row.statement or row.reason, "name": row.typed_name or row.person.name, "role": row.role,
        "verified": row.verified, "at": moment(row.at), "kind": kind, "about": f"{kind} by {row.person.name}",
        "more": [f"Counted: {', '.join(row.answer['counted'])}."] if row.answer.get("counted") else [],
        "number": f"{row.pk}", "digest": row.digest,
    }  # fmt: skip


def _roster(found):
    words = {True: "Billed", False: "Did not bill", None: "Not known"}
    return [
        [person.clinician.name, person.clinician.npi, day(stay.joined_on) or "–", day(stay.left_on) or "–",
         words[stay.billed]]
        for person in found.ledger.people for stay in person.stays
        if found.scope.clinician in (None, person.id)
    ]  # fmt: skip


def _left_out(found):
    said = []
    if count := len({use.evidence_id for use in found.left_out}):
        be = "is" if count == 1 else "are"
        what = f"{many(count, 'file')} that may name patients {be} not in this binder."
        said.append(f"{what} Ask the practice for them.")
    if found.finals_left_out:
        said.append("What was locked is not in this binder: it has the score of every clinician.")
    return " ".join(said)


def _log(found):
    return [[_leaf(found, row), type(row).__name__, made_at(row), seals.of(row)] for row in found.records]
