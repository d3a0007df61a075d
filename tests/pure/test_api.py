"""What one can import from `mips_ia` is one list, and each name on it says what it is."""

import inspect

import pytest

import mips_ia

PUBLIC = [
    "Activity",
    "Alternative",
    "Assessment",
    "Attestation",
    "Catalogue",
    "Changes",
    "DataFault",
    "Evidence",
    "Fact",
    "Practice",
    "Problem",
    "Profile",
    "Proof",
    "Refused",
    "Rules",
    "Score",
    "Step",
    "Verdict",
    "assess",
    "catalogue",
    "changes",
    "proof",
    "rules",
    "score",
    "ways",
    "years",
]


def test_the_public_names_are_these_and_no_more() -> None:
    assert mips_ia.__all__ == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring_of_its_own(name: str) -> None:
    written = inspect.getdoc(getattr(mips_ia, name)) or ""

    assert written.endswith(".")
    assert not written.startswith(f"{name}(")  # what a dataclass without a docstring is given


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_method_and_property_has_a_docstring(name: str) -> None:
    thing = getattr(mips_ia, name)
    public = [each for each in vars(thing) if not each.startswith("_")] if inspect.isclass(thing) else []
    methods = [
        each
        for each in public
        if inspect.isfunction(vars(thing)[each]) or isinstance(vars(thing)[each], property)
    ]

    assert [each for each in methods if not inspect.getdoc(vars(thing)[each])] == []
