"""Documents that would do harm: every public reader ends in a clear error, soon and in little memory.

The heavy ones are read in a process of their own, since memory is measured at its highest.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mips_ia import Problem, Refused
from mips_ia.formats import intake, like_cms
from mips_ia.formats.preflight import preflight
from mips_ia.formats.qpp_json_write import write as write_json
from mips_ia.formats.qrda3_write import write as write_xml
from mips_ia.formats.safe_xml import content
from mips_ia.formats.submissions import QRDA, MeasurementSet, Submission
from pace import Stopwatch

# Of the processor at the usual pace, in the best of so many tries: another program must not decide.
SECONDS, TRIES, MEGABYTES = 1.0, 3, 200
MANY = 10_000
SECRET = "the-secret-of-this-test"  # noqa: S105 - no password
DAYS = date(2025, 1, 1), date(2025, 12, 31)


def sound(activities: int = 2, entity: str = "group") -> Submission:
    done = tuple((f"IA_PM_{place}", True) for place in range(16, 16 + activities))
    id = {"group": "", "apm_entity": "A1234"}[entity]
    set_ = MeasurementSet("mips", QRDA, *DAYS, done)
    return Submission(2025, entity, "" if id else "000000024", "", id, (set_,))


def xml(of: Submission) -> bytes:
    return write_xml(of, datetime(2026, 1, 11, 6, 12, 31, tzinfo=UTC))


XML, JSON = xml(sound()), write_json([sound()]).encode()
HEAD, _, BODY = XML.partition(b"\n")


def by_intake(path: Path) -> tuple[Problem, ...]:
    return intake.read([path]).problems


def by_converter(path: Path) -> tuple[Problem, ...]:
    errors = like_cms.answer(content(path), path.name, 2025).errors
    return tuple(error.problem(path.name) for error in errors)


READERS: dict[str, Callable[[Path], tuple[Problem, ...]]] = {
    "intake": by_intake,
    "converter": by_converter,
    "preflight": preflight,
}


def _timed(reader: str, path: Path) -> tuple[tuple[Problem, ...], float]:
    watch = Stopwatch()
    try:
        found = READERS[reader](path)
    except Refused as refusal:
        found = refusal.problems
    return found, watch.stop(SECONDS)


def problems(reader: str, path: Path) -> tuple[Problem, ...]:
    """What a reader says of a file; any error but `Refused` fails, and so does taking long."""
    found, took = _timed(reader, path)
    for _ in range(TRIES - 1):
        if took < SECONDS:
            break
        found, took = _timed(reader, path)
    assert took < SECONDS, f"{took:.1f} seconds in the last of {TRIES} tries"
    for problem in found:
        assert problem.code
        assert problem.where.startswith((path.name, "2025 "))
        assert 0 < len(problem.what) < 1000
        str(problem).encode()
    return found


def codes(reader: str, path: Path, given: bytes) -> set[str]:
    path.write_bytes(given)
    return {problem.code for problem in problems(reader, path)}


readers = pytest.mark.parametrize("reader", READERS)


@readers
def test_the_documents_that_are_spoiled_here_are_sound(reader: str, tmp_path: Path) -> None:
    assert codes(reader, tmp_path / "a.xml", XML) <= {"unknown_activity", "not_in_year"}
    if reader != "converter":
        assert codes(reader, tmp_path / "a.json", JSON) <= {"unknown_activity", "not_in_year"}


# ---- XML


def entities(levels: int) -> bytes:
    """A document type in which each entity is ten of the one before."""
    made = [b'<!ENTITY e0 "lol">']
    made += [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">'.encode() for n in range(1, levels)]
    return b"<!DOCTYPE x [" + b"".join(made) + b"]>"


@readers
@pytest.mark.parametrize(
    "doctype",
    [
        entities(12),
        b"<!DOCTYPE ClinicalDocument>",
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        b'<!DOCTYPE x PUBLIC "-//X//X" "http://127.0.0.1:9/x.dtd">',
        b'<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>',
        b"<!DOCTYPE x [<!ELEMENT x ANY>",
        b'<!DOCTYPE x [<!ATTLIST id extension CDATA "IA_BE_4">]>',
    ],
    ids=["laughs", "bare", "external", "public", "endless", "open", "default"],
)
def test_a_document_type_is_refused_whatever_it_holds(doctype: bytes, reader: str, tmp_path: Path) -> None:
    given = HEAD + doctype + BODY.replace(b"<title>", b"<title>&e11;" if b"e11" in doctype else b"<title>")

    assert codes(reader, tmp_path / "a.xml", given) & {"doctype", "not_xml", "cms_converter"}


@readers
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY s SYSTEM "{uri}">]>',
        '<!DOCTYPE x SYSTEM "{uri}">',
        '<!DOCTYPE x [<!ENTITY % s SYSTEM "{uri}"> %s;]>',
        '<!DOCTYPE x [<!ENTITY s SYSTEM "{path}">]>',
    ],
)
def test_a_file_beside_the_document_is_never_read(doctype: str, reader: str, tmp_path: Path) -> None:
    other = tmp_path / "other.dtd"
    other.write_text(f'<!ENTITY s "{SECRET}">', encoding="utf-8")
    declared = doctype.format(uri=other.as_uri(), path=other).encode()
    path = tmp_path / "a.xml"
    path.write_bytes(HEAD + declared + BODY.replace(b"000000024", b"&s;").replace(b"MIPS_GROUP", b"&s;"))

    found = problems(reader, path)

    assert {problem.code for problem in found} & {"doctype", "not_xml", "cms_converter"}
    assert SECRET not in repr(found)


@readers
def test_an_inclusion_is_no_more_than_an_element(reader: str, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(SECRET, encoding="utf-8")
    include = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" parse="text" href="{other.as_uri()}"/>'
    path = tmp_path / "a.xml"
    path.write_bytes(XML.replace(b"<title>", f"<title>{include}".encode()))

    assert SECRET not in repr(problems(reader, path))


@readers
def test_a_document_cut_off_anywhere_is_an_error(reader: str, tmp_path: Path) -> None:
    whole = len(XML.rstrip()) - 1
    for length in [*range(40), *range(40, whole, 397), *range(whole - 20, whole + 1)]:
        assert codes(reader, tmp_path / "a.xml", XML[:length]) & {"not_xml", "cms_converter"}, length


@readers
@pytest.mark.parametrize(
    "given",
    [
        XML.replace(b"mips-ia", b"mips\0ia"),
        XML.replace(b"mips-ia", b"mips&#0;ia"),
        XML.replace(b"mips-ia", b"\xe9"),
        XML.replace(b"mips-ia", b"\xed\xa0\x80"),
        XML.replace(b"'utf-8'", b"'utf-16'"),
        XML.replace(b"'utf-8'", b"'utf-99'"),
        b"\xff\xfe" + XML,
        b"",
        b" \n",
        b"\0",
        b"\xef\xbb\xbf",
        JSON,
        b"<",
        b"<a></b>",
        b'<a b="1" b="2"/>',
        b"<a:b/>",
    ],
    ids=range(16),
)
def test_bytes_that_are_no_xml_are_an_error(given: bytes, reader: str, tmp_path: Path) -> None:
    assert codes(reader, tmp_path / "a.xml", given) & {"not_xml", "not_qrda3", "cms_converter"}


@readers
@pytest.mark.parametrize("declared", ["utf-8", "utf-16"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_a_mark_is_read(encoding: str, declared: str, reader: str, tmp_path: Path) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    given = XML.decode().replace("'utf-8'", f"'{declared}'")

    found = codes(reader, tmp_path / "a.xml", (mark + given).encode(encoding))

    assert found <= {"unknown_activity", "not_in_year"}


@readers
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'value="20250101"', b'value="20-25-01-01"'),
        (b'value="20250101"', b'value="--20250101"'),
        (b'value="20250101"', 'value="\uff12\uff10\uff12\uff150101"'.encode()),
        (b'value="20250101"', b'value="99999999"'),
        (b'value="20250101"', b'value="' + b"2" * 5000 + b'"'),
        (b'extension="MIPS_GROUP"', b'extension="' + b"X" * 1_000_000 + b'"'),
        (b'extension="000000024"', b'extension="' + b"9" * 1_000_000 + b'"'),
        (b'extension="IA_PM_16"', b'extension="' + b" " * 1_000_000 + b'ia_pm_16"'),
        (b'extension="IA_PM_16"', "\u202e\u009b".join('extension="  "').encode()),
        (b"27.2.4", b"27.2.5"),
        (b"27.2.4", b"27.2.1"),
        (b"10.20.17.3.8", b"10.20.17.3.9"),
        (b"<component>", b"<component/><component>"),
    ],
    ids=range(13),
)
def test_a_value_that_nobody_expects_is_read_or_told_in_a_short_sentence(
    before: bytes, after: bytes, reader: str, tmp_path: Path
) -> None:
    assert before in XML
    path = tmp_path / "a.xml"
    path.write_bytes(XML.replace(before, after))

    assert not any(mark in repr(problems(reader, path)) for mark in ("\u202e", "\u009b", "9" * 1000))


@readers
def test_sections_of_other_categories_with_a_period_that_is_none_are_an_error(
    reader: str, tmp_path: Path
) -> None:
    other = XML.replace(b"27.2.4", b"27.2.5")

    for period in (b'value="abcd0101"', b'value=""', b""):
        given = other.replace(b'value="20250101"', period)
        assert codes(reader, tmp_path / "a.xml", given) & {"no_ia_section", "cms_converter"}


@readers
@pytest.mark.parametrize("id", ["A 1", "", "x" * 65, "x\u202ey"])
def test_an_entity_id_in_xml_has_the_shape_of_one_in_json(id: str, reader: str, tmp_path: Path) -> None:
    given = xml(sound(entity="apm_entity")).replace(b'"A1234"', f'"{id}"'.encode())

    found = codes(reader, tmp_path / "a.xml", given)

    assert ("bad_entity_id" in found) is (reader != "converter")  # CMS's converter takes any


# ---- JSON


@pytest.mark.parametrize("reader", ["intake", "preflight"])
@pytest.mark.parametrize(
    ("given", "code"),
    [
        (JSON.decode().encode("utf-16"), "not_utf8"),
        (JSON.decode().encode("utf-16-le"), "not_json"),
        (JSON.decode().encode("utf-32"), "not_utf8"),
        (JSON.replace(b"mips", b"m\xe9ps"), "not_utf8"),
        (JSON.replace(b"mips", b"m\xed\xa0\x80ps"), "not_utf8"),
        (JSON.replace(b"mips", b"mi\0ps"), "not_json"),
        (JSON.replace(b"mips", b"mi\\u0000ps"), "unknown_program"),
        (JSON.replace(b"IA_PM_16", b"IA\\ud800"), "bad_measure_id"),
        (b"", "not_json"),
        (b"\0", "not_json"),
        (b"\xef\xbb\xbf", "not_json"),
        (XML, "not_json"),
        (JSON + JSON, "not_json"),
        (b"[" * MANY, "nested_too_deep"),
        (b'{"measurementSets":[' * MANY, "nested_too_deep"),
        (b'{"data":' * 300 + JSON + b"}" * 300, None),
        (b'{"performanceYear": ' + b"9" * 5000 + b"}", "not_json"),
        (JSON.replace(b"2025,", b"2025e99999,"), "unknown_year"),
        (JSON.replace(b"2025,", b"NaN,"), "unknown_year"),
    ],
    ids=range(19),
)
def test_json_that_cannot_be_read_is_an_error(
    given: bytes, code: str | None, reader: str, tmp_path: Path
) -> None:
    found = codes(reader, tmp_path / "a.json", given)

    assert code in found if code else found <= {"unknown_activity", "not_in_year"}


@pytest.mark.parametrize("reader", ["intake", "preflight"])
def test_json_cut_off_anywhere_is_an_error(reader: str, tmp_path: Path) -> None:
    for length in range(len(JSON.rstrip())):
        assert codes(reader, tmp_path / "a.json", JSON[:length]) == {"not_json"}, length


# ---- What is large


def nested(depth: int) -> bytes:
    return BODY.replace(b"<title>", b"<title>" + b"<x>" * depth)


def large(path: Path) -> None:
    """A file of 200 MB, of which the disk holds next to nothing."""
    with path.open("wb") as file:
        file.write(XML if path.suffix == ".xml" else JSON)
        file.truncate(200 * 1024**2)


def wide(path: Path) -> None:
    """Many elements of no meaning before as many activities as are read, each without an answer."""
    head, entry, rest = XML.partition(b"<entry>")
    one, end, _ = (entry + rest).partition(b"</entry>")
    bad = (one + end).replace(b'code="Y"', b'code="?"')
    path.write_bytes(head + b"<entry/>" * 400_000 + bad * 2_000 + entry + rest)


HEAVY: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "200-mb.xml": (large, {"file_too_large"}),
    "200-mb.json": (large, {"file_too_large"}),
    "laughs.xml": (
        lambda path: path.write_bytes(HEAD + entities(30) + BODY.replace(b"<title>", b"<title>&e29;")),
        {"doctype", "not_xml", "cms_converter"},
    ),
    "activities.xml": (lambda path: path.write_bytes(xml(sound(MANY))), {"too_many_activities"}),
    "activities.json": (lambda path: path.write_text(write_json([sound(MANY)])), set()),
    "wide.xml": (wide, {"value_not_boolean", "cms_converter"}),
    "deep.xml": (lambda path: path.write_bytes(nested(1_000_000)), {"not_xml", "cms_converter"}),
    "deep.json": (lambda path: path.write_bytes(b"[" * 10_000_000), {"nested_too_deep"}),
    "text.xml": (lambda path: path.write_bytes(XML.replace(b"mips-ia", b"x" * 7_000_000, 1)), set()),
    "attributes.xml": (
        lambda path: path.write_bytes(b"<x " + b" ".join(b"a%d=''" % n for n in range(300_000)) + b"/>"),
        {"not_xml", "not_qrda3", "cms_converter"},
    ),
    "comments.xml": (lambda path: path.write_bytes(XML + b"<!-- -->" * 1_500_000), set()),
}
# Each file in a process of its own, made by a fork of one that has read a sound document.
MEASURED = """
import json, os, sys
from pathlib import Path
from memory import Memory
from pace import Stopwatch, slowdown
from mips_ia import Refused
from mips_ia.formats import intake, like_cms
from mips_ia.formats.preflight import preflight
from mips_ia.formats.safe_xml import content

