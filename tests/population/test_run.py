"""A run leaves the whole folder or none, whenever it ends; and its rows are those that were to come."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from compared import rows
from made import write

from mips_ia import Refused
from mips_ia.formats.bulk import read
from mips_ia.population.run import run

# The run kills itself as soon as it says that a step begins.
DYING = """
import os, signal, sys
from pathlib import Path
from mips_ia.population.run import run

folder, out, step = sys.argv[1:]
names = ("practices", "roster", "participation")

def tell(what):
    if what.startswith(step):
        os.kill(os.getpid(), signal.SIGKILL)

run({name: [Path(folder, name + ".csv")] for name in names}, Path(out), tell=tell)
"""
STEPS = ("Reading the tables", "Measuring", "Looking closer", "Writing", "nothing")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    paths = write(tmp_path_factory.mktemp("tables"), 60, 31, 0.2)
    return {name: [path] for name, path in paths.items()}


@pytest.fixture(scope="module")
def killed(tables: dict[str, list[Path]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which runs were killed, each at the step for which its `out` is named."""
    folder = tmp_path_factory.mktemp("killed")
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", DYING, tables["roster"][0].parent, folder / step, step]
                )
            )
            for step in STEPS
        ]
        codes = [process.wait() for process in processes]
    assert codes == [-signal.SIGKILL] * (len(STEPS) - 1) + [0]
    return folder


@pytest.mark.parametrize("step", STEPS[:-1])
def test_a_run_killed_at_any_step_leaves_no_folder_and_the_next_one_clears_up(
    step: str, killed: Path, tables: dict[str, list[Path]]
) -> None:
    assert not (killed / step).exists()
    assert len([*killed.glob(f".{step}.*.partial")]) == 1

    if step != "Writing":
        with pytest.raises(Refused, match=r"none\.csv"):
            run({"practices": [killed / "none.csv"]}, killed / step)
    else:
        assert run(tables, killed / step).scored == len(rows(killed / step / "scores.parquet"))
    assert [*killed.glob(f".{step}.*.partial")] == []


def test_a_run_that_is_not_killed_leaves_the_folder_alone(killed: Path) -> None:
    assert sorted(path.name for path in (killed / "nothing").iterdir()) == [
        "attested.parquet", "rejects.parquet", "scores.parquet",
    ]  # fmt: skip
    assert [*killed.glob(".nothing.*")] == []


def test_what_another_run_is_writing_is_left_to_it(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        theirs = tmp_path / f".out.{other.pid}.partial"
        theirs.mkdir()
        with pytest.raises(Refused):
            run({"practices": [tmp_path / "none.csv"]}, tmp_path / "out")
        assert theirs.exists()
        other.communicate(b"\n")

    with pytest.raises(Refused):
        run({"practices": [tmp_path / "none.csv"]}, tmp_path / "out")
    assert not theirs.exists()


def test_a_run_killed_while_it_writes_leaves_no_folder(tables: dict[str, list[Path]], tmp_path: Path) -> None:
    command = [sys.executable, "-c", DYING, tables["roster"][0].parent, tmp_path / "out", "no step"]
    with subprocess.Popen(command) as process:
        while process.poll() is None and not [*tmp_path.glob(".out.*.partial/scores.parquet")]:
            time.sleep(0.001)
        process.kill()

    names = {path.name for path in tmp_path.glob("out/*")}
    assert names in (set(), {"scores.parquet", "attested.parquet", "rejects.parquet"})


@pytest.mark.parametrize("there", ["folder", "file"])
def test_what_is_there_already_is_refused_and_left_as_it_is(
    there: str, tables: dict[str, list[Path]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    if there == "folder":
        (out / "kept").mkdir(parents=True)
    else:
        out.write_text("kept", encoding="utf-8")

    with pytest.raises(Refused, match="is there already"):
        run(tables, out)

    assert [path.name for path in tmp_path.rglob("*")] == (["out", "kept"] if there == "folder" else ["out"])


def test_csv_says_what_parquet_says_and_everybody_read_is_in_both(
    tables: dict[str, list[Path]], tmp_path: Path
) -> None:
    done = run(tables, tmp_path / "parquet")
    assert run(tables, tmp_path / "csv", "csv") == done

    for name in ("scores", "attested", "rejects"):
        one, other = (rows(tmp_path / ending / f"{name}.{ending}") for ending in ("parquet", "csv"))
        assert as_text(one) == as_text(other)
    people = read([path for [path] in tables.values()]).participants
    assert done.scored == len(people) == len(rows(tmp_path / "parquet" / "scores.parquet"))
    assert done.attested == sum(len(each.attestations or ()) for each in people)


def as_text(found: list[dict[str, object]]) -> list[list[str]]:
    """Cells as they stand in a file without types."""
    plain = {None: "", True: "true", False: "false"}
    return sorted(
        [plain[cell] if cell is None or isinstance(cell, bool) else str(cell) for cell in row.values()]
        for row in found
    )
