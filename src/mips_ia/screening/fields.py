"""Fields of a Word file and formulas of a workbook that run something, or fetch it from elsewhere."""

import re

from lxml import etree

from mips_ia.screening.package import local

# What a field is called by which something is run or fetched, and what leads elsewhere in one that fetches.
_RUNS = re.compile(r"(?:^|\n)\s*(?:DDE(?:AUTO)?|LINK|DATABASE|IMPORT|INCLUDE)\b|\bDDEAUTO\b", re.IGNORECASE)
_LATER = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)  # in a field of two, of which a program may make one
_FETCHES = re.compile(
    r"""\b(?:INCLUDE(?:TEXT|PICTURE)|RD)\b[^\n]{0,400}?(?:[A-Za-z]{2,20}:[/\\]|\\\\\\\\|["\u201c]\s{0,9}(?:\\\\|//))""",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    r"\bQUOTE(?:\s+\d{1,5}){2}", re.IGNORECASE
)  # a word that is written as numbers of letters
_PIECES = ("{*}fldChar", "{*}instrText", "{*}delInstrText", "{*}t")
_FORMULAS = (
    "{*}f", "{*}definedName", "{*}formula", "{*}formula1", "{*}formula2", "{*}calculatedColumnFormula",
    "{*}totalsRowFormula",
)  # fmt: skip
_CALLS = re.compile(
    r"\b(?:WEBSERVICE|IMAGE|RTD|REGISTER(?:\.ID)?|CALL|EXEC|SQL\.REQUEST|_xlws\.PY)\s*\(|\|", re.IGNORECASE
)
_BOOK = re.compile(
    r"'(?:[A-Za-z]{2,20}:/|\\\\)[^'\n]*'\s*[!#]", re.IGNORECASE
)  # cells of a file that lies elsewhere
_TEXTS, _QUOTED = re.compile(r'"[^"]*"'), re.compile(r"'[^']*'|\[[^\[\]]*\]")


def running(tree: etree._Element) -> bool:
    """Whether a part has a field or a formula that runs or fetches something."""
    said = [each.strip() for each in _fields(tree)]
    together = "\n".join(said)
    if any(map(_RUNS.match, said)) or any(each.search(together) for each in (_LATER, _FETCHES, _SPELLED)):
        return True
    return _calls(tree)


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
    if not _CALLS.search(together) and not _BOOK.search(together):
        return False
    return any(
        _BOOK.search(bare) or _CALLS.search(_QUOTED.sub("", bare))
        for bare in (_TEXTS.sub("", each) for each in every)
    )


def _text(element: etree._Element) -> str:
    """What an element says, also around a comment."""
    return "".join([element.text or "", *(each.tail or "" for each in element)])
