# ruff: noqa: INP001 - beside the script that uses it
"""What converting a QRDA III document costs, against parsing the same bytes and nothing more."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree
from timing import Line, each, medians

from mips_ia import catalogue
from mips_ia.formats import cms_errors, like_cms, qpp_json_write, qrda3, qrda3_write
from mips_ia.formats.submissions import MeasurementSet, Submission, submissions


def documents() -> Iterator[Line]:
    """QRDA III documents converted, from their bytes to the text of the JSON, against lxml's bare parse."""
    year = like_cms.converter_years()[-1]
    with tempfile.TemporaryDirectory() as place:
        for name, ids in (("5 activities", 5), ("every activity of a year", None)):
            path = Path(place) / "document.xml"
            path.write_bytes(_document(year, [*catalogue(year).activities][:ids]))
            text = path.read_bytes()
            like, ours, bare = medians(
                each(_like_cms, text, year, calls=50),
                each(_as_ours, path, calls=50),
                each(etree.fromstring, text, calls=50),
            )
            for mode, taken in (("as ours", ours), ("like CMS's converter", like)):
                measured = f"{1 / taken:,.0f}/s, {taken / bare:.1f} : 1"
                goal = "at most 12 : 1"
                yield Line(f"(e) {name}, {mode} : lxml", measured, goal, taken <= 12 * bare)


def _document(year: int, activities: list[str]) -> bytes:
    days = datetime(year, 1, 1, tzinfo=UTC).date(), datetime(year, 12, 31, tzinfo=UTC).date()
    one = MeasurementSet("mips", "electronicHealthRecord", *days, tuple((id, True) for id in activities))
    return qrda3_write.write(
        Submission(year, "group", "000123456", "", "", (one,)), datetime(year, 12, 31, tzinfo=UTC)
    )


def _like_cms(text: bytes, year: int) -> str:
    return cms_errors.as_text(like_cms.answer(text, "document.xml", year).submission)


def _as_ours(path: Path) -> str:
    return qpp_json_write.write(submissions(qrda3.read(path).participants))
