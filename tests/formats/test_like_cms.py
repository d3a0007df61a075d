"""What CMS's converter makes of a document, ours makes of it too: the same JSON, or the same error numbers.

CMS's own test documents are looked for beside the project; the rules are also held by documents made here.
"""

import json
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mips_ia import Refused
from mips_ia.formats.cms_errors import SAYS, as_text, errors_as_plain
from mips_ia.formats.like_cms import answer, converter_years
from mips_ia.formats.qrda3_write import write
from mips_ia.formats.submissions import QRDA, MeasurementSet, Submission

HERE = Path(__file__).parent
QRDA3 = HERE.parents[2] / "shared" / "cms" / "qrda"
DIFFERENCES = tomllib.loads((HERE / "cms_converter_differences.toml").read_text(encoding="utf-8"))
needs_cms = pytest.mark.skipif(not QRDA3.is_dir(), reason="CMS's test documents are not beside the project")


def expected(folder: str) -> list[dict[str, Any]]:
    path = QRDA3 / folder / "expected.jsonl"
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    )


PROBES = [(each["file"], each) for each in expected("probes")]
SLICES = [
    (each["file"], int(year), given)
    for each in expected("slices")
    for year, given in each["by_converter_year"].items()
]


@needs_cms
def test_all_of_cms_documents_are_here() -> None:
    assert (len(PROBES), len(SLICES)) == (57, 49)


@needs_cms
@pytest.mark.parametrize(("file", "given"), PROBES, ids=[file for file, _ in PROBES])
def test_a_probe_gives_what_cms_converter_of_2025_gave(file: str, given: dict[str, Any]) -> None:
    found = answer((QRDA3 / "probes" / file).read_bytes(), file, 2025)

    if given["ok"]:
        assert found.submission is not None
        assert as_text(found.submission) == as_text(given["qpp"])
    else:
        assert Counter(error.code for error in found.errors) == Counter(
            error["errorCode"] for error in given["errors"]
        )


@needs_cms
@pytest.mark.parametrize(("file", "year", "given"), SLICES, ids=[f"{y}-{f[-60:]}" for f, y, _ in SLICES])
def test_a_slice_gives_what_cms_converter_of_its_year_gave(
    file: str, year: int, given: dict[str, Any]
) -> None:
    found = answer((QRDA3 / "slices" / file).read_bytes(), file, year)

    if given["ok"]:
        assert found.submission is not None
        assert as_text(found.submission) == as_text(given["qpp"])
    else:
        explained = {code for code, each in DIFFERENCES.items() if file in each["documents"]}
        codes = {int(code): count for code, count in given["codes"].items() if code not in explained}
        assert Counter(error.code for error in found.errors) == Counter(codes)


@needs_cms
def test_every_difference_is_one_and_is_explained() -> None:
    for code, each in DIFFERENCES.items():
        assert each["why"].strip()
        for file in each["documents"]:
            assert any(f == file and code in given.get("codes", {}) for f, _, given in SLICES), file


# ---- Documents of our own

DONE = (("IA_PM_16", True), ("IA_BE_4", False))
SET = MeasurementSet("mips", QRDA, date(2025, 1, 1), date(2025, 12, 31), DONE)
GROUP = Submission(2025, "group", "000000024", "", "", (SET,))
MADE = datetime(2026, 1, 11, 6, 12, 31, tzinfo=UTC)


def changed(*pairs: tuple[str, str]) -> bytes:
    """A group's document with some texts in it written otherwise, each wherever it stands."""
    text = write(GROUP, MADE).decode()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return text.encode()


def codes(content: bytes, year: int = 2025) -> list[int]:
    return [error.code for error in answer(content, "a.xml", year).errors]


def test_a_group_is_converted_in_cms_order_and_layout() -> None:
    found = answer(changed(), "a.xml", 2025)

    assert found.submission is not None
    assert as_text(found.submission) == (
        "{\n"
        '  "performanceYear" : 2025,\n'
        '  "entityType" : "group",\n'
        '  "taxpayerIdentificationNumber" : "000000024",\n'
        '  "measurementSets" : [ {\n'
        '    "category" : "ia",\n'
        '    "submissionMethod" : "electronicHealthRecord",\n'
        '    "measurements" : [ {\n'
        '      "measureId" : "IA_PM_16",\n'
        '      "value" : true\n'
        "    }, {\n"
        '      "measureId" : "IA_BE_4",\n'
        '      "value" : false\n'
        "    } ],\n"
        '    "programName" : "mips",\n'
        '    "performanceStart" : "2025-01-01",\n'
        '    "performanceEnd" : "2025-12-31",\n'
        '    "source" : "qrda3"\n'
        "  } ]\n"
        "}"
    )


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("<ClinicalDocument ", "<!DOCTYPE x><ClinicalDocument ")], 2),
        ([("</ClinicalDocument>", "")], 2),
        ([('"2024-12-01"', '"2023-12-01"')], 5),
        ([("ClinicalDocument", "ClinicalPaper")], 5),
        ([("27.2.4", "27.2.99")], 23),
        ([('root="2.16.840.1.113883.3.249.7"', 'root="1.2.3"')], 24),
        ([("MIPS_GROUP", "MIPS_CLUB")], 25),
        ([("MIPS_GROUP", "MIPS_VIRTUALGROUP")], 78),
        ([("27.3.33", "27.3.99")], 43),
        ([("10.20.17.3.8", "10.20.17.3.9")], 44),
        ([("27.3.27", "27.3.99")], 50),
        ([('code="Y"', 'code="maybe"'), ('code="N" displayName', 'code="Y" displayName')], 51),
        ([('<low value="20250101"/>', '<low value="20"/>')], 3),
        ([('<low value="20250101"/>', "")], 29),
        ([('<high value="20251231"/>', "")], 30),
        ([('<high value="20251231"/>', '<high value="2025"/>')], 69),
    ],
)
def test_an_error_has_cms_number(pairs: list[tuple[str, str]], code: int) -> None:
    assert set(codes(changed(*pairs))) == {code}


def test_every_number_has_a_sentence_and_what_to_do() -> None:
    assert all(what.endswith(".") and fix.endswith(".") for what, fix in SAYS.values())


def test_more_than_a_hundred_errors_are_cut_and_counted() -> None:
    many = tuple((f"IA_X_{n}", True) for n in range(150))
    document = write(replace(GROUP, sets=(replace(SET, activities=many),)), MADE)
    document = document.replace(b'code="Y"', b'code="?"')

    found = codes(document)

    assert (len(found), found[-1]) == (101, 82)


def test_errors_are_told_in_cms_tree() -> None:
    found = answer(changed(("MIPS_GROUP", "MIPS_CLUB")), "a.xml", 2025)

    (detail,) = errors_as_plain("a.xml", found.errors)["errors"][0]["details"]
    assert detail["errorCode"] == 25
    assert detail["message"].startswith("CT - ")
    assert detail["location"]["location"] == "Clinical Document"


def test_a_converter_that_is_not_known_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        answer(changed(), "a.xml", 2026)

    assert "CMS's converter of 2026 is not known here." in str(refused.value)
    assert converter_years() == tuple(range(2018, 2026))
