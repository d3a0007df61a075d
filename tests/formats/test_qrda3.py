"""QRDA III documents are read tolerantly and written strictly; what is written reads back equal."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from memory import Memory
from mips_ia import Refused, catalogue
from mips_ia.formats import qpp_json, qpp_json_write, qrda3
from mips_ia.formats.qrda3_write import writable_years, write
from mips_ia.formats.safe_xml import BYTES
from mips_ia.formats.submissions import QRDA, MeasurementSet, Submission, cms_words, submissions
from pace import soon

VALID = Path(__file__).parents[3] / "shared" / "cms" / "qrda" / "valid"
MADE = datetime(2026, 1, 11, 6, 12, 31, tzinfo=UTC)
IDS = {
    "individual": ("000000024", "1234567893", ""),
    "group": ("000000024", "", ""),
    "virtual_group": ("", "", "x12345"),
    "apm_entity": ("", "", "A1234"),
    "subgroup": ("", "", "SG-00000001"),
}


def one(year: int = 2025, entity: str = "group", program: str = "mips", **changes: Any) -> Submission:
    """A submission of two activities of the year over all of it."""
    ids = sorted(catalogue(year).activities)[:2]
    days = {"first": date(year, 1, 1), "last": date(year, 12, 31)} | changes
    made = MeasurementSet(program, QRDA, days["first"], days["last"], tuple((id, True) for id in ids))
    return Submission(year, entity, *IDS[entity], sets=(made,))


def written(of: Submission, folder: Path) -> Path:
    path = folder / "document.xml"
    path.write_bytes(write(of, MADE))
    return path


def every() -> list[tuple[int, str, str]]:
    """Every year, entity and program of which a document can be written."""
    found = []
    for year in writable_years():
        entities = cms_words(year)["entities"].values()
        programs = [*cms_words(year)["programs"], *list(catalogue(year).mvps)[:1]]
        for entity in entities:
            for program in programs:
                try:
                    write(one(year, entity, program), MADE)
                except Refused:
                    continue
                found.append((year, entity, program))
    return found


EVERY = every()


def test_documents_are_written_for_every_year_with_a_guide_from_2019() -> None:
    assert writable_years() == tuple(range(2019, 2027))
    assert {entity for year, entity, _ in EVERY if year == 2026} == set(IDS)
    assert {program for year, _, program in EVERY if year == 2026} >= {"mips", "app1", "appPlus"}


@pytest.mark.parametrize(("year", "entity", "program"), EVERY)
def test_what_is_written_reads_back_equal(year: int, entity: str, program: str, tmp_path: Path) -> None:
    given = one(year, entity, program)

    intake = qrda3.read(written(given, tmp_path))

    assert submissions(intake.participants) == [given]
    assert [problem.code for problem in intake.problems] == []


IDENTIFIERS = st.from_regex(r"IA_[A-Z]{2,4}_[0-9]{1,2}", fullmatch=True)
days = st.dates(date(2025, 1, 1), date(2025, 12, 31))


@settings(max_examples=50)
@given(
    first=days,
    length=st.integers(0, 300),
    done=st.lists(
        st.tuples(st.from_regex(r"IA_[A-Z]{2,4}_[0-9]{1,2}", fullmatch=True), st.booleans()), min_size=1
    ),
)
def test_any_submission_reads_back_equal_from_both_formats(
    tmp_path_factory: pytest.TempPathFactory, first: date, length: int, done: list[tuple[str, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("both")
    made = MeasurementSet("mips", QRDA, first, first + timedelta(days=length), tuple(done))
    given = Submission(2025, "group", "000000024", "", "", (made,))

    json = folder / "submission.json"
    json.write_text(qpp_json_write.write([given]), encoding="utf-8")

    assert submissions(qrda3.read(written(given, folder)).participants) == [given]
    assert submissions(qpp_json.read(json).participants) == [given]


@pytest.mark.skipif(not VALID.is_dir(), reason="CMS-valid documents are not beside the project")
@pytest.mark.parametrize("path", sorted(VALID.glob("*.xml")), ids=lambda path: path.stem)
def test_a_document_has_the_structure_of_one_that_cms_schematron_passes(path: Path) -> None:
    (given,) = submissions(qrda3.read(path).participants)

    ours = etree.fromstring(write(given, MADE))

    assert shape(ours) == shape(etree.parse(str(path)).getroot())


FREE = ("codeSystemName", "displayName", "extension", "assigningAuthorityName")


def shape(element: etree._Element) -> Any:
    """An element's name, the names of its attributes that the guide asks for, and those inside of it."""
    names = sorted(str(name) for name in element.attrib if name not in FREE)
    return etree.QName(element).localname, names, [shape(each) for each in element]


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (one(2026, first=None), "The days of the activities are not known."),
        (one(2018), "No QRDA III document can be written for 2018."),
        (
            Submission(2025, "group", "000000024", "", "", ()),
            "It has 0 sets of activities, and a document takes one.",
        ),
        (one(2025, "virtual_group", "app1"), "In 2025, virtual_group cannot report app1 in a document."),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_reason(of: Submission, said: str) -> None:
    with pytest.raises(Refused) as refused:
        write(of, MADE)

    assert said in str(refused.value)


