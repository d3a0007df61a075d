"""Changes of what a ledger is read from of which no line of the log tells; there must be none.

What of a ledger a line leaves as it was must be so: `parts` says it by the line's action.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

from mips_ia.portal.parts import changed

# The tables from which a ledger is read, each with what its rows are called among what parts rest on.
READ = {
    "year": "year", "practice": "year", "stay": "stays", "site": "stays",
    "clinician": "clinicians",
    "chosen": "chosen", "window": "windows", "signature": "signatures", "delegation": "signatures",
    "evidence": "evidence", "revision": "evidence", "use": "evidence", "review": "evidence",
    "destruction": "evidence", "final": "finals",
}  # fmt: skip
_LINE = "line "
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
            if table[1] == "entry" and sql.startswith("INSERT"):
                self._written += (f"{_LINE}{action}" for action in _actions(sql, params))
        return execute(sql, params, many, context)

    @property
    def tables(self) -> set[str]:
        """Those from which a ledger is read and in which something was written since it began."""
        return READ.keys() & self._written

    def begin(self, **_: Any) -> None:
        """A request comes."""
        self._written = []

    def end(self, **_: Any) -> None:
        """It was answered."""
        lines = [each.removeprefix(_LINE) for each in self._written if each.startswith(_LINE)]
        told = changed(lines)
        self.found += sorted(table for table in self.tables if READ[table] not in told)


def _actions(sql: str, params: Any) -> Iterator[str]:
    """What the lines say that a query adds to the log; PostgreSQL takes those of many as a list."""
    columns = re.findall(r'"(\w+)"', sql[sql.index("(") : sql.index(")")])
    for each in params[columns.index("action") :: len(columns)]:
        yield from [each] if isinstance(each, str) else each
