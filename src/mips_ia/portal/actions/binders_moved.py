"""How far a binder is while it is made: its paper first, then its ZIP, then the vault that keeps it."""

import time

from django.utils import timezone

from mips_ia.portal.models import Binder

OFTEN = 1.0  # seconds between two words of how far it is
WHOLE = 100
PAPER, ZIP, VAULT = 1, (10, 55), (55, 95)  # where the first stands, and from where to where the others lead


class Moving:
    """Says how far it is, now and then, so that whoever waits sees that it gets on."""

    def __init__(self, row):
        self._row, self._last = row, float("-inf")

    def to(self, place):
        """It is so far, of `WHOLE`."""
        now = time.monotonic()
        if now - self._last >= OFTEN:
            self._last = now
            Binder.objects.filter(pk=self._row.pk).update(done=place, of=WHOLE, moved_at=timezone.now())

    def through(self, part):
        """What is called with how much of how much of a part is done."""
        first, last = part
        return lambda done, of: self.to(first + (last - first) * done // max(of, 1))


class Passing:
    """A file of a size that is read to its end, and says how far that is."""

    def __init__(self, file, size, moved):
        self._file, self._size, self._moved = file, size, moved

    def read(self, most=-1):
        """The next bytes."""
        piece = self._file.read(most)
        self._moved(self._file.tell(), self._size)
        return piece