def by_intake(path): return [each.code for each in intake.read([path]).problems]
def by_converter(path):
    return ["cms_converter" for _ in like_cms.answer(content(path), path.name, 2025).errors]
def by_preflight(path): return [each.code for each in preflight(path)]

def asked(path):
    for reader in (by_intake, by_converter, by_preflight):
        if path.suffix == ".json" and reader is by_converter:
            continue
        for _ in range(tries):
            watch = Stopwatch()
            try:
                found = reader(path)
            except Refused as refusal:
                found = [each.code for each in refusal.problems]
            if (took := watch.stop(seconds)) < seconds:
                break
        yield reader.__name__, took, sorted({*found})

folder, seconds, tries = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
[*asked(folder / "sound.xml")], [*asked(folder / "sound.json")]
for path in sorted(folder.iterdir()):
    if os.fork():
        os.wait()
        continue
    slowdown()  # its own memory is not the reader's
    memory = Memory()
    answers = [*asked(path)]
    print(json.dumps([path.name, memory.more(), answers]), flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each reader says of each heavy document, in how many seconds, and the megabytes more."""
    folder = tmp_path_factory.mktemp("heavy")
    (folder / "sound.xml").write_bytes(XML)
    (folder / "sound.json").write_bytes(JSON)
    for name, (make, _) in HEAVY.items():
        make(folder / name)
    words = [sys.executable, "-c", MEASURED, str(folder), str(SECONDS), str(TRIES)]
    beside = os.environ | {"PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    done = subprocess.run(words, env=beside, capture_output=True, text=True, check=True)
    return {name: found for name, *found in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", HEAVY)
def test_a_large_document_ends_in_an_error_soon_and_in_little_memory(
    name: str, measured: dict[str, Any]
) -> None:
    megabytes, answers = measured[name]
    expected = HEAVY[name][1]

    assert megabytes < MEGABYTES
    assert len(answers) == (2 if name.endswith(".json") else 3)
    for reader, seconds, found in answers:
        assert seconds < SECONDS, reader
        assert not expected or {*found} & expected, reader


def test_ten_thousand_activities_in_json_are_each_read_and_told_before_they_are_sent(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text(write_json([sound(MANY)]), encoding="utf-8")

    (who,) = intake.read([path]).participants

    assert len(who.attestations or ()) == MANY
    assert "unknown_activity" in {problem.code for problem in problems("preflight", path)}


def test_ten_thousand_submissions_in_a_file_are_each_read_or_named(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text(json.dumps([json.loads(JSON), {}] * (MANY // 2)), encoding="utf-8")

    found = intake.read([path])

    assert (len(found.participants), len(found.problems)) == (MANY // 2, MANY // 2)
