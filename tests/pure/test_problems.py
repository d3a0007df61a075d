"""A problem says where, what is wrong and must be, what to do, and who says so."""

import pytest

from mips_ia import Problem, Refused
from mips_ia.problems import counted


def test_a_problem_reads_where_what_fix_and_source_in_this_order() -> None:
    short = Problem(
        "too_short",
        "IA_BE_4, 2026-03-01 to 2026-05-28",
        "The activity ran for 89 days and must run for 90 days in a row.",
        "Give a last day of 2026-05-29 or later.",
        "42 CFR 414.1320",
    )

    assert str(short) == (
        "IA_BE_4, 2026-03-01 to 2026-05-28: The activity ran for 89 days and must run for 90 days in a row. "
        "Give a last day of 2026-05-29 or later. [42 CFR 414.1320]"
    )


def test_a_problem_without_a_source_ends_with_what_to_do() -> None:
    unknown = Problem("unknown_entity", "entity", "There is no 'clinic'.", "Use one of: group.")

    assert str(unknown) == "entity: There is no 'clinic'. Use one of: group."


def test_a_problem_that_nobody_can_mend_says_only_what_is_wrong() -> None:
    repeated = Problem("repeated", "IA_BE_4", "IA_BE_4 counts once.", cite="42 CFR 414.1380(b)(3)")

    assert str(repeated) == "IA_BE_4: IA_BE_4 counts once. [42 CFR 414.1380(b)(3)]"


def test_a_problem_is_an_error_unless_it_says_otherwise() -> None:
    assert Problem("code", "where", "what").severity == "error"


def test_a_refusal_holds_every_reason_and_says_them_a_line_each() -> None:
    first, second = Problem("a", "entity", "It is wrong."), Problem("b", "apm", "It is wrong too.")

    refusal = Refused(iter([first, second]))

    assert refusal.problems == (first, second)
    assert str(refusal) == "entity: It is wrong.\napm: It is wrong too."


@pytest.mark.parametrize(("count", "words"), [(0, "0 days"), (1, "1 day"), (89, "89 days")])
def test_days_are_counted_in_words(count: int, words: str) -> None:
    assert counted(count, "day") == words


@pytest.mark.parametrize(
    ("count", "noun", "words"),
    [
        (1, "clinician", "1 clinician"),
        (2, "clinician", "2 clinicians"),
        (1, "activity", "1 activity"),
        (2, "activity", "2 activities"),
        (2, "day", "2 days"),
    ],
)
def test_things_are_counted_in_words(count: int, noun: str, words: str) -> None:
    assert counted(count, noun) == words
