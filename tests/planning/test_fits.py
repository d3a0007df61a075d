"""What fits a specialty is what CMS's own MVP lists say, and nothing of ours."""

import pytest

from mips_ia import catalogue, years
from mips_ia.planning.fits import fits
from mips_ia.reading.specialties import Specialty, specialties, specialty

# By which specialties the MVPs of each year are meant, as CMS writes them.
NAMED = {
    year: {name for mvp in catalogue(year).mvps.values() for name in mvp.specialties} for year in years()
}
PHYSIATRY = specialty("physiatry")
assert PHYSIATRY is not None


def named(*names: str) -> Specialty:
    return Specialty(id="invented", title="Invented", names=names)


@pytest.mark.parametrize("name", sorted(set().union(*NAMED.values())))
def test_every_specialty_that_an_mvp_of_any_year_names_is_found(name: str) -> None:
    found = specialty(name)

    assert found is not None
    assert name in found.names
    for year in years():
        if name in NAMED[year]:
            assert fits(found, catalogue(year)).mvps


@pytest.mark.parametrize("each", specialties(), ids=lambda each: each.id)
def test_each_name_of_a_specialty_stands_in_some_mvp_list(each: Specialty) -> None:
    assert each.names
    assert [name for name in each.names if not any(name in NAMED[year] for year in years())] == []


@pytest.mark.parametrize("year", years())
def test_every_mvp_of_a_year_fits_some_specialty(year: int) -> None:
    listed = catalogue(year)

    assert {mvp.id for each in specialties() for mvp in fits(each, listed).mvps} == {*listed.mvps}


def test_physiatry_has_one_mvp_in_2026_with_its_activities_in_order_of_id() -> None:
    found = fits(PHYSIATRY, catalogue(2026))

    assert [mvp.id for mvp in found.mvps] == ["M1370"]
    assert [(activity.id, count) for activity, count in found.activities] == [
        (id, 1) for id in sorted(catalogue(2026).mvps["M1370"].activities)
    ]


def test_activities_that_most_of_the_mvps_take_come_first_then_by_id() -> None:
    listed = catalogue(2026)
    found = fits(named("Physician Assistants"), listed)
    counts = [(activity.id, count) for activity, count in found.activities]

    assert len(found.mvps) > 3
    assert counts == sorted(counts, key=lambda each: (-each[1], each[0]))
    assert counts[0][1] == len(found.mvps)  # the medical home is in all of them
    for id, count in counts:
        assert count == sum(id in mvp.activities for mvp in found.mvps)


def test_an_mvp_that_names_a_specialty_twice_over_is_one_mvp() -> None:
    listed = catalogue(2026)

    def found(*names: str) -> list[str]:
        return [mvp.id for mvp in fits(named(*names), listed).mvps]

    assert found("Neurology") == ["G0054", "M0004"]
    assert found("Neurosurgical") == ["G0054"]
    assert found("Neurology", "Neurosurgical") == ["G0054", "M0004"]


@pytest.mark.parametrize("year", [year for year in years() if not catalogue(year).mvps])
def test_nothing_fits_in_a_year_without_mvps(year: int) -> None:
    assert fits(PHYSIATRY, catalogue(year)) == ((), ())


def test_nothing_fits_a_specialty_that_no_mvp_of_the_year_names() -> None:
    assert fits(named("physiatry", "Physiatry "), catalogue(2026)) == ((), ())
    assert fits(named(), catalogue(2026)) == ((), ())


@pytest.mark.parametrize("year", [year for year in years() if catalogue(year).mvps])
def test_only_what_can_be_attested_in_the_year_fits(year: int) -> None:
    listed = catalogue(year)

    for each in specialties():
        for activity, count in fits(each, listed).activities:
            assert listed.activities[activity.id] is activity
            assert 1 <= count <= len(listed.mvps)
