"""How the wording of an activity changed from one year to the next."""

import difflib
from collections.abc import Iterator

ALIKE = 3  # words in a row that are the same; fewer are chance where a sentence is written anew


def marked(before: str, after: str, alike: int = ALIKE) -> Iterator[tuple[str, str]]:
    """Both texts as runs of words, each `same`, `gone` or `come`, in the order in which one reads them.

    A run that both share is `same` from `alike` words on; titles are short, so that one word is enough.
    """
    old, new = before.split(), after.split()
    a = b = 0
    for match in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        if 0 < match.size < alike:
            continue
        runs = (
            ("gone", old[a : match.a]), ("come", new[b : match.b]),
            ("same", old[match.a : match.a + match.size]),
        )  # fmt: skip
        yield from ((kind, " ".join(words)) for kind, words in runs if words)
        a, b = match.a + match.size, match.b + match.size
