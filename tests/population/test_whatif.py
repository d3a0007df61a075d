"""What a reform does to a small population, worked out by hand; and to a random one, as one by one."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from compared import rows
from made import HEADERS, npi, write

from mips_ia import Refused
from mips_ia.formats.reforms import checked, given
from mips_ia.population import whatif as sides
from mips_ia.population.compared import people
from mips_ia.population.engine import MEMORY, DuckDB
from mips_ia.population.whatif import Compared, whatif
from mips_ia.reading.reform import Reform
from mips_ia.reading.yearbook import REFORM

# TIN: reports as, statuses, clinicians, how many of them did each activity.
HALF, MOST, SMALL, LARGE, RURAL, OPEN = (
    "000000001",
    "000000002",
    "000000003",
    "000000004",
    "000000005",
    "000000006",
)
PRACTICES = {
    HALF: ("group", "none", 4, {"IA_BE_4": 2, "IA_EPA_2": 2}),  # half of them: two activities, 40 points
    MOST: ("group", "none", 4, {"IA_BE_4": 3, "IA_EPA_2": 3}),  # three quarters: 40
    SMALL: ("group", "small_practice", 3, {"IA_BE_4": 3}),  # one is enough in a small practice: 40
    LARGE: ("group", "none", 20, {"IA_BE_4": 20}),  # one of two: 20
    RURAL: ("individual", "rural", 1, {"IA_BE_4": 1}),  # one is enough where it is rural: 40
    OPEN: ("group", "", 16, {"IA_BE_4": 16}),  # whether it is rural is not known: 20 to 40
}


@pytest.fixture(scope="module")
def scoring(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options that name the tables of the population above."""
    return options(written(tmp_path_factory.mktemp("population")))


