"""A row of a bulk file being read: its cells as values, and every problem met on the way."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from mips_ia.problems import Problem, Refused
from mips_ia.rules import rules
from mips_ia.yearbook import years

_NUMBER = re.compile(r"[0-9]+\.0*|[0-9.,]+[eE]\+?[0-9]+")
_MIDNIGHT = r"(?:[ T]0?0:00(?::00(?:\.0+)?)?|[ ]12:00(?::00)? AM)?"
_ISO = re.compile(rf"(?P<y>[0-9]{{4}})-(?P<m>[0-9]{{1,2}})-(?P<d>[0-9]{{1,2}}){_MIDNIGHT}")
_US = re.compile(rf"(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}})/(?P<y>[0-9]{{4}}){_MIDNIGHT}")
_SHORT = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}")
_LOOKS_LIKE_DAY = re.compile(r".*-.*|.*/.*/.*|[0-9]{5}")
_YES_NO = {"": None, "yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


class Cells:
    """The cells of one row by column, read as values; what cannot be read is None and a problem."""

    def __init__(self, where: str, cells: Mapping[str, str]) -> None:
        self.where = where
        self.cells = cells
        self.problems: list[Problem] = []

    @property
    def fit(self) -> bool:
        """Whether nothing so far stops the row from being used."""
        return not any(problem.severity == "error" for problem in self.problems)

    def tell(self, code: str, column: str, what: str, fix: str = "", severity: str = "error") -> None:
        """Note a problem of one column of this row."""
        where = f"{self.where}, {column}" if column else self.where
        self.problems.append(Problem(code, where, what, fix, severity=severity))

    def has(self, column: str) -> bool:
        """Whether the table has the column at all."""
        return column in self.cells

    def text(self, column: str) -> str:
        """The cell without the apostrophe that keeps a spreadsheet from reading it as a formula."""
        given = self.cells.get(column, "").strip()
        return given[1:] if given[:1] == "'" and given[1:2] in ("=", "+", "-", "@") else given

    def word(self, column: str) -> str:
        """The cell as a name of the layout: lower case, underscores for blanks."""
        return re.sub(r"[\s-]+", "_", self.text(column)).lower()

    def year(self) -> int:
        """The performance year; 0 where it cannot be read or its rules are not here."""
        given = self.text("performance_year")
        if not re.fullmatch(r"[0-9]{4}(\.0+)?", given):
            what = f"{given!r} is not a performance year." if given else "The performance year is blank."
            self.tell("bad_year", "performance_year", what, f"Enter a year like {years()[-1]}.")
            return 0
        if unknown := _unknown_year(int(given[:4])):
            self.tell(unknown.code, "performance_year", unknown.what, unknown.fix)
            return 0
        return int(given[:4])

    def tin(self) -> str:
        """The TIN; empty where it cannot be read."""
        return self._digits("tin", 9)

    def npi(self) -> str:
        """The NPI; empty where it cannot be read."""
        npi = self._digits("npi", 10)
        if npi and not _checks(npi):
            what = "This NPI's check digit does not fit."
            self.tell("npi_check_digit", "npi", what, "Check it. It was read as it is.", "warning")
        return npi

    def _digits(self, column: str, count: int) -> str:
        given = re.sub(r'[\s\u2010-\u2015-]|^=?["\']|"$', "", self.text(column))
        as_text = f"Format this column as text in your spreadsheet and enter all {count} digits."
        if not given:
            self.tell("missing_cell", column, f"Enter {count} digits. This is blank.")
        elif _NUMBER.fullmatch(given):
            self.tell("number_not_text", column, "It was saved as a number.", as_text)
        elif not re.fullmatch("[0-9]+", given):
            self.tell("not_digits", column, f"Enter {count} digits. This has other characters.")
        elif len(given) != count:
            what = f"Enter {count} digits. This has {len(given)}."
            self.tell("wrong_length", column, what, as_text if len(given) < count else "")
        else:
            return given
        return ""

    def yes_no(self, column: str) -> bool | None:
        """Yes, no, or None for a blank."""
        given = self.text(column).lower()
        if given not in _YES_NO:
            self.tell(
                "not_yes_no", column, f"{self.text(column)!r} is neither yes nor no.", "Enter yes or no."
            )
        return _YES_NO.get(given)

    def names(self, column: str) -> frozenset[str] | None:
        """Names separated by blanks; `none` is the empty set, and a blank is None."""
        given = frozenset(re.split(r"[\s,;]+", self.text(column).lower().strip(" ,;"))) - {""}
        if "none" in given and len(given) > 1:
            self.tell("none_and_more", column, "It says none and names something.", "Keep one of the two.")
        return given - {"none"} if given else None

    def sites(self) -> tuple[int, int] | None:
        """Recognized sites and all sites."""
        given = self.text("medical_home_sites")
        if found := re.fullmatch(r"([0-9]{1,6})\s*/\s*([0-9]{1,6})", given):
            return int(found[1]), int(found[2])
        if given:
            what = f"{given!r} is no share."
            if _LOOKS_LIKE_DAY.fullmatch(given):
                what = f"A spreadsheet has made a date of it: {given!r}."
            fix = "Format this column as text and enter recognized/all, as 2/6."
            self.tell("bad_sites", "medical_home_sites", what, fix)
        return None

    def day(self, column: str, year: int) -> date | None:
        """A day; None for a blank. `year` serves the example in a message."""
        given = self.text(column)
        found = _ISO.fullmatch(given) or _US.fullmatch(given)
        if not given:
            return None
        why = f"{given!r} is no date."
        if found:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                month = int(found["m"])
                why = f"There is no day {found['d']} in month {month}."
                why = why if 1 <= month <= 12 else f"There is no month {month}."
        elif _SHORT.fullmatch(given):
            why = f"The year of {given!r} has 2 digits and must have 4."
        elif re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", given):
            why = f"{given} is a spreadsheet's number of a day. Format this column as dates."
        self.tell("bad_date", column, why, f"Enter a date like {year or years()[-1]}-07-01.")
        return None


@lru_cache
def _unknown_year(year: int) -> Problem | None:
    """Why a year has no rules here, or nothing if it has."""
    try:
        rules(year)
    except Refused as refusal:
        return refusal.problems[0]
    return None


@lru_cache(maxsize=100_000)
def _checks(npi: str) -> bool:
    """Whether an NPI's last digit is the Luhn check digit of the others, after the prefix 80840."""
    digits = [int(digit) for digit in "80840" + npi]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
