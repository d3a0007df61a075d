"""What a PDF holds that nothing leads to, or that is drawn and no text of a page, is found all the same."""

import zlib
from base64 import a85encode

import pytest
from making import pdf

from mips_ia import Refused
from mips_ia.screening.looking import looked, masked
from mips_ia.screening.pdf_drawn import written

YEAR = 2026
SSN = b"SSN 219-45-6783"
WRITES = b"BT /F1 11 Tf 60 700 Td (%s) Tj ET" % SSN
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
PAGE = (
    b"100 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 101 0 R "
    b"/Resources << /Font << /F1 3 0 R >> >> >>\nendobj"
)
SCRIPT = b"<< /S /JavaScript /JS (x) >>"


def stream(number: int, held: bytes, about: bytes = b"") -> bytes:
    return b"%d 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj" % (number, about, len(held), held)


def listed(held: bytes, about: bytes = b"/Filter /FlateDecode") -> bytes:
    """A list of one object, which no table names."""
    return stream(101, held, b"/Type /ObjStm /N 1 /First 4 " + about)


def of(*objects: bytes, catalog: bytes = b"", page: bytes = b"") -> bytes:
    return pdf(["A policy."], catalog=catalog, page=page, extra=b"\n\n".join(objects))


def in_letters(held: bytes) -> bytes:
    return a85encode(zlib.compress(held)) + b"~>"


TILE = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9"


@pytest.mark.parametrize("content", [
    of(b"100 0 obj\n<< /Note (%s) >>\nendobj" % SSN),
    of(b"100 0 obj\n<< /Note (SSN 219\\05545\\0556783) >>\nendobj"),
    of(b"100 0 obj\n<< /Note (for (Doe) %s) >>\nendobj" % SSN), of(listed(zlib.compress(b"9 0 (%s)" % SSN))),
    of(PAGE, stream(101, WRITES)), of(PAGE, stream(101, zlib.compress(WRITES), b"/Filter /FlateDecode")),
    of(PAGE, stream(101, in_letters(WRITES), b"/Filter [/ASCII85Decode /FlateDecode]")),
    of(PAGE, stream(101, WRITES.hex().encode() + b">", b"/Filter /ASCIIHexDecode")),
    of(PAGE, stream(101, WRITES), catalog=b"/Names << /Templates << /Names [(a) 100 0 R] >> >>"),
    of(stream(100, WRITES, FORM), catalog=b"/X 100 0 R"),
    of(stream(100, WRITES, FORM), page=b"/Annots [<< /Subtype /Stamp /AP << /D 100 0 R >> >>]"),
])  # fmt: skip
def test_what_nothing_leads_to_or_draws_is_found_and_not_in_the_masked_copy(content: bytes) -> None:
    assert looked(content, "a.pdf", YEAR).findings == [("ssn", "hidden text")]
    assert looked(masked(content, "a.pdf", YEAR), "a.pdf", YEAR).findings == []


@pytest.mark.parametrize("content", [
    of(stream(100, WRITES, TILE)),
    of(stream(100, b"9 0 d0 " + WRITES), b"101 0 obj\n<< /CharProcs << /a 100 0 R >> >>\nendobj"),
])  # fmt: skip
def test_what_is_drawn_as_letters_or_tiles_is_found_and_cannot_be_covered(content: bytes) -> None:
    assert looked(content, "a.pdf", YEAR).findings == [("ssn", "hidden text")]
    with pytest.raises(Refused) as refusal:
        masked(content, "a.pdf", YEAR)
    assert [each.code for each in refusal.value.problems] == ["mask_refused"]


def test_what_a_page_says_is_not_told_again_by_its_own_bytes() -> None:
    packed = pdf(["DOB: 03/04/1951, (MRN) 00123456"], packed=True)

    assert looked(packed, "a.pdf", YEAR).findings == [("birth_date", "page 1"), ("record_number", "page 1")]


def test_what_stands_before_a_writing_says_what_it_is() -> None:
    apart = b"BT /F1 11 Tf 60 700 Td (Date of birth:) Tj 90 0 Td (03/04/1951) Tj ET"

    assert looked(of(stream(100, apart, FORM)), "a.pdf", YEAR).findings == [("birth_date", "hidden text")]


@pytest.mark.parametrize(("drawing", "said"), [
    (b"BT [(219)-20(-45-)5(67) (83)] TJ ET", ["219-45-6783"]), (b"BT [(Jane)-250(Doe)] TJ ET", ["Jane Doe"]),
    (b"BT <32 31 39> Tj (a \\(b\\) (c)) ' ET", ["219", "a (b) (c)"]),
    (b"(219) Tj", []), (b"BT (219 Tj ET", []),
])  # fmt: skip
def test_a_writing_is_put_together_of_its_pieces(drawing: bytes, said: list[str]) -> None:
    assert written(drawing) == said


@pytest.mark.parametrize(("held", "about"), [
    (in_letters(b"9 0 " + SCRIPT), b"/Filter [/ASCII85Decode /FlateDecode]"), (b"x", b"/Filter /LZWDecode"),
    (zlib.compress(b"x"), b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>"), (b"x", b"/Filter 9 0 R"),
    (in_letters(b"x"), b"/X (%s) /Filter /ASCII85Decode" % (b"x" * 5_000)),
    (in_letters(b"x"), b"/Filter /ASCII85Decode /X (1 0 obj << >>) /Type /ObjStm"),
    (in_letters(b"x"), b"/Filter /ASCII85Decode /Aobj << >> /Type /O#62jStm"),
    (in_letters(b"x"), b"/F#69lter /ASCII85Decode"), (zlib.compress(b"x"), b"/Filter /Fl"),
])  # fmt: skip
def test_a_list_of_objects_that_is_packed_as_no_program_packs_one_is_refused(
    held: bytes, about: bytes
) -> None:
    with pytest.raises(Refused) as refusal:
        looked(of(listed(held, about)), "a.pdf", YEAR)
    assert [each.code for each in refusal.value.problems] == ["file_broken"]


def test_a_list_of_objects_is_one_though_it_does_not_say_so() -> None:
    with pytest.raises(Refused) as refusal:
        looked(of(stream(101, in_letters(b"x"), b"/N 1 /First 4 /Filter /ASCII85Decode")), "a.pdf", YEAR)
    assert [each.code for each in refusal.value.problems] == ["file_broken"]


@pytest.mark.parametrize("kept", [
    PAGE, listed(zlib.compress(b"9 0 << /Type/Page >>")),
], ids=["plainly", "in a list"])  # fmt: skip
def test_a_page_that_was_taken_out_and_is_still_there_is_noted(kept: bytes) -> None:
    taken_out = of(kept, stream(102, b"BT <00240025> Tj ET"))

    assert [each.code for each in looked(taken_out, "a.pdf", YEAR).notes] == ["versions_unread"]
    assert looked(of(b"100 0 obj\n<< /Type /PageLabel >>\nendobj"), "a.pdf", YEAR).notes == []
