"""What a file is called may name a patient too: its own name, and the title that it is given.

Both are short, and are searched as the text of a file is, in whichever process.
"""

from mips_ia.screening.passages import Passage, hidden
from mips_ia.screening.patients import Finding, findings

NAME, TITLE = "the name of the file", "the title"
_MARKS = str.maketrans("_+.", "   ")  # what stands in names of files in the stead of blanks


def in_names(name: str, title: str, year: int) -> list[tuple[str, str]]:
    """What may name a patient in a file's name and in its title, each with its kind and where it stands."""
    return [
        (each.kind, each.where)
        for where, said in ((NAME, name), (TITLE, title))
        for each in _found(where, said, year)
    ]


def covered(said: str, year: int) -> str:
    """A name or a title with an X for each letter and figure of what may name a patient."""
    before = None
    while said != before:  # what is covered may show something else
        before = said
        for each in _found(NAME, said, year):
            said = said[: each.start] + hidden(said[each.start : each.end]) + said[each.end :]
    return said


def _found(where: str, said: str, year: int) -> list[Finding]:
    return findings([Passage(where, said.translate(_MARKS))], year)
