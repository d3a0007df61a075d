"""What is shown of a file on a page: pictures drawn anew, or plain text; never the file itself."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from PIL import Image

from mips_ia.screening import kinds
from mips_ia.screening.documents import opened
from mips_ia.screening.kinds import kind_of
from mips_ia.screening.patients import places
from mips_ia.screening.surroundings import MOST, Around, around, surroundings

PAGES, LONGEST, LETTERS = 5, 1_400, 100_000  # pages drawn, dots of the longer side, characters of a text
_ASIDE = ("part ", "properties", "text ", "name of ", "hidden ")  # what nobody sees who opens it
MEDIA_TYPE = "image/webp"


@dataclass
class Shown:
    """Pictures of the first pages, or text; `more` pages, or 1 of a text, are not shown.

    `around` is what was found, where no picture shows it.
    """

    pictures: list[bytes]
    text: str
    more: int
    pages: list[int] = field(default_factory=list)
    around: list[Around] = field(default_factory=list)


def preview(content: bytes, name: str, year: int | None = None) -> Shown:
    """What may be shown of a file. `Refused` where it is not to be taken.

    With a performance year, what may name a patient on a page of a PDF is framed, and such pages come first;
    of what is on no picture the words around it are given, in the stead of the text.
    """
    kind = kind_of(content, name)
    if kind is kinds.PDF:
        from mips_ia.screening.pdfs import Pdf

        pdf, found = Pdf(content, name), list[Around]()
        for passage, finding in places(pdf.passages(), year) if year else ():
            passage.cover(finding.start, finding.end)
            found.append(around(passage, finding))
        pages = pdf.drawn(PAGES, LONGEST)
        pictures = [_written(each) for each in pages.values()]
        return Shown(pictures, "", len(pdf) - len(pages), list(pages), _elsewhere(found, pages))
    if kind in (kinds.PNG, kinds.JPG):
        from mips_ia.screening.pictures import shown

        opened(content, name, kind)
        said = surroundings(content, name, year) if year else ()
        picture = _written(shown(content, name, LONGEST))
        return Shown([picture], "", 0, around=list(islice(said, MOST)))
    if year:
        return Shown([], "", 0, around=list(islice(surroundings(content, name, year), MOST)))
    text, length = list[str](), 0
    for passage in opened(content, name, kind).passages():
        if length > LETTERS:
            break
        if (passage.columns or passage.line is not None) and not passage.where.startswith(_ASIDE):
            text.append(passage.text.rstrip("\n"))
            length += len(passage.text) + 1
    return Shown([], "\n".join(text)[:LETTERS], int(length > LETTERS + 1))


def _elsewhere(found: list[Around], pages: Iterable[int]) -> list[Around]:
    """What does not stand on one of these pages."""
    shown = {f"page {number}" for number in pages}
    return [each for each in found if each.where.partition(",")[0] not in shown][:MOST]


def _written(picture: Image.Image) -> bytes:
    held = io.BytesIO()
    picture.save(held, "WEBP", quality=80, method=2)
    return held.getvalue()