@pytest.fixture(scope="module")
def nothing(scoring: list[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Compared]:
    """What comes of a reform that says what the rules say already."""
    out = tmp_path_factory.mktemp("nothing") / "out"
    return out, run(scoring, out, None, ["2026.rules.threshold.1.percent=50"])


@pytest.fixture(scope="module")
def rural(scoring: list[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Compared]:
    """What comes of everybody being rural."""
    out = tmp_path_factory.mktemp("rural") / "out"
    return out, run(scoring, out, None, (), ["rural=yes"])


def written(folder: Path) -> dict[str, Path]:
    tables: dict[str, list[dict[str, object]]] = {name: [] for name in HEADERS}
    for tin, (report_as, statuses, clinicians, done) in PRACTICES.items():
        place = {"performance_year": 2026, "tin": tin}
        tables["practices"].append(
            place | {"report_as": report_as, "statuses": statuses, "apm": "none", "not_scored": "none"}
        )
        people = [npi(100 * int(tin) + number) for number in range(clinicians)]
        tables["roster"] += [place | {"npi": one} for one in people]
        tables["participation"] += [
            place | {"npi": one, "activity_id": activity, "start_date": "2026-01-01",
                     "end_date": "2026-06-30", "taking_part": "yes"}
            for activity, count in done.items()
            for one in people[:count]
        ]  # fmt: skip
    paths = {}
    for name, header in HEADERS.items():
        paths[name] = folder / f"{name}.csv"
        with paths[name].open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(tables[name])
    return paths


def options(paths: dict[str, Path]) -> list[str]:
    return [word for name, path in paths.items() for word in (f"--{name}", str(path))]


def run(scoring: list[str], out: Path, *of: Any, ending: str = "parquet") -> Compared:
    reform = given(*of)
    with pytest.MonkeyPatch.context() as there:
        there.setattr(sides, "_scored", scored_once)
        return whatif(reform, checked(reform), scoring, out, ending, MEMORY)


def scored_once(side: str, out: Path, scoring: list[str], *more: Any) -> Any:
    """By the rules as they are a population comes to the same each time, and so is scored the first time."""
    if side != "as_is":
        return scored(side, out, scoring, *more)
    if tuple(scoring) not in AS_IT_IS:
        said = scored(side, out, scoring, *more)
        AS_IT_IS[tuple(scoring)] = said, {each.name: each.read_bytes() for each in out.iterdir()}
    said, files = AS_IT_IS[tuple(scoring)]
    out.mkdir(exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    return said


scored = sides._scored  # noqa: SLF001 - by a process of its own, as the command does it
AS_IT_IS: dict[tuple[str, ...], tuple[Any, dict[str, bytes]]] = {}


def moves(out: Path) -> dict[str, tuple[int, int, float, float]]:
    """By TIN: certain points before and after, and those of the final score."""
    names = ("points_as_is", "points_reform", "final_points_as_is", "final_points_reform")
    return {row["tin"]: tuple(row[name] for name in names) for row in rows(out / "changes.parquet")}  # type: ignore[misc]


# ---- Worked by hand


def test_groups_at_exactly_half_fail_where_three_quarters_are_asked(
    scoring: list[str], tmp_path: Path
) -> None:
    found = run(scoring, tmp_path / "out", None, ["2026.rules.threshold.1.percent=75"]).found

    assert moves(tmp_path / "out") == {HALF: (40, 0, 15, 0)}
    assert [
        (row["tin"], row["activity"], row["counts_as_is"], row["counts_reform"], row["codes_reform"])
        for row in sorted(rows(tmp_path / "out" / "changed_activities.parquet"), key=lambda r: r["activity"])
    ] == [
        (HALF, "IA_BE_4", True, False, "too_few_clinicians"),
        (HALF, "IA_EPA_2", True, False, "too_few_clinicians"),
    ]
    [row] = rows(tmp_path / "out" / "changes.parquet")
    assert row["points_difference"] == -40
    assert row["final_points_difference"] == -15
    assert row["rules_edition_reform"].startswith(f"{row['rules_edition_as_is']}+reform-")
    assert found.moved == [
        {"by": "points", "gain": 0, "lose": 1, "stay": 5},
        {"by": "final_points", "gain": 0, "lose": 1, "stay": 5},
    ]
    assert (found.participants, found.differing, found.activities_gained, found.activities_lost) == (
        6,
        1,
        0,
        2,
    )
    assert found.points == [
        {"points_as_is": 40, "points_reform": 40, "participants": 3},
        {"points_as_is": 40, "points_reform": 0, "participants": 1},
        {"points_as_is": 20, "points_reform": 20, "participants": 2},
    ]
    assert [
        (each["tin"], each["final_points_as_is"], each["final_points_reform"]) for each in found.losses
    ] == [(HALF, 15, 0)]


def test_a_small_practice_that_is_none_loses_the_double_points(scoring: list[str], tmp_path: Path) -> None:
    found = run(scoring, tmp_path / "out", None, (), ["small_practice=no"]).found

    assert moves(tmp_path / "out") == {SMALL: (40, 20, 15, 7.5)}
    assert found.average == {
        "points_as_is": 33.333333, "points_reform": 30, "final_points_as_is": 12.5,
        "final_points_reform": 11.25, "full_as_is": 4, "full_reform": 3,
    }  # fmt: skip


def test_where_everybody_is_rural_one_activity_is_enough_and_nothing_is_open(
    rural: tuple[Path, Compared],
) -> None:
    out, found = rural[0], rural[1].found

    assert moves(out) == {LARGE: (20, 40, 7.5, 15), OPEN: (20, 40, 7.5, 15)}
    assert (found.become_certain, found.become_uncertain, found.losses) == (1, 0, [])
    assert found.who[0] == {
        "performance_year": 2026, "entity": "group", "size": "2 to 15", "participants": 3,
        "gain": 0, "lose": 0, "stay": 3, "points_as_is": 40, "points_reform": 40, "final_points_as_is": 15,
        "final_points_reform": 15, "full_as_is": 3, "full_reform": 3,
    }  # fmt: skip
    assert [(each["entity"], each["size"], each["gain"]) for each in found.who] == [
        ("group", "2 to 15", 0), ("group", "16 to 99", 2), ("individual", "1", 0),
    ]  # fmt: skip


def test_where_nobody_is_rural_whoever_was_needs_two_activities(scoring: list[str], tmp_path: Path) -> None:
    run(scoring, tmp_path / "out", None, (), ["rural=no"], ending="csv")

    table = rows(tmp_path / "out" / "changes.csv")
    assert [(row["tin"], row["points_as_is"], row["points_reform"]) for row in table] == [(RURAL, "40", "20")]
    for side in ("as_is", "reform"):
        names = {path.name for path in (tmp_path / "out" / side).iterdir()}
        assert names == {"scores.csv", "attested.csv", "rejects.csv"}
        assert {row["tin"] for row in rows(tmp_path / "out" / side / "scores.csv")} == {*PRACTICES}


def test_with_a_full_credit_of_30_one_of_two_activities_is_worth_two_thirds(
    scoring: list[str], tmp_path: Path
) -> None:
    paths = ["full_credit.value", "scale.0.points.activity", "scale.1.points.activity", "credit.0.points",
             "credit.1.points"]  # fmt: skip
    found = run(scoring, tmp_path / "out", None, [f"2026.rules.{path}=30" for path in paths]).found

    assert moves(tmp_path / "out") == {
        **dict.fromkeys((HALF, MOST, SMALL, RURAL), (40, 30, 15, 15)),
        **dict.fromkeys((LARGE, OPEN), (20, 20, 7.5, 10)),
    }
    assert found.moved == [
        {"by": "points", "gain": 0, "lose": 4, "stay": 2},
        {"by": "final_points", "gain": 2, "lose": 0, "stay": 4},
    ]
    assert found.average["full_as_is"] == found.average["full_reform"] == 4


def test_a_reform_that_changes_nothing_changes_nobody(nothing: tuple[Path, Compared]) -> None:
    out, done = nothing

    assert rows(out / "changes.parquet") == []
    assert rows(out / "changed_activities.parquet") == []
    assert (done.found.differing, done.found.losses, done.errors, done.notes) == (0, [], False, ())
    one, other = (sorted(map(str, rows(out / side / "scores.parquet"))) for side in ("as_is", "reform"))
    assert one == other


# ---- One by one


def test_by_a_reform_too_the_answers_are_those_of_each_alone(tmp_path: Path) -> None:
    """Random practices, with faults; `mips-ia score` under the same reform."""
    paths = write(tmp_path, 60, 21, 0.1)
    reform = tmp_path / "reform.toml"
    reform.write_text(
        'title = "All of it"\n[every.rules]\nthreshold.1.percent = 70\nspecial.rural.everybody = true\n'
        "special.small_practice.everybody = false\nperiod.3.days = 60\n",
        encoding="utf-8",
    )

    done = run(options(paths), tmp_path / "out", reform)

    alone = subprocess.run(
        [sys.executable, "-m", "mips_ia.cli.main", "score", "--format", "json", *paths.values()],
        env={**os.environ, REFORM: str(reform)}, capture_output=True, check=False,
    )  # fmt: skip
    assert alone.returncode == 1
    assert "By a reform, not by the rules in force: All of it" in alone.stderr.decode()
    names = ("performance_year", "tin", "npi", "entity_id", "points", "points_possible", "final_points",
             "certain", "rules_edition")  # fmt: skip
    one_by_one = [
        tuple("" if each[name] is None else each[name] for name in names)
        for each in json.loads(alone.stdout)["participants"]
    ]
    together = [
        tuple(row[name] for name in names) for row in rows(tmp_path / "out" / "reform" / "scores.parquet")
    ]
    assert sorted(map(str, together)) == sorted(map(str, one_by_one))
    assert done.errors
    assert done.found.differing > 30


# ---- Whole or absent


def test_the_reform_as_applied_is_kept_and_can_be_given_again(rural: tuple[Path, Compared]) -> None:
    reform, out = given(None, (), ["rural=yes"]), rural[0]

    again = given(out / "reform.toml")
    plain = json.loads((out / "reform.json").read_text(encoding="utf-8"))

    assert (again.title, again.over) == (reform.title, reform.over)
    assert plain["title"] == "rural=yes"
    assert len(plain["changes"]) == len(checked(reform))
    assert plain["changes"][0].keys() == {"year", "path", "from", "to", "says"}
    assert sorted(path.name for path in out.iterdir()) == [
        "as_is", "changed_activities.parquet", "changes.parquet", "reform", "reform.json", "reform.toml",
    ]  # fmt: skip


def test_what_cannot_be_scored_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text("tin,npi\n", encoding="utf-8")

    with pytest.raises(Refused, match=r"As it is: practices\.csv, headings: There is no") as refusal:
        run(["--practices", str(tmp_path / "practices.csv")], tmp_path / "out", None, (), ["rural=yes"])

    assert {each.code for each in refusal.value.problems} == {"side_not_scored"}
    assert [path.name for path in tmp_path.iterdir()] == ["practices.csv"]


def test_a_process_that_crashes_says_how_it_ended(scoring: list[str], tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"By the reform: The process ended with code 1: .*Error") as refusal:
        run(scoring, tmp_path / "out", None, ["2026.rules.period.3.days=99999999"])

    assert [each.code for each in refusal.value.problems] == ["side_not_scored"]
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_is_there_is_refused_before_anything_is_scored(
    scoring: list[str], tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="is there already"):
        run(scoring, tmp_path, None, (), ["rural=yes"])


def test_where_a_reform_is_in_force_nothing_is_compared(
    scoring: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REFORM, "reform.toml")

    with pytest.raises(Refused, match="A reform is in force"):
        whatif(Reform("Nothing", {}, ""), [], scoring, tmp_path / "out", "parquet", MEMORY)


DYING = """
import os, signal, sys
from pathlib import Path
from mips_ia.population.whatif import whatif
from mips_ia.reading.reform import Reform

def tell(what):
    if what.startswith("By the reform: Reading"):
        os.kill(os.getpid(), signal.SIGKILL)

whatif(Reform("Nothing", {}, ""), [], sys.argv[2:], Path(sys.argv[1]), "parquet", "1GB", tell)
"""


def test_killed_between_the_sides_it_leaves_no_folder_and_the_next_run_clears_up(
    scoring: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", DYING, str(tmp_path / "out"), *scoring]

    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert len([*tmp_path.glob(".out.*.partial")]) == 1

    with pytest.raises(Refused, match="As it is"):
        run(["--practices", "none.csv"], tmp_path / "out", None, (), ["rural=yes"])
    assert [*tmp_path.iterdir()] == []


def test_interrupted_it_ends_the_process_that_scores_and_leaves_nothing(
    scoring: list[str], tmp_path: Path
) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        whatif(Reform("Nothing", {}, ""), [], scoring, tmp_path / "out", "parquet", MEMORY, interrupted)

    assert [*tmp_path.iterdir()] == []


# ---- Nobody is dropped


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    (tmp_path / "room").mkdir()
    with closing(DuckDB(tmp_path / "room", MEMORY)) as engine:
        yield engine


@pytest.mark.parametrize("side", ["as_is", "reform"])
def test_somebody_whom_one_run_lacks_is_named(
    side: str, nothing: tuple[Path, Compared], engine: DuckDB, tmp_path: Path
) -> None:
    out = shutil.copytree(nothing[0], tmp_path / "out")
    scores = out / side / "scores.parquet"
    other = "reform" if side == "as_is" else "as_is"
    with duckdb.connect() as database:
        database.execute(f"create table kept as from '{scores}' where tin <> '{RURAL}'")
        database.execute(f"copy kept to '{scores}'")

    with pytest.raises(AssertionError, match=rf"only in {other}: .*{RURAL}"):
        people(engine, out)
