"""What stands in a picture and is no point of it is read, whatever the part is called in which it stands."""

import struct

import pytest
from hostile import chunk
from making import jpg, png

from mips_ia import Refused
from mips_ia.screening.looking import looked, masked

YEAR = 2026
SAID = b"SSN 219-45-6783"


def in_png(kind: bytes, held: bytes = SAID) -> bytes:
    """A PNG with one more chunk behind its head."""
    made = png()
    return made[:33] + chunk(kind, held) + made[33:]


def in_jpg(marker: int, held: bytes = SAID) -> bytes:
    """A JPG with one more segment before all others."""
    return jpg()[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(held) + 2) + held + jpg()[2:]


@pytest.mark.parametrize("content", [in_png(b"prVt"), in_png(b"caBX"), in_jpg(0xEC)])
def test_what_any_part_of_a_picture_says_is_found_and_not_in_the_copy(content: bytes) -> None:
    assert [kind for kind, _ in looked(content, "a", YEAR).findings] == ["ssn"]
    assert looked(masked(content, "a", YEAR), "a", YEAR).findings == []


@pytest.mark.parametrize(
    "content", [in_png(b"prVt", b"<script>x()</script>"), in_jpg(0xF0, b"PK\3\4 and so on")]
)
def test_another_file_in_any_part_of_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        looked(content, "a", YEAR)
    assert [each.code for each in refusal.value.problems] == ["file_polyglot"]
