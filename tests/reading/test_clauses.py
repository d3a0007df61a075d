"""A clause applies to those whose facts it asks for, and a threshold rounds up in integers."""

import pytest

from mips_ia.reading.clauses import Clause, Threshold


def clause(when: str = "", any_of: str = "", unless: str = "") -> Clause:
    return Clause(says="", cite="", when=words(when), any_of=words(any_of), unless=words(unless))


def words(names: str) -> frozenset[str]:
    return frozenset(names.split())


def test_a_clause_that_asks_for_nothing_applies_to_everybody() -> None:
    assert clause().fits(words(""))
    assert clause().fits(words("group traditional"))


def test_a_clause_asks_for_every_fact_of_when() -> None:
    half_credit = clause(when="apm traditional")

    assert half_credit.fits(words("apm traditional group"))
    assert not half_credit.fits(words("apm mvp group"))


def test_a_clause_asks_for_at_least_one_fact_of_any_of() -> None:
    conditional = clause(any_of="activity_attested quality_and_pi_submitted")

    assert conditional.fits(words("quality_and_pi_submitted"))
    assert conditional.fits(words("activity_attested quality_and_pi_submitted"))
    assert not conditional.fits(words("apm"))


def test_a_clause_does_not_apply_where_a_fact_of_unless_is_true() -> None:
    not_in_disasters = clause(when="apm", unless="extreme_circumstances")

    assert not_in_disasters.fits(words("apm"))
    assert not not_in_disasters.fits(words("apm extreme_circumstances"))


@pytest.mark.parametrize(("whole", "needed"), [(1, 1), (2, 1), (15, 8), (16, 8), (17, 9), (100, 50)])
def test_exactly_half_is_enough_and_less_is_rounded_up(whole: int, needed: int) -> None:
    half = Threshold(says="", cite="", percent=50)

    assert half.needed(whole) == needed


@pytest.mark.parametrize("whole", [1, 16, 1000])
def test_until_2019_one_clinician_was_enough_however_large_the_group(whole: int) -> None:
    one = Threshold(says="", cite="", at_least=1)

    assert one.needed(whole) == 1
