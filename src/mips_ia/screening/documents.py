"""Which reader takes a file apart; each is imported where such a file comes, so that it starts sooner."""

import re

from mips_ia.problems import Problem, Refused
from mips_ia.screening import kinds
from mips_ia.screening.kinds import Kind
from mips_ia.screening.passages import Document

_PAGE = re.compile(
    rb"<\s{0,20}/?\s{0,20}(?:script|iframe|object|embed|svg|html|body|img|meta|style)\b|javascript:",
    re.IGNORECASE,
)

_HEADS, _HEAD = re.compile(rb"(?im)^(?:from|to|subject|date|received|mime-version):"), 200_000
_SAMPLE = b"""Subject: =?utf-8?q?a?=
Content-Type: multipart/mixed; boundary="a"

--a
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

a
--a
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

YQ==
--a
Content-Type: application/pdf; name*=utf-8''a
Content-Disposition: attachment; filename="a"

--a--
"""


def opened(content: bytes, name: str, kind: Kind) -> Document:
    """A file taken apart. `Refused` where it could do harm, or is broken."""
    if kind in (kinds.TEXT, kinds.CSV):
        from mips_ia.screening.texts import Table, Text

        if _PAGE.search(content):
            what = "It has a page of the web in it, which can run when it is opened."
            raise Refused([Problem("file_active", name, what, "Print it as PDF, and add that.")])
        return Table(content, name) if kind is kinds.CSV else Text(content, name)
    if kind is kinds.MAIL:
        from mips_ia.screening.mails import Mail

        return Mail(content, name)
    if kind is kinds.PDF:
        from mips_ia.screening.pdfs import Pdf

        return Pdf(content, name)
    if kind in (kinds.WORD, kinds.EXCEL):
        from mips_ia.screening import active
        from mips_ia.screening.words import Word
        from mips_ia.screening.workbooks import Workbook

        active.refuse(content, name)
        return Word(content, name) if kind is kinds.WORD else Workbook(content, name)
    from mips_ia.screening.pictures import Picture

    return Picture(content, name)


def prepare(content: bytes) -> None:
    """Import what reads a file, for a process that can open no file from then on."""
    from mips_ia.screening import texts  # noqa: F401

    message = _HEADS.search(content, 0, _HEAD) or b"content-type:" in content.lower()
    if message or content.startswith(b"PK"):
        from mips_ia.screening import active, words, workbooks  # noqa: F401
    if message or content.startswith((b"\x89PNG", b"\xff\xd8")) or b"%PDF-" in content[:1024]:
        from PIL import Image, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401

        from mips_ia.screening import pdfs, pictures  # noqa: F401

        Image.init()
    if message:
        from mips_ia.screening.mails import Mail

        sample = Mail(_SAMPLE)  # what reads and writes messages imports its parts only when it needs them
        list(sample.passages())
        sample.written()
