"""Every activity that ever was in an inventory has a guide, in our own words, with every figure."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from mips_ia import catalogue, rules, years
from mips_ia.reading.guides import Guide, Leaf, Node, guide, guided, guides, leaves
from mips_ia.reading.specialties import specialty

SHARED = Path(__file__).parents[3] / "shared"
CMS = SHARED / "cms" / "ia"
SEEDS = SHARED / "seeds"
needs_cms = pytest.mark.skipif(not CMS.is_dir(), reason="CMS's published data are not beside the project")

# In which years an activity could be attested to the end.
LISTED = {
    id: [year for year in years() if id in catalogue(year).activities]
    for of in years()
    for id in catalogue(of).activities
}
SOCIETY = next(iter(specialty("physiatry").list))  # type: ignore[union-attr]
RUN = 8  # words in a row that may not be shared with a source
SPELLED = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBER = rf"(\d+(?:\.\d+)?|{'|'.join(SPELLED[1:])}|twelve|fifteen|twenty|thirty|sixty|ninety)"
_UNIT = (
    r"(?:percent|%|hours?|days?|months?|weeks?|years?|minutes?|times|visits|patients|meetings|sessions"
    r"|clinicians|members|people)"
)
_FIGURES = (
    rf"{_NUMBER}\s*(?:\(\d+\)\s*)?-?\s*"
    rf"(?:calendar |continuous |consecutive |or more |unique |different )?{_UNIT}",
    r"(?:at least|minimum of|more than|greater than|fewer than|less than|no more than|up to|within|every|over"
    rf"|exceeds?|[<>≥≤])\s*(?:a )?(?:one )?{_NUMBER}",
)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    found = words(text)
    return (tuple(found[n : n + RUN]) for n in range(len(found) - RUN + 1))


@cache
def published() -> dict[tuple[str, int], str]:
    """CMS's descriptions, by id and year."""
    found = {}
    for path in sorted(CMS.glob("20??.json")):
        for record in json.loads(path.read_text(encoding="utf-8")):
            found[record["measureId"], int(path.stem)] = record["description"]
    return found


@cache
def source_runs() -> frozenset[tuple[str, ...]]:
    """Every run of words in CMS's descriptions and in the documents beside them."""
    texts = [*published().values()]
    texts += [re.sub(r"-\n", "", path.read_text(encoding="utf-8")) for path in SEEDS.glob("*.txt")]
    return frozenset(run for text in texts for run in runs(text))


def sentences(each: Guide) -> Iterator[str]:
    """Every sentence of ours in a guide."""
    yield from (each.summary, each.good_for, each.because, each.period, each.frequency)
    yield from each.notes
    yield from each.not_required.values()
    for leaf in leaves(each.requirement):
        yield leaf.says
        if leaf.measure:
            yield from (leaf.measure.numerator, leaf.measure.denominator)
            yield from (criterion.says for criterion in leaf.measure.criteria)


def least(part: Node | Leaf) -> Iterator[int]:
    """How many of its parts each node asks for."""
    if isinstance(part, Node):
        yield part.least
        for each in part.of:
            yield from least(each)


def typed(each: Guide, year: int) -> set[float]:
    """Every number that a guide, or a rule of the year for this activity, has as a number."""
    of = [leaf.measure for leaf in leaves(each.requirement) if leaf.measure]
    found: set[float] = {number for measure in of for number in measure.figures} | {*least(each.requirement)}
    for period in rules(year).period:
        if not period.activities or each.id in period.activities:
            found |= {period.days or 0, period.months or 0}
    found |= {rule.once_in_years for rule in rules(year).frequency if each.id in rule.activities}
    return found | {float(n) for name in each.not_required for n in re.findall(r"\d+(?:\.\d+)?", name)}


def figures(text: str) -> set[float]:
    """The figures of a description: percentages, counts, hours, days, months; neither 1 nor years."""
    spelled = {word: n for n, word in enumerate(SPELLED)} | {
        "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
    }  # fmt: skip
    given = [found[1].lower() for each in _FIGURES for found in re.finditer(each, text, re.IGNORECASE)]
    numbers = {float(spelled.get(number) or number) for number in given}
    return {number for number in numbers if number != 1 and not 1990 < number < 2100}


def number_in(text: str, number: int | None) -> bool:
    """Whether a sentence has the number, in figures or in words."""
    return bool({str(number), *(SPELLED[n] for n in range(11) if n == number)} & {*words(text)})


def test_every_activity_that_ever_was_in_an_inventory_has_a_guide() -> None:
    assert len(guided()) == 152
    assert {*LISTED} == {*guided()}


@pytest.mark.parametrize("id", guided())
def test_a_guide_covers_the_years_of_its_activity_and_no_other(id: str) -> None:
    assert [year for year in LISTED[id] if guide(id, year) is None] == []
    assert guides(id)[0].since == LISTED[id][0]
    last = guides(id)[-1].until
    assert last == (None if LISTED[id][-1] == years()[-1] else LISTED[id][-1])


@pytest.mark.parametrize("id", guided())
def test_a_leaf_has_a_sentence_a_kind_of_document_and_a_source(id: str) -> None:
    for each in guides(id):
        assert re.fullmatch(r"CMS 20\d\d", each.source), id
        for leaf in leaves(each.requirement):
            assert re.fullmatch(r"CMS 20\d\d|AAPM&R 2021", leaf.source), leaf.id
            assert len(words(leaf.says)) >= 4
            assert leaf.says.endswith("."), leaf.id
            assert leaf.kinds


@pytest.mark.parametrize("id", guided())
def test_what_was_suspended_or_renumbered_has_a_note(id: str) -> None:
    for year in LISTED[id]:
        listed = catalogue(year)
        activity = listed.activities.get(id)
        each = guide(id, year)
        assert each is not None
        notes = " ".join(each.notes)
        if activity and activity.event and activity.event.kind == "suspended":
            assert "suspended" in notes, year
        later = catalogue(year + 1).renumbered.get(id) if year + 1 in years() else None
        if later:
            assert later in notes, year


@pytest.mark.parametrize("id", guided())
def test_a_time_or_frequency_of_its_own_is_said_in_the_guide(id: str) -> None:
    for year in LISTED[id]:
        each, of_year = guide(id, year), rules(year)
        assert each is not None
        own = [period for period in of_year.period if id in period.activities and id != "IA_PCMH"]
        for period in own:
            assert number_in(each.period, period.days or period.months), (year, each.period)
        for rule in of_year.frequency:
            if id in rule.activities:
                assert number_in(f"{each.frequency} {each.period}", rule.once_in_years), (
                    year,
                    each.frequency,
                )


@pytest.mark.parametrize("id", SOCIETY.entries)
def test_the_societys_advice_of_2021_stands_in_the_guide_of_that_year(id: str) -> None:
    each = guide(id, 2021)

    assert each is not None
    assert any(leaf.source == "AAPM&R 2021" for leaf in leaves(each.requirement))


@needs_cms
@pytest.mark.parametrize("id", guided())
def test_every_sentence_is_our_own(id: str) -> None:
    for each in guides(id):
        for sentence in sentences(each):
            shared = [" ".join(run) for run in runs(sentence) if run in source_runs()]
            assert shared == [], f"{id} {each.since}"


@needs_cms
@pytest.mark.parametrize("id", guided())
def test_every_figure_of_the_latest_description_is_a_number_of_the_guide_or_named_as_none(id: str) -> None:
    year = max(year for of, year in published() if of == id)
    each = guide(id, year)

    assert each is not None
    assert figures(published()[id, year]) - typed(each, year) == set()
