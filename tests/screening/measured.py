"""How much of what was planted in documents is found, and how much else."""

from collections import Counter
from collections.abc import Iterable

from practice_documents import YEAR, Document, plain

from mips_ia.screening.documents import opened
from mips_ia.screening.kinds import by_content
from mips_ia.screening.patients import places

Found = Counter[tuple[str, str]]
Searched = list[tuple[Document, Found]]


def searched_of(documents: Iterable[Document]) -> Searched:
    """Each document with what is found in it."""
    return [(each, found(each.content, each.name)) for each in documents]


def found(content: bytes, name: str) -> Found:
    """What is found in a file and in those that it brings, by kind and letters and figures."""
    document = opened(content, name, by_content(content, name, name))
    said: Found = Counter(
        (each.kind, plain(passage.text[each.start : each.end]))
        for passage, each in places(document.passages(), YEAR)
    )
    for each in document.attached():
        said += found(each.content, each.called)
    return said


def counted(searched: Searched) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """By kind: how many were planted, how many told, and how many of these are planted ones."""
    planted, told, right = Counter[str](), Counter[str](), Counter[str]()
    for document, said in searched:
        for counts, held in ((planted, document.planted), (told, said), (right, document.planted & said)):
            for (kind, _), often in held.items():
                counts[kind] += often
    return planted, told, right


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"
