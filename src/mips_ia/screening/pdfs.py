"""What a PDF says, page by page, and a copy of it in pictures, in which what was found is black."""

import ctypes
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from mips_ia.problems import Problem, Refused
from mips_ia.screening.passages import Document, Passage, Piece, Weave
from mips_ia.screening.patterns import NAMING
from mips_ia.screening.pdf_beside import field_says, hidden, note_says, strings
from mips_ia.screening.pdf_drawn import Told
from mips_ia.screening.pdf_pages import noted, pictured, told, unread
from mips_ia.screening.pdf_safety import PRINT, Looked, harm, harm_written_out, written_out

POINTS = 72  # to an inch
DOTS, LONGEST = 150, 3_300  # dots to an inch of a picture, and of its longer side at most
BROKEN = "We could not read this file. Open it on your computer, save it again, and add it."
_KEYS = (b"Contents", b"V", b"DV", b"RC", b"Subj", b"TU", b"T")  # what an annotation or a field says
_INDEX = re.compile(r"\[\d+\]")  # of a field in a form, which is no part of its name
_LEFT, _ABOVE = 220, 14  # points beside a field in which it is said what it is
_RUNNING = {
    pdfium.FPDF_ANNOT_FILEATTACHMENT, pdfium.FPDF_ANNOT_SOUND, pdfium.FPDF_ANNOT_MOVIE,
    pdfium.FPDF_ANNOT_SCREEN, pdfium.FPDF_ANNOT_THREED, pdfium.FPDF_ANNOT_RICHMEDIA,
}  # fmt: skip
Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


