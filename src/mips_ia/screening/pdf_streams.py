"""What is packed in a PDF, unpacked in parts of bounded size, whether anything leads to it or not."""

import re
import zlib
from base64 import a85decode
from collections.abc import Iterator
from typing import NamedTuple

_STREAM = re.compile(rb"(?<!end)stream[\r\n \t]{1,4}")
_STEP = 1024**2
_BEGINS = re.compile(rb"\d\s{1,9}obj\b")
_ABOUT = 4_000  # bytes in which it is said what a stream is
_LETTERS = 2_000_000  # bytes of letters that are unpacked, of all streams together
# What is said of a list of objects, and what it is packed by, which of no program is anything else.
_FIRST, _COUNT = re.compile(rb"/First\s"), re.compile(rb"/N\s")
_NAMED = re.compile(
    rb"/(?:O|#4[Ff])(?:b|#62)(?:j|#6[Aa])(?:S|#53)(?:t|#74)(?:m|#6[Dd])"
)  # as it may be spelled
_NO_LIST = re.compile(rb"[()%]|\A(?!\s{0,9}<<)")  # texts, remarks, or less than all that is said of it
_PACKED = re.compile(rb"/Filter\s{0,9}(?:\[\s{0,9})?/FlateDecode[\s\]/>]")
_PICTURE = re.compile(rb"/Subtype\s{0,9}/Image\b")


class Stream(NamedTuple):
    """A part of what is packed: whether it is a list of objects, and whether it stands plainly there."""

    held: bytes
    listed: bool
    seen: bool


def streams(content: bytes) -> Iterator[Stream]:
    """All that is packed by deflation, with or without letters around it, and what is not packed at all."""
    left = _LETTERS
    for match in _STREAM.finditer(content):
        about = _about(content, match.start())
        listed = _is_list(about)
        if _is_deflated(content[match.end() : match.end() + 2]):
            for part in _inflated(content, match.end()):
                yield Stream(part, listed, seen=False)
        elif b"Decode" not in about:
            end = content.find(b"endstream", match.end())
            yield Stream(content[match.end() : end if end >= 0 else len(content)][:_STEP], listed, seen=True)
        elif left > 0 and not _PICTURE.search(about) and (held := _of_letters(content, match.end(), about)):
            left -= len(held)
            for part in _inflated(held, 0) if _is_deflated(held[:2]) else [held]:
                yield Stream(part, listed, seen=False)


def oddly_packed(content: bytes) -> bool:
    """Whether a list of objects is packed as no program packs one, so that it could not be looked through."""
    lists = 0
    for match in _STREAM.finditer(content):
        about = _about(content, match.start())
        lists += b"/ObjStm" in about
        if (b"#" in about or _is_list(about)) and _is_odd(about):
            return True
    return lists != len(_NAMED.findall(content))  # one was told of where it is not looked for


def _about(content: bytes, at: int) -> bytes:
    """What is said of a stream that begins there; more than that where it does not begin as it should."""
    return _BEGINS.split(content[max(0, at - _ABOUT) : at])[-1]


def _is_list(about: bytes) -> bool:
    """Whether a stream is a list of objects, by what is said of it, or by what only lists need."""
    known = b"endobj" not in about and _FIRST.search(about) and _COUNT.search(about)
    return b"/ObjStm" in about or bool(known)


def _is_odd(about: bytes) -> bool:
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), about)
    if not _is_list(plain):
        return False
    named = plain.count(b"Decode") + plain.count(b"Filter")
    return (
        plain != about
        or bool(_NO_LIST.search(about))
        or (named > 0 and (named > 2 or not _PACKED.search(about)))
    )


def _is_deflated(head: bytes) -> bool:
    return len(head) > 1 and head[0] & 15 == 8 and int.from_bytes(head) % 31 == 0


def _of_letters(content: bytes, at: int, about: bytes) -> bytes:
    """What is written in letters, as mail once needed it; nothing where it is not, or not so."""
    five, end = (True, b"~>") if b"ASCII85Decode" in about else (False, b">")
    if not five and b"ASCIIHexDecode" not in about:
        return b""
    held = content[at : at + _LETTERS].partition(end)[0]
    try:
        return a85decode(held) if five else bytes.fromhex(held.decode("ascii"))
    except ValueError:
        return b""


def _inflated(content: bytes, at: int) -> Iterator[bytes]:
    """What is deflated from there on, each part with the end of the one before."""
    stream, rest, before = zlib.decompressobj(), content[at : at + _STEP], b""
    at += len(rest)
    while rest and not stream.eof:
        try:
            chunk = stream.decompress(rest, _STEP)
        except zlib.error:
            break
        if chunk:
            yield before[-100:] + chunk
            before = chunk
        rest = stream.unconsumed_tail
        if not rest and not stream.eof:
            rest = content[at : at + _STEP]
            at += len(rest)
