# ruff: noqa: INP001 - beside the script that uses it
"""What scoring a population costs, against the two counts that the job cannot avoid, by DuckDB alone.

One million clinicians; with MIPS_IA_BENCH_LARGE set, ten million too.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import duckdb
from timing import Line, medians

from mips_ia.population.sample import write
from mips_ia.reading.yearbook import years

MILLION = 1_000_000
TABLES = ("practices", "roster", "participation")
COMMAND = Path(sys.executable).with_name("mips-ia")


def millions() -> Iterator[Line]:
    """Everybody scored with reasons, against activities per clinician and clinicians per TIN and activity."""
    with tempfile.TemporaryDirectory() as place:
        small = Path(place) / "million"
        write(MILLION, 1, years()[-1], small)
        answers = Path(place) / "answers"
        _score(small, answers)
        ours, counts, least = medians(_ours(small), _counts(small), _least(small, answers), rounds=3)
        measured = f"{ours:.1f} s, {ours / counts:.1f} : 1"
        reached = ours <= 1.5 * counts
        yield Line("(f) a million clinicians : two distinct counts", measured, "at most 1.5 : 1", reached)
        yield Line(
            "(f) the same : checks, counts and writing alone", f"{least:.1f} s, {ours / least:.1f} : 1"
        )
        yield Line("(f) these : two distinct counts", f"{least / counts:.1f} : 1")
        if os.environ.get("MIPS_IA_BENCH_LARGE"):
            large = Path(place) / "ten"
            write(10 * MILLION, 1, years()[-1], large)
            whole = _ours(large)()
            measured, reached = f"{whole:.0f} s, {whole / ours:.1f} : 1", whole <= 12 * ours
            yield Line("(f) ten million : one million", measured, "at most 12 : 1", reached)
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
            yield Line("(f) the most memory of a run", f"{most:.1f} GiB", "under 6 GiB", most < 6)


def _ours(folder: Path) -> Callable[[], float]:
    """Seconds of the whole command, from files to files."""

    def measured() -> float:
        with tempfile.TemporaryDirectory() as place:
            begun = perf_counter()
            _score(folder, Path(place) / "out")
            return perf_counter() - begun

    return measured


def _score(folder: Path, out: Path) -> None:
    given = [each for name in TABLES for each in (f"--{name}", str(folder / f"{name}.parquet"))]
    command = [str(COMMAND), "population", "score", *given, "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own


def _counts(folder: Path) -> Callable[[], float]:
    """Seconds of the two distinct counts, from the file to files."""
    rows = f"'{folder / 'participation.parquet'}'"

    def measured() -> float:
        with tempfile.TemporaryDirectory() as place, duckdb.connect() as database:
            begun = perf_counter()
            for name, key, counted in (("a", "npi", "activity_id"), ("b", "tin, activity_id", "npi")):
                found = f"select {key}, count(distinct {counted}) from {rows} group by {key}"  # noqa: S608
                database.execute(f"copy ({found}) to '{place}/{name}.parquet'")
            return perf_counter() - begun

    return measured


def _least(folder: Path, answers: Path) -> Callable[[], float]:
    """Seconds of what cannot be left out, by DuckDB alone: the two counts, no row twice, answers written.

    The answers are those of a run, so that nothing is judged, joined or put into words here.
    """
    counts = _counts(folder)
    keys = {"roster": "tin, npi", "participation": "tin, npi, activity_id, start_date"}

    def measured() -> float:
        with tempfile.TemporaryDirectory() as place, duckdb.connect() as database:
            begun = perf_counter()
            for name, key in keys.items():
                many = f"select {key} from '{folder / name}.parquet' group by {key} having count(*) > 1"  # noqa: S608
                database.execute(f"select count(*) from ({many})")  # noqa: S608
            for name in ("scores", "attested"):
                whole = f"(from '{answers / name}.parquet')"
                database.execute(f"copy {whole} to '{place}/{name}.parquet' (compression zstd)")
            return perf_counter() - begun + counts()

    return measured
