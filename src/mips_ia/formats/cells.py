"""A row of a table being read: its cells as values, and every problem met on the way."""

import re
from calendar import month_name
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

from mips_ia.formats.ids import npi_checks
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules

_NUMBER = re.compile(r"[0-9]+\.0*|[0-9.,]+[eE]\+?[0-9]+")
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?)?"
_ISO = re.compile(rf"(?P<y>[0-9]{{4}})-(?P<m>[0-9]{{1,2}})-(?P<d>[0-9]{{1,2}}){_TIME}")
_US = re.compile(rf"(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}})/(?P<y>[0-9]{{4}}){_TIME}")
_WORDS = re.compile(
    r"(?:(?P<m1>[A-Za-z]{3,9})\.? +(?P<d1>[0-9]{1,2})(?:st|nd|rd|th)?,? +"
    r"|(?P<d2>[0-9]{1,2})(?:st|nd|rd|th)?\.? +(?P<m2>[A-Za-z]{3,9})\.?,? +)(?P<y>[0-9]{4})"
)
_MONTHS = [name.lower() for name in month_name]
_ID = r"(?:IA[\W_]*)?(?:[A-Z]{2,5}[\W_]*[0-9]{1,3}|PCMH|MVP)"
_PARTS = re.compile(r"(?:IA[\W_]*)?(?:(?P<area>[A-Z]{2,5})[\W_]*(?P<number>[0-9]{1,3})|(?P<alone>PCMH|MVP))")
_IDS = re.compile(rf"(?<![A-Z0-9]){_ID}(?![A-Z0-9])")
_SHORT = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}")
_WHOLE = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.0*)?")
_LOOKS_LIKE_DAY = re.compile(r".*-.*|.*/.*/.*|[0-9]{5}")
_YES = ("yes", "y", "true", "1", "x", "\u2713", "\u2714")
YES_NO = {"": None, **dict.fromkeys(_YES, True), **dict.fromkeys(("no", "n", "false", "0"), False)}


def billed(said: bool | None, joined: date | None, left: date | None, year: int) -> bool | None:
    """Whether a clinician billed in a year: what was said, else no where no day of it is theirs."""
    away = (left and left.year < year) or (joined and joined.year > year)
    return False if said is None and away else said


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
        if npi and not npi_checks(npi):
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
        if given not in YES_NO:
            what = f"{self.text(column)!r} is neither yes nor no."
            self.tell("not_yes_no", column, what, "Enter yes or no; a blank means not known.")
        return YES_NO.get(given)

    def names(self, column: str, known: Sequence[str]) -> frozenset[str] | None:
        """The known names in a cell, however separated, and what is none of them.

        `none` or `no` is the empty set, and a blank is None.
        """
        text = self.text(column).lower()
        given = set(_named(text, known)) or {text}
        given = {"none" if name == "no" else name for name in given}
        if "none" in given and len(given) > 1:
            self.tell("none_and_more", column, "It says none and names something.", "Keep one of the two.")
        return frozenset(given - {"none"}) if text else None

    def activity(self) -> str:
        """The activity's id as CMS writes it; empty where there is none or more than one."""
        given = self.text("activity_id")
        several = {tidied(found[0]) for found in _IDS.finditer(given.upper())}
        activity = tidied(given.upper())
        if not activity:
            self.tell("missing_cell", "activity_id", "Enter an activity. This is blank.")
        elif len(several) > 1:
            what = f"{given!r} names {len(several)} activities, and there is one activity in a row."
            self.tell("several_activities", "activity_id", what, "Make a row for each.")
            return ""
        elif activity != given:
            self.tell("id_tidied", "activity_id", f"{given!r} was read as {activity}.", severity="warning")
        return activity

    def sites(self) -> tuple[int, int] | None:
        """Recognized sites and all sites."""
        given = self.text("medical_home_sites").removeprefix("'")
        if found := re.fullmatch(r"([0-9]{1,6})\s*(?:/|of)\s*([0-9]{1,6})", given, re.IGNORECASE):
            return int(found[1]), int(found[2])
        if given:
            what = f"{given!r} is no share."
            if _LOOKS_LIKE_DAY.fullmatch(given):
                what = f"A spreadsheet has made a date of it: {given!r}."
            fix = "Format this column as text and enter recognized/all, as 2/6; until then it is not known."
            self.tell("bad_sites", "medical_home_sites", what, fix, "warning")
        return None

    def day(self, column: str, year: int) -> date | None:
        """A day; None for a blank. `year` serves the example in a message."""
        given = self.text(column)
        told = _iso(given)
        found = _ISO.fullmatch(told) or _US.fullmatch(told)
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


def _iso(given: str) -> str:
    """A day written with the name of its month, as ISO writes it; anything else as it is."""
    if not (found := _WORDS.fullmatch(given)):
        return given
    said = (found["m1"] or found["m2"]).lower()
    month = next((n for n, name in enumerate(_MONTHS) if n and name.startswith(said)), 0)
    return f"{found['y']}-{month}-{found['d1'] or found['d2']}" if month else given


def whole(given: str) -> int | None:
    """A whole number as a spreadsheet or a database writes it: `8`, `8.00`, `1,000`; None for any other."""
    found = _WHOLE.fullmatch(given)
    return int(found[1].replace(",", "")) if found else None


def tidied(given: str) -> str:
    """An id in capitals as CMS writes it: `IA BE 4`, `IA_BE4` and `BE_4` are `IA_BE_4`."""
    if not (found := _PARTS.fullmatch(given)):
        return re.sub(r"\s", "", given)
    return f"IA_{found['alone']}" if found["alone"] else f"IA_{found['area']}_{found['number']}"


def _named(text: str, known: Sequence[str]) -> Iterator[str]:
    """The known names in a text, `none` and `no`, and each run of words between that is no name."""
    names = [each.split("_") for each in (*known, "none", "no")]
    for phrase in re.split(r"[,;/|+&\n]", text):
        words, strange = re.findall(r"[^\W_]+", phrase), []
        while words:
            fit = next((name for name in names if words[: len(name)] == name), None)
            if fit:
                yield "_".join(fit)
            else:
                strange.append(words[0])
            if strange and (fit or len(words) == 1):
                yield "_".join(strange)
                strange = []
            words = words[len(fit or "?") :]


@lru_cache
def _unknown_year(year: int) -> Problem | None:
    """Why a year has no rules here, or nothing if it has."""
    try:
        rules(year)
    except Refused as refusal:
        return refusal.problems[0]
    return None
