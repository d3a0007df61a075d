"""What of a Word or Excel file can run or fetch something: by its XML, its types, relations and paths."""

import re
from collections.abc import Iterator

from lxml import etree

from mips_ia.problems import Problem, Refused
from mips_ia.screening import fields
from mips_ia.screening.package import Package, local
from mips_ia.screening.web_page import styled

_WITHOUT = "Save it without, or print it as PDF, and add that."
_OUTSIDE, _FIELD = "something that is fetched from elsewhere", "a field or a formula that runs or fetches"
_MACROS, _CONTROLS, _EMBEDDED = "macros", "controls", "an embedded file"
_BOOKS, _DATABASES, _ADD_INS, _RIBBON = (
    "links to other workbooks", "connections to databases", "add-ins", "a changed ribbon",
)  # fmt: skip
# What a relation may lead to outside: a link that one clicks. Everything else is fetched when it is opened.
_LINKS = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/hyperlink",
}
_ELSEWHERE = re.compile(r"\s*(?:\w[\w+.-]+:|//|\\\\)")
_LOCAL = re.compile(r"\s*(?:file:///)?[A-Za-z]:")  # on the writer's own disk, as templates are
# What a part or a relation brings, by a word in its path or its type, in small letters.
_SIGNS = (
    ("vbaproject", _MACROS), ("vbadata", _MACROS), ("macrosheet", _MACROS), ("attachedtoolbars", _MACROS),
    ("keymapcustomizations", _MACROS), ("activex", _CONTROLS), ("ctrlprop", _CONTROLS),
    ("controlproperties", _CONTROLS), ("oleobject", _EMBEDDED), ("/embeddings/", _EMBEDDED),
    ("text/html", _EMBEDDED), ("application/xhtml", _EMBEDDED), ("message/rfc822", _EMBEDDED),
    ("/rtf", _EMBEDDED), ("afchunk", _EMBEDDED), ("subdocument", _EMBEDDED), ("externallink", _BOOKS),
    ("/connections", _DATABASES), (".connections+xml", _DATABASES), ("querytable", _DATABASES),
    ("powerpivotdata", _DATABASES), ("xl/model/", _DATABASES), ("webextension", _ADD_INS),
    ("customui", _RIBBON), ("extensibility", _RIBBON), ("usercustomization", _RIBBON),
)  # fmt: skip
# The same by the whole name of a part's first element, or of the end of a relation's type.
_CALLED = {
    "customui": _RIBBON, "ocx": _CONTROLS, "control": _CONTROLS, "formcontrolpr": _CONTROLS,
    "macrosheet": _MACROS, "html": _EMBEDDED, "package": _EMBEDDED, "frame": _EMBEDDED,
    "externallink": _BOOKS, "connections": _DATABASES, "querytable": _DATABASES, "webextension": _ADD_INS,
    "taskpanes": _ADD_INS, "webimagessrd": _OUTSIDE,
}  # fmt: skip
# Types that the package may not even name.
_NAMED = re.compile(r"macroenabled|vbaproject|application/x-ms")
# What may run in a drawing, by what it fetches something as it is shown, and pictures that it has in itself.
_RUNNING = {"script", "foreignobject", "handler", "listener", "iframe", "object", "embed"}
_ADDRESSES = {"href", "src", "srcset", "althref"}
_BLANK, _DRAWN = re.compile(r"[\x00-\x20]+"), re.compile(r"data:image/(?:png|jpe?g|gif|bmp|webp)\b")
# How files begin that have no place in a document, whatever their part is called.
_FILES = (
    b"PK\3\4", b"MZ", b"\x7fELF", b"%PDF-", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"#!",
)  # fmt: skip


def refuse(content: bytes, name: str) -> None:
    """Refuse a file that has something in it which can run or fetch, each told once."""
    package = Package(content, name)
    held, broken = set(_declared(package)), tuple[Problem, ...]()
    for path in package.paths:
        try:
            held |= set(_of_part(package, path))
        except Refused as refusal:
            broken = refusal.problems
            break
    if held:
        what = f"It has {', '.join(sorted(held))}, which can run or fetch something when it is opened."
        raise Refused([Problem("file_active", name, what, _WITHOUT)])
    if broken:
        raise Refused(broken)


def _declared(package: Package) -> Iterator[str]:
    if any(map(_NAMED.search, package.declared)):
        yield _MACROS
    for path in package.paths:
        yield from _signs(f"/{path.lower()}")
        yield from _signs(package.type_of(path))


def _signs(said: str) -> Iterator[str]:
    return (what for sign, what in _SIGNS if sign in said)


def _of_part(package: Package, path: str) -> Iterator[str]:
    """What a part brings."""
    if not package.is_xml(path):
        if package.begins(path).startswith(_FILES):
            yield _EMBEDDED
        return
    tree = package.tree(path)
    yield from _of_root(tree)
    for each in tree.iter("{*}Relationship"):
        yield from _of_relation(each)
    if any(_leads_away(each) for each in tree.iter("{*}imagedata", "{*}fill", "{*}stroke")):
        yield _OUTSIDE
    if next(tree.iter("{*}mailMerge"), None) is not None:
        yield _DATABASES
    if fields.running(tree):
        yield _FIELD


def _of_root(tree: etree._Element) -> Iterator[str]:
    root = local(tree.tag).lower()
    if root in _CALLED:
        yield _CALLED[root]
    if root == "svg" and (_is_styled_from_outside(tree) or any(map(_runs, tree.iter(etree.Element)))):
        yield "a drawing with a script"


def _of_relation(relation: etree._Element) -> Iterator[str]:
    kind, target = str(relation.get("Type") or "").strip(), str(relation.get("Target") or "")
    outside = str(relation.get("TargetMode") or "").strip().lower() == "external"
    if (outside or _ELSEWHERE.match(target)) and kind not in _LINKS and not _LOCAL.match(target):
        yield _OUTSIDE
    yield from _signs(kind.lower())
    if brings := _CALLED.get(kind.rpartition("/")[2].lower()):
        yield brings


def _leads_away(element: etree._Element) -> bool:
    """Whether a picture that is drawn, or fills something, lies elsewhere."""
    return any(
        local(str(key)).lower() in _ADDRESSES and _ELSEWHERE.match(str(value))
        for key, value in element.attrib.items()
    )


def _is_styled_from_outside(tree: etree._Element) -> bool:
    """Whether a drawing names a file by which it is to be shown."""
    return any(getattr(each, "target", "") == "xml-stylesheet" for each in tree.itersiblings(preceding=True))


def _runs(element: etree._Element) -> bool:
    """Whether an element of a drawing is a program, has one, or fetches something by itself."""
    name = local(element.tag).lower()
    if name in _RUNNING or (name == "style" and styled("".join(map(str, element.itertext())))):
        return True
    for key, value in element.attrib.items():
        called, said = local(str(key)).lower(), _BLANK.sub("", str(value)).lower()
        if called.startswith("on") or "javascript:" in said or styled(str(value)):
            return True
        if called in _ADDRESSES and name != "a" and _ELSEWHERE.match(said) and not _DRAWN.match(said):
            return True
    return False
