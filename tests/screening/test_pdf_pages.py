"""What a page of a PDF shows besides its text: what is drawn for its notes, and pictures in pieces."""

import pypdfium2
import pytest
from making import pdf, put_together

from mips_ia.screening.looking import looked, masked

YEAR = 2026
SSN = "219-45-6783"
LOOKS = b"BT /F1 9 Tf 2 5 Td (SSN %s) Tj ET" % SSN.encode()
DRAWN = (
    b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << %s >> /Length %d >>\n"
    b"stream\n%s\nendstream"
)
IMAGE, WHOLE = b"/XObject << /I 100 0 R >>", b"q 612 0 0 792 0 0 cm /I Do Q"
FONT = b"/Font << /F1 3 0 R >>"
PICTURE = (
    b"100 0 obj\n<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 "
    b"/ColorSpace /DeviceGray /Length 1 >>\nstream\nx\nendstream\nendobj"
)


def drawing(number: int, said: bytes, resources: bytes) -> bytes:
    return b"%d 0 obj\n<< " % number + DRAWN % (resources, len(said), said) + b"\nendobj"


def with_note(about: bytes, states: bytes = b"/N 100 0 R") -> bytes:
    """A PDF with an annotation for which the number is drawn."""
    note = b"/Annots [<< /Type /Annot /Rect [10 10 300 30] %s /AP << %s >> >>]" % (about, states)
    return pdf(["A policy."], page=note, extra=drawing(100, LOOKS, FONT).replace(b"612 792", b"300 20"))


def with_pictures(said: bytes, resources: bytes, *drawings: bytes) -> bytes:
    """A PDF of a page with a line of text and what else is drawn on it."""
    said = b"BT /F1 11 Tf 60 740 Td (Page 1 of 1) Tj ET " + said
    return put_together({
        1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", 4: b"<< >>",
        10: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 11 0 R /Resources << "
            + FONT + resources + b" >> >>",
        11: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(said), said),
    }, b"\n\n".join([PICTURE, *drawings]))  # fmt: skip


@pytest.mark.parametrize("content", [
    with_note(b"/Subtype /Stamp"), with_note(b"/Subtype /FreeText /F 2"), with_note(b"/Subtype /Link"),
    with_note(b"/Subtype /Widget /FT /Btn /T (a) /AS /On", b"/N << /On 100 0 R >>"),
    with_note(b"/Subtype /Widget /FT /Tx /T (a) /V (SSN 219-45-6783)"),
    with_note(b"/Subtype /Stamp /Contents (SSN  219-45-6783)"),
])  # fmt: skip
def test_what_is_drawn_for_a_note_is_found_once_and_covered(content: bytes) -> None:
    assert looked(content, "a.pdf", YEAR).findings == [("ssn", "page 1, field or note 1")]

    [page] = pypdfium2.PdfDocument(masked(content, "a.pdf", YEAR))
    picture = page.render(scale=1).to_pil().convert("L").crop((12, 792 - 28, 298, 792 - 12))
    assert max(picture.tobytes()) < 64


def test_a_note_over_what_the_page_says_is_not_told_again() -> None:
    empty = drawing(100, b"0 0 9 9 re f", b"")
    note = b"/Annots [<< /Type /Annot /Subtype /Stamp /Rect [50 730 400 760] /AP << /N 100 0 R >> >>]"
    content = pdf([f"SSN {SSN}"], page=note, extra=empty)

    assert looked(content, "a.pdf", YEAR).findings == [("ssn", "page 1")]


STRIPS = b" ".join(b"q 612 0 0 90 0 %d cm /I Do Q" % (90 * row) for row in range(8))
DEEP = [drawing(at, b"/A Do", b"/XObject << /A %d 0 R >>" % (at + 1)) for at in (101, 102, 103)]
INNER = b"/XObject << /A 101 0 R >>"
NOTE = b"/Annots [<< /Type /Annot /Subtype /Stamp /Rect [10 10 600 700] /AP << /N 101 0 R >> >>]"


@pytest.mark.parametrize(("content", "codes"), [
    (with_pictures(STRIPS, IMAGE), ["pictures_unread"]),
    (with_pictures(b"/A Do", INNER, *DEEP, drawing(104, WHOLE, IMAGE)), ["pictures_unread"]),
    (pdf(["A"], page=NOTE, extra=b"\n\n".join([PICTURE, drawing(101, WHOLE, IMAGE)])), ["pictures_unread"]),
    (with_pictures(b"q .1 0 0 .1 0 0 cm /A Do Q", INNER, drawing(101, WHOLE, IMAGE)), []),
    (with_pictures(b"q 90 0 0 90 0 0 cm /I Do Q", IMAGE), []),
])  # fmt: skip
def test_pictures_are_noted_where_together_they_cover_much_of_a_page(
    content: bytes, codes: list[str]
) -> None:
    assert [each.code for each in looked(content, "a.pdf", YEAR).notes] == codes
