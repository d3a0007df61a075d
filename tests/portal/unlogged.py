"""Changes of what a ledger is read from that no line of the log tells of; there must be none."""

import re
from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

READ = {
    "chosen", "clinician", "delegation", "final", "practice", "signature", "site", "stay", "window", "year",
}  # fmt: skip
_WRITTEN = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "portal_(\w+)"')
_SAVEPOINT = re.compile(r'(ROLLBACK TO )?SAVEPOINT "?(\w+)"?')


class Unlogged:
    """Follows what each request writes, and what it takes back."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._written: list[str] = []

    def start(self) -> None:
        """Follow this thread's database."""
        request_started.connect(self.begin)
        request_finished.connect(self.end)
        connection.execute_wrappers.append(self.follow)

    def stop(self) -> None:
        """Follow it no longer."""
        connection.execute_wrappers.remove(self.follow)
        request_started.disconnect(self.begin)
        request_finished.disconnect(self.end)

    def follow(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if point := _SAVEPOINT.match(sql):
            name = f"savepoint {point[2]}"
            if point[1] and name in self._written:
                del self._written[self._written.index(name) :]
            else:
                self._written.append(name)
        elif table := _WRITTEN.match(sql):
            self._written.append(table[1])
        return execute(sql, params, many, context)

    def begin(self, **_: Any) -> None:
        """A request comes."""
        self._written = []

    def end(self, **_: Any) -> None:
        """It was answered."""
        if "entry" not in self._written:
            self.found += READ.intersection(self._written)
