"""Spark as the database that measures, on this machine or on a cluster.

Files are read and written by DuckDB, so that both read a file alike and write the same one: what
it read stands in the room as Parquet, and so do the parts that Spark writes.
"""

import os
import shutil
import tempfile
import warnings
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa
from ibis.expr.types import Table as Relation

from mips_ia.population.engine import DuckDB, text
from mips_ia.problems import Problem, Refused

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas: only tables of Arrow go to and fro
        import ibis.backends.pyspark
        from pyspark.sql import DataFrame, SparkSession
except ImportError:
    what, fix = "Spark is not installed.", "Install mips-ia[spark], or leave --engine out."
    raise Refused([Problem("no_spark", "--engine spark", what, fix)]) from None

_LOG = """\
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""


class Spark(DuckDB):
    """A session of Spark for one run. Every machine of a cluster must reach the room at the same path."""

    def __init__(self, room: Path, memory: str, master: str) -> None:
        super().__init__(room, memory)
        self.room = room.absolute()
        self.alias = tempfile.TemporaryDirectory(prefix="mips-ia-")
        self.session = _session(self.room, _spilled(self.room, Path(self.alias.name)), memory, master)
        self.measuring = ibis.pyspark.connect(self.session)

    def table(self, name: str) -> Relation:
        """A table or view by its name; one that DuckDB read is brought over when it is first asked for."""
        if not self.session.catalog.tableExists(name):
            path = self.room / f"{name}.parquet"
            self.database.execute(f"copy {name} to {text(path)} (format parquet)")
            self.session.read.parquet(_address(path)).createOrReplaceTempView(name)
        return self.measuring.table(name)

    def put(self, name: str, frame: pd.DataFrame) -> Relation:
        """A small table of ours, to be joined."""
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        kinds = [pa.string() if _texts(field.type) else field.type for field in rows.schema]
        rows = rows.cast(pa.schema(list(zip(rows.column_names, kinds, strict=True))))
        self.session.createDataFrame(rows).createOrReplaceTempView(name)
        return self.measuring.table(name)

    def keep(self, name: str, what: Relation) -> Relation:
        """What an expression gives, kept so that it is measured once."""
        self._of(what).persist().createOrReplaceTempView(name)
        return self.measuring.table(name)

    def found(self, what: Relation) -> pd.DataFrame:
        """What an expression gives, which is small."""
        found: pd.DataFrame = self._of(what).toArrow().to_pandas()
        return found

    def write(self, what: Relation, path: Path, ending: str) -> None:
        """Write what an expression gives as one Parquet or CSV file."""
        parts = self.room / f"{path.stem}.parts"
        self._of(what).write.parquet(_address(parts))
        self._copy(f"from {text(parts / '*.parquet')}", path, ending)

    def close(self) -> None:
        """End the session and what it keeps."""
        self.session.stop()
        self.alias.cleanup()
        super().close()

    def _of(self, what: Relation) -> DataFrame:
        return self.session.sql(str(self.measuring.compile(what)))


def _spilled(room: Path, alias: Path) -> Path:
    """The room under a name that Spark takes for one folder: it parts names at a comma."""
    if "," not in str(room):
        return room
    (link := alias / "room").symlink_to(room)
    return link


def _session(room: Path, spilled: Path, memory: str, master: str) -> SparkSession:
    """A session that keeps what it spills in the room and, on this machine, listens on loopback only."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        what, fix = "Spark needs Java 17, and there is none.", "Install it, or leave --engine out."
        raise Refused([Problem("no_java", "--engine spark", what, fix)])
    log = room / "log4j2.properties"
    log.write_text(_LOG)
    settings = {
        "spark.app.name": "mips-ia population",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log.as_uri()}",
        "spark.driver.memory": memory.upper().removesuffix("B"),
        "spark.local.dir": str(spilled),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": _address(spilled / "warehouse"),  # else a folder beside the caller's files
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        settings |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),  # as many as can run at once
        }
    builder = SparkSession.builder.master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _address(path: Path) -> str:
    """A file of this machine as Spark names it, which takes blanks as they are."""
    return f"file://{path}"


def _texts(kind: pa.DataType) -> bool:
    """Whether a column is of texts, or of nothing at all."""
    return bool(pa.types.is_large_string(kind) or pa.types.is_null(kind))
