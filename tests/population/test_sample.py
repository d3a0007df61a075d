"""An invented population: nobody in it exists, the same seed gives it again, and it can be scored."""

from pathlib import Path

import pytest
from compared import assert_same, one_by_one, rows, together

from mips_ia import Refused, catalogue, years
from mips_ia.formats.ids import npi_checks
from mips_ia.population.sample import write

NAMES = ("practices", "roster", "participation")


def text(folder: Path, ending: str = "csv") -> dict[str, bytes]:
    return {name: (folder / f"{name}.{ending}").read_bytes() for name in NAMES}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_rows_and_another_seed_others(ending: str, tmp_path: Path) -> None:
    for folder, seed in (("one", 5), ("again", 5), ("other", 6)):
        write(300, seed, years()[-1], tmp_path / folder, ending)

    if ending == "csv":
        assert text(tmp_path / "one") == text(tmp_path / "again")
    for name in NAMES:
        one, again, other = (rows(tmp_path / each / f"{name}.{ending}") for each in ("one", "again", "other"))
        assert one == again != other


def test_of_all_years_it_can_be_scored_and_no_row_is_a_reject(tmp_path: Path) -> None:
    for year in years():
        counts = write(60, year, year, tmp_path, "csv")
        for name in NAMES:
            found = rows(tmp_path / f"{name}.csv")
            assert counts[name] == len(found)
            assert {row["performance_year"] for row in found} == {str(year)}
            assert {row.get("activity_id") for row in found} <= {None, *catalogue(year).activities}
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / f"{name}.csv").rename(tmp_path / name / f"{year}.csv")

    paths = {name: tmp_path / name for name in NAMES}
    people, done = together(paths, tmp_path / "out")

    assert (done.rejects, done.errors) == (0, 0)
    assert {row["performance_year"] for row in people.people.values()} == {*years()}
    assert_same(people, one_by_one(paths))


@pytest.mark.parametrize("clinicians", [1, 2, 7, 100, 1_234])
def test_there_are_exactly_as_many_clinicians_as_asked_for_and_all_are_invented(
    clinicians: int, tmp_path: Path
) -> None:
    counts = write(clinicians, 3, years()[-1], tmp_path, "csv")
    roster = rows(tmp_path / "roster.csv")

    assert counts["roster"] == len({row["npi"] for row in roster}) == clinicians
    assert all(npi_checks(row["npi"]) and row["npi"].startswith("9") for row in roster)
    assert all(row["tin"].startswith("000") and len(row["tin"]) == 9 for row in roster)
    assert all(row["last_name"].startswith("Invented") for row in roster)
    assert {row["tin"] for row in rows(tmp_path / "practices.csv")} == {row["tin"] for row in roster}


def test_more_than_the_invented_tins_hold_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Ask for fewer"):
        write(30_000_000, 1, years()[-1], tmp_path / "many")

    assert not (tmp_path / "many").exists()


@pytest.mark.parametrize("year", [years()[0] - 1, years()[-1] + 1])
def test_a_year_that_is_not_here_is_refused(year: int, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=str(years()[-1])):
        write(10, 1, year, tmp_path / "none")
