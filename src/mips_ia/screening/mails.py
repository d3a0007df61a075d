"""What a message says, and the files it brings with it; each of those is looked at like any other file."""

import io
import re
from base64 import encodebytes
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart

from mips_ia.problems import Problem, Refused
from mips_ia.screening.mail_parts import bytes_of, put_in_order
from mips_ia.screening.passages import Document, Passage, Piece
from mips_ia.screening.texts import Letters, decoded
from mips_ia.screening.web_page import Page

PARTS, LEVELS = 200, 30  # a message of more, or of parts so deep, is made to be taken apart for long
HEAD = 50_000  # bytes of a head, as it is folded; the names of a thousand people are shorter
_AGAIN = "Print the message as PDF, and add that, and its files one by one."
_HEADS = ("subject", "from", "to", "cc", "bcc", "reply-to", "comments", "keywords", "thread-topic")
_BEGINS = re.compile(rb"[\w-]{1,60}:")
_PACKED = ("base64", "quoted-printable")
_FILE = re.compile(r"^(?:begin(?:-base64)? [0-7]{3,4} \S|=ybegin )", re.MULTILINE)  # as old programs sent it
_POLICY = policy.default.clone(refold_source="none")


class Attachment:
    """A file that a message brings."""

    def __init__(self, part: EmailMessage) -> None:
        self._part = part
        self.content = bytes_of(part)
        self.called = part.get_filename() or ""
        self.letters = Letters(self.called)

    def renamed(self) -> None:
        """Call it by its name with what was covered."""
        if str(self.letters) != self.called:
            for head, key in (("Content-Disposition", "filename"), ("Content-Type", "name")):
                if self._part.get_param(key, header=head) is not None:
                    self._part.set_param(key, str(self.letters), header=head)

    def put(self, content: bytes) -> None:
        """Put another file in its place."""
        if content != self.content:
            _put(self._part, content)


class Mail(Document):
    """A message: the heads that people see, and every part that is text, a page as what it says."""

    def __init__(self, content: bytes, name: str = "") -> None:
        self.notes: list[Problem] = []
        self._name = name
        if content.lower().count(b"content-type:") > PARTS:
            what = f"It has more than {PARTS} parts; a message that people write has fewer."
            raise Refused([Problem("file_bomb", name, what, _AGAIN)])
        if _longest_head(content) > HEAD:
            what = f"A head of it has more than {HEAD:,} bytes; a message that people write has shorter ones."
            raise Refused([Problem("file_bomb", name, what, _AGAIN)])
        self._message: EmailMessage = message_from_bytes(content, policy=_POLICY)
        if _levels(self._message) > LEVELS:
            what = f"It has parts in parts, more than {LEVELS} deep; a message that people write has fewer."
            raise Refused([Problem("file_bomb", name, what, _AGAIN)])
        if what := put_in_order(self._message):
            raise Refused([Problem("file_broken", name, what, _AGAIN)])

    def passages(self) -> Iterator[Passage]:
        """Its heads, and the text of its parts."""
        yield from _heads(self._message, "the message")
        inside = [each for each in self._message.walk() if each.get_content_type() == "message/rfc822"]
        for number, part in enumerate(inside, 1):
            for message in part.iter_parts():  # the one that it holds
                yield from _heads(message, f"message {number} in it")
            if str(part.get("Content-Transfer-Encoding", "")).strip().lower() in _PACKED:
                self._unread("A message in it is packed as none should be, so that it was not searched.")
        for number, part in enumerate(self._texts(), 1):
            words = Letters(self._said(part))
            yield _lines("" if number == 1 else f"part {number}, ", words)
            if str(words) != words.text:
                _put_text(part, str(words))
        for part in self._message.walk():
            for around in ("preamble", "epilogue"):
                words = Letters(getattr(part, around) or "")
                yield _lines("hidden text, ", words)
                setattr(part, around, str(words) or None)
        for number, each in enumerate(self.attached(), 1):
            yield _lines(f"name of attachment {number}, ", each.letters)
            each.renamed()

    def attached(self) -> Iterator[Attachment]:
        """The files that it brings."""
        for part in self._message.walk():
            if not part.is_multipart() and (part.is_attachment() or part.get_content_maintype() != "text"):
                yield Attachment(part)

    def written(self) -> bytes:
        """The message anew. A page of the web in which something was covered is plain text then."""
        return self._message.as_bytes()

    def _texts(self) -> list[EmailMessage]:
        return [
            part for part in self._message.walk()
            if part.get_content_maintype() == "text" and not part.is_attachment()
        ]  # fmt: skip

    def _said(self, part: EmailMessage) -> str:
        try:
            text = str(part.get_content())
        except (LookupError, MessageError, ValueError, OSError):  # an alphabet that nobody knows
            text = decoded(bytes_of(part))[0]
            self._unread("A part of it is in an alphabet that we do not know, and may not be read whole.")
        text = text.replace("\0", "")  # of signs of two bytes that are called one
        if part.get_content_subtype() != "html":
            if _FILE.search(text):
                self._unread("A file is written into its text in letters, which was not looked at.")
            return text
        page = Page.of(text)
        if page.runs:
            what = "Its page of the web has a program in it, or a form that sends."
            raise Refused([Problem("file_active", self._name, what, _AGAIN)])
        if page.fetches:
            what = "Its page of the web fetches pictures or the like from elsewhere when it is shown."
            fix = "Let no program load them: whoever sent it would learn of it. Or print it as PDF."
            self.notes.append(Problem("message_fetches", self._name, what, fix, severity="warning"))
        return "".join(page.said)

    def _unread(self, what: str) -> None:
        fix = "Look for patients' names and numbers in it yourself."
        self.notes.append(Problem("text_unread", self._name, what, fix, severity="unknown"))


