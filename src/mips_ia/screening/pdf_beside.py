"""What a PDF says beside its pages: what is written about it as XML, and the strings of its objects."""

import ctypes
import html
import re
from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import Any

import pypdfium2.raw as pdfium

from mips_ia.screening.patterns import NAMING

_BEGINS = re.compile(rb"<(?:[\w.-]{1,40}:)?(xmpmeta|RDF)\b")
_ENDS = {each: re.compile(rb"</(?:[\w.-]{1,40}:)?" + each + rb"\s*>") for each in (b"xmpmeta", b"RDF")}
_MARKS = re.compile(r"[<>\"']")
_TOKEN = re.compile(
    rb"(?:/([^\s()<>\[\]{}/%]{1,60})\s{0,9})?(?:\(((?:[^()]|\([^()]*+\))*+)\)|<([0-9A-Fa-f\s]++)>)|\bstream\r?\n"
)
# What stands in a string for these, and what stands for them until it is cut out; others by their numbers.
_WRITTEN = {b"\\\\": b"\x1c", b"\\(": b"\x1d", b"\\)": b"\x1e", b"\\n": b"\n", b"\\r": b"\r"}
_MEANT = bytes.maketrans(b"\x1c\x1d\x1e", b"\\()")
_NUMBERED = re.compile(rb"\\([0-7]{1,3})|\\\r?\n")
_FIGURES = re.compile(r"\d(?:\D*\d){3}")  # nothing that is sought has fewer
_LINES = 1_000  # that are searched at once


def described(held: bytes) -> Iterator[str]:
    """What XML in it says: elements, attributes and remarks, each on lines of its own."""
    if b"R\0D\0F" in held:  # in signs of two bytes
        held = held.replace(b"\0", b"")
    at = 0
    while begin := _BEGINS.search(held, at):
        end = _ENDS[begin[1]].search(held, begin.end())
        at = end.end() if end else len(held)
        yield html.unescape(_MARKS.sub("\n", held[begin.start() : at].decode("utf-8", "replace")))


def strings(plain: bytes) -> Iterator[tuple[str, str]]:
    """Each string of a PDF's objects that has figures, and the name before it."""
    plain = _signed(plain)
    at = 0
    while token := _TOKEN.search(plain, at):
        name, written, digits = token.groups()
        at = token.end()
        if written is None and digits is None:
            at = max(at, plain.find(b"endstream", at) + len(b"endstream"))
            continue
        text = decoded(_meant(written) if digits is None else bytes.fromhex(_even(digits)))
        if _FIGURES.search(text):
            yield text, (name or b"").decode("utf-8", "replace")


def hidden(found: Iterable[tuple[str, str]], told: Container[str]) -> Iterator[str]:
    """Those strings that were not told yet, or stand behind a name that says what they are, many at once."""
    untold = (
        f"{name}: {text}" if NAMING.search(name) else text
        for text, name in found
        if text not in told or NAMING.search(name)
    )
    while lines := list(islice(untold, _LINES)):
        yield "\n".join(lines)


def note_says(note: Any, key: bytes) -> str:
    """What an annotation says under a key."""
    length = pdfium.FPDFAnnot_GetStringValue(note, key, None, 0)
    held = ctypes.create_string_buffer(length)
    pdfium.FPDFAnnot_GetStringValue(note, key, ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort)), length)
    return held.raw[: max(0, length - 2)].decode("utf-16-le", "replace")


def field_says(form: Any, note: Any) -> str:
    """The value of the field of a form."""
    length = pdfium.FPDFAnnot_GetFormFieldValue(form, note, None, 0)
    held = ctypes.create_string_buffer(max(2, length))
    words = ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort))
    pdfium.FPDFAnnot_GetFormFieldValue(form, note, words, length)
    return held.raw[: max(0, length - 2)].decode("utf-16-le", "replace")


def literal(written: bytes) -> bytes:
    """What a string means that is written between brackets."""
    return _meant(_signed(written))


def _signed(written: bytes) -> bytes:
    for known, sign in _WRITTEN.items():
        written = written.replace(known, sign)
    return written


def _meant(signed: bytes) -> bytes:
    plain = _NUMBERED.sub(lambda match: bytes([int(match[1], 8) & 255]) if match[1] else b"", signed)
    return plain.translate(_MEANT)


def _even(digits: bytes) -> str:
    plain = b"".join(digits.split()).decode()
    return plain + "0" * (len(plain) % 2)


def decoded(held: bytes) -> str:
    """A string as people read it: ISO 32000-2, 7.9.2.2."""
    if held.startswith((b"\xfe\xff", b"\xff\xfe")):
        return held.decode("utf-16", "replace")
    return held.decode("utf-8-sig" if held.startswith(b"\xef\xbb\xbf") else "latin-1", "replace")
