"""What somebody typed into a search box, as any list here can look for it."""

import unicodedata

MOST = 100  # characters that are looked for
_NO_TEXT = ("Cc", "Cs")  # control characters and halves of a character, which no name has


def words(asked):
    """The words of `q` in an address or a form, one space between them; what is in no text parts them."""
    given = asked.get("q", "")
    kept = (" " if unicodedata.category(each) in _NO_TEXT else each for each in given)
    return " ".join("".join(kept).split())[:MOST].rstrip()
