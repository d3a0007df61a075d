"""A medical home is attested by one activity: no number of clinicians is asked for, but one of sites."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from signing import P, just_signed_in, sends, text, window

from mips_ia.portal import ledgers
from mips_ia.portal.actions import ledger, practice, signing
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Final, Practice
from mips_ia.portal.statements import own
from mips_ia.portal.told.tasks import tasks

SITES = "1 of 2 sites recognized, and 1 needed."


@pytest.fixture
def client(harbor: Practice, access: Callable[..., Any]) -> Client:
    """The manager of the practice, once it is one by half of its sites, and says so."""
    practice.describe(access("manager"), sites_recognized=1, sites_all=2)
    ledger.choose(access("manager"), "IA_PCMH")
    kim = harbor.clinicians.get(last_name="Kim")
    ledger.enter(access("manager"), kim, "IA_PCMH", date(2026, 1, 5), date(2026, 5, 30))
    row = window("Kim", "IA_PCMH")
    signing.sign(access("kim"), row, own(row), "Soo-jin Kim", verified="password")
    return just_signed_in("manager")


def test_what_was_found_names_the_sites(client: Client) -> None:
    score, overview = (text(client.get(f"{P}/{name}").content) for name in ("score/", ""))

    assert f"Met {SITES} 40" in score
    assert f"Met {SITES}" in overview
    assert "Clinicians (9 of 18 needed)" in overview
    assert "40 of 40 points" in score


def test_the_files_are_not_called_unsure_for_what_they_never_say(client: Client) -> None:
    page = text(client.get(f"{P}/export/").content)

    assert "is not known" not in page
    assert "QPP JSON pre-flight Met" in page


def test_the_record_of_a_lock_asks_for_no_number_of_clinicians(client: Client) -> None:
    sends(client, f"{P}/export/lock/", {"name": "Dana Whitfield"})
    final = Final.objects.get()
    page = text(client.get(f"{P}/export/{final.id}/").content)

    assert "IA_PCMH 1 of 18 clinicians January 5, 2026" in page
    assert "11 of 18 clinicians; 9 needed" in page
    assert final.answer["unsure"] == []


def test_a_practice_that_is_one_by_its_sites_is_told_to_attest_it(
    harbor: Practice, access: Callable[..., Any], settings: Any
) -> None:
    manager = just_signed_in("manager")
    told = f"You choose and attest IA_PCMH: {SITES.rstrip('.')}"
    assert told not in text(manager.get(f"{P}/score/").content)

    practice.describe(access("manager"), sites_recognized=1, sites_all=2)
    score = text(manager.get(f"{P}/score/").content)
    (task,) = [
        each for each in tasks(Ledger(access("manager").year), access("manager")) if "PCMH" in each.title
    ]

    assert f"{told} Before you submit 40 of 40" in score
    assert (task.title, task.points) == ("Choose IA_PCMH", 20)
    assert task.why == f"{SITES} A medical home that attests it has full credit."
    settings.TODAY = "2027-01-20"
    harbor.years.get(year=2026).windows.filter(activity="IA_PSPA_21").update(replaced_at="2027-01-20T13:00Z")
    ledgers.forget()
    late = text(manager.get(f"{P}/").content)
    assert "You can still get full credit, if IA_PCMH is chosen and attested" in late
