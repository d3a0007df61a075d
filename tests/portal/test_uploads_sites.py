"""The ZIP codes of sites in a roster file: compared, told, saved, and undone."""

from collections.abc import Callable
from typing import Any

import pytest

from mips_ia.portal.actions import practice, roster, uploads
from mips_ia.portal.demo import npi_of
from mips_ia.portal.log import broken
from mips_ia.portal.models import Entry, Practice, Site, Stay

TIN, ROSSI, MOREAU = "000123456", npi_of(17), npi_of(13)
HEADER = "performance_year,tin,npi,site_name,site_zip\n"
NEW = ("North", "South", "West")


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


def test_sites_that_a_file_made_are_told_and_end_when_it_is_undone(access: Callable[..., Any]) -> None:
    who, people = access("manager"), [npi_of(1), npi_of(2), npi_of(3)]
    text = HEADER + "".join(row(f"{name},00000", npi) for name, npi in zip(NEW, people, strict=True))
    upload = uploads.keep(who, "roster", "a.csv", text.encode())
    uploads.save(who, upload)
    added = Entry.objects.filter(action="site added", after__name__in=NEW).order_by("id")
    made = [Site.objects.get(name=name) for name in NEW]
    assert [(each.record, each.before, each.after) for each in added] == [
        (f"site {each.id}", None, {"name": each.name, "zip": "00000"}) for each in made
    ]
    roster.put(who, "1999999992", names={"last_name": "Reed", "first_name": "Invented"}, site="North")
    practice.put_site(who, "South", "00001", site=made[1])

    restored, kept = uploads.undo(who, upload)

    assert restored == 4  # three clinicians and one site
    assert kept == [
        "North: somebody else is there by now, so the site stays.",
        "South: the site was changed since, and stays as it is.",
    ]
    ended = Entry.objects.get(action="site undone")
    assert (ended.record, ended.before, ended.after) == (
        f"site {made[2].id}", {"name": "West", "zip": "00000"}, None
    )  # fmt: skip
    assert {*who.practice.open_sites.values_list("name", flat=True)} >= {"North", "South"}
    assert not who.practice.open_sites.filter(name="West").exists()
    assert broken(who.practice) is None


def test_an_upload_of_before_sites_were_told_is_undone_as_before(access: Callable[..., Any]) -> None:
    who = access("manager")
    upload = uploads.keep(who, "roster", "a.csv", (HEADER + row("North,")).encode())
    uploads.save(who, upload)
    upload.changes = {name: each for name, each in upload.changes.items() if name != "new_sites"}
    upload.save(update_fields=["changes"])

    assert uploads.undo(who, upload) == (1, [])
    assert who.practice.open_sites.filter(name="North").exists()


def test_a_site_that_is_named_with_a_clinician_is_told_too(access: Callable[..., Any]) -> None:
    who = access("manager")
    for _ in range(2):
        roster.put(who, ROSSI, names={}, site="North")

    line = Entry.objects.get(action="site added", after__name="North")
    assert line.record == f"site {Site.objects.get(name='North').id}"
    assert line.after == {"name": "North", "zip": ""}
