"""What is there once at a time is so by the database too, also where a day or a practice is left out."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from mips_ia.portal.models import Membership, Practice, Stay, Window


def twice(kind: Any, **known: Any) -> None:
    """The same is refused, and may begin again once the first has ended."""
    first = kind.objects.create(**known)
    with pytest.raises(IntegrityError), transaction.atomic():
        kind.objects.create(**known)
    ended = "replaced_at" if kind is Window else "ended_at"
    kind.objects.filter(pk=first.pk).update(**{ended: "2026-09-16T12:00Z"})
    kind.objects.create(**known)


@pytest.mark.parametrize("here", [True, False])
def test_a_person_has_a_role_once_in_a_practice_or_in_all_of_them(
    harbor: Practice, person: Any, here: bool
) -> None:
    who, place = person("manager"), harbor if here else None
    twice(Membership, person=who, organization=harbor.organization, practice=place, role="reviewer")


@pytest.mark.parametrize("day", ["2026-05-04", None])
def test_a_stay_and_a_window_begin_once_on_a_day_and_once_on_no_day(
    harbor: Practice, person: Any, day: str | None
) -> None:
    year, clinician = harbor.years.get(year=2025), harbor.clinicians.first()
    assert clinician
    Stay.objects.filter(year=year).update(ended_at="2026-09-16T12:00Z")

    twice(Stay, year=year, clinician=clinician, joined_on=day)
    twice(Window, year=year, clinician=clinician, activity="IA_BE_4", first=day, entered_by=person("manager"))
