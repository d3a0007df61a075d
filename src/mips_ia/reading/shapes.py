"""A table of our data as the frozen dataclass whose fields it fills, by the types of those fields."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mips_ia.reading.files import DataFault

T = TypeVar("T")
Read = Callable[[Any, str], Any]
_PLAIN = {str: "text", int: "a whole number", bool: "true or false", date: "a day"}


def shaped(kind: type[T], table: Any, where: str, **built: Any) -> T:
    """The value of a dataclass that a table states, field by field, nested ones too.

    Lists become tuples or frozen sets, as the field says; a key of a mapping whose keys are sets
    is the words of the set, or `nothing`. `built` are fields that the caller has made already.
    `DataFault` names the place of what does not fit.
    """
    readers, needed = _readers(kind)  # type: ignore[arg-type] # a class is hashable
    if not isinstance(table, Mapping):
        raise DataFault(f"{where}: it is a table, not {table!r}")
    if unknown := table.keys() - (readers.keys() - built.keys()):
        asked = sorted(readers.keys() - built.keys())
        raise DataFault(f"{where}: unknown {sorted(unknown)}; a {kind.__name__} has {asked}")
    if missing := needed - table.keys() - built.keys():
        raise DataFault(f"{where}: {sorted(missing)} must be given")
    return kind(**built, **{name: readers[name](value, f"{where} {name}") for name, value in table.items()})


def optional(kind: type) -> dict[str, Read]:
    """The fields of a dataclass that a table may leave out, and how each is read."""
    readers, needed = _readers(kind)
    return {name: read for name, read in readers.items() if name not in needed}


@cache
def _readers(kind: Any) -> tuple[dict[str, Read], frozenset[str]]:
    """How each field of a dataclass is read, and the fields without which it cannot be made."""
    hints = get_type_hints(kind)
    ours = [each for each in fields(kind) if each.init]
    needed = (each.name for each in ours if each.default is MISSING and each.default_factory is MISSING)
    return {each.name: _reader(hints[each.name]) for each in ours}, frozenset(needed)


def _reader(hint: Any) -> Read:
    """How a value of this type is read."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        return _reader(next(each for each in args if each is not NoneType))
    if origin in (tuple, frozenset):
        return _listed(origin, _reader(args[0]))
    if origin is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return _mapped(args[0], _reader(args[1]))
    if is_dataclass(hint):
        return lambda value, where: shaped(hint, value, where)  # type: ignore[arg-type]
    return _plain(hint)


def _plain(kind: type) -> Read:
    def read(value: Any, where: str) -> Any:
        if type(value) is not kind:
            raise DataFault(f"{where}: it is {_PLAIN[kind]}, not {value!r}")
        return value

    return read


def _listed(kind: type, each: Read) -> Read:
    def read(value: Any, where: str) -> Any:
        if not isinstance(value, list):
            raise DataFault(f"{where}: it is a list, not {value!r}")
        return kind(each(item, f"{where} {place}") for place, item in enumerate(value, 1))

    return read


def _mapped(key: Any, each: Read) -> Read:
    def read(value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            raise DataFault(f"{where}: it is a table, not {value!r}")
        named = {name: each(item, f"{where}.{name}") for name, item in value.items()}
        return named if key is str else {_words(name): item for name, item in named.items()}

    return read


def _words(name: str) -> frozenset[str]:
    return frozenset(name.split()) - {"nothing"}