def _longest_head(content: bytes) -> int:
    """The bytes of its longest head, with the lines into which it is folded, whatever part has it."""
    longest = length = 0
    for line in io.BytesIO(content):
        if not line.startswith((b" ", b"\t")):
            length = len(line) if _BEGINS.match(line) else 0
        elif length:
            length += len(line)
        longest = max(longest, length)
    return longest


def _levels(message: MIMEPart) -> int:
    """How deep its parts stand in each other."""
    found, level = 0, [message]
    while level:
        found += 1
        level = [inner for part in level if part.is_multipart() for inner in part.iter_parts()]
    return found


def _put(part: EmailMessage, content: bytes) -> None:
    """Put other bytes in the place of a part's."""
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(content).decode())


def _put_text(part: EmailMessage, text: str) -> None:
    """Put other words in the place of a part's; a page of the web becomes plain text."""
    del part["Content-Type"]
    part["Content-Type"] = "text/plain; charset=utf-8"
    _put(part, text.encode("utf-8", errors="replace"))


def _lines(where: str, words: Letters) -> Passage:
    return Passage(where, words.text, line=1, pieces=(Piece(0, len(words.text), words),))


def _heads(message: MIMEPart, which: str) -> Iterator[Passage]:
    """What people see of a message's head."""
    for head in _HEADS:
        for place, value in enumerate(message.get_all(head, [])):
            covered = _Head(message, head, place, str(value))
            yield Passage(
                f"{head.title()} of {which}", covered.text, pieces=(Piece(0, len(covered.text), covered),)
            )
            covered.put()


class _Head:
    """A head of a message, whose value can be covered."""

    def __init__(self, message: MIMEPart, name: str, place: int, text: str) -> None:
        self._message, self._name, self._place, self.text = message, name, place, text
        self._letters = Letters(text)

    def cover(self, start: int, end: int) -> None:
        """Cover some of its value."""
        self._letters.cover(start, end)

    def put(self) -> None:
        """Put what was covered into the message."""
        if (text := str(self._letters)) != self.text:
            values = [str(each) for each in self._message.get_all(self._name, [])]
            values[self._place] = text
            del self._message[self._name]
            for value in values:
                self._message[self._name] = value
