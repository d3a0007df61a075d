"""Files that leave: the roster and the ledger in the layout in which they come, and a checked file."""

import csv
import io

import xlsxwriter
from django.http import HttpResponse
from django.utils.timezone import localtime

from mips_ia.formats.bulk_columns import PARTICIPATION, ROSTER, TABLES, column
from mips_ia.portal import clock
from mips_ia.portal.bulk.reading import EXAMPLE, rows
from mips_ia.portal.statements import KINDS

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Everything of the newest signature, which no file brings in: a file never signs.
SIGNED = (
    "signature", "statement", "statement_version", "typed_name", "signed_at", "signed_by", "signed_as",
    "verified", "receipt", "digest",
)  # fmt: skip
RESULTS = ("result", "message")
_FORMULA = ("=", "+", "-", "@")
_WORDS = {True: "yes", False: "no", None: ""}
_RESULTS = {"fix": "to fix"}


def roster(access):
    """The roster of the year: headings and a row for each stay."""
    stays = access.year.stays.filter(ended_at=None).select_related("clinician", "site")
    start = {"performance_year": access.year.year, "tin": access.practice.tin}
    return list(ROSTER), [_in_order(ROSTER, start | _stay(each)) for each in stays]


def _stay(stay):
    who, site = stay.clinician, stay.site
    return {
        "npi": who.npi, "last_name": who.last_name, "first_name": who.first_name,
        "credential": who.credential, "email": who.email, "site_name": site.name if site else "",
        "site_zip": site.zip if site else "", "joined_on": stay.joined_on, "left_on": stay.left_on,
        "billed_in_year": stay.billed, "non_patient_facing": stay.non_patient_facing, "rural": stay.rural,
        "hpsa": stay.hpsa, "row_id": stay.row_id,
    }  # fmt: skip


def participation(access):
    """The windows of the year that hold, with how they are signed: headings and a row for each."""
    windows = access.year.windows.filter(replaced_at=None).select_related("clinician")
    start = {"performance_year": access.year.year, "tin": access.practice.tin}
    columns = [*PARTICIPATION, *SIGNED]
    return columns, [
        _in_order(columns, start | {
            "npi": each.clinician.npi, "activity_id": each.activity, "start_date": each.first,
            "end_date": each.last, "taking_part": each.taking_part, "note": each.note, "row_id": each.row_id,
        } | _signed(each))
        for each in windows.prefetch_related("signatures__person").order_by(
            "clinician__last_name", "clinician__npi", "activity", "first"
        )
    ]  # fmt: skip


def _signed(window):
    """How a window is signed, in the layout's words and word for word; nothing where it is not."""
    last = max(window.signatures.all(), key=lambda each: each.id, default=None)
    if last is None:
        return {}
    found = {
        "signature": KINDS[last.kind], "statement": last.statement, "statement_version": last.version,
        "typed_name": last.typed_name, "signed_at": localtime(last.signed_at).isoformat(timespec="seconds"),
        "signed_by": last.person.email, "signed_as": last.role,
        "verified": last.verified, "receipt": last.number, "digest": last.digest,
    }  # fmt: skip
    by = {"own": "self", "delegated": "delegate"}.get(last.kind, "")
    if by:
        found |= {"attested_by": by, "attested_on": clock.day(last.signed_at), "basis": last.basis}
    return found | ({"delegate_email": last.person.email} if by == "delegate" else {})


def template(access, kind):
    """The headings, and one row that is an example and is left out when it comes back."""
    year = access.year.year
    shown = {
        "performance_year": year, "tin": access.practice.tin, "npi": EXAMPLE, "last_name": "Example",
        "first_name": "Left out when you upload", "credential": "MD", "email": "name@practice.org",
        "joined_on": f"{year}-01-01", "billed_in_year": True, "activity_id": "IA_XX_1",
        "start_date": f"{year}-03-01", "end_date": f"{year}-05-29", "taking_part": True,
        "note": "Left out when you upload",
    }  # fmt: skip
    return list(TABLES[kind]), [_in_order(TABLES[kind], shown)]


def checked(table, mended, results):
    """A table as it stands, with what became of each row and what is said of it; `results` is by line.

    These two columns replace those of a checked file that came back. A cell too many stands after them.
    """
    columns = [column(heading) for heading in table["header"]]
    own = [place for place, each in enumerate(columns) if each not in RESULTS]
    header = [*(table["header"][place] for place in own), *RESULTS]
    lines = []
    for (line, given, _), (_, _, surplus) in zip(rows(table, mended), table["rows"], strict=True):
        result, said = results[line]
        cells = [given[columns[place]] for place in own]
        lines.append([*cells, _RESULTS.get(result, result), said, *surplus])
    return header, lines


def _in_order(layout, given):
    return [_written(given.get(each)) for each in layout]


def _written(value):
    return _WORDS[value] if value is None or isinstance(value, bool) else str(value)


def safe(cell):
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def answer(name, table, ending):
    """A file to download: CSV, or a workbook in which every cell is text."""
    header, lines = table
    write = _workbook if ending == "xlsx" else as_csv
    content = write(header, lines)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return HttpResponse(content, content_type=TYPES[ending], headers=disposition)


def as_csv(header, lines):
    """A table as CSV, for spreadsheets too."""
    found = io.StringIO()
    csv.writer(found).writerows([header, *([safe(cell) for cell in line] for line in lines)])
    return found.getvalue().encode("utf-8-sig")


def _workbook(header, lines):
    found = io.BytesIO()
    with xlsxwriter.Workbook(found, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, text = book.add_worksheet(), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(header) - 1, 18, text)
        for place, line in enumerate([header, *lines]):
            for across, cell in enumerate(line):
                sheet.write_string(place, across, safe(cell) if place else cell, text)
    return found.getvalue()
