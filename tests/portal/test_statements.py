"""What is signed, word for word: each statement as the specification of the portal fixes it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from signing import window

from mips_ia.portal import statements
from mips_ia.portal.models import ROLES, Delegation, Person, Practice, Signature

YEAR = "performance year 2026"


@pytest.fixture
def manager(access: Callable[..., Any]) -> Any:
    return access("manager")


def test_a_clinician_says_that_they_took_part(harbor: Practice) -> None:  # noqa: ARG001 - it must be there
    assert statements.own(window("Kim")) == (
        "I, Soo-jin Kim, MD, personally took part in IA_PSPA_21 from March 2, 2026 through May 30, 2026. "
        "To the best of my knowledge this is true and complete. I understand that the practice may report "
        "it to CMS, and that CMS may audit it."
    )


def test_a_clinician_allows_somebody_to_record(
    harbor: Practice, access: Callable[..., Any], person: Callable[[str], Person]
) -> None:
    assert statements.delegation(access("kim"), person("manager"), date(2026, 12, 31)) == (
        "I, Soo-jin Kim, allow Dana Whitfield to record my participation in improvement activities at "
        f"{harbor.name} for {YEAR}, until December 31, 2026. I remain responsible for what is recorded. I "
        "can end this at any time."
    )


def test_somebody_records_under_a_delegation(manager: Any) -> None:
    given = Delegation(given_at=datetime(2026, 2, 1, 12, tzinfo=UTC))

    assert statements.under_delegation(manager, window("Kim"), given, "the schedule") == (
        "I, Dana Whitfield, practice manager, record that Soo-jin Kim took part in IA_PSPA_21 from March 2, "
        "2026 through May 30, 2026. I act under the delegation of February 1, 2026. I base this on the "
        "schedule. This is not Soo-jin Kim’s own signature."
    )


def test_a_signing_official_signs_for_the_practice(manager: Any, harbor: Practice) -> None:
    assert statements.practice_statement(manager, 2, "Harbor Health") == (
        "I, Dana Whitfield, practice manager, have reviewed the 2 activities listed here for "
        f"{harbor.name}, {YEAR}. To the best of my knowledge each was done as CMS describes, by the number "
        "of clinicians and on the dates shown. I authorize Harbor Health to report them to CMS."
    )


def test_a_clinician_takes_a_signature_back(harbor: Practice) -> None:  # noqa: ARG001
    signed = Signature(window=window("Kim"), signed_at=datetime(2026, 9, 16, 14, tzinfo=UTC))

    assert statements.withdrawn(signed, "the days were wrong") == (
        "I withdraw my signature of September 16, 2026 for IA_PSPA_21, because the days were wrong. The "
        "earlier signature stays in the record and no longer counts."
    )


def test_a_clinician_says_that_they_did_not_do_it(harbor: Practice) -> None:  # noqa: ARG001
    assert statements.declined(window("Kim")) == "I did not do IA_PSPA_21 in 2026."


def test_a_late_evening_belongs_to_its_own_day(harbor: Practice) -> None:  # noqa: ARG001
    """The receipt of 9:30 p.m. and a later withdrawal name the same day."""
    signed = Signature(window=window("Kim"), signed_at=datetime(2026, 9, 17, 1, 30, tzinfo=UTC))

    assert "my signature of September 16, 2026 for" in statements.withdrawn(signed, "of an error")


def test_every_role_has_words_under_a_statement() -> None:
    assert statements.ROLE == {
        "manager": "practice manager", "clinician": "clinician", "registry": "registry",
        "reviewer": "reviewer", "admin": "administrator",
    }  # fmt: skip
    assert statements.ROLE.keys() == ROLES.keys()
