"""What goes into a run and what comes out: every row scored or named, and the folder whole or absent."""

from pathlib import Path

import duckdb
import pytest

from mips_ia import Refused
from mips_ia.formats.ids import npi_checks
from mips_ia.population import sample
from mips_ia.population.run import Done, run

PRACTICES = (
    "performance_year,tin,report_as,statuses,apm,not_scored\n2026,000000101,individual,none,none,none\n"
)
ROSTER = "performance_year,tin,npi\n2026,000000101,9000000015\n"
DONE = "performance_year,tin,npi,activity_id,start_date,end_date\n"
WELL = "2026,000000101,9000000015,IA_EPA_2,2026-01-01,2026-12-31\n"


def scored(folder: Path, **texts: str) -> tuple[Done, list[tuple[int, int]], list[tuple[str, str]]]:
    """Some tables scored: what is said, points and most points of everybody, and the rejects."""
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    done = run({name: [folder / f"{name}.csv"] for name in texts}, folder / "out")
    return done, read(folder, "points, points_possible", "scores"), read(folder, '"where", code', "rejects")


def read(folder: Path, columns: str, name: str) -> list[tuple]:  # type: ignore[type-arg]
    with duckdb.connect() as database:
        found = database.execute(f"select {columns} from '{folder / 'out' / name}.parquet' order by all")
        return found.fetchall()


def refused(folder: Path, **texts: str) -> list[str]:
    with pytest.raises(Refused) as refusal:
        scored(folder, **texts)
    assert not (folder / "out").exists()
    assert [*folder.glob(".out*")] == []
    return [problem.code for problem in refusal.value.problems]


def test_a_row_with_a_cell_too_many_is_left_out_by_name_and_may_have_counted(tmp_path: Path) -> None:
    more = "2026,000000101,9000000015,IA_BE_4,2026-01-01,2026-12-31,one,too many\n"
    late = "2026,000000101,9000000015,IA_PM_16,2026-01-01,soon\n"

    done, points, rejects = scored(
        tmp_path, practices=PRACTICES, roster=ROSTER, participation=DONE + WELL + more + late
    )

    assert (done.scored, done.closer, points) == (1, 1, [(20, 40)])
    assert rejects == [
        ("participation.csv, line 3", "too_many_cells"),
        ("participation.csv, line 4, end_date", "bad_date"),
        ("practices.csv, line 2", "incomplete"),
    ]


def test_a_row_with_cells_missing_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    short = "2026,000000101,9000000015,IA_BE_4\n"

    _, points, rejects = scored(
        tmp_path, practices=PRACTICES, roster=ROSTER, participation=DONE + WELL + short
    )

    assert (points, rejects) == ([(20, 40)], [])


def test_a_row_whose_tin_cannot_be_read_is_named_and_weighs_on_nobody(tmp_path: Path) -> None:
    stray = WELL.replace("000000101", "101") + WELL.replace("000000101", "000000999")

    done, points, rejects = scored(
        tmp_path, practices=PRACTICES, roster=ROSTER, participation=DONE + WELL + stray
    )

    assert (points, done.errors) == ([(20, 20)], 2)
    assert rejects == [
        ("participation.csv, line 3, tin", "wrong_length"),
        ("participation.csv, line 4, tin", "no_practice"),
    ]


def test_semicolons_and_headings_as_people_write_them_are_understood(tmp_path: Path) -> None:
    practices = PRACTICES.replace(",", ";").replace("performance_year;tin", "Performance Year;TIN")

    _, points, _ = scored(tmp_path, practices=f"sep=;\n{practices}", roster=ROSTER, participation=DONE + WELL)

    assert points == [(20, 20)]


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    for part, row in (("a", WELL), ("b", WELL.replace("IA_EPA_2", "IA_BE_4").replace("12-31", "02-30"))):
        (tmp_path / part).mkdir()
        (tmp_path / part / "participation.csv").write_text(DONE + row, encoding="utf-8")
    (tmp_path / "practices.csv").write_text(PRACTICES, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")

    run(
        {
            "practices": [tmp_path / "practices.csv"],
            "roster": [tmp_path / "roster.csv"],
            "participation": [tmp_path / "a", tmp_path / "b"],
        },
        tmp_path / "out",
    )

    assert read(tmp_path, "points, points_possible", "scores") == [(20, 40)]
    assert ((tmp_path / "b" / "participation.csv").as_posix() + ", line 2, end_date", "bad_date") in read(
        tmp_path, '"where", code', "rejects"
    )


@pytest.mark.parametrize(
    ("practices", "code"),
    [
        (PRACTICES.replace("individual", '"individual'), "unclosed_quote"),
        (PRACTICES.replace("individual", '"indi"vidual'), "damaged_file"),
        (PRACTICES.replace("report_as", "reports"), "missing_column"),
        (PRACTICES.replace("statuses", "apm"), "repeated_column"),
        ("", "empty_file"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_table_is_refused_and_nothing_is_written(
    practices: str, code: str, tmp_path: Path
) -> None:
    assert refused(tmp_path, practices=practices) == [code]


def test_every_file_at_fault_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, practices="", roster="tin\n", participation="") == [
        "empty_file", "missing_column", "missing_column", "empty_file",
    ]  # fmt: skip


def test_a_practice_that_nobody_of_is_listed_is_named(tmp_path: Path) -> None:
    done, points, rejects = scored(tmp_path, practices=PRACTICES)

    assert (done.scored, done.errors, points) == (0, 1, [])
    assert rejects == [("practices.csv, line 2, tin", "no_clinicians")]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "practices.csv").write_text(PRACTICES, encoding="utf-8")

    with pytest.raises(Refused, match="is there already"):
        run({"practices": [tmp_path / "practices.csv"]}, tmp_path / "out")


def test_the_same_seed_invents_the_same_people_and_all_of_them_can_be_scored(tmp_path: Path) -> None:
    for name in ("one", "two"):
        sample.write(500, 7, 2026, tmp_path / name, "csv")

    for table in ("practices", "roster", "participation"):
        one, two = ((tmp_path / name / f"{table}.csv").read_bytes() for name in ("one", "two"))
        assert one == two
    with duckdb.connect() as database:
        found = database.execute(
            f"select npi, tin from read_csv('{tmp_path}/one/roster.csv', all_varchar=true)"
        )
        people = found.fetchall()
    assert len(people) == 500
    assert all(npi_checks(npi) and tin.startswith("000") for npi, tin in people)
    paths = {name: [tmp_path / "one" / f"{name}.csv"] for name in ("practices", "roster", "participation")}
    assert run(paths, tmp_path / "out").errors == 0


def test_more_people_than_there_are_invented_tins_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        sample.write(30_000_000, 1, 2026, tmp_path / "many")
    assert not (tmp_path / "many").exists()
