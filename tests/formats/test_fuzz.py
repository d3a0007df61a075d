"""Ten thousand spoiled files: each ends in a score or in a problem that says what is wrong.

Small valid files are spoiled by chance, from fixed seeds. A failure prints the seed and the head of
the file; `spoiled(kind, seed)` makes the same file again.
"""

import io
import json
import random
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from memory import Memory
from mips_ia import Attestation, Practice, Problem, Refused, assess
from mips_ia.formats import bulk, cases, intake, qpp_json
from mips_ia.formats.participants import Intake, Participant
from pace import Stopwatch

SECONDS = 5.0
SECONDS_FOR_LARGE = 30.0
MEGABYTES_FOR_LARGE = 2_000
BATCHES, BATCH = 4, 500  # of each of the five kinds of file: 10,000 files in all
SEVERITIES = ("error", "unknown", "warning", "note")

SUBMISSION = {
    "entityType": "individual",
    "taxpayerIdentificationNumber": "000123456",
    "nationalProviderIdentifier": "1234567893",
    "performanceYear": 2024,
    "measurementSets": [
        {
            "category": "ia",
            "submissionMethod": "registry",
            "programName": "mips",
            "performanceStart": "2024-01-01",
            "performanceEnd": "2024-12-31",
            "measurements": [
                {"measureId": "IA_EPA_1", "value": True},
                {"measureId": "IA_PCMH", "value": False},
            ],
        },
        {"category": "quality", "submissionMethod": "registry", "measurements": []},
    ],
}
PRACTICES = """performance_year,tin,practice_name,report_as,pathway,mvp_id,statuses,medical_home_sites,apm
2024,000123456,Éclair Clinic,group,traditional,,none,2/6,none
2025,000123456,"Clinic, North",group,mvp,G0053,small_practice rural,,none
2024,000654321,Solo,individual,,,,,
"""
ROSTER = """performance_year,tin,npi,last_name,joined_on,left_on,billed_in_year,rural
2024,000123456,1234567893,Ng,2024-01-01,2024-12-31,yes,no
2025,000123456,1234567893,Ng,,,yes,
2024,000654321,9000123452,Oz,,,,yes
"""
PARTICIPATION = """performance_year,tin,npi,activity_id,start_date,end_date,taking_part
2024,000123456,1234567893,IA_EPA_1,2024-01-01,2024-12-31,yes
2025,000123456,1234567893,IA_BE_4,2025-03-01,2025-05-29,yes
2024,000654321,9000123452,IA_PCMH,2024-03-01,,yes
"""
CASES = """id,performance_year,pathway,entity,clinicians,statuses,medical_home_sites,earlier,activities,\
expect_points
a,2024,traditional,group,8,small_practice,2/6,2022:IA_PSPA_4,IA_EPA_1*8@2024-01-01/2024-12-31 IA_CC_2=no,40
b,2018,apm_scoring_standard,apm_entity,,,,,IA_PCMH,20
c,2026,mvp,individual,,rural,,,IA_BE_4@2026-03-01/2026-05-29,20
"""
TABLES = {"practices.csv": PRACTICES, "roster.csv": ROSTER, "participation.csv": PARTICIPATION}
NASTY_TEXT = (
    "", " ", "\0", "-1", "0", "1e999", "9" * 30, "9" * 5000, "-" + "9" * 5000, "NaN", "inf", "0x10", "null",
    "2024-02-30", "0001-01-01", "9999-12-31", "2024-12-31", "99999-01-01", "24-1-1", "١٢٣", "²", "½", "IA_",
    "IA_*", "IA_EPA_1*" + "9" * 5000, "IA_EPA_1@/", "IA_EPA_1@0001-01-01/9999-12-31", "2024:" + "9" * 10,
    "9" * 5000 + ":x", "0/0", "6/2", "999999/999999", "'", '"', '"""', "a,b", "\n", "\r", "\u2028", "\ufeff",
    "\u202e", "\ud83d\ude00", "=1+1", "\x1b[31m", "é" * 300, "yes", "no", "true", "group", "mvp", "app",
    "virtual_group", "M9999", "G0053",
)  # fmt: skip
NASTY_VALUES: tuple[Any, ...] = (
    *NASTY_TEXT, None, True, False, 0, -1, 1.5, 2024, 2024.0, 10**18, 10**400, float("inf"), float("nan"),
    [], {}, [[]], [None], {"": {}}, [1] * 50, {"category": "ia"}, "\ud800",
)  # fmt: skip


