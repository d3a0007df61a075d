"""A file looked at whole: its kind, what could do harm, what may name a patient, and what was not read.

It takes files apart, so the portal does not call it: `apart` does so in a process of its own.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from mips_ia.problems import Problem, Refused
from mips_ia.screening import kinds
from mips_ia.screening.documents import opened
from mips_ia.screening.kinds import LARGEST, MEGABYTES, Kind, by_content, kind_of
from mips_ia.screening.names import in_names
from mips_ia.screening.passages import Attachment, Document
from mips_ia.screening.patients import places
from mips_ia.screening.patterns import UNSEEN

DEPTH, FILES = 3, 50  # messages in messages, and files that one message may bring
ROUNDS = 4  # in which a masked copy is searched again: what is longer may have hidden what is shorter
_PRINT = "Print the message as PDF, and add that, and its files one by one."
_BY_HAND = "Black it out yourself, or leave it out, and add that."
_AGAIN = "Open it, save it again, and add that."
# How pictures begin that mails often bring and that are not taken by themselves: GIF, TIFF, BMP, WebP, icons.
_PICTURE = re.compile(
    rb"GIF8[79]a|II\*\0|MM\0\*|BM.{4}\0{4}|RIFF.{4}WEBP|\x00\x00\x01\x00|.{4}ftyphei", re.DOTALL
)
_SIGNATURES, _SMALL = (".p7s", ".asc", ".sig"), 64 * 1024
# What runs, installs or leads elsewhere when it is opened by its name, also where it is text.
_PROGRAMS = re.compile(
    r"^(?:exe|com|scr|pif|bat|cmd|ps[12]?|ps[12]?xml|ps[cdm]1|vb[se]?|jse?|ws[cfh]?|hta|ms[cipt]|msh|jar|lnk|url"
    r"|scf|sct|reg|dll|cpl|chm|iso|img|vhdx?|in[fs]|isp|job|gadget|application|appref-ms|appinstaller|jnlp|rdp"
    r"|settingcontent-ms|library-ms|search-ms|searchconnector-ms|website|theme|xbap|slk|[dior]qy|odc|udl|shb|shs"
    r"|py[cw]?|sh|bash|command|desktop|pl|rb|php|tcl|applescript|scpt"
    r"|[xs]?html?|mht|mhtml|svg|xml|xslt?|xaml|xll|xlam|ppam|(?:doc|xls|ppt|dot)m)$"
)


@dataclass
class Looked:
    """What came of it: the kind, each finding as its kind and where it stands, and what is to be known."""

    kind: Kind
    findings: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def looked(content: bytes, name: str, year: int, depth: int = 0, called: str = "", title: str = "") -> Looked:
    """A file looked at, with what it is called. `Refused` with every reason where it is not to be taken."""
    found = Looked(by_content(content, name, called) if depth else kind_of(content, name))
    document = taken_apart(content, name, found.kind)
    if not depth:
        found.findings += in_names(name, title, year)
    found.findings += [(each.kind, each.where) for _, each in places(document.passages(), year)]
    found.notes += document.notes
    problems = list[Problem]()
    for number, each, kept in files(document, name, depth):
        if kept:
            (problems if kept.severity == "error" else found.notes).append(kept)
            continue
        try:
            inner = looked(each.content, f"{name}, attachment {number}", year, depth + 1, each.called)
        except Refused as refusal:
            problems += refusal.problems
            continue
        found.findings += [(kind, f"attachment {number}, {where}") for kind, where in inner.findings]
        found.notes += inner.notes
    if problems:
        raise Refused(problems)
    return found


def masked(content: bytes, name: str, year: int, depth: int = 0, called: str = "") -> bytes:
    """A copy in which everything that is found is covered; the same bytes where nothing is.

    The copy is searched again until nothing is found. `Refused` where something would be left.
    """
    kind = by_content(content, name, called) if depth else kind_of(content, name)
    for _ in range(ROUNDS):
        document, covered = taken_apart(content, name, kind), 0
        for passage, finding in places(document.passages(), year):
            passage.cover(finding.start, finding.end)
            covered += 1
        for number, each, kept in files(document, name, depth):
            if kept and kept.severity == "error":
                raise Refused([kept])
            if not kept:
                copy = masked(each.content, f"{name}, attachment {number}", year, depth + 1, each.called)
                covered += copy != each.content
                each.put(copy)
        if not covered:
            return content
        content = document.written()
        if len(content) > LARGEST:
            raise _refused("mask_refused", name, f"The masked copy would have over {MEGABYTES} MB.", _BY_HAND)
    raise _refused("mask_refused", name, "Something would still be found in the masked copy.", _BY_HAND)


def taken_apart(content: bytes, name: str, kind: Kind) -> Document:
    """A file of a kind, opened by what reads it. `Refused` where it could do harm, or is broken."""
    if kind not in (kinds.WORD, kinds.EXCEL) and zipfile.is_zipfile(BytesIO(content)):
        raise _refused("file_polyglot", name, "It is an archive as well.", _AGAIN)
    if kind is not kinds.PDF and kinds.begins_pdf(content):
        raise _refused("file_polyglot", name, "It is a PDF as well.", _AGAIN)
    return opened(content, name, kind)


def files(document: Document, name: str, depth: int) -> Iterator[tuple[int, Attachment, Problem | None]]:
    """The files that a message brings, by number; those that are not looked into, each with the reason."""
    brought = list(document.attached())
    if len(brought) > FILES or (brought and depth >= DEPTH):
        raise _refused("file_bomb", name, "It has more files, or files in files, than people send.", _PRINT)
    for number, each in enumerate(brought, 1):
        where = f"{name}, attachment {number}"
        called = UNSEEN.sub("", each.called).lower().rstrip(". \t\r\n")  # as systems that open it leave out
        if _PROGRAMS.match(called.rpartition(".")[2].strip()):
            yield number, each, Problem("file_active", where, "It can run when it is opened.", _PRINT)
            continue
        signature = each.called.lower().endswith(_SIGNATURES) and len(each.content) < _SMALL
        if _PICTURE.match(each.content) or signature or not each.content:
            what = "It is empty, a signature, or a picture of a kind that is not read."
            fix = "Look for patients' names and numbers in it yourself."
            yield number, each, Problem("attachment_unread", where, what, fix, severity="unknown")
        else:
            yield number, each, None


def _refused(code: str, name: str, what: str, fix: str) -> Refused:
    return Refused([Problem(code, name, what, fix)])
