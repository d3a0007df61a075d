"""A binder's files: the evidence under plain names, and pages that are made for it."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from mips_ia.portal import clock
from mips_ia.portal.binding.paper import paper
from mips_ia.portal.binding.places import places
from mips_ia.portal.binding.request import request
from mips_ia.portal.binding.scored import plain
from mips_ia.portal.binding.sealed import records, refuse_changed
from mips_ia.portal.bulk import files
from mips_ia.portal.leaves import moment
from mips_ia.vault.binder.contents import Contents, Document, Page


def contents(found, signed, waiting):
    """All of it, as the vault's writer takes it; `signed` is what the log of records came to.

    `waiting` is called now and then while its paper is set. Refused where a record was changed.
    """
    refuse_changed(found)
    paths = places(found)
    documents = [
        Document(paths[row.id], row.sha256, _about(found, row), found.leaf(row)) for row in found.revisions
    ]
    asked = [Page("request.json", _json(request(found)))] if found.scope.audit else []
    pages = (
        Page("binder.pdf", paper(found, paths, signed, waiting)), *asked,
        Page("score.json", _json(plain(found))),
        Page("ledger.csv", _table(files.participation(found.access), found)),
        Page("roster.csv", _table(files.roster(found.access), found)),
        records(found),
    )  # fmt: skip
    leaves = sorted({found.leaf(row) for row in found.records} - {None})
    return Contents(_whose(found), tuple(documents), pages, tuple(leaves))


def _whose(found):
    practice, scope = found.access.practice, found.scope
    asked = {"answers": scope.audit.asked_by} if scope.audit else {}
    return asked | {
        "practice": practice.name, "tin_ending": practice.tin[-4:], "performance_year": found.ledger.year,
        "rules_edition": found.ledger.rules.edition, "made_at": moment(clock.now()),
        "activity": scope.activity, "clinician": found.clinician.npi if found.clinician else "",
    }  # fmt: skip


def _about(found, revision):
    return {
        "evidence": f"E-{revision.evidence.number}", "title": revision.evidence.title,
        "revision": revision.number, "received_at": moment(revision.received_at), "name": revision.name,
        "receipt": revision.receipt, **({"link": True} if revision.is_link else {}),
        "shows": [
            {"activity": use.activity, "item": use.leaf, "as": use.kind, "first": str(use.first or ""),
             "last": str(use.last or "")}
            for use in found.uses if use.evidence_id == revision.evidence_id
        ],
    }  # fmt: skip


def _table(table, found):
    """A table as CSV; of one activity, where it has activities, and of one clinician where the binder is."""
    columns, rows = table
    asked = {"activity_id": found.scope.activity, "npi": found.clinician and found.clinician.npi}
    for name, value in asked.items():
        if value and name in columns:
            place = columns.index(name)
            rows = [row for row in rows if row[place] == value]
    return files.as_csv(*_tin_ending(columns, rows))


def _tin_ending(columns, rows):
    """The same with the end of the TIN alone: whoever reads a binder need not be shown all of it."""
    place = columns.index("tin")
    rows = [[*row[:place], row[place][-4:], *row[place + 1 :]] for row in rows]
    return [*columns[:place], "tin_ending", *columns[place + 1 :]], rows


def _json(value):
    return (
        json.dumps(value, cls=DjangoJSONEncoder, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    ).encode()
