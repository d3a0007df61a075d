"""A QRDA III document as CMS's converter sees it: the elements whose templates it knows, as a tree.

What it does not know it passes over, with all that is inside where nothing there has a known template.
It looks at the root of a template id and not at its extension, but for that of the document.
"""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from mips_ia.formats.xml_places import Places
from mips_ia.problems import Problem, Refused

DOCUMENT = "2.16.840.1.113883.10.20.27.1.2"
IA_SECTION, PI_SECTION, MEASURE_SECTION = (f"2.16.840.1.113883.10.20.27.2.{n}" for n in (4, 5, 1))
OWN_IA_SECTION = "2.16.840.1.113883.3.249.20.2.1"  # CMS's own, of one year
OWN_ACTIVITY = "2.16.840.1.113883.3.249.20.3.1"  # as above
ACTIVITY = "2.16.840.1.113883.10.20.27.3.33"
PERFORMED = "2.16.840.1.113883.10.20.27.3.27"
ACT = "2.16.840.1.113883.10.20.17.3.8"
COUNT = "2.16.840.1.113883.10.20.27.3.3"
# What belongs into sections of other categories: quality, and promoting interoperability.
_OTHERS = {f"2.16.840.1.113883.10.20.27.3.{n}" for n in (16, 17, 18, 19, 20, 21, 22, 25, 28, 29, 31, 32)}
_KNOWN = (IA_SECTION, PI_SECTION, MEASURE_SECTION, ACTIVITY, PERFORMED, ACT, COUNT, *_OTHERS)
_ENDS = (ACT, PERFORMED, COUNT)  # nothing is looked for inside of these
OIDS = {
    "program": "2.16.840.1.113883.3.249.7",
    "npi": "2.16.840.1.113883.4.6",
    "tin": "2.16.840.1.113883.4.2",
    "virtual_group": "2.16.840.1.113883.3.249.5.2",
    "apm": "2.16.840.1.113883.3.249.5.4",
    "subgroup": "2.16.840.1.113883.3.249.5.5",
    "mvp": "2.16.840.1.113883.3.249.5.6",
    "certification": "2.16.840.1.113883.3.2074.1",
}
_RECIPIENT = ("informationRecipient", "intendedRecipient", "id")
_PERFORMER = ("documentationOf", "serviceEvent", "performer", "assignedEntity")
_ORGANIZATION = (*_PERFORMER, "representedOrganization", "id")
_PATHS = {
    "program": _RECIPIENT,
    "npi": (*_PERFORMER, "id"),
    "tin": _ORGANIZATION,
    "virtual_group": _ORGANIZATION,
    "apm": _ORGANIZATION,
    "subgroup": _ORGANIZATION,
    "mvp": ("participant", "associatedEntity", "id"),
    "certification": ("participant", "associatedEntity", "id"),
}
_WITH_CHILDREN = etree.XPath("*[*]")
MOST = 5_000  # known elements in one document; CMS's inventory has about a hundred activities


@dataclass(slots=True, eq=False)
class Node:
    """An element with a known template (its root is `kind`), and the known ones inside of it."""

    kind: str
    element: etree._Element
    places: Places
    children: list["Node"] = field(default_factory=list)

    def of(self, *kinds: str) -> list["Node"]:
        """The children of some kinds, in the order of the document."""
        return [child for child in self.children if child.kind in kinds]

    def values(self, path: tuple[str, ...], attribute: str, oid: str = "") -> list[str]:
        """An attribute of the elements at a path below this one, of those with an id root if it is given."""
        space = self.element.tag.rpartition("}")[0]
        found = [self.element]
        for name in path:
            tag = f"{space}}}{name}" if space else name
            found = [each for parent in found for each in parent.iterchildren(tag)]
        given = [each.get(attribute) for each in found if not oid or each.get("root") == oid]
        return [str(value) for value in given if value is not None]

    def stated(self, name: str) -> list[str]:
        """What the header says, in the order of the document: program, npi, tin, the ids, mvp."""
        return self.values(_PATHS[name], "extension", OIDS[name])

    @property
    def path(self) -> str:
        """Where the element stands, as a path that does not depend on prefixes."""
        return self.places.path(self.element)


def document(root: etree._Element, name: str, own_section: bool = False) -> Node | None:
    """The document's node with what is known inside, or None where it is no QRDA III document.

    `own_section` says whether CMS's own id of the section is known, as it was in one year.
    """
    if etree.QName(root).localname != "ClinicalDocument":
        return None
    if not any(each.get("root") == DOCUMENT for each in root.iterchildren("{*}templateId")):
        return None
    found = Node(DOCUMENT, root, Places())
    known = {
        kind: kind for kind in (IA_SECTION, PI_SECTION, MEASURE_SECTION, ACTIVITY, PERFORMED, ACT, COUNT)
    }
    known |= {kind: kind for kind in _OTHERS} | ({OWN_IA_SECTION: IA_SECTION} if own_section else {})
    _look(root, found, known, name, [0])
    return found


def _look(element: etree._Element, parent: Node, known: dict[str, str], name: str, met: list[int]) -> None:
    """Add to a node what is known below an element; siblings after a known template belong to it."""
    templates = [str(each.get("root")) for each in element.iterchildren("{*}templateId")]
    here = [*dict.fromkeys(known[each] for each in templates if each in known)]
    if element is not parent.element and templates and not here:
        return
    for kind in here:
        parent.children.append(Node(kind, element, parent.places))
        parent = parent.children[-1]
        met[0] += 1
        if met[0] > MOST:
            what = f"It has more than {MOST:,} activities and acts."
            fix = "Send a document for each who reports."
            raise Refused([Problem("too_many_activities", name, what, fix)])
        if kind in _ENDS:
            return
    children: Any = _WITH_CHILDREN(element)
    for child in children:
        _look(child, parent, known, name, met)
