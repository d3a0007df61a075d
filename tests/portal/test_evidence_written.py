"""Each kind of record that is written here: kept as text, stopped where it names a patient."""

from collections.abc import Callable

import pytest
from django.test import Client
from evidence_given import P, nothing_waits, text  # noqa: F401 - a fixture

from mips_ia.portal import vaults
from mips_ia.portal.models import Evidence, Revision, Waiting
from mips_ia.portal.web.evidence_written_forms import RECORDS

Browse = Callable[[str], Client]
GIVEN = {"held_on": "03/02/2026", "address": "https://portal.example/policy"}
EACH = pytest.mark.parametrize("record", RECORDS)


def filled(record: str) -> dict[str, str]:
    """Every field of a record."""
    _, fields = RECORDS[record]
    return {name: GIVEN.get(name, f"What {name} is.") for name, _, _ in fields}


@EACH
def test_a_record_is_kept_as_text_with_all_that_was_said(browse: Browse, record: str) -> None:
    answer = browse("manager").post(f"{P}/evidence/write/{record}/", filled(record), follow=True)

    assert "Saved as E-1. Say next what it shows." in text(answer.content)
    kept, (title, fields) = Revision.objects.select_related("evidence").get(), RECORDS[record]
    said = b"".join(vaults.store().read(kept.sha256)).decode()
    assert said.startswith(f"{title}\n")
    for name, label, _ in fields:
        given = "2026-03-02" if name == "held_on" else filled(record)[name]
        assert f"{label}: {given}" in said
    assert kept.name == f"{record}-2026-03-02.txt"
    assert kept.evidence.title == f"{title}, 2026-03-02: What topic is."


@EACH
def test_a_record_that_names_a_patient_is_stopped(browse: Browse, record: str) -> None:
    *_, (last, _, _) = RECORDS[record][1]
    named = filled(record) | {last: "Pat Invented, MRN 4471182"}

    answer = browse("manager").post(f"{P}/evidence/write/{record}/", named)

    assert answer.status_code == 422
    assert "This file may contain patient information" in text(answer.content)
    assert "4471182" not in answer.content.decode()
    assert Waiting.objects.get().name == f"{record}-2026-03-02.txt"
    assert not Evidence.objects.exists()


@EACH
def test_each_field_that_is_empty_says_so_and_nothing_is_kept(browse: Browse, record: str) -> None:
    fields = [name for name, _, _ in RECORDS[record][1]]

    answer = browse("manager").post(f"{P}/evidence/write/{record}/", dict.fromkeys(fields, " "))

    page = answer.content.decode()
    assert answer.status_code == 422
    for name in fields:
        field = page.partition(f'name="{name}"')[2].partition(">")[0]
        assert 'aria-invalid="true"' in field, name
    assert page.count("ds-c-inline-error") == len(fields)
    assert not Evidence.objects.exists()
