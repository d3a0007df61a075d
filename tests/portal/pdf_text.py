"""The words of a PDF, as far as typst and Chromium write them: enough to test what is on paper."""

import re
import zlib

_OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_RANGE = re.compile(rb"<(\w+)>\s*<(\w+)>\s*(?:<(\w+)>|\[([^\]]*)\])")
_PAIR = re.compile(rb"<(\w+)>\s*<(\w+)>")
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|((?:<[0-9A-Fa-f\s]*>)|\((?:\\.|[^\\)])*\))", re.DOTALL)


def squeezed(words: str) -> str:
    """Without spaces, since a line may break anywhere."""
    return "".join(words.split())


def pages(content: bytes) -> list[str]:
    """The text of each page, without spaces."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    return [_page(body, objects) for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    letters = {name: _letters(objects[font], objects) for name, font in _fonts(body, objects).items()}
    reference = re.search(rb"/Contents\s*\[?\s*((?:\d+ 0 R\s*)+)", body)
    assert reference
    streams = [_stream(objects[int(each)]) for each in re.findall(rb"(\d+) 0 R", reference[1])]
    said, now = [], {}
    for font, shown in _SHOWN.findall(b"\n".join(streams)):
        if font:
            now = letters.get(font, {})
        else:
            said += [now.get(code, "") for code in _codes(shown)]
    return squeezed("".join(said))


def _fonts(body: bytes, objects: dict[int, bytes]) -> dict[bytes, int]:
    """The fonts of a page by name, which stand in its resources or in those of what they name."""
    found = body
    for each in re.findall(rb"/(?:Resources|Font) (\d+) 0 R", body):
        found += objects[int(each)]
    for each in re.findall(rb"/Font (\d+) 0 R", found):
        found += objects[int(each)]
    return {name: int(number) for name, number in re.findall(rb"/([A-Za-z]+\d+) (\d+) 0 R", found)}


def _letters(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    """What each glyph of a font says."""
    reference = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if reference is None:
        return {}
    table, found = _stream(objects[int(reference[1])]), {}
    for kind, block in re.findall(rb"beginbf(char|range)(.*?)endbf", table, re.DOTALL):
        if kind == b"char":
            found |= {int(code, 16): _word(to) for code, to in _PAIR.findall(block)}
            continue
        for first, last, to, several in _RANGE.findall(block):
            codes = range(int(first, 16), int(last, 16) + 1)
            words = re.findall(rb"<(\w+)>", several) if several else []
            for place, code in enumerate(codes):
                found[code] = _word(words[place]) if words else _next(to, place)
    return found


def _next(to: bytes, place: int) -> str:
    word = _word(to)
    return word[:-1] + chr(ord(word[-1]) + place)


def _word(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")


def _codes(shown: bytes) -> list[int]:
    """The glyphs of a shown string: two bytes each."""
    if shown.startswith(b"<"):
        plain = bytes.fromhex(re.sub(rb"[<>\s]", b"", shown).decode())
    else:
        plain = re.sub(rb"\\([0-7]{1,3}|.)", _escaped, shown[1:-1], flags=re.DOTALL)
    return [int.from_bytes(plain[place : place + 2]) for place in range(0, len(plain), 2)]


def _escaped(found: re.Match[bytes]) -> bytes:
    said = found[1]
    known = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return bytes([int(said, 8)]) if said.isdigit() else known.get(said, said)


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    # The last byte may be a return, which is then taken for an end of the line; it is of the sum at the end.
    return zlib.decompressobj().decompress(found[1]) if b"FlateDecode" in body else found[1]