def read_any(kind: str, content: bytes, folder: Path) -> Intake:
    """What the reader of a kind of file makes of this content."""
    if kind == "qpp_json":
        return qpp_json.read(_written(folder / "file.json", content))
    if kind == "cases":
        return _cases(_written(folder / "cases.csv", content))
    if kind == "workbook":
        return bulk.read([_written(folder / "file.xlsx", content)])
    if kind == "anything":
        return intake.read([_written(folder / "file", content)])
    paths = {name: _written(folder / name, text.encode()) for name, text in TABLES.items()}
    like = [name for name, text in TABLES.items() if text.encode()[:28] == content[:28]]
    paths[like[0] if like else "roster.csv"].write_bytes(content)
    return bulk.read(list(paths.values()))


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _cases(path: Path) -> Intake:
    """Worked examples as participants."""
    try:
        found, refusals = cases.cases(path)
    except Refused as refusal:
        return Intake((), refusal.problems, 0)
    people = [Participant(case.id, "", "", "", "", case.practice, case.attestations) for case in found]
    problems = tuple(problem for refusal in refusals for problem in refusal.problems)
    return Intake(tuple(people), problems, len(people))


def workbook(tables: Mapping[str, bytes]) -> bytes:
    """Tables as the sheets of one workbook."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_urls": False, "use_zip64": False}) as book:
        for name, content in tables.items():
            sheet = book.add_worksheet(name.removesuffix(".csv"))
            for number, line in enumerate(content.decode("utf-8", "replace").splitlines()):
                sheet.write_row(number, 0, line.split(","))
    return kept.getvalue()


WORKBOOK = workbook({name: text.encode() for name, text in TABLES.items()})


def seeds(kind: str) -> tuple[bytes, ...]:
    """The valid files that are spoiled."""
    tables = tuple(text.encode() for text in TABLES.values())
    document = (json.dumps(SUBMISSION).encode(), json.dumps({"data": [SUBMISSION]}, indent=1).encode())
    return {
        "qpp_json": document,
        "cases": (CASES.encode(),),
        "bulk": tables,
        "workbook": (WORKBOOK,),
        "anything": (*document, *tables, CASES.encode(), WORKBOOK),
    }[kind]


def spoiled(kind: str, seed: int) -> bytes:
    """One valid file of a kind, spoiled in one to four ways."""
    chance = random.Random(f"{kind} {seed}")
    if kind == "workbook" and chance.random() < 0.4:
        return workbook({n: chance.choice(WAYS)(text.encode(), chance) for n, text in TABLES.items()})
    content = chance.choice(seeds(kind))
    ways = WAYS if chance.random() < 0.5 else (other_value,)  # half of the files can still be parsed
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(ways)(content, chance)
    return content


def truncated(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randint(0, len(content))]


def cut(content: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(content))
    return content[:start] + content[start + chance.randint(1, 40) :]


def doubled(content: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(content))
    part = content[start : start + chance.randint(1, 200)]
    return content[:start] + part * chance.randint(2, 5) + content[start:]


def flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def shuffled_lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def doubled_header(content: bytes, _: random.Random) -> bytes:
    head, line_end, rest = content.partition(b"\n")
    return head + b"," + head + line_end + head + line_end + rest


def other_separator(content: bytes, chance: random.Random) -> bytes:
    old, new = chance.sample([b",", b";", b"\t", b"|", b":", b'"', b"\n", b"\r\n", b"\0"], 2)
    return content.replace(old, new)


def nasty_text(content: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(content))
    text = chance.choice(NASTY_TEXT).encode("utf-8", "surrogatepass")
    return content[:start] + text + content[start + chance.choice((0, 0, len(text))) :]


def nested(content: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((3, 50, 400, 990, 1_500, 20_000))
    start, end = chance.choice(((b"[", b"]"), (b'{"data":', b"}"), (b"[[{},", b"]]")))
    return start * depth + content + end * chance.choice((0, depth))


def recoded(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(
        chance.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "utf-7")), "replace"
    )


def other_value(content: bytes, chance: random.Random) -> bytes:
    """One value anywhere in a JSON document, or one cell or column of a table, is another."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        return other_cell(content, chance)
    return json.dumps(_other(tree, chance)).encode()


def _other(tree: Any, chance: random.Random) -> Any:
    if not isinstance(tree, dict | list) or not tree or chance.random() < 0.03:
        return chance.choice(NASTY_VALUES)
    places = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    deeper = [place for place in places if isinstance(tree[place], dict | list) and chance.random() < 0.8]
    place = chance.choice(deeper or places)
    tree[place] = _other(tree[place], chance)
    return tree


