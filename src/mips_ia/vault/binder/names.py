"""Plain names of files, made of titles: they can be unpacked anywhere, and none is there twice."""

import re
import unicodedata

from mips_ia.vault.verifier.container import RESERVED

LONGEST = 80  # characters of a name
ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
NAMELESS = "file"


class Names:
    """Names that were given, so that the next one is another."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def path(self, folder: str, title: str) -> str:
        """A path in a folder for what has this title; a number makes it another where there is one."""
        name = plain(title)
        stem, ending = _parted(name)
        path, number = f"{folder}/{name}", 1
        while path.lower() in self._given:
            number += 1
            more = f"-{number}{ending}"
            path = f"{folder}/{stem[: LONGEST - len(more)]}{more}"
        self._given.add(path.lower())
        return path


def plain(title: str) -> str:
    """A title as a name: letters, digits, `_`, `-` and `.`, at most 80, none that Windows reserves."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().strip()
    stem, ending = _parted(letters)
    words = re.sub(r"[^A-Za-z0-9._-]+|-{2,}", "-", stem)
    words = re.sub(r"-*\.[.-]*", ".", words).strip("-.")
    name = (words[: LONGEST - 1 - len(ending)].rstrip("-.") or NAMELESS) + ending
    return f"_{name}" if RESERVED.match(name) else name


def _parted(name: str) -> tuple[str, str]:
    """A name and its ending, such as `.pdf`."""
    found = ENDING.search(name)
    return (name[: found.start()], found[0]) if found else (name, "")
