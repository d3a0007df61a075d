"""How a workbook shows its numbers: as dates, Social Security numbers, telephone numbers, or plainly."""

import re
from datetime import datetime, timedelta

from lxml import etree

from mips_ia.screening.package import local

# ECMA-376, part 1, 18.8.30: the numbers of formats that are built in and show a date.
_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]|_.|\*.')
_SSN, _PHONE = "000-00-0000", "-####"


class Formats:
    """The formats of a workbook, by the number that a cell names."""

    def __init__(self, styles: etree._Element | None) -> None:
        codes = dict[int, str]()
        self._kinds = list[str]()
        self._first = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
        for each in [] if styles is None else styles.iter("{*}numFmt"):
            codes[_whole(each.get("numFmtId"))] = str(each.get("formatCode") or "")
        for held in [] if styles is None else styles.iter("{*}cellXfs"):
            numbers = [_whole(each.get("numFmtId")) for each in held if local(each.tag) == "xf"]
            self._kinds = [_kind(number, codes.get(number, "")) for number in numbers]

    def since_1904(self, book: etree._Element) -> None:
        """Take heed of a workbook that counts its days from another one."""
        for each in book.iter("{*}workbookPr"):
            if str(each.get("date1904") or "") in ("1", "true"):
                self._first = datetime(1904, 1, 1)  # noqa: DTZ001 - as above

    def shown(self, value: str, style: str) -> str:
        """A number as its cell shows it, as far as that matters for what is sought."""
        kind = self._kinds[int(style)] if style.isdigit() and int(style) < len(self._kinds) else ""
        try:
            number = float(value)
            if kind == "date":
                return (self._first + timedelta(days=number)).strftime("%Y-%m-%d")
            if number != int(number) or abs(number) > 10**15:
                return value
        except (ValueError, OverflowError):
            return value
        digits = str(int(number))
        if kind == "ssn":
            digits = digits.zfill(9)
            return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
        if kind == "phone" and len(digits) == 10:
            return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
        return digits


def _kind(number: int, code: str) -> str:
    plain = _QUOTED.sub("", code).lower()
    bare = code.replace("\\", "").replace('"', "")
    if number in _DATES or ("y" in plain and ("d" in plain or "m" in plain)):
        return "date"
    if _SSN in bare:
        return "ssn"
    return "phone" if _PHONE in bare else ""


def _whole(value: object) -> int:
    return int(str(value)) if str(value).isdigit() else -1
