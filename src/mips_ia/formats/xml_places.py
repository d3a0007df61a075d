"""Where an element stands in its document, also told of many elements of a very wide one."""

from lxml import etree


class Places:
    """Paths of elements of one document, as `getelementpath` of lxml writes them.

    Who asks in the order of the document is answered without counting the same siblings again.
    """

    def __init__(self) -> None:
        self._counted: dict[tuple[etree._Element, str], tuple[etree._Element, int]] = {}

    def path(self, element: etree._Element) -> str:
        """Where an element stands, below the root, as a path that does not depend on prefixes."""
        steps = []
        while (parent := element.getparent()) is not None:
            steps.append(self._step(parent, element))
            element = parent
        return "/".join(reversed(steps)) or "."

    def _step(self, parent: etree._Element, element: etree._Element) -> str:
        tag = str(element.tag)
        last, before = self._counted.get((parent, tag), (None, 0))
        number = 1
        for sibling in element.itersiblings(tag, preceding=True):
            if sibling is last:
                number += before
                break
            number += 1
        self._counted[parent, tag] = element, number
        alone = number == 1 and next(element.itersiblings(tag), None) is None
        return tag if alone else f"{tag}[{number}]"