class Pdf(Document):
    """A PDF. `Refused` where it is none that can be read, or has something that could do harm."""

    def __init__(self, content: bytes, name: str = "") -> None:
        self._name, self.notes = name, list[Problem]()
        looked = Looked(content, name)
        self._said, self._drawings, self._tiled = looked.said, looked.drawings, looked.tiled
        if problems := list(harm(looked.named, name)):
            raise Refused(problems)
        self._open, self._twin = opened(content, name), pypdfium2.PdfDocument(content)
        self.notes += looked.kept(len(self._open), name)
        plain = written_out(self._open)
        if problems := [*harm_written_out(plain, name), *self._running()]:
            raise Refused(problems)
        self._beside, self._told, self._shown = (
            dict.fromkeys(strings(plain)) | looked.beside,
            set[str](),
            Told(),
        )
        self._boxes = dict[int, list[Box]]()
        self._unseen = False

    def passages(self) -> Iterator[Passage]:
        """Its pages with notes and fields, headings, what is written about it, and its other strings."""
        empty, pictures = list[int](), list[int]()
        for number in range(1, len(self._open) + 1):
            page = self._page(number)
            weave = self._text(page, number)
            yield Passage(f"page {number}", weave.text, pieces=tuple(weave.pieces))
            shown = noted(page, self._twin, number)
            self._shown.add(weave.text)
            yield from self._annotations(page, shown, number)
            if unread(page, weave.text):
                empty.append(number)
            elif pictured(shown):
                pictures.append(number)
        about = [*self._open.get_metadata_dict().values(), *self._said]
        beside = hidden(self._beside, self._told)  # what none of the others told
        for where, texts in (("properties", about), ("headings", self._headings()), ("hidden text", beside)):
            for text in texts:
                yield self._off_page(where, text)
        for text in filter(None, map(self._shown.untold, self._drawings)):
            covered = _Dropped(self if self._tiled else None)
            yield Passage("hidden text", text, pieces=(Piece(0, len(text), covered),))
        self._note(empty, pictures)

    def written(self) -> bytes:
        """Every page as a picture with black boxes, and nothing else of the file."""
        if self._unseen:
            what = "What was found stands where it cannot be covered."
            raise Refused([Problem("mask_refused", self._name, what, f"Black it out yourself. {PRINT}")])
        made = pypdfium2.PdfDocument.new()
        for number in range(1, len(self._open) + 1):
            page = self._page(number)
            picture = drawn(page, self._boxes.get(number, []))
            held = io.BytesIO()
            picture.save(held, "JPEG", quality=80)
            image = pypdfium2.PdfImage.new(made)
            image.load_jpeg(held, inline=True)
            width, height = page.get_size()
            image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
            copy = made.new_page(width, height)
            copy.insert_obj(image)
            copy.gen_content()
        written = io.BytesIO()
        made.save(written)
        return written.getvalue()

    def drawn(self, most: int, longest: int) -> dict[int, Image.Image]:
        """Pictures of the first pages, by their numbers; those first on which something was found, framed."""
        framed = [number for number, boxes in self._boxes.items() if boxes]
        pages = dict.fromkeys([*framed, *range(1, len(self._open) + 1)])
        return {
            number: drawn(self._page(number), self._boxes.get(number, []), longest, framed=True)
            for number in sorted(list(pages)[:most])
        }

    def __len__(self) -> int:
        return len(self._open)

    def _page(self, number: int) -> Any:
        try:
            return self._open[number - 1]
        except pypdfium2.PdfiumError:
            raise Refused([Problem("file_broken", self._name, f"Page {number} is broken.", BROKEN)]) from None

    def _text(self, page: Any, number: int) -> Weave:
        text, weave = page.get_textpage(), Weave()
        source = _Characters(text, self._boxes.setdefault(number, []), self)
        said = list[str]()
        for index in range(text.count_chars()):
            character = _character(pdfium.FPDFText_GetUnicode(text, index))
            if character:
                said.append(character)
                source.indexes.append(index)
        weave.add("".join(said), source)
        return weave

    def _annotations(self, page: Any, shown: Any, number: int) -> Iterator[Passage]:
        words, drawn = page.get_textpage(), shown.get_textpage()
        for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
            note = pdfium.FPDFPage_GetAnnot(page, place)
            if not note:
                continue
            said = {key: note_says(note, key) for key in _KEYS}
            if self._open.formenv and not said[b"V"]:
                said[b"V"] = field_says(self._open.formenv, note)
            covered = _Note(note, self._boxes.setdefault(number, []))
            called = (said[b"TU"], _INDEX.sub("", said[b"T"]), covered.beside(words))
            label = next(filter(NAMING.search, called), "")
            texts = [*said.values(), *covered.drawn(words, drawn, said.values())]
            for text in dict.fromkeys(each for each in texts if each):
                pieces = (Piece(0, len(text), covered),)
                self._told.add(text)
                self._shown.add(text)
                yield Passage(f"page {number}, field or note {place + 1}", text, label, pieces=pieces)
            pdfium.FPDFPage_CloseAnnot(note)

    def _off_page(self, where: str, text: str) -> Passage:
        self._told.add(text)
        return Passage(where, text, pieces=(Piece(0, len(text), _Dropped()),))

    def _running(self) -> Iterator[Problem]:
        """What PDFium knows of that could run, besides what names say."""
        kinds, document = set[int](), self._open
        for number in range(1, len(document) + 1):
            page = self._page(number)
            for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
                kinds.add(pdfium.FPDFAnnot_GetSubtype(pdfium.FPDFPage_GetAnnot(page, place)))
        scripts = pdfium.FPDFDoc_GetJavaScriptActionCount(document)
        if document.count_attachments() or scripts > 0 or kinds & _RUNNING:
            what = "It has a script, a film or a file in it, which can run when it is opened."
            yield Problem("file_active", self._name, what, PRINT)

    def _headings(self) -> list[str]:
        return [mark.get_title() for mark in self._open.get_toc()]

    def _note(self, empty: list[int], pictures: list[int]) -> None:
        if empty:
            what = f"{told(empty)} no text that can be read, as a scan has none. It was not searched."
            fix = "Look for patients' names and numbers there yourself."
            self.notes.append(Problem("pages_unread", self._name, what, fix, severity="unknown"))
        if pictures:
            what = f"{told(pictures)} pictures. Text in pictures is not read."
            fix = "Look for patients' names and numbers in them yourself."
            self.notes.append(Problem("pictures_unread", self._name, what, fix, severity="unknown"))

    def unseen(self) -> None:
        """Remember that something found has no place on its page."""
        self._unseen = True


