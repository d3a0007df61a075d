"""XML from anybody, parsed so that it can do no harm: bounded, no DTD, no entities, no network."""

from pathlib import Path

from lxml import etree

from mips_ia.problems import Problem, Refused

BYTES = 16 * 1024**2
DEPTH = 256  # elements inside of each other, as libxml2 bounds them
_CITE = "CMS converter error 2"


def content(path: Path) -> bytes:
    """The bytes of a file; `Refused` where it cannot be opened or is larger than is read."""
    try:
        if path.stat().st_size > BYTES:
            what = f"It is larger than {BYTES // 1024**2} MB, the most that is read of one document."
            raise Refused([Problem("file_too_large", path.name, what, "Send one document a file.")])
        return path.read_bytes()
    except OSError as fault:
        what = f"It cannot be opened: {fault.strerror}."
        raise Refused([Problem("unreadable_file", path.name, what, "Check the path.")]) from None


def root(given: bytes, name: str) -> etree._Element:
    """The root element of a document; `Refused` where it is no well-formed XML, or has a DOCTYPE."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        found = etree.fromstring(given, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", None)
        where = f"{name}, line {line}" if line else name
        what = f"It is not well-formed XML: {str(fault).partition(', line')[0]}."
        raise Refused([Problem("not_xml", where, what, "Export it again.", _CITE)]) from None
    if found.getroottree().docinfo.internalDTD is not None:
        what = "It has a DOCTYPE, which CMS refuses and which is not read."
        raise Refused([Problem("doctype", name, what, "Export it without one.", _CITE)])
    return found
