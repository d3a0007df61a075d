"""Random practices with the edges of the rules forced, as the three tables of bulk files."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random

from mips_ia import catalogue, rules, years
from mips_ia.formats.bulk_columns import PARTICIPATION, PRACTICES, ROSTER

HEADERS: Mapping[str, list[str]] = {
    "practices": [*PRACTICES],
    "roster": [*ROSTER],
    "participation": [*PARTICIPATION],
}
SIZES = (1, 1, 1, 2, 3, 4, 5, 14, 15, 16, 17, 30)
STRANGE = ("IA_XX_9", "IA_PM_13", "IA_ERP_6", "IA PM 5", "nothing", "")


def npi(number: int) -> str:
    """An invented NPI with its check digit."""
    text = f"9{number:08d}"
    total = 24 + sum(
        sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(text))
    )
    return f"{text}{-total % 10}"


def write(folder: Path, units: int, seed: int, faults: float) -> dict[str, Path]:
    """Three CSV files of so many practices, of which a share has rows with faults."""
    return written(folder, drawn(units, seed, faults))


def drawn(units: int, seed: int, faults: float, first: int = 0) -> dict[str, list[dict[str, object]]]:
    """The rows of so many practices, numbered from the first."""
    draw = Random(seed)
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in HEADERS}
    for number in range(first, first + units):
        for name, each in practice(draw, number, draw.random() < faults):
            rows[name].append(each)
    return rows


def written(folder: Path, rows: Mapping[str, list[dict[str, object]]]) -> dict[str, Path]:
    """A CSV file of each table."""
    paths = {}
    for name, header in HEADERS.items():
        paths[name] = folder / f"{name}.csv"
        with paths[name].open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(rows[name])
    return paths


def practice(draw: Random, number: int, faulty: bool) -> Iterator[tuple[str, dict[str, object]]]:
    """One practice with its roster and participation; a faulty one has cells that cannot be read."""
    year = draw.choice(years())
    known = rules(year)
    place = {"performance_year": year, "tin": f"{number:09d}"}
    pathway = draw.choice([*known.pathway, "traditional", "traditional"])
    entity = draw.choice(known.pathway[pathway].entities)
    mvps = [*catalogue(year).mvps, "M9999", ""] if pathway == "mvp" else [""]
    mips_apm = pathway in ("app", "apm_scoring_standard")
    yield (
        "practices",
        place
        | {
            "practice_name": draw.choice(["", f"Invented {number}"]),
            "report_as": entity,
            "pathway": pathway if draw.random() < 0.9 or pathway != "traditional" else "",
            "mvp_id": draw.choice(mvps),
            "statuses": draw.choice(
                ["", "none", "small_practice", "rural", "Small practice, HPSA", *known.special]
            ),
            "statuses_checked_on": draw.choice(["", f"{year}-03-01", "soon" if faulty else ""]),
            "medical_home_sites": draw.choice(["", "0/1", "1/2", "1/1", "3/2" if faulty else "2/4"]),
            "entity_id": draw.choice(["", f"E{number // 3}"]) if entity != "group" else "",
            "apm": draw.choice(["", "mips_apm"] if mips_apm else ["", "none", "mips_apm", "other_apm"]),
            "quality_and_pi_submitted": draw.choice(["", "yes", "no", "perhaps" if faulty else ""]),
            "not_scored": draw.choice(["", "none", "none", "pi", "quality cost", "ia"]),
            "extreme_circumstances": draw.choice(["", "", "no", "yes"]),
            "study": draw.choice(["", "", "no", "yes"]),
        },
    )
    people = [npi(number * 40 + place) for place in range(draw.choice(SIZES))]
    silent = draw.random()  # how often the statuses of clinicians are left blank
    if draw.random() < 0.9:
        for one in people:
            yield (
                "roster",
                place
                | {
                    "npi": one[:9] if faulty and draw.random() < 0.1 else one,
                    "last_name": draw.choice(["", "Invented"]),
                    "joined_on": draw.choice(["", f"{year}-01-01"]),
                    "billed_in_year": draw.choice(["yes", "yes", "", "no"]),
                    **{
                        name: draw.choice(["yes", "no"]) if draw.random() > silent else ""
                        for name in ("non_patient_facing", "rural", "hpsa")
                    },
                },
            )
    if draw.random() < 0.95:
        yield from (("participation", place | row) for row in done(draw, year, people, faulty))


def done(draw: Random, year: int, people: list[str], faulty: bool) -> Iterator[dict[str, object]]:
    """What the clinicians of one practice did: about half of them each of a few activities."""
    listed = catalogue(year)
    special = [each.id for each in listed.activities.values() if each.event]
    limited = [id for rule in rules(year).frequency for id in rule.activities]
    longer = [id for period in rules(year).period for id in period.activities]
    pool = [*draw.sample([*listed.activities], 3), "IA_PCMH", *special[:5], *listed.gone, *limited, *longer]
    for activity in draw.sample(pool, min(len(pool), draw.randint(0, 4))):
        half = -(-len(people) // 2)
        many = draw.choice([half - 1, half, half + 1, len(people)])
        for one in draw.sample(people, max(0, min(many, len(people)))):
            days = dict(
                window(draw, year, listed.activities.get(activity)) for _ in range(draw.choice([1, 1, 2]))
            )
            for first, last in days.items():
                yield {
                    "npi": npi(99_000_000) if faulty and draw.random() < 0.1 else one,
                    "activity_id": draw.choice(STRANGE) if draw.random() < 0.03 else activity,
                    "start_date": "13/13/2020" if faulty and draw.random() < 0.1 else first,
                    "end_date": last,
                    "taking_part": draw.choice(["yes"] * 12 + ["", "no"]),
                    "attested_on": "never" if faulty and draw.random() < 0.05 else "",
                }


def window(draw: Random, year: int, activity: object) -> tuple[object, object]:
    """Days at the edges: of the length, of the year, of a leap day, and of a suspension."""
    event = getattr(activity, "event", None)
    starts = [date(year, 1, 1), date(year, 10, 2), date(year, 10, 3), date(year, 10, 4), date(year, 2, 28)]
    if event:
        starts += [event.known_on + timedelta(days=each) for each in (-1, 0, 1)]
    starts.append(date(year, 1, 1) + timedelta(days=draw.randrange(365)))
    first = draw.choice(starts)
    last: object = first + timedelta(days=draw.choice([88, 89, 90, 90, 120, 180, 184, 364, -1, 0]))
    last = draw.choice([last, last, last, date(year, 12, 31), date(year + 1, 1, 1)])
    return (first if draw.random() < 0.97 else ""), (last if draw.random() < 0.97 else "")
