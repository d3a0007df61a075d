"""Where the files of evidence lie in a binder: under plain names, by what they show."""

from pathlib import PurePath

from mips_ia.vault.binder.names import Names

SEVERAL = "several-activities"
ANSWERS = "answers"  # what answers a request, and is not said to show any activity


def places(found):
    """The path of each revision, by its key."""
    names = Names()
    return {row.id: names.path(f"files/{_folder(found, row)}", _title(row)) for row in found.revisions}


def _folder(found, revision):
    shown = {use.activity for use in found.uses if use.evidence_id == revision.evidence_id}
    if not shown:
        return ANSWERS
    return shown.pop() if len(shown) == 1 else SEVERAL


def _title(revision):
    """A name that says which evidence it is, with the ending of the file as it came in."""
    ending, title = PurePath(revision.name).suffix, revision.evidence.title
    stem = title.removesuffix(ending) if ending else title
    return f"E-{revision.evidence.number}-{stem}{ending}"
