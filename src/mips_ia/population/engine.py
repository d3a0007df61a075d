"""The database that does the measuring: DuckDB, which spills to disk what does not fit into memory."""

from pathlib import Path

import duckdb
import ibis
import pandas as pd
from ibis.expr.types import Table as Relation

LOCAL = "local[*]"  # Spark on all processors of this machine
MEMORY = "4GB"  # what is kept there before the disk is used


class DuckDB:
    """A database of its own for one run; what it keeps lies in a folder that the caller removes."""

    def __init__(self, room: Path, memory: str) -> None:
        config = {"temp_directory": str(room), "preserve_insertion_order": False, "memory_limit": memory}
        self.connection = ibis.duckdb.connect(**config)

    @property
    def database(self) -> duckdb.DuckDBPyConnection:
        """The connection below."""
        found: duckdb.DuckDBPyConnection = self.connection.con
        return found

    def table(self, name: str) -> Relation:
        """A table or view by its name."""
        return self.connection.table(name)

    def put(self, name: str, frame: pd.DataFrame) -> Relation:
        """A small table of ours, to be joined."""
        texts = [column for column, kind in frame.dtypes.items() if kind == object]  # noqa: E721 - as pandas says it
        self.database.register(name, frame.astype(dict.fromkeys(texts, "str")) if frame.empty else frame)
        return self.table(name)

    def keep(self, name: str, what: Relation) -> Relation:
        """What an expression gives, kept so that it is measured once."""
        self.database.execute(f"create temp table {name} as {self._sql(what)}")
        return self.table(name)

    def found(self, what: Relation) -> pd.DataFrame:
        """What an expression gives, which is small."""
        return self.database.execute(self._sql(what)).df()

    def write(self, what: Relation, path: Path, ending: str) -> None:
        """Write what an expression gives as one Parquet or CSV file."""
        self._copy(self._sql(what), path, ending)

    def _sql(self, what: Relation) -> str:
        return str(self.connection.compile(what))

    def _copy(self, select: str, path: Path, ending: str) -> None:
        kind = "format parquet, compression zstd" if ending == "parquet" else "format csv, header"
        self.database.execute(f"copy ({select}) to {text(path)} ({kind})")

    def rows_in(self, path: Path) -> int:
        """How many rows a file has that was written."""
        return int(self.database.execute(f"select count(*) from {text(path)}").fetchall()[0][0])

    def close(self) -> None:
        """End the connection."""
        self.database.close()


def engine_of(room: Path, memory: str, spark_master: str = "") -> DuckDB:
    """DuckDB, or Spark where its master is named; `Refused` where Spark or Java is not installed."""
    if not spark_master:
        return DuckDB(room, memory)
    from mips_ia.population.spark import Spark  # an extra that need not be there

    return Spark(room, memory, spark_master)


def text(given: object) -> str:
    """A text as SQL quotes it."""
    return "'" + str(given).replace("'", "''") + "'"
