"""What is Spark's own: a killed run leaves nothing, and what is missing is named."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from made import write

NAMES = ("practices", "roster", "participation")
RUN = """
import os, signal, sys
from pathlib import Path
{first}
from mips_ia.population.run import run
from mips_ia.problems import Refused

folder, out = sys.argv[1:]

def tell(what):
    if what.startswith("Measuring"):
        print(Path("/proc/self/task", str(os.getpid()), "children").read_text(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

try:
    paths = {{name: [Path(folder, name + ".csv")] for name in {names}}}
    run(paths, Path(out), spark_master="local[1]", tell=tell)
except Refused as refusal:
    print(*(problem.code for problem in refusal.problems))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tables")
    write(made, 40, 41, 0.1)
    return made


def test_a_killed_run_leaves_no_folder_and_no_java(folder: Path, tmp_path: Path) -> None:
    (place := tmp_path / "one, two and 100%").mkdir()
    done = _in_a_process(folder, place)

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (place / "out").exists()
    assert [*tmp_path.iterdir()] == [place]  # nothing was taken for the name of a second folder
    for java in map(int, done.stdout.split()):
        _wait_for_the_end_of(java)


def test_without_spark_it_says_what_to_install(folder: Path, tmp_path: Path) -> None:
    done = _in_a_process(folder, tmp_path, "sys.modules['pyspark'] = None")

    assert done.stdout.split() == ["no_spark"]
    assert [*tmp_path.iterdir()] == []


def test_without_java_it_says_so(folder: Path, tmp_path: Path) -> None:
    done = _in_a_process(folder, tmp_path, "os.environ['PATH'] = ''; os.environ.pop('JAVA_HOME', None)")

    assert done.stdout.split() == ["no_java"]
    assert [*tmp_path.iterdir()] == []


def _in_a_process(folder: Path, place: Path, first: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN.format(first=first, names=NAMES), str(folder), str(place / "out")]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=place)


def _wait_for_the_end_of(process: int) -> None:
    """Java sees that its caller is gone, and ends within seconds."""
    for _ in range(300):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail(f"process {process} still runs")
