"""Fields of a Word file and formulas of a workbook that run something, or fetch it from elsewhere."""

import re

from lxml import etree

from mips_ia.screening.package import local

# What a field begins with by which something is run or fetched; and what leads elsewhere in one that fetches.
_RUNS = re.compile(r"(?:DDE(?:AUTO)?|LINK|DATABASE|IMPORT|INCLUDE)\b", re.IGNORECASE)
_LATER = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)  # in a field of two, of which a program may make one
_FETCHES = re.compile(r"\b(?:INCLUDE(?:TEXT|PICTURE)|RD)\b", re.IGNORECASE)
_AWAY = re.compile(r"""[A-Za-z]{2}:|\\\\\\\\|["\s\u201c](?:\\\\|//)""")
_SPELLED = re.compile(r"\bQUOTE(?:\s+\d{1,5}){2}", re.IGNORECASE)  # a word as the numbers of its letters
_PIECES = ("{*}fldChar", "{*}instrText", "{*}delInstrText", "{*}t")
_FORMULAS = (
    "{*}f", "{*}definedName", "{*}formula", "{*}formula1", "{*}formula2", "{*}calculatedColumnFormula",
    "{*}totalsRowFormula",
)  # fmt: skip
_CALLS = re.compile(
    r"\b(?:WEBSERVICE|IMAGE|RTD|REGISTER(?:\.ID)?|CALL|EXEC|SQL\.REQUEST|_xlws\.PY)\s*\(|\|", re.IGNORECASE
)
# What stands in a formula within quotes and brackets: texts, names of columns, and names of sheets.
_WITHIN = re.compile(r""""[^"]*"|\[(?:[^\[\]']|'.){0,255}\]|'[^']*'""", re.DOTALL)
# Cells of a file that lies elsewhere.
_BOOK = re.compile(r"'(?:[A-Za-z]{2,20}:/|\\\\)[^']*'\s{0,9}[!#]|\[\s{0,9}(?:[A-Za-z]{2,20}:/|\\\\)")


def running(tree: etree._Element) -> bool:
    """Whether a part has a field or a formula that runs or fetches something."""
    said = [each.strip() for each in _fields(tree)]
    return any(map(_harms, said)) or _calls(tree)


def _harms(field: str) -> bool:
    if _RUNS.match(field) or _LATER.search(field) or _SPELLED.search(field):
        return True
    return bool(_FETCHES.search(field) and _AWAY.search(field))


def _fields(tree: etree._Element) -> list[str]:
    """What each field says, with what the fields in it came to, since both make up what it does."""
    said = [str(value) for each in tree.iter("{*}fldSimple") for key, value in each.attrib.items()
            if local(str(key)) == "instr"]  # fmt: skip
    outside = list[str]()
    open_, shown = [outside], [False]
    pieces = tree.iter(*_PIECES) if next(tree.iter(*_PIECES[:3]), None) is not None else ()
    for each in pieces:
        name = local(each.tag)
        if name == "t":
            if shown[-1] and len(open_) > 2:
                open_[-2].append(_text(each))  # what a field in a field came to is a part of the outer one
        elif name != "fldChar":
            open_[-1].append(_text(each))
        elif "begin" in each.attrib.values():
            open_.append([])
            shown.append(False)
        elif "separate" in each.attrib.values():
            shown[-1] = True
        elif len(open_) > 1:
            said.append("".join(open_.pop()))
            shown.pop()
    return [*said, *("".join(each) for each in open_)]


def _calls(tree: etree._Element) -> bool:
    """Whether a formula calls what runs or fetches; a call within quotes is text."""
    every = [_text(each) for each in tree.iter(*_FORMULAS)]
    together = "\n".join(every)
    return bool(_CALLS.search(together) or _BOOK.search(together)) and any(map(_does, every))


def _does(formula: str) -> bool:
    if any(_BOOK.match(formula, each.start()) for each in _WITHIN.finditer(formula)):
        return True
    return bool(_CALLS.search(_WITHIN.sub(" ", formula)))


def _text(element: etree._Element) -> str:
    """What an element says, also around a comment."""
    return "".join([element.text or "", *(each.tail or "" for each in element)])
