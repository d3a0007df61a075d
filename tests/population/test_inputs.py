"""What may be given: CSV and Parquet, folders, headings as people write them, cells of any type."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from compared import Answers, answers, assert_same, one_by_one, rows
from made import HEADERS, npi, write

from mips_ia import Refused
from mips_ia.formats.bulk import read
from mips_ia.formats.bulk_columns import OF_ACTIVITIES
from mips_ia.population.run import run

Paths = Mapping[str, list[Path]]


def scored(given: Paths, out: Path) -> Answers:
    run(given, out)
    return answers(rows(out / "scores.parquet"), rows(out / "attested.parquet"))


def rejects(out: Path) -> set[tuple[str, str]]:
    return {(row["where"], row["code"]) for row in rows(out / "rejects.parquet")}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Path], Answers]:
    """A few random practices with faults, and their answers."""
    paths = write(tmp_path_factory.mktemp("known"), 40, 21, 0.1)
    return paths, one_by_one(paths)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [*csv.DictReader(file)]


def saved(path: Path, found: list[dict[str, str]], header: Mapping[str, str], separator: str = ",") -> Path:
    """Rows with the headings that `header` gives for their columns, in its order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(header.values())
        writer.writerows([row[name] for name in header] for row in found)
    return path


def parquet(path: Path, select: str, *given: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    to = str(path).replace("'", "''")
    with duckdb.connect() as database:
        database.execute(f"create table t as {select}", [str(each) for each in given])
        database.execute(f"copy t to '{to}' (format parquet, row_group_size 2048)")
    return path


# ---- The same rows in other files


def test_headings_in_another_order_and_case_with_semicolons_are_the_same(
    known: tuple[dict[str, Path], Answers], tmp_path: Path
) -> None:
    paths, expected = known
    given = {
        name: [
            saved(
                tmp_path / f"{name}.csv",
                table(path),
                {each: each.replace("_", " ").title() for each in reversed(HEADERS[name])},
                ";",
            )
        ]
        for name, path in paths.items()
    }

    assert_same(scored(given, tmp_path / "out"), expected)


def test_a_folder_with_files_of_both_kinds_at_any_depth_is_one_table(
    known: tuple[dict[str, Path], Answers], tmp_path: Path
) -> None:
    paths, expected = known
    for name, path in paths.items():
        found, header = table(path), dict(zip(HEADERS[name], HEADERS[name], strict=True))
        some = saved(tmp_path / "rest" / f"{name}.csv", found[::2], header)
        saved(tmp_path / name / "a's" / f'{name} "odd" [1].csv', found[1::2], header)
        parquet(tmp_path / name / "even" / f"{name}'s.parquet", "from read_csv($1, all_varchar = true)", some)
        (tmp_path / name / "read me.txt").write_text("no table", encoding="utf-8")

    assert_same(scored({name: [tmp_path / name] for name in paths}, tmp_path / "it's out"), expected)


def test_a_row_in_two_files_is_there_twice_and_named(tmp_path: Path) -> None:
    given = small(tmp_path)

    copy = tmp_path / "copy.csv"
    copy.write_bytes(given["roster"][0].read_bytes())
    run({**given, "roster": [*given["roster"], copy, copy]}, tmp_path / "out")

    assert "duplicate" in {code for _, code in rejects(tmp_path / "out")}


# ---- Types of Parquet


def test_dates_numbers_and_answers_of_parquet_are_read_by_their_type(tmp_path: Path) -> None:
    practices = parquet(
        tmp_path / "practices.parquet",
        "select 2026 as performance_year, '000000101' as tin, 'individual' as report_as, 'none' as statuses, "
        "false as study, date '2026-02-02' as statuses_checked_on, null::varchar as mvp_id",
    )
    roster = parquet(
        tmp_path / "roster.parquet",
        f"select 2026::smallint as performance_year, '000000101' as tin, {npi(1)}::bigint as npi, "
        "true as billed_in_year, null::boolean as rural, date '2026-01-01' as joined_on",
    )
    done = parquet(
        tmp_path / "participation.parquet",
        f"select 2026.0::double as performance_year, '000000101' as tin, '{npi(1)}' as npi, "
        "'IA_EPA_2' as activity_id, timestamp '2026-03-01 00:00:00' as start_date, "
        "date '2026-05-29' as end_date, true as taking_part",
    )

    found = scored({"practices": [practices], "roster": [roster], "participation": [done]}, tmp_path / "out")

    [row] = [each for rows in found.attested.values() for each in rows]
    assert (row["counts"], str(row["first"]), str(row["last"])) == (True, "2026-03-01", "2026-05-29")
    assert rejects(tmp_path / "out") == set()


def test_a_tin_that_was_a_number_and_lost_its_noughts_is_named_and_not_padded(tmp_path: Path) -> None:
    practices = parquet(
        tmp_path / "practices.parquet",
        "select 2026 as performance_year, 101 as tin, 'group' as report_as "
        "union all select 2026, 123456789, 'group'",
    )

    found = scored({"practices": [practices]}, tmp_path / "out")

    assert [row["tin"] for row in found.people.values()] == ["123456789"]
    assert rejects(tmp_path / "out") == {("practices.parquet, line 2, tin", "wrong_length")}


# ---- What cannot be a table

PRACTICES = "performance_year,tin,report_as\n2026,000000101,individual\n"
ROSTER = f"performance_year,tin,npi\n2026,000000101,{npi(1)}\n"


def small(folder: Path, **texts: str) -> dict[str, list[Path]]:
    """A practice of one, with other text where it is given."""
    given = {"practices": PRACTICES, "roster": ROSTER, **texts}
    for name, content in given.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return {name: [folder / f"{name}.csv"] for name in given}


def test_a_table_with_headings_alone_has_no_rows(tmp_path: Path) -> None:
    given = small(tmp_path, participation="performance_year,tin,npi,activity_id\n")

    found = scored(given, tmp_path / "out")

    assert_same(found, one_by_one({name: path for name, [path] in given.items()}))
    assert [person["attested"] for person in found.people.values()] == [0]


def test_without_any_practice_nobody_is_scored_and_every_row_is_named(tmp_path: Path) -> None:
    given = small(tmp_path, practices=PRACTICES.splitlines()[0] + "\n")

    assert scored(given, tmp_path / "out").people == {}
    assert rejects(tmp_path / "out") == {("roster.csv, line 2, tin", "no_practice")}


def test_columns_that_are_not_known_are_noted_and_a_misspelling_is_a_warning(tmp_path: Path) -> None:
    given = small(tmp_path, roster=f"performance_year,tin,npi,fax,rurall\n2026,000000101,{npi(1)},1,yes\n")

    done = run(given, tmp_path / "out")

    assert [(note.code, note.severity) for note in done.notes] == [
        ("unknown_column", "warning"),
        ("unknown_column", "note"),
    ]
    assert done.scored == 1


@pytest.mark.parametrize("made", ["nothing", "folder", "text", "broken"])
def test_a_path_without_a_table_is_refused_with_its_name(made: str, tmp_path: Path) -> None:
    path = tmp_path / f"{made}.parquet"
    if made == "folder":
        path.mkdir()
    elif made == "text":
        path = path.with_suffix(".txt")
        path.write_text(PRACTICES, encoding="utf-8")
    elif made == "broken":
        path.write_bytes(b"PAR1 and no more")

    with pytest.raises(Refused, match=path.name) as refusal:
        run({"practices": [path]}, tmp_path / "out")

    assert [each.code for each in refusal.value.problems] == [
        "damaged_file" if made == "broken" else "no_tables"
    ]
    assert [each.name for each in tmp_path.iterdir()] == ([] if made == "nothing" else [path.name])


# ---- Nothing is dropped silently

BROKEN = (
    ("practices", "2026,0000001,group"),
    ("practices", "2026,000000301,team"),
    ("practices", "1999,000000302,group"),
    ("practices", "2026,000000303,group,too,many"),
    ("roster", f"2026,,{npi(2)}"),
    ("roster", "2026,000000101,900"),
    ("roster", f"20x6,000000101,{npi(3)}"),
    ("roster", f"2026,000000999,{npi(4)}"),
    ("roster", f"2026,000000101,{npi(1)}"),
    ("roster", f"2026,000000101,{npi(5)},a cell too many"),
    ("participation", f"2026,000000101,{npi(1)},IA_EPA_2,2026-02-30"),
    ("participation", f"2026,000000101,{npi(99)},IA_EPA_2,2026-01-01"),
    ("participation", f"2026,000000101,{npi(1)},,2026-01-01"),
    ("participation", f"2026,000000999,{npi(1)},IA_EPA_2,2026-01-01"),
    ("participation", f",000000101,{npi(1)},IA_EPA_2,2026-01-01"),
    ("participation", f"2026,00000000,{npi(1)},IA_EPA_2,2026-01-01,x"),
    ("participation", f"2026,000000000,{npi(1)},IA_EPA_2,2026-01-01,x"),
    ("participation", f'2026,000000101,{npi(1)},"IA_EPA_2\n",soon'),
)


def test_every_row_is_in_a_participant_or_is_named(tmp_path: Path) -> None:
    texts = {
        "practices": PRACTICES,
        "roster": ROSTER,
        "participation": "performance_year,tin,npi,activity_id,start_date\n",
    }
    for name, row in BROKEN:
        texts[name] += row + "\n"

    done = run(small(tmp_path, **texts), tmp_path / "out")

    named: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows(tmp_path / "out" / "rejects.parquet"):
        if row["severity"] == "error":
            file, line, *_ = row["where"].split(", ")
            named[file].add(line)
    for name in texts:
        assert len(named[f"{name}.csv"]) == sum(each == name for each, _ in BROKEN)
    assert done.scored == 1


def test_errors_are_those_that_the_reader_of_bulk_files_finds(
    known: tuple[dict[str, Path], Answers], tmp_path: Path
) -> None:
    paths, _ = known
    run({name: [path] for name, path in paths.items()}, tmp_path / "out")

    told = {(each.where, each.code) for each in read([*paths.values()]).problems if each.severity == "error"}
    found = rows(tmp_path / "out" / "rejects.parquet")

    # What the rules of the year say of an activity stands with what was attested, and not here again.
    assert {(row["where"], row["code"]) for row in found if row["severity"] == "error"} == {
        each for each in told if each[1] not in OF_ACTIVITIES
    }
