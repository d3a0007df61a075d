"""The sealed records of a binder, each of which must be as its leaf of the log has it."""

from mips_ia.portal import seals
from mips_ia.portal.models import Download, Signature
from mips_ia.problems import Problem, Refused
from mips_ia.vault.binder.records import Sealed, records_page

FIX = "Tell who runs this portal: mips-ia check names all that was changed."


def records(found):
    """The page with every sealed record, what its digest is of, and the leaf of the log that has it."""
    return records_page(
        Sealed(type(row).__name__.lower(), row.pk, found.leaf(row), seals.text(row)) for row in found.records
    )


def refuse_changed(found):
    """Refuse records that are not as the log has them: whoever verified the binder would be told of each."""
    if problems := [each for row in found.records for each in _against(found, row)]:
        raise Refused(problems)


def _against(found, row):
    index, digest = found.logged(row)
    if index is None:
        if not _before_leaves(row):
            what = "no line of the log of records tells of it: it was not made by the portal."
            yield Problem("record_without_leaf", _named(row), what, FIX)
    elif {seals.of(row), getattr(row, "digest", digest)} != {digest}:
        what = f"it is not as line {index} of the log of records has it: it was changed past the portal."
        yield Problem("changed_record", _named(row), what, FIX)


def _before_leaves(row):
    """Whether it can be older than the log of records: a download, or what has no digest."""
    return isinstance(row, Download) or getattr(row, "seal", 1) == 0


def _named(row):
    """How people know a record."""
    name = f"{type(row).__name__.lower()} {row.pk}"
    return f"{name} (receipt {row.number})" if isinstance(row, Signature) else name
