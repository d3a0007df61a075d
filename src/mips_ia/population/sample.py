"""An invented population in the layout of bulk files, for tests and demonstrations.

Nobody in it exists: TINs begin with 000, NPIs with 9, and the names say that they are invented.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from mips_ia.catalogue import catalogue
from mips_ia.population.engine import text
from mips_ia.problems import Problem, Refused

MOST_TINS = 1_000_000  # those that begin with 000
_AT_ONCE = 50_000  # practices, so that memory stays bounded
_SIZES = ((1, 0.5), (4, 0.2), (12, 0.15), (40, 0.1), (120, 0.05))  # about so many clinicians, and how often


def write(clinicians: int, seed: int, year: int, out: Path, ending: str = "parquet") -> Mapping[str, int]:
    """Write practices, roster and participation of so many clinicians; how many rows each has.

    Practices of ten or more mostly report as groups. A clinician attests three activities on
    average; most windows are good, some are short, and some days and answers are missing.
    The same number, seed and year give the same files. `Refused` where there are too many.
    """
    draw = np.random.default_rng(seed)
    size = _sizes(clinicians, draw)
    if len(size) > MOST_TINS:
        what = f"{clinicians:,} clinicians would need more than the {MOST_TINS:,} TINs that begin with 000."
        raise Refused([Problem("too_many_clinicians", "--clinicians", what, "Ask for fewer.")])
    rows: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as room, duckdb.connect(f"{room}/sample.duckdb") as database:
        for first in range(0, len(size), _AT_ONCE):
            for name, table in _tables(size, first, year, draw).items():
                database.register("part", table)
                make = f"insert into {name} from part" if first else f"create table {name} as from part"
                database.execute(make)
                rows[name] = rows.get(name, 0) + len(table)
        out.mkdir(parents=True, exist_ok=True)
        for name in rows:
            kind = "format parquet" if ending == "parquet" else "format csv, header"
            database.execute(f"copy {name} to {text(out / f'{name}.{ending}')} ({kind})")
    return rows


def _tables(
    sizes: np.ndarray, first: int, year: int, draw: np.random.Generator
) -> Mapping[str, pd.DataFrame]:
    """The three tables of some of the practices, as text; a blank cell is empty."""
    size = sizes[first : first + _AT_ONCE]
    clinicians, before = int(size.sum()), int(sizes[:first].sum())
    number = first + np.arange(len(size))
    tin = np.char.zfill(number.astype(str), 9)
    group = draw.random(len(size)) < np.where(size >= 10, 0.8, 0.2) * (size > 1)
    npi = _npis(before, clinicians)
    home = np.repeat(np.arange(len(size)), size)
    practices = pd.DataFrame(
        {
            "performance_year": str(year),
            "tin": tin,
            "practice_name": np.char.add("Invented Practice ", number.astype(str)),
            "report_as": np.where(group, "group", "individual"),
            "pathway": "traditional",
            "statuses": _statuses(size, draw),
            "medical_home_sites": draw.choice(["", "0/1", "1/1", "1/3"], len(size), p=[0.1, 0.8, 0.05, 0.05]),
            "not_scored": draw.choice(["none", "pi", ""], len(size), p=[0.9, 0.05, 0.05]),
            "apm": draw.choice(["none", "mips_apm", "other_apm", ""], len(size), p=[0.8, 0.1, 0.05, 0.05]),
            "quality_and_pi_submitted": draw.choice(["yes", "no", ""], len(size), p=[0.85, 0.1, 0.05]),
        }
    )
    roster = pd.DataFrame(
        {
            "performance_year": str(year),
            "tin": tin[home],
            "npi": npi,
            "last_name": np.char.add("Invented", (before + np.arange(clinicians)).astype(str)),
            "billed_in_year": draw.choice(["yes", "", "no"], clinicians, p=[0.9, 0.08, 0.02]),
        }
    )
    return {
        "practices": practices,
        "roster": roster,
        "participation": _participation(year, tin, npi, home, draw),
    }


def _sizes(clinicians: int, draw: np.random.Generator) -> np.ndarray:
    """How many clinicians each practice has; they add up."""
    around, often = zip(*_SIZES, strict=True)
    mean = sum(each * share for each, share in _SIZES)
    drawn = draw.poisson(draw.choice(around, int(clinicians / mean * 1.2) + 20, p=often)) + 1
    ends = np.minimum(np.cumsum(drawn), clinicians)
    sizes = np.diff(ends, prepend=0)
    return sizes[sizes > 0]


def _npis(before: int, count: int) -> np.ndarray:
    """So many invented NPIs after others, with their check digit, by the Luhn formula."""
    first = 900_000_000 + before + np.arange(count)
    total = np.full(count, 24)  # what the letters before it add
    rest = first.copy()
    for place in range(9):
        digit = rest % 10 * (2 if place % 2 == 0 else 1)
        total += digit // 10 + digit % 10
        rest //= 10
    return np.char.add(first.astype(str), ((10 - total % 10) % 10).astype(str))


def _statuses(size: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    small = np.where(size <= 15, "small_practice", "")
    rural = np.where(draw.random(len(size)) < 0.15, " rural", "")
    said = np.char.strip(np.char.add(small, rural))
    said = np.where(said == "", "none", said)
    return np.where(draw.random(len(size)) < 0.03, "", said)


def _participation(
    year: int, tin: np.ndarray, npi: np.ndarray, home: np.ndarray, draw: np.random.Generator
) -> pd.DataFrame:
    """Three rows a clinician on average, each of another activity; colleagues prefer the same ones."""
    ids = np.array([*catalogue(year).activities])
    popular = draw.permutation(len(ids))
    many = draw.binomial(6, 0.5, len(npi))
    who = np.repeat(np.arange(len(npi)), many)
    turn = np.arange(len(who)) - np.repeat(np.cumsum(many) - many, many)
    favourite = home[who] * 7 + turn
    strays = draw.random(len(who)) < 0.2
    choice = np.where(strays, draw.integers(0, len(ids), len(who)), favourite % min(40, len(ids)))
    kept = ~pd.DataFrame({"who": who, "choice": choice}).duplicated().to_numpy()
    who, choice = who[kept], choice[kept]
    length = draw.choice([0, 88, 89, 90, 120, 180], len(who), p=[0.02, 0.03, 0.25, 0.3, 0.2, 0.2])
    start = draw.integers(0, 180, len(who))
    day = np.datetime64(f"{year}-01-01")
    first, last = (day + start).astype(str), (day + start + length).astype(str)
    return pd.DataFrame(
        {
            "performance_year": str(year),
            "tin": tin[home[who]],
            "npi": npi[who],
            "activity_id": ids[popular[choice]],
            "start_date": first,
            "end_date": np.where(draw.random(len(who)) < 0.01, "", last),
            "taking_part": draw.choice(["yes", "no", ""], len(who), p=[0.97, 0.02, 0.01]),
        }
    )
