"""A binder of one activity or of one clinician has nothing in it that was not asked for."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from bound import accepted, on_paper, taken, unpacked  # noqa: F401 - a fixture
from django.test import Client
from pdf_text import squeezed

from mips_ia.portal import clock
from mips_ia.portal.actions import binders, practice, sending
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Clinician, Practice
from mips_ia.portal.outgoing import outgoing, seen

Browse = Callable[[str], Client]
Access = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("kept")


def rows(binder: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(binder.read(name).decode("utf-8-sig")))]


def others_in(binder: zipfile.ZipFile, one: Clinician) -> list[tuple[str, str]]:
    """Which other clinicians are named, by name or NPI, and where."""
    words = {"binder.pdf": squeezed(on_paper(binder))} | {
        name: binder.read(name).decode()
        for name in ("score.json", "ledger.csv", "roster.csv", "records.json")
    }
    others = one.practice.clinicians.exclude(pk=one.pk)
    return [
        (name, each.name)
        for each in others
        for name, text in words.items()
        if each.npi in text or squeezed(each.name) in text or squeezed(each.spoken) in text
    ]


def test_of_one_activity_the_ledger_and_the_records_have_no_other(browse: Browse, harbor: Practice) -> None:
    found = unpacked(taken(browse("manager"), activity="IA_PSPA_21"))

    assert {row["activity_id"] for row in rows(found, "ledger.csv")} == {"IA_PSPA_21"}
    assert len({row["npi"] for row in rows(found, "ledger.csv")}) > 1
    assert len({row["npi"] for row in rows(found, "roster.csv")}) == harbor.clinicians.count()
    sealed = [each["sealed"] for each in json.loads(found.read("records.json"))]
    assert {each["activity"] for each in sealed if "activity" in each} == {"IA_PSPA_21"}
    assert json.loads(found.read("score.json"))["score"]["points"] == 20


def test_of_one_clinician_of_a_group_nobody_else_is_named(browse: Browse, harbor: Practice) -> None:
    adeyemi = harbor.clinicians.get(last_name="Adeyemi")

    found = unpacked(taken(browse("manager"), clinician=str(adeyemi.pk)))

    assert others_in(found, adeyemi) == []
    assert len({row["activity_id"] for row in rows(found, "ledger.csv")}) > 1
    told = json.loads(found.read("score.json"))
    assert (told["score"]["points"], told["individuals"]) == (20, None)
    assert squeezed("Improvement activities score: 20 of 40 points.") in squeezed(on_paper(found))


def test_of_one_who_reports_alone_there_is_no_score_but_their_own(
    browse: Browse, access: Access, harbor: Practice
) -> None:
    adeyemi = harbor.clinicians.get(last_name="Adeyemi")
    practice.describe(access("manager"), report_as="individual", pathway="traditional", apm="none")
    year = harbor.years.get(year=2026)
    ledger = Ledger(year)
    shown = seen(ledger, outgoing(ledger, clock.now()))
    sending.lock(access("manager"), "", "Dana Whitfield", shown, verified="password")

    found = unpacked(taken(browse("manager"), clinician=str(adeyemi.pk)))

    assert others_in(found, adeyemi) == []
    own = json.loads(found.read("score.json"))["individuals"]
    assert ([*own], [each["npi"] for each in own["each"]]) == (["each"], [adeyemi.npi])
    paper = squeezed(on_paper(found))
    points = own["each"][0]["score"]["points"]
    assert squeezed(f"Improvement activities score: {points} of 40 points.") in paper
    assert squeezed("What was locked is not in this binder: it has the score of every clinician.") in paper
    whole = unpacked(taken(browse("manager")))
    assert "final" in {each["kind"] for each in json.loads(whole.read("records.json"))}


def test_of_one_who_left_the_roster_meanwhile_nobody_else_is_in_it(access: Access, harbor: Practice) -> None:
    adeyemi = harbor.clinicians.get(last_name="Adeyemi")
    practice.describe(access("manager"), report_as="individual")
    harbor.years.get(year=2026).stays.filter(clinician=adeyemi).update(ended_at=clock.now())

    row = binders.ask(access("manager"), clinician=adeyemi)
    found = unpacked(b"".join(binders.take(access("manager"), row)))

    assert others_in(found, adeyemi) == []
    assert rows(found, "roster.csv") == []
    assert json.loads(found.read("score.json"))["individuals"] == {"each": []}
    said = f"{adeyemi.spoken} is not counted, and so has no score of their own."
    assert squeezed(said) in squeezed(on_paper(found))