def read(text: bytes, folder: Path) -> tuple[list[Submission], list[str]]:
    path = folder / "document.xml"
    path.write_bytes(text)
    intake = qrda3.read(path)
    return submissions(intake.participants), [problem.code for problem in intake.problems]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b'extension="IA_', b'extension=" ia_', "id_tidied"),
        (b'code="Y"', b'code="?"', "value_not_boolean"),
        (b"000000024", b"24", "bad_tin"),
        (b"MIPS_GROUP", b"MIPS_CLUB", "unknown_program"),
        (b'<high value="20251231"/>', b'<high value="soon"/>', "bad_date"),
        (b'value="20250101"', b'value="19990101"', "unknown_year"),
        (b"27.2.4", b"27.2.5", "skipped_categories"),
        (b"27.2.4", b"27.2.99", "no_ia_section"),
        (b"27.1.2", b"27.1.99", "not_qrda3"),
        (b"<ClinicalDocument ", b"<!DOCTYPE x><ClinicalDocument ", "doctype"),
        (b"</ClinicalDocument>", b"", "not_xml"),
    ],
)
def test_a_fault_in_a_document_is_named(before: bytes, after: bytes, code: str, tmp_path: Path) -> None:
    text = write(one(), MADE)
    assert before in text

    assert code in read(text.replace(before, after), tmp_path)[1]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]><x>&f;</x>"""
SECRET = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/passwd">]><x>&s;</x>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "not_xml"),
        (SECRET, "doctype"),
        (b"<x>" * 100_000, "not_xml"),
        (b"\0" * 1000, "not_xml"),
        (b"", "not_xml"),
        (b"<a" + b" b='c'" * 10 + b"/>", "not_xml"),
        (b"<x>" + b"y" * 15_000_000 + b"</x>", "not_xml"),
        (write(one(), MADE)[:-400], "not_xml"),
    ],
    ids=["bomb", "secret", "deep", "nul", "empty", "repeated", "text", "truncated"],
)
def test_a_hostile_document_ends_in_a_clear_error_soon_and_in_little_memory(
    content: bytes, code: str, tmp_path: Path
) -> None:
    memory = Memory()

    with soon(1):
        _, codes = read(content, tmp_path)

    assert codes == [code]
    assert memory.more() < 200


def test_a_document_of_200_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.seek(200 * 1024**2)
        file.write(b"x")

    with soon(1):
        intake = qrda3.read(path)

    assert [problem.code for problem in intake.problems] == ["file_too_large"]
    assert f"{BYTES // 1024**2} MB" in str(intake.problems[0])


def test_ten_thousand_activities_are_refused_soon(tmp_path: Path) -> None:
    (made,) = one().sets
    many = tuple((f"IA_X_{n}", True) for n in range(10_000))
    set_ = MeasurementSet("mips", QRDA, made.first, made.last, many)
    text = write(Submission(2025, "group", "000000024", "", "", (set_,)), MADE)

    with soon(1):
        found, codes = read(text, tmp_path)

    assert (found, codes) == ([], ["too_many_activities"])
