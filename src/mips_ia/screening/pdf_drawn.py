"""What the drawings of a PDF write, by their own bytes: for those that no page draws, or not as text."""

import re
from collections.abc import Iterator

from mips_ia.screening.pdf_beside import decoded, literal

_SHOWS = re.compile(
    rb"\[((?:[^\[\]()<>]|\((?:[^()\\]|\\.|\([^()]*\))*+\)|<[0-9A-Fa-f\s]*+>)*+)\]\s{0,9}TJ"
    rb"|(\((?:[^()\\]|\\.|\([^()]*\))*+\)|<[0-9A-Fa-f\s]*+>)\s{0,9}(?:Tj|['\"])",
    re.DOTALL,
)
_PIECE = re.compile(rb"\(((?:[^()\\]|\\.|\([^()]*\))*+)\)|<([0-9A-Fa-f\s]*+)>|(-?[0-9.]{1,12})", re.DOTALL)
_WIDE = -180  # thousandths of a letter's height, from which a gap is a blank
_BEFORE = 2  # writings before one that may say what it is
_SOUGHT = 2_000  # words that are sought one by one


def written(held: bytes) -> list[str]:
    """Each writing of a drawing, in its order; none where the bytes are no drawing with text."""
    if b"BT" not in held:
        return []
    return [
        _said(line if line is not None else one) for line, one in map(re.Match.groups, _SHOWS.finditer(held))
    ]


def _said(pieces: bytes) -> str:
    said = list[str]()
    for text, digits, gap in map(re.Match.groups, _PIECE.finditer(pieces)):
        if gap is not None:
            said.append(" " if _is_wide(gap) else "")
        else:
            said.append(decoded(literal(text) if text is not None else _of_hex(digits)))
    return "".join(said)


def _is_wide(gap: bytes) -> bool:
    try:
        return float(gap) < _WIDE
    except ValueError:
        return False


def _of_hex(digits: bytes) -> bytes:
    plain = b"".join(digits.split()).decode()
    return bytes.fromhex(plain + "0" * (len(plain) % 2))


class Told:
    """What the pages say, against which the writings of drawings are held."""

    def __init__(self) -> None:
        self._words, self._texts, self._left = set[str](), list[str](), _SOUGHT

    def add(self, text: str) -> None:
        """Remember what a page, a note or a field says."""
        self._words |= set(_figured(text))
        self._texts.append("".join(text.split()))

    def untold(self, drawing: list[str]) -> str:
        """The writings of a drawing that have figures which nothing told, with what stands before each."""
        found = list[str]()
        for place, said in enumerate(drawing):
            if any(not self._knows(word) for word in _figured(said)):
                before = drawing[max(0, place - _BEFORE) : place]
                found += [each for each in before if not any(map(str.isdigit, each))]
                found.append(said)
        return "\n".join(found)

    def _knows(self, word: str) -> bool:
        if word in self._words:
            return True
        self._left -= 1
        return self._left > 0 and any(word in text for text in self._texts)


def _figured(text: str) -> Iterator[str]:
    """Its words that have a figure."""
    return (word for word in text.split() if any(map(str.isdigit, word)))
