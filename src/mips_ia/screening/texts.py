"""What plain text, tables and messages say, in passages."""

import csv
import io
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from html.parser import HTMLParser

from mips_ia.screening.passages import Passage

MARKS = ",;\t"
_HEADS = ("subject", "from", "to", "cc")
_BREAKS = {"p", "br", "div", "tr", "li", "td", "th", "h1", "h2", "h3", "table"}


def decoded(content: bytes) -> str:
    """Text as it is most likely meant: UTF-8, else the old Windows alphabet, else byte by byte."""
    for alphabet in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(alphabet)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def of_text(content: bytes) -> list[Passage]:
    """All of it as one passage, so that a word and what it names may stand on two lines."""
    return [Passage("", decoded(content), line=1)]


def of_table(content: bytes) -> list[Passage]:
    """Each row, and each cell that stands under a heading, by their numbers.

    The first row is taken for the headings. It is a passage too, and columns are not called by it, since it
    may be none, and name a patient.
    """
    text = decoded(content)
    first = text.partition("\n")[0]
    mark = max(MARKS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    headings = next(rows, [])
    found = [Passage("row 1", " | ".join(headings))]
    for number, row in enumerate(rows, 2):
        found += _of_row(number, row, headings)
    return found


def _of_row(number: int, row: list[str], headings: list[str]) -> Iterator[Passage]:
    whole = f"row {number}"
    yield Passage(whole, " | ".join(row))
    for place, (heading, cell) in enumerate(zip(headings, row, strict=False), 1):
        if heading.strip() and cell.strip():
            yield Passage(f"{whole}, column {place}", cell, heading.strip().lower(), part_of=whole)


def of_mail(content: bytes) -> list[Passage]:
    """The heads that people see, and every part that is text; a page of the web as what it says."""
    message = message_from_bytes(content, policy=policy.default)
    found = [
        Passage(f"{head.capitalize()} of the message", str(message[head])) for head in _HEADS if message[head]
    ]
    for number, part in enumerate(_parts(message), 1):
        text = _said(part)
        found.append(Passage("" if number == 1 else f"part {number}, ", text, line=1))
    return found


def attached(content: bytes) -> list[tuple[str, bytes]]:
    """The files that a message brings with it, each with its name."""
    message = message_from_bytes(content, policy=policy.default)
    return [
        (part.get_filename() or "a file without a name", _bytes_of(part))
        for part in message.walk()
        if not part.is_multipart() and (part.is_attachment() or part.get_content_maintype() != "text")
    ]


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if part.get_content_maintype() == "text" and not part.is_attachment():
            yield part


def _said(part: EmailMessage) -> str:
    try:
        text = str(part.get_content())
    except (LookupError, MessageError, ValueError):  # an alphabet that nobody knows
        text = decoded(_bytes_of(part))
    return _Words.of(text) if part.get_content_subtype() == "html" else text


def _bytes_of(part: EmailMessage) -> bytes:
    held = part.get_payload(decode=True)
    return held if isinstance(held, bytes) else b""


class _Words(HTMLParser):
    """What a page of the web says, without its tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    @classmethod
    def of(cls, page: str) -> str:
        """The words of a page."""
        reader = cls()
        reader.feed(page)
        reader.close()
        return "".join(reader.said)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as its namesake is called
        """A new line where a page has one."""
        self.silent += tag in ("script", "style")
        self.said += ["\n"] if tag in _BREAKS else []

    def handle_endtag(self, tag: str) -> None:
        """What is no text is over."""
        self.silent -= tag in ("script", "style") and self.silent > 0

    def handle_data(self, data: str) -> None:
        """Text, unless it is a script's."""
        if not self.silent:
            self.said.append(data)