def opened(content: bytes, name: str) -> Any:
    """The document as PDFium has it."""
    try:
        found = pypdfium2.PdfDocument(content)
        found.init_forms()
        if len(found) > 0:
            return found
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            fix = "Save it without one, or print it as PDF, and add that."
            raise Refused([Problem("file_locked", name, "It has a password.", fix)]) from None
    raise Refused([Problem("file_broken", name, "It is no whole PDF.", BROKEN)])


def drawn(page: Any, boxes: list[Box], longest: int = LONGEST, *, framed: bool = False) -> Image.Image:
    """A page as a picture, with black boxes, or with frames around what would be black."""
    scale = min(DOTS / POINTS, longest / max(1, *page.get_size()))
    picture: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    places = Image.new("L", picture.size)
    brush = ImageDraw.Draw(places)
    for left, bottom, right, top in boxes:
        corners = [_dot(page, picture.size, *corner) for corner in ((left, bottom), (right, top))]
        across, down = zip(*corners, strict=True)
        brush.rectangle((min(across) - 2, min(down) - 2, max(across) + 2, max(down) + 2), fill="white")
    if framed:
        places = ImageChops.subtract(places.filter(ImageFilter.MaxFilter(5)), places)
    picture.paste("firebrick" if framed else "black", mask=places)
    return picture


def _dot(page: Any, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value, down.value


class _Characters:
    """The characters of a page, by their numbers in it."""

    def __init__(self, text: Any, boxes: list[Box], pdf: Pdf) -> None:
        self.indexes = list[int]()
        self._text, self._boxes, self._pdf = text, boxes, pdf

    def cover(self, start: int, end: int) -> None:
        """Put a black box over each."""
        for index in self.indexes[start:end]:
            box, sides = pdfium.FS_RECTF(), [ctypes.c_double() for _ in range(4)]
            if pdfium.FPDFText_IsGenerated(self._text, index) == 1:
                continue
            loose = pdfium.FPDFText_GetLooseCharBox(self._text, index, ctypes.byref(box))
            tight = pdfium.FPDFText_GetCharBox(self._text, index, *map(ctypes.byref, sides))
            left, right, bottom, top = (each.value for each in sides)
            if loose and box.right > box.left and box.top > box.bottom:
                self._boxes.append((box.left, box.bottom, box.right, box.top))
            if tight and right > left and top > bottom:
                self._boxes.append((left, bottom, right, top))
            elif not chr(pdfium.FPDFText_GetUnicode(self._text, index)).isspace():
                self._pdf.unseen()


class _Note:
    """An annotation or a field: covered, its whole place is black."""

    def __init__(self, note: Any, boxes: list[Box]) -> None:
        rectangle = pdfium.FS_RECTF()
        pdfium.FPDFAnnot_GetRect(note, ctypes.byref(rectangle))
        self._box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        self._boxes = boxes

    def beside(self, words: Any) -> str:
        """What is printed to the left of it, or above it, which says what it is."""
        left, bottom, right, top = self._box
        beside = words.get_text_bounded(max(0, left - _LEFT), bottom + 3, left, top).strip()
        above = words.get_text_bounded(left, top, right, top + _ABOVE).strip()
        return f"{above} {beside}".strip()

    def drawn(self, words: Any, drawn: Any, said: Iterable[str]) -> Iterator[str]:
        """What is drawn in its place, where that is neither on the page below it nor said by it."""
        text = drawn.get_text_bounded(*self._box)
        if _close(text) not in map(_close, [words.get_text_bounded(*self._box), *said]):
            yield text

    def cover(self, start: int, end: int) -> None:  # noqa: ARG002 - a field is covered whole
        """Put a black box over it."""
        self._boxes.append(self._box)


def _close(text: str) -> str:
    """A text without its blanks, which each letter in a box has behind it."""
    return "".join(text.split())


class _Dropped:
    """What is not on any page is not in the copy, unless a page draws it as letters or tiles."""

    def __init__(self, drawn_by: Pdf | None = None) -> None:
        self._drawn_by = drawn_by

    def cover(self, start: int, end: int) -> None:  # noqa: ARG002 - it has no place
        """Nothing is left to do, or nothing can be done."""
        if self._drawn_by:
            self._drawn_by.unseen()


def _character(code: int) -> str:
    if code in (0, 13):
        return ""
    return "-" if code in (2, 0xFFFE) else chr(code)
