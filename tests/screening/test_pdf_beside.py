"""What a PDF says beside its pages is searched as its pages are, however it is written."""

import pytest
from making import pdf, put_together

from mips_ia import Refused
from mips_ia.screening.looking import looked, masked

YEAR = 2026
MBI, SSN = b"1EG4-TE5-MK73", b"123-45-6789"
WIDE = (b"\xfe\xff" + SSN.decode().encode("utf-16-be")).replace(b"\0", b"\\000")


def noted(annotation: bytes, catalog: bytes = b"") -> bytes:
    """A PDF with an annotation."""
    return pdf(["A policy."], page=b"/Annots [<< /Rect [0 0 90 20] %s >>]" % annotation, catalog=catalog)


def with_object(catalog: bytes, held: bytes) -> bytes:
    """A PDF whose catalog names another object."""
    return pdf(["A policy."], catalog=catalog, extra=b"100 0 obj\n%s\nendobj" % held)


def with_properties(said: bytes) -> bytes:
    """A PDF with properties that the format does not know."""
    tree = (
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )
    return put_together(dict(enumerate([b"<< /Pages 2 0 R >>", *tree, b"<< %s >>" % said], 1)))


def described(xml: bytes) -> bytes:
    """A PDF with what is written about it in XML."""
    stream = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream" % (len(xml), xml)
    return with_object(b"/Metadata 100 0 R", stream)


def told(content: bytes) -> list[tuple[str, str]]:
    """What is found, and where."""
    return looked(content, "a.pdf", YEAR).findings


HIDDEN = {
    "a property of its own": with_properties(b"/PatientID (%s)" % SSN),
    "a number that its name explains": with_properties(b"/PatientSSN (123456789)"),
    "in signs of two bytes": with_properties(b"/Custom (%s)" % WIDE),
    "in hexadecimal digits": with_properties(b"/Custom <%s>" % SSN.hex().encode()),
    "between brackets": with_properties(b"/Custom (a \\(%s\\) b\\\\)" % SSN),
    "where a link leads": noted(b"/Subtype /Link /A << /S /URI /URI (https://e.example/?mbi=1EG4TE5MK73) >>"),
    "an option of a choice": noted(b"/Subtype /Widget /FT /Ch /Ff 131072 /T (x) /Opt [(b) (%s)]" % MBI),
    "a field without a place": with_object(
        b"/AcroForm << /Fields [100 0 R] >>", b"<< /FT /Tx /T (x) /V (%s) >>" % MBI
    ),
    "the words for a picture": with_object(
        b"/StructTreeRoot << /Type /StructTreeRoot /K 100 0 R >>",
        b"<< /Type /StructElem /S /Figure /Alt (%s) >>" % MBI,
    ),
}  # fmt: skip
DESCRIBED = {
    "as an element": b"<x:xmpmeta><rdf:RDF><a>%s</a></rdf:RDF></x:xmpmeta>",
    "as an attribute": b"<x:xmpmeta><rdf:RDF><rdf:Description pdf:Keywords='%s'/></rdf:RDF></x:xmpmeta>",
    "by another prefix": b"<y:xmpmeta><a>%s</a></y:xmpmeta>",
    "without what is around": b"<rdf:RDF><a>%s</a></rdf:RDF>",
    "as a remark": b"<x:xmpmeta><!-- %s --></x:xmpmeta>",
    "without an end": b"<x:xmpmeta><rdf:RDF><a>%s",
    "behind much else": b"<x:xmpmeta>" + b"<a>-</a>" * 50_000 + b"%s</x:xmpmeta>",
}


@pytest.mark.parametrize("content", HIDDEN.values(), ids=list(HIDDEN))
def test_what_no_page_shows_is_found_and_not_in_the_masked_copy(content: bytes) -> None:
    assert told(content) == [(told(content)[0][0], "hidden text")]
    assert told(masked(content, "a.pdf", YEAR)) == []


@pytest.mark.parametrize("xml", DESCRIBED.values(), ids=list(DESCRIBED))
def test_what_is_written_about_it_is_found(xml: bytes) -> None:
    assert told(described(xml % MBI)) == [("mbi", "properties")]
    wide = DESCRIBED["as an attribute"] % SSN
    assert told(described(wide.decode().encode("utf-16"))) == [("ssn", "properties")]


def test_what_was_told_already_is_not_told_again() -> None:
    assert told(noted(b"/Subtype /Text /Contents (%s)" % SSN)) == [("ssn", "page 1, field or note 1")]
    assert told(pdf(["A"], title=SSN.decode())) == [("ssn", "properties")]


def test_a_program_that_says_when_it_wrote_tells_of_nobody() -> None:
    made = b"""<x:xmpmeta><rdf:RDF><rdf:Description xmp:CreateDate="2012-03-04T10:11:12-05:00"
      xmp:CreatorTool="Adobe InDesign CC 13.0" xmpMM:DocumentID="uuid:5b3f1a2c-1a2b-4c3d-8e9f-012345678901">
      <dc:creator><rdf:Seq><rdf:li>Jane Doe</rdf:li></rdf:Seq></dc:creator>
      <xmpMM:History><rdf:Seq><rdf:li stEvt:when="2012-03-04T10:11:12Z"/></rdf:Seq></xmpMM:History>
      </rdf:Description></rdf:RDF></x:xmpmeta>"""
    assert told(described(made)) == []


@pytest.mark.parametrize("key", [b"/EF", b"/E#46"])
def test_a_file_that_is_only_associated_is_refused_as_any_in_it(key: bytes) -> None:
    file = b"100 0 obj\n<< /Type /Filespec /F (a.exe) %s << /F 101 0 R >> >>\nendobj\n\n" % key
    held = b"101 0 obj\n<< /Length 2 >>\nstream\nMZ\nendstream\nendobj"
    with pytest.raises(Refused) as refusal:
        told(pdf(["A policy."], catalog=b"/AF [100 0 R]", extra=file + held))
    assert [each.code for each in refusal.value.problems] == ["file_active"]
