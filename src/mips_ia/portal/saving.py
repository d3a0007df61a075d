"""How far the saving of a large file is, in a small file beside the database.

Saving is one change: nobody sees a row of it before it is whole, and with SQLite nobody else can write until
then. So the count stands in no table. It says nothing but numbers, and where it cannot be written nothing
else suffers.
"""

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain

from django.conf import settings

from mips_ia.portal.templatetags.words import many

OFTEN = 500  # rows after which the progress is told
# What is done one after the other, of what it is counted, and how a page says it.
DOING = {
    "checking": ("row", "checked once more"), "writing": ("row", "written"),
    "logging": ("line", "entered in the activity log"),
}  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """What is being done with the rows, and with how many of them it is done."""

    doing: str
    done: int
    of: int

    @property
    def said(self):
        """The same in words, such as `Step 2 of 3: 4,000 of 10,000 rows written.`."""
        step, (what, done) = [*DOING].index(self.doing) + 1, DOING[self.doing]
        return f"Step {step} of {len(DOING)}: {self.done:,} of {many(self.of, what)} {done}."


def silent(doing, done, of):
    """Whoever waits for the answer itself is told nothing on the way."""


@contextmanager
def progress(upload):
    """What tells how far the saving of an upload, given by its number, is; nothing of it is left behind."""
    place = _place(upload)
    try:
        yield lambda *told: _write(place, told)
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)


def pieces(rows, doing, tell):
    """The rows, a few hundred at a time; before each time, and in the end, it is told how many are done."""
    for start in range(0, len(rows), OFTEN):
        tell(doing, start, len(rows))
        yield rows[start : start + OFTEN]
    tell(doing, len(rows), len(rows))


def each_of(rows, doing, tell):
    """The same, row by row."""
    return chain.from_iterable(pieces(rows, doing, tell))


def seen(upload):
    """How far the saving of an upload is; None where nothing is told, such as before it began."""
    try:
        doing, done, of = _place(upload).read_text().split()
    except (OSError, ValueError):
        return None
    return Progress(doing, int(done), int(of))


def _place(upload):
    return settings.SAVING / str(upload)


def _write(place, told):
    """In the place of what stood there before, so that nobody reads half of it."""
    draft = place.with_suffix(".part")
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.write_text(" ".join(map(str, told)))
        draft.replace(place)
