"""Paths into a parsed file: what stands there, why one leads nowhere, and other values put there.

A step of a path is a key of a table, or a place in a list, counted from 0.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mips_ia.reading import clauses
from mips_ia.reading.clauses import Clause
from mips_ia.reading.shapes import Read, optional

Steps = tuple[str, ...]
BY_A_REFORM = "by a reform, in place of "
_KINDS = [each for each in vars(clauses).values() if isinstance(each, type) and issubclass(each, Clause)]
_MOST = 12  # names that are listed


def leaves(table: Mapping[str, Any], below: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every value of a table, and of the tables in it, with its path."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*below, name))
        else:
            yield (*below, name), value


def written(path: Iterable[str]) -> str:
    """A path as TOML writes it: `weights.0.rows."cost pi".2`."""
    return ".".join(step if re.fullmatch(r"[\w-]+", step, re.ASCII) else quoted(step) for step in path)


def quoted(text: str) -> str:
    """A text as TOML quotes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", r"\u007f")


def walked(whole: Any, path: Steps) -> list[Any]:
    """What stands at each step of a path, as far as it leads."""
    found = [whole]
    for step in path:
        at = found[-1]
        if isinstance(at, list) and step.isdecimal() and int(step) < len(at):
            found.append(at[int(step)])
        elif isinstance(at, dict) and step in at:
            found.append(at[step])
        else:
            break
    return found


def standing(whole: Any, path: Steps) -> Any:
    """What stands at the end of a path; None where nothing does."""
    found = walked(whole, path)
    return found[-1] if len(found) > len(path) else None


def nowhere(whole: Any, path: Steps) -> str:
    """Why a path leads nowhere; empty where it leads to a value, or to a field that its clause may have."""
    *found, at = walked(whole, path)
    if len(found) == len(path) or (len(found) == len(path) - 1 and addable(at, path[-1])):
        return ""
    step, before = path[len(found)], written(path[: len(found)])
    if isinstance(at, list):
        return f"{before} is a list, whose places are 0 to {len(at) - 1}, not {step}."
    if not isinstance(at, dict):
        return f"{before} is {at!r}, and nothing stands below it."
    more = ", …" if len(at) > _MOST else ""
    return f"{before} has no {step}; it has {', '.join([*at][:_MOST])}{more}."


def addable(at: Any, name: str) -> Read | None:
    """How a field that a clause lacks and may have is read; None where what stands here has no such field."""
    kinds = _KINDS if isinstance(at, dict) and "says" in at else []
    of = [kind for kind in kinds if at.keys() <= kind.__dataclass_fields__.keys()]
    return next((optional(kind)[name] for kind in of if name in optional(kind)), None)


def sentence(whole: Any, path: Steps) -> str:
    """What says what stands at a path: the sentence of the clause, or the title of the activity or MVP."""
    said = ""
    for at in walked(whole, path):
        if isinstance(at, dict):
            said = str(at.get("says", at.get("title", said)))
        elif isinstance(at, list) and path[:2] == ("activities", "subcategory"):
            said = str(at[0])
    return said


def put(at: Any, path: Steps, value: Any) -> Any:
    """The same with another value at the end of a path; a clause on the way says that a reform is in it."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(at, list):
        return [put(each, rest, value) if n == int(step) else each for n, each in enumerate(at)]
    kept = {**at}
    if "cite" in at and not at["cite"].startswith(BY_A_REFORM):
        kept["cite"] = BY_A_REFORM + at["cite"]
    return {**kept, step: put(at.get(step), rest, value)}
