"""A file in encrypted chunks: any bytes come back, and no chunk can be changed, moved or left out."""

import io
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from mips_ia.vault.chunks import TAG, Damaged, body_size, new_file_key, opened, pieces, sealed

KEY = new_file_key()
SMALL = 8  # bytes in a chunk, so that few bytes have many


class Dribble(io.BytesIO):
    """A stream that gives fewer bytes than it is asked for, as a network does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 3))


def body(content: bytes, chunk: int = SMALL) -> bytes:
    return b"".join(sealed(KEY, *each) for each in pieces(io.BytesIO(content), chunk))


def content(body: bytes, chunk: int = SMALL) -> bytes:
    return b"".join(opened(KEY, io.BytesIO(body), chunk))


@given(st.binary(max_size=100), st.integers(1, 40))
def test_whatever_goes_in_comes_out(given: bytes, chunk: int) -> None:
    assert content(body(given, chunk), chunk) == given
    assert len(body(given, chunk)) == body_size(len(given), chunk)


@given(st.binary(max_size=100))
def test_a_stream_may_give_fewer_bytes_than_it_is_asked_for(given: bytes) -> None:
    assert b"".join(sealed(KEY, *each) for each in pieces(Dribble(given), SMALL)) == body(given)


@given(st.binary(max_size=100), st.data())
def test_no_byte_can_be_changed(given: bytes, data: st.DataObject) -> None:
    whole = bytearray(body(given))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(Damaged) as damage:
        content(bytes(whole))
    assert damage.value.index == place // (SMALL + TAG)


@given(st.binary(max_size=100), st.data())
def test_a_body_cannot_be_cut_off_anywhere(given: bytes, data: st.DataObject) -> None:
    whole = body(given)

    with pytest.raises(Damaged):
        content(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=100), st.binary(min_size=1, max_size=50))
def test_nothing_can_be_put_behind_a_body(given: bytes, more: bytes) -> None:
    with pytest.raises(Damaged):
        content(body(given) + more)


def test_chunks_cannot_change_places_or_be_left_out() -> None:
    whole = body(bytes(4 * SMALL))
    size = SMALL + TAG
    cuts = [whole[start:end] for start, end in pairwise(range(0, len(whole) + 1, size))]

    for order in ([1, 0, 2, 3], [0, 2, 1, 3], [0, 1, 3], [0, 1, 2], [0, 0, 1, 2, 3]):
        with pytest.raises(Damaged):
            content(b"".join(cuts[place] for place in order))


def test_a_chunk_of_another_file_does_not_fit() -> None:
    other = sealed(new_file_key(), 0, b"12345678", last=True)

    with pytest.raises(Damaged, match=r"chunk 0 \(bytes 0 to 23 of the body\) was changed, moved or cut off"):
        content(other)


def test_the_framing_is_what_the_manual_says() -> None:
    first, last = body(b"12345678abc")[: SMALL + TAG], body(b"12345678abc")[SMALL + TAG :]

    assert AESGCM(KEY).decrypt(bytes(11) + b"\0", first, None) == b"12345678"
    assert AESGCM(KEY).decrypt(bytes(10) + b"\1\1", last, None) == b"abc"
