"""Where an element stands in a document: the same words as lxml's own, in whatever order it is asked."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mips_ia.formats.xml_places import Places

TREES = st.recursive(
    st.tuples(st.sampled_from("abc"), st.just([])),
    lambda inner: st.tuples(st.sampled_from("abc"), st.lists(inner, max_size=6)),
    max_leaves=30,
)


def element(of: tuple[str, list[object]]) -> etree._Element:
    found = etree.Element(f"{{urn:invented}}{of[0]}")
    found.extend(element(each) for each in of[1])  # type: ignore[arg-type]
    return found


@given(TREES, st.randoms(use_true_random=False))
def test_each_element_has_the_path_that_lxml_gives_it(of: tuple[str, list[object]], chance: Random) -> None:
    root = element(of)
    all_of_them = [*root.iter()]
    places = Places()

    for each in chance.sample(all_of_them * 2, len(all_of_them)):
        assert places.path(each) == root.getroottree().getelementpath(each)
