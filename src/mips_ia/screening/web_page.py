"""A page of the web in a message: what it says, what in it runs or sends, and what it fetches when shown."""

import re
from html.parser import HTMLParser
from typing import Self

# Elements that are programs or bring some, and what an address begins with that is one.
_PROGRAMS = {"script", "iframe", "frame", "object", "embed", "svg", "math", "applet"}
_WRITTEN = re.compile(  # wherever it stands, since readers disagree on where a remark ends
    rf"<\s*(?:{'|'.join(sorted(_PROGRAMS))})\b|<[a-z][^<>]{{0,500}}?[\s/\"']on[a-z]{{3,20}}\s{{0,9}}=|(?:java|vb)script:",
    re.IGNORECASE,
)
_RUNNING = ("javascript:", "vbscript:", "data:text/html", "data:image/svg", "data:application/")
# Attributes by which a page fetches what is elsewhere as soon as it is shown, and what it writes for that.
_FETCHING = {"src", "srcset", "background", "poster", "data", "lowsrc", "dynsrc"}
_AFAR = r"\s*[\"']?\s*(?:[a-z][a-z0-9+.-]{0,20}:)?//"
_ELSEWHERE = re.compile(rf"(?:^|\s){_AFAR}|,[a-z][a-z0-9+.-]{{0,20}}://", re.IGNORECASE)
_STYLED = re.compile(rf"(?:url\s{{0,9}}[(=]|@import){_AFAR}", re.IGNORECASE)
_REMARK = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_SPELLED = re.compile(r"\\([0-9A-Fa-f]{1,6})\s?")  # a letter of a style by its number
_LAST = 0x10FFFF  # of such numbers
_BLANK = re.compile(r"[\x00-\x20]+")
_SAYING = {"alt", "title", "value", "placeholder", "href", "content", "label", "summary", "abbr"}
_ALSO_SAYING = ("data-", "aria-")
_BREAKS = {"p", "br", "div", "tr", "li", "td", "th", "h1", "h2", "h3", "table"}


class Page(HTMLParser):
    """What a page of the web says, without its tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0
        self.fetches = self.runs = False

    @classmethod
    def of(cls, page: str) -> Self:
        """A page that was read."""
        reader = cls()
        reader.runs = bool(_WRITTEN.search(page))
        reader.feed(page)
        reader.close()
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new line where a page has one, what is written in the tag, and what the tag does."""
        known = [(name, value or "") for name, value in attrs]
        self.runs |= tag in _PROGRAMS or any(_runs(tag, name, value) for name, value in known)
        self.fetches |= tag == "base" or any(_fetches(tag, name, value) for name, value in known)
        self.silent += tag in ("script", "style")
        self.said += ["\n"] if tag in _BREAKS else []
        self.said += [f"\n{value}\n" for name, value in known if value and _says(name)]

    def handle_comment(self, data: str) -> None:
        """What nobody sees who reads it."""
        self.said.append(f"\n{data}\n")

    def handle_decl(self, decl: str) -> None:
        """A definition, which nobody sees either."""
        self.handle_comment(decl)

    def unknown_decl(self, data: str) -> None:
        """Another one."""
        self.handle_comment(data)

    def handle_pi(self, data: str) -> None:
        """What is said to a program."""
        self.handle_comment(data)

    def handle_endtag(self, tag: str) -> None:
        """What is no text is over."""
        self.silent -= tag in ("script", "style") and self.silent > 0

    def handle_data(self, data: str) -> None:
        """Text; of a style its remarks alone."""
        if self.silent:
            self.fetches |= styled(data)
            self.said += [f"\n{each}\n" for each in _REMARK.findall(data)]
        else:
            self.said.append(data)


def _says(name: str) -> bool:
    """Whether an attribute may be text."""
    return name in _SAYING or name.startswith(_ALSO_SAYING)


def _runs(tag: str, name: str, value: str) -> bool:
    """Whether an attribute is a program, leads to one, or sends a form."""
    sends = (tag == "form" and name == "action") or name == "formaction"
    return name.startswith("on") or sends or _BLANK.sub("", value).lower().startswith(_RUNNING)


def _fetches(tag: str, name: str, value: str) -> bool:
    """Whether an attribute has something fetched from elsewhere as soon as a page is shown."""
    if name in _FETCHING or (tag in ("link", "image") and name == "href"):
        plain = value.replace("\\", "/").translate({9: None, 10: None, 13: None})
        return bool(_ELSEWHERE.search(plain))
    return (name == "style" or (tag, name) == ("meta", "content")) and styled(value)


def styled(said: str) -> bool:
    """Whether a style fetches something, whichever way its letters are written."""
    plain = _SPELLED.sub(lambda match: chr(min(int(match[1], 16), _LAST)), _REMARK.sub("", said))
    return bool(_STYLED.search(plain.replace("\\", "/")))
