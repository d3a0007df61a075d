"""What the workers of a portal count together: how often somebody tried, and which codes were used."""

import fcntl
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class Counts(FileBasedCache):
    """Django's cache of files, in which no two processes change one count at the same moment."""

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """Whether it was not there, and is now: only one process hears so."""
        with self._alone():
            return super().add(key, value, timeout, version)

    def incr(self, key, delta=1, version=None):
        """One more, of none where there is none any more; nobody's is lost. It holds as long as a new one."""
        with self._alone():
            more = self.get(key, 0, version) + delta
            self.set(key, more, version=version)
        return more

    @contextmanager
    def _alone(self):
        self._createdir()
        with (Path(self._dir) / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def _cull(self):
        """Where there are many, those that are over go first."""
        files = self._list_cache_files()
        if len(files) >= self._max_entries:
            for each in files:
                with suppress(FileNotFoundError), Path(each).open("rb") as file:
                    self._is_expired(file)
            super()._cull()
