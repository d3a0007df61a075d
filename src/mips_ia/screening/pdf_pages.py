"""What of a page of a PDF can be read: whether its text makes sense, its pictures, what its notes show."""

from typing import Any

import pypdfium2.raw as pdfium

_GARBLED = 0.3  # of a page's characters that are none: its letters have no meaning to a program
_LARGE = 0.15  # of a page's face that pictures cover together
_DEEP = 10  # drawings in drawings
_FACES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
_SHOWN = 4  # flags of an annotation that is shown and printed; ISO 32000-2, 12.5.3


def unread(page: Any, text: str) -> bool:
    """Whether a page shows something, and has no text that makes sense to a program."""
    said = text.split()
    if not said:
        return next(iter(page.get_objects(max_depth=2)), None) is not None
    letters = "".join(said)
    odd = sum(each == "\ufffd" or each < " " or "\ue000" <= each <= "\uf8ff" for each in letters)
    return odd > _GARBLED * len(letters)


def pictured(page: Any) -> bool:
    """Whether pictures cover so much of a page that text may stand in them."""
    width, height = page.get_size()
    return bool(_covered(page) > _LARGE * width * height)


def _covered(page: Any, within: Any = None, scale: float = 1.0, depth: int = 0) -> float:
    """The face of all pictures of a page, or of a drawing on it."""
    found = 0.0
    for each in page.get_objects(filter=_FACES, max_depth=1, form=within):
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = each.get_bounds()
            found += (right - left) * (top - bottom) * scale
        elif depth < _DEEP:
            across, up, along, down, *_ = each.get_matrix().get()
            found += _covered(page, each, scale * abs(across * down - up * along), depth + 1)
    return found


def noted(page: Any, twin: Any, number: int) -> Any:
    """A page with its annotations drawn into it, those too that are hidden; `twin` is the document once more.

    The page itself where they bring nothing that is drawn.
    """
    notes = [pdfium.FPDFPage_GetAnnot(page, place) for place in range(pdfium.FPDFPage_GetAnnotCount(page))]
    if not any(map(_drawn, notes)):
        return page
    shown = twin[number - 1]
    for place in range(len(notes)):
        pdfium.FPDFAnnot_SetFlags(pdfium.FPDFPage_GetAnnot(shown, place), _SHOWN)
    pdfium.FPDFPage_Flatten(shown, pdfium.FLAT_NORMALDISPLAY)
    return twin[number - 1]


def _drawn(note: Any) -> bool:
    """Whether an annotation brings what is drawn in its place, which is more than the end of a text."""
    looks = pdfium.FPDFAnnot_GetAP(note, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0)
    return int(looks) > len("\0".encode("utf-16-le"))


def told(numbers: list[int]) -> str:
    """Pages by their numbers, the first ten of them."""
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    shown = ", ".join(map(str, numbers[:10])) + more
    return f"Page {shown} has" if len(numbers) == 1 else f"Pages {shown} have"
