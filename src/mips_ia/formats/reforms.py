"""A reform as a person gives it, in a file or in words of a command line; checked, and written again."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from mips_ia.catalogue import catalogue_of
from mips_ia.problems import Problem, Refused
from mips_ia.reading.files import DataFault
from mips_ia.reading.paths import leaves, quoted, written
from mips_ia.reading.reform import EVERY, Change, Reform, laid_out, read
from mips_ia.reading.yearbook import YEARS, reformed
from mips_ia.rules import rules_of

ANSWERS = {"yes": True, "no": False}


def given(file: Path | None, settings: Sequence[str] = (), statuses: Sequence[str] = ()) -> Reform:
    """The reform of a file, of settings (`rules.full_credit.value=30`) and statuses (`rural=yes`).

    What names no year is for every year. What is set goes before the file.
    Raises `Refused`, with every reason, where one of them cannot be read, or none is given.
    """
    said, wrong = [*settings, *statuses], []
    if not (file or said):
        fix = "Give a file, a setting or a status."
        raise Refused([Problem("no_reform", "reform", "Nothing is to be changed.", fix)])
    try:
        base = read(file) if file else None
    except Refused as refusal:
        base, wrong = None, [*refusal.problems]
    over: Mapping[str, Any] = base.over if base else {}
    for found in (*map(_setting, settings), *map(_status, statuses)):
        if isinstance(found, Problem):
            wrong.append(found)
        else:
            over = _merged(over, found)
    if wrong:
        raise Refused(wrong)
    title = "; ".join([base.title, *said] if base else said)
    return laid_out({**over, "title": title}, base.where if base else "reform")


def _setting(text: str) -> dict[str, Any] | Problem:
    """What `PATH=VALUE` lays over the data; a value that is no TOML is a text."""
    path, equals, value = map(str.strip, text.partition("="))
    first = path.partition(".")[0]
    whole = path if first == EVERY or first.isdecimal() else f"{EVERY}.{path}"
    for as_toml in (value, quoted(value)) if equals else ():
        try:
            return tomllib.loads(f"{whole} = {as_toml}")
        except tomllib.TOMLDecodeError:
            continue
    fix = "Write a path and a value, such as rules.full_credit.value=30."
    return Problem("bad_setting", text, "It is no setting.", fix)


def _status(text: str) -> dict[str, Any] | Problem:
    """What `STATUS=yes` or `STATUS=no` lays over the data."""
    name, _, answer = map(str.strip, text.partition("="))
    if answer not in ANSWERS:
        fix = "Write a status with yes or no, such as rural=yes."
        return Problem("bad_setting", text, "It does not say who has the status.", fix)
    return {EVERY: {"rules": {"special": {name: {"everybody": ANSWERS[answer]}}}}}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two tables as one, in which the second goes before the first."""
    found = {**below}
    for name, value in above.items():
        under = found.get(name)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        found[name] = _merged(under, value) if both else value  # type: ignore[arg-type] # both are tables
    return found


def checked(reform: Reform, folder: Path = YEARS) -> list[Change]:
    """What a reform changes; `Refused` where a year does not hold together any more, with every reason."""
    books, changes = reformed(reform, folder)
    faults: list[DataFault] = []
    for year in sorted({each.year for each in changes}):
        for of in (rules_of, catalogue_of):
            try:
                of(books[year])
            except DataFault as fault:
                faults.append(fault)
    fix = "Change it in the reform too. Places in a list are counted from 1 here, and from 0 in a reform."
    if faults:
        lines = [line for fault in faults for line in str(fault).splitlines()]
        raise Refused(Problem("does_not_hold", reform.where, f"{line}.", fix) for line in lines)
    return changes


def as_toml(reform: Reform) -> str:
    """A reform as a file that `read` reads: a line for each path."""
    values = [("title", reform.title), *((written(path), value) for path, value in leaves(reform.over))]
    return "".join(f"{path} = {toml_value(value)}\n" for path, value in values)


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{written([name])} = {toml_value(each)}' for name, each in value.items())}}}"
    return str(value)


def as_plain(reform: Reform, changes: Sequence[Change]) -> dict[str, Any]:
    """A reform as applied, as plain values: every path that it changes, year by year."""
    changed = [
        {
            "year": each.year,
            "path": written(each.path),
            "from": each.before,
            "to": each.after,
            "says": each.says,
        }
        for each in changes
    ]
    return {"title": reform.title, "changes": changed}