def other_cell(content: bytes, chance: random.Random) -> bytes:
    rows = [line.split(b",") for line in content.split(b"\n")]
    row, column = chance.choice(rows), chance.randrange(max(map(len, rows)))
    if chance.random() < 0.2:
        rows = [each[:column] + each[column + 1 :] for each in rows]
    elif column < len(row):
        row[column] = chance.choice(NASTY_TEXT).encode("utf-8", "surrogatepass")
    return b"\n".join(b",".join(each) for each in rows)


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    truncated, cut, doubled, flipped, shuffled_lines, doubled_header, other_separator, nasty_text, nested,
    recoded, other_value, other_value, other_value, other_cell, other_cell, other_cell,
)  # fmt: skip


def check(kind: str, content: bytes, folder: Path, bound: float = SECONDS) -> Intake:
    """Read and score a file; any error but `Refused`, and any answer that says nothing, fails."""
    watch = Stopwatch()
    found = read_any(kind, content, folder)
    for who in found.participants:
        scored(who.practice, who.attestations)
    took = watch.stop(bound)
    assert took < bound, f"it took {took:.1f} seconds"
    blank = kind == "cases"  # a table of headings alone has no example, and nothing is wrong with it
    assert found.participants or found.problems or blank, "there is neither a participant nor a problem"
    for problem in found.problems:
        clear(problem)
    return found


@lru_cache(maxsize=100_000)
def scored(practice: Practice, attestations: tuple[Attestation, ...] | None) -> None:
    """The practice has a score within bounds, or is refused with problems."""
    try:
        score = assess(practice, attestations).score
    except Refused as refusal:
        problems = refusal.problems
    else:
        assert 0 <= score.points <= score.most <= score.full
        return
    assert problems
    for problem in problems:
        clear(problem)


def clear(problem: Problem) -> None:
    """A problem says where and what, in characters that can be printed."""
    assert problem.code
    assert problem.what
    assert problem.severity in SEVERITIES
    str(problem).encode()


@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize("kind", ["qpp_json", "bulk", "workbook", "cases", "anything"])
def test_a_spoiled_file_ends_in_a_score_or_a_problem(kind: str, batch: int, tmp_path: Path) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        content = spoiled(kind, seed)
        try:
            check(kind, content, tmp_path)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is a fault
            pytest.fail(f"{kind}, seed {seed}: {type(fault).__name__}: {fault}\n{content[:400]!r}")


@pytest.mark.parametrize("kind", ["qpp_json", "bulk", "workbook", "cases", "anything"])
def test_the_files_that_are_spoiled_are_sound(kind: str, tmp_path: Path) -> None:
    for content in seeds(kind):
        found = check(kind, content, tmp_path)
        assert found.participants or kind == "anything"


SIZE = 100_000_000
LARGE: dict[str, Callable[[], bytes]] = {
    "one line of 100 MB": lambda: b"a" * SIZE,
    "one number of 100 MB": lambda: b"9" * SIZE,
    "one JSON text of 100 MB": lambda: b'[{"entityType": "' + b"a" * SIZE,
    "100 MB of lists": lambda: b"[" + b"[]," * (SIZE // 3),
    "100 MB of headings": lambda: b"performance_year,expect_points" + b"," * SIZE,
    "20 MB of empty objects": lambda: b"[" + b"{}," * 6_600_000 + b"{}]",
    "lists 100,000 deep": lambda: b"[" * 100_000 + b"]" * 100_000,
    "objects 100,000 deep": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a number of a million digits": lambda: b'{"performanceYear": ' + b"9" * 1_000_000 + b"}",
    "a quote that is never closed": lambda: CASES.encode() + b'"' + b"a\n" * 1_000_000,
}


@pytest.mark.parametrize("kind", ["qpp_json", "bulk", "cases", "anything"])
@pytest.mark.parametrize("name", LARGE)
def test_a_file_far_too_large_ends_in_a_problem_in_time(kind: str, name: str, tmp_path: Path) -> None:
    content = LARGE[name]()
    memory = Memory()
    found = check(kind, content, tmp_path, SECONDS_FOR_LARGE)

    assert found.problems or kind == "cases"
    assert memory.more() < MEGABYTES_FOR_LARGE


def test_attestations_at_the_ends_of_time_are_scored() -> None:
    ends = (None, date.min, date.max, date(2024, 12, 31), date(2024, 2, 29))
    plain = Practice(performance_year=2024, entity="individual")
    for first in ends:
        for last in ends:
            for id in ("IA_EPA_1", "IA_PCMH", "", "\0"):
                scored(plain, (Attestation(id, first, last),))
