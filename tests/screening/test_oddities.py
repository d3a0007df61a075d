"""What nobody writes is refused or marked from a measure on, and read as it is below it."""

import pytest
from hostile import deep_mime
from making import pdf

from mips_ia import Refused
from mips_ia.screening.looking import looked
from mips_ia.screening.mails import HEAD, LEVELS
from mips_ia.screening.texts import LONG

YEAR = 2026


def codes(content: bytes, name: str) -> set[str]:
    """What is said of a file."""
    try:
        return {each.code for each in looked(content, name, YEAR).notes}
    except Refused as refusal:
        return {each.code for each in refusal.problems}


def filtered(many: int) -> bytes:
    """A PDF of which one stream has so many filters."""
    chain = b" ".join([b"/ASCIIHexDecode"] * many)
    return pdf(["A"], extra=b"100 0 obj\n<< /Length 2 /Filter [%s] >>\nstream\n00\nendstream\nendobj" % chain)


def bracketed(many: int) -> bytes:
    """A PDF with an entry of lists in lists."""
    return pdf(["A"], catalog=b"/X " + b"[ " * many + b"] " * many)


def headed(many: int) -> bytes:
    """A message to so many bytes of people, over many lines."""
    people = b",\n ".join([b"Kim <kim@demo.example>"] * (many // 25))
    head = b"From: a@demo.example\nTo: b@demo.example\nSubject: x\nCc: "
    return head + people + b"\n\nhello\n" + b" a line\n" * many


@pytest.mark.parametrize(("name", "below", "from_it_on", "code"), [
    ("a.txt", b"a" * (LONG - 1) + b"\n" + b"b" * LONG, b"a" * (LONG + 1), "line_long"),
    ("mac.txt", b"A note.\r" * LONG, b"A note. " * LONG, "line_long"),
    ("a.csv", b"a,b\n" + b"1" * (LONG - 3) + b",2\n", b"a,b\n" + b"1" * LONG + b",2\n", "line_long"),
    ("head.eml", headed(HEAD - 2_000), headed(HEAD + 2_000), "file_bomb"),
    ("a.eml", deep_mime(LEVELS - 2), deep_mime(LEVELS), "file_bomb"),
    ("filters.pdf", filtered(10), filtered(11), "file_broken"),
    ("brackets.pdf", bracketed(64), bracketed(65), "file_broken"),
])  # fmt: skip
def test_it_is_said_from_a_measure_on(name: str, below: bytes, from_it_on: bytes, code: str) -> None:
    assert codes(below, name) == set()
    assert codes(from_it_on, name) == {code}
