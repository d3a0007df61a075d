"""One of our data files as parsed; whatever is wrong with it names the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class DataFault(ValueError):
    """Our own data do not hold together: the file, the place in it, and what is wrong."""


def toml(path: Path) -> dict[str, Any]:
    """One of our data files as parsed; a fault in it names the file."""
    return parsed(path.read_bytes(), f"{path.parent.name}/{path.name}")


def parsed(text: bytes, where: str) -> dict[str, Any]:
    """TOML as parsed; a fault in it names where it stands."""
    import tomllib  # noqa: PLC0415 - not needed where a parsed copy is kept, which is nearly always

    try:
        return tomllib.loads(text.decode())
    except ValueError as fault:
        raise DataFault(f"{where}: {fault}") from fault


@contextmanager
def holding_together(where: str) -> Iterator[None]:
    """Whatever goes wrong in reading our own data is a `DataFault` that names the file."""
    try:
        yield
    except DataFault:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        said = f"{fault} is missing" if isinstance(fault, KeyError) else fault
        raise DataFault(f"{where}: {said}") from fault
