"""A specialty is found by what anybody calls it, and says what its society lists, of which year."""

from pathlib import Path

import pytest

from mips_ia import DataFault, catalogue, years
from mips_ia.reading.specialties import Entry, Listing, Specialty, specialties, specialty

WHOLE = """
title = "Podiatry"
names = ["Podiatry", "Podiatrists"]
about = "Feet."

[[list]]
name             = "A list"
publisher        = "A society"
performance_year = 2021
source           = "Its page"
[list.entries.IA_BE_4]
weight    = "medium"
relevance = "For those with a portal."
[list.entries.IA_BE_6]
relevance = "For those who survey."
"""
SMALL = 'title = "Podiatry"\nnames = ["Podiatry"]\n'
LIST = '[[list]]\nname = "A list"\npublisher = "A society"\nperformance_year = 2021\nsource = "Its page"\n'
LISTS = [listing for each in specialties() for listing in each.list]


def folder_of(tmp_path: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_specialty_is_read_with_the_lists_of_its_societies(tmp_path: Path) -> None:
    entries = {
        "IA_BE_4": Entry(relevance="For those with a portal.", weight="medium"),
        "IA_BE_6": Entry(relevance="For those who survey."),
    }
    listing = Listing(
        name="A list", publisher="A society", performance_year=2021, source="Its page", entries=entries
    )

    assert specialties(folder_of(tmp_path, feet=WHOLE)) == (
        Specialty(
            id="feet", title="Podiatry", names=("Podiatry", "Podiatrists"), about="Feet.", list=(listing,)
        ),
    )


def test_specialties_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, zeta=SMALL, alpha=SMALL, beta=SMALL)
    (folder / "README.md").touch()

    assert [each.id for each in specialties(folder)] == ["alpha", "beta", "zeta"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "feet.toml: ['names', 'title'] must be given"),
        ('title = "Podiatry"\n', "feet.toml: ['names'] must be given"),
        ('title = "Podiatry"\nnames = "Podiatry"\n', "feet.toml names: it is a list, not 'Podiatry'"),
        ('title = "Podiatry"\nnames = [1]\n', "feet.toml names 1: it is text, not 1"),
        ('title = 1\nnames = ["Podiatry"]\n', "feet.toml title: it is text, not 1"),
        (
            SMALL + 'id = "feet"\n',
            "feet.toml: unknown ['id']; a Specialty has ['about', 'list', 'names', 'title']",
        ),
        (SMALL + "[list]\n", "feet.toml list: it is a list, not {}"),
        (SMALL + LIST, "feet.toml list 1: ['entries'] must be given"),
        (
            SMALL + LIST.replace("2021", '"2021"') + "entries = {}\n",
            "feet.toml list 1 performance_year: it is a whole number, not '2021'",
        ),
        (
            SMALL + LIST + 'entries = ["IA_BE_4"]\n',
            "feet.toml list 1 entries: it is a table, not ['IA_BE_4']",
        ),
        (
            SMALL + LIST + "[list.entries.IA_BE_4]\n",
            "feet.toml list 1 entries.IA_BE_4: ['relevance'] must be given",
        ),
        (
            SMALL + LIST + '[list.entries.IA_BE_4]\nrelevance = "For all."\npoints = 20\n',
            "feet.toml list 1 entries.IA_BE_4: unknown ['points']; a Entry has ['relevance', 'weight']",
        ),
    ],
)
def test_a_fault_names_the_file_the_place_and_what_must_be(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataFault) as found:
        specialties(folder_of(tmp_path, feet=text))

    assert str(found.value) == said


def test_a_file_that_is_no_toml_is_a_fault_that_names_folder_and_file(tmp_path: Path) -> None:
    with pytest.raises(DataFault) as found:
        specialties(folder_of(tmp_path, feet="title = Podiatry\n"))

    assert str(found.value).startswith(f"{tmp_path.name}/feet.toml: Invalid value")


# ---- Found by what anybody calls it


@pytest.mark.parametrize("name", ["feet", "FEET", "Podiatry", " podiatry ", "podiatrists"])
def test_id_title_and_cms_names_are_known_in_any_case(tmp_path: Path, name: str) -> None:
    found = specialty(name, folder_of(tmp_path, feet=WHOLE))

    assert found is not None
    assert found.id == "feet"


@pytest.mark.parametrize("name", ["", "foot", "Podiatry, Podiatrists", "feet.toml", "../feet"])
def test_what_nobody_calls_it_finds_nothing(tmp_path: Path, name: str) -> None:
    assert specialty(name, folder_of(tmp_path, feet=WHOLE)) is None


def test_its_own_title_goes_before_a_name_that_another_shares(tmp_path: Path) -> None:
    both = 'title = "Podiatry"\nnames = ["Podiatry, Wounds"]\n'
    wounds = 'title = "Wounds"\nnames = ["Podiatry, Wounds", "Podiatry"]\n'
    folder = folder_of(tmp_path, a_wounds=wounds, feet=both)

    def found(name: str) -> str | None:
        each = specialty(name, folder)
        return each and each.id

    assert found("Podiatry") == "feet"
    assert found("Wounds") == "a_wounds"
    assert found("Podiatry, Wounds") == "a_wounds"  # both have the name; the first in order is taken


@pytest.mark.parametrize("each", specialties(), ids=lambda each: each.id)
def test_each_of_ours_is_found_by_its_id_and_title(each: Specialty) -> None:
    assert specialty(each.id) == each
    assert specialty(each.title) == each
    for name in each.names:
        found = specialty(name)
        assert found is not None
        assert name in found.names


# ---- Our lists


@pytest.mark.parametrize("listing", LISTS, ids=lambda listing: listing.name)
def test_what_a_society_listed_was_in_the_inventory_of_that_year_with_that_weight(listing: Listing) -> None:
    assert listing.performance_year in years()
    inventory = catalogue(listing.performance_year).activities

    assert {id: entry.weight for id, entry in listing.entries.items()} == {
        id: inventory[id].weight for id in listing.entries
    }
    assert all(entry.relevance.endswith(".") for entry in listing.entries.values())
