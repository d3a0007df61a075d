"""The ZIP codes of sites in a roster file: compared, told, saved, and undone."""

from collections.abc import Callable
from typing import Any

import pytest

from mips_ia.portal.actions import uploads
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Entry, Practice, Site, Stay

TIN, ROSSI, MOREAU = "000123456", npi_of(17), npi_of(13)
HEADER = "performance_year,tin,npi,site_name,site_zip\n"


@pytest.fixture
def annex(harbor: Practice) -> Site:
    """A site with a clinician and no ZIP code yet."""
    site = Site.objects.create(practice=harbor, name="Annex")
    Stay.objects.filter(clinician__npi__in=(ROSSI, MOREAU)).update(site=site)
    return site


def row(site: str, npi: str = ROSSI) -> str:
    return f"2026,{TIN},{npi},{site}\n"


def test_another_zip_code_of_a_site_is_a_change_and_is_undone(
    access: Callable[..., Any], annex: Site
) -> None:
    who, lines = access("manager"), Entry.objects.filter(action="site changed")
    for before, after in (("not known", "00000"), ("00000", "00001-0000")):
        upload = uploads.keep(who, "roster", "a.csv", (HEADER + row(f"Annex,{after}")).encode())
        found = uploads.save(who, upload)
        assert found.line == "1 row read: 0 new, 1 changed, 0 same."
        assert found.rows[0].changes == [f"ZIP code of Annex: {before} → {after}"]
    annex.refresh_from_db()
    assert (annex.zip, lines.count()) == ("00001-0000", 2)

    assert uploads.undo(who, upload) == (1, [])
    annex.refresh_from_db()
    assert annex.zip == "00000"

    upload = uploads.keep(who, "roster", "a.csv", (HEADER + row("Annex,")).encode())
    assert uploads.save(who, upload).line == "1 row read: 0 new, 0 changed, 1 same."


@pytest.mark.usefixtures("annex")
def test_zip_codes_are_looked_at_as_in_the_form(access: Callable[..., Any]) -> None:
    who = access("manager")
    text = HEADER + row("Annex,00000") + row("Annex,00001", MOREAU) + row("Annex,1234", npi_of(1))
    text += row(",00000", npi_of(2))
    found = uploads.check(who, uploads.keep(who, "roster", "a.csv", text.encode()))

    assert [[each.message for each in row.said if not each.note] for row in found.rows] == [
        [],
        ["Keep one ZIP code for each site. Row 2 has 00000 for Annex."],
        ["Enter 5 digits, or 9 with a hyphen. This is “1234”."],
        ["Warning: enter the name of the site too. A ZIP code alone is not saved."],
    ]
