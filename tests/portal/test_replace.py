"""A file that replaces: whom it would end is shown by name and confirmed apart, nothing is deleted."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from mips_ia.portal.actions import batches, uploads
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.bulk.files import participation, roster
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Batch, Practice, Signature, Stay, Upload, Window
from mips_ia.portal.tenancy import may_add_in
from mips_ia.problems import Refused

MOREAU = "Moreau"


def without(table: tuple[list[str], list[list[str]]], word: str) -> str:
    """A file of what is there, but for the rows with a word in them."""
    header, lines = table
    rows = [header, *(line for line in lines if word not in line)]
    return "\n".join(",".join(f'"{cell}"' for cell in line) for line in rows)


def chosen(client: Client, place: str, **given: Any) -> dict[str, Any]:
    """What the form of a page sends where Replace is chosen, which is not chosen by itself."""
    (form,) = html.fromstring(client.get(place).content).xpath("//form[.//input[@name='mode']]")
    assert form.fields["mode"] == "add"
    (named,) = form.xpath(".//label[starts-with(., 'Replace')]/@for")
    form.fields["mode"] = form.get_element_by_id(named).get("value")
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"} | given


def here(client: Client, harbor: Practice, kind: str, text: str) -> tuple[str, str]:
    """Upload a file that replaces, by what the page offers; its address and what the page says."""
    place = f"/p/{harbor.slug}/2026/{kind}/upload/"
    page = client.post(place, chosen(client, place, pasted=text), follow=True).content.decode()
    return f"/p/{harbor.slug}/2026/{kind}/uploads/{Upload.objects.latest('id').id}/", unescape(page)


def test_who_is_not_in_the_file_is_shown_by_name_confirmed_and_ended(
    browse: Callable[[str], Client], harbor: Practice, access: Callable[..., Any]
) -> None:
    client, stays = browse("manager"), Stay.objects.count()
    address, page = here(client, harbor, "roster", without(roster(access("manager")), MOREAU))
    assert "18 rows" not in page
    assert "17 rows read: 0 new, 0 changed, 17 same." in page
    assert page.index("Ended when you save") < page.index("Moreau, Jules") < page.index("What will change")
    assert "Moreau, Jules, MD: 1 window would count no longer" in page
    assert "goes from 9 of 18 to 9 of 17" in page

    page = unescape(client.post(address, {"save": "1"}, follow=True).content.decode())
    assert "End 1 clinician?" in page
    assert "Moreau, Jules" in page
    assert Stay.objects.filter(clinician__last_name=MOREAU, ended_at=None).exists()
    assert (
        "End 1 clinician?" in client.post(address, {"save": "1", "ended": "x"}, follow=True).content.decode()
    )

    seal = check(access("manager"), Upload.objects.get()).seal
    page = client.post(address, {"save": "1", "ended": seal}, follow=True).content.decode()
    assert "Saved. 17 rows read" in page
    assert not Stay.objects.filter(clinician__last_name=MOREAU, ended_at=None).exists()
    assert Stay.objects.count() == stays, "nothing is deleted"
    assert len(Ledger(harbor.years.get(year=2026)).counted) == 17

    page = client.post(f"{address}undo/", follow=True).content.decode()
    assert "Undone: 1 of 1 changes." in page
    assert len(Ledger(harbor.years.get(year=2026)).counted) == 18


def test_windows_that_are_not_in_the_file_end_with_their_signatures_in_the_record(
    browse: Callable[[str], Client], harbor: Practice, access: Callable[..., Any]
) -> None:
    client, signed = browse("manager"), Signature.objects.count()
    adeyemi = Window.objects.get(clinician__last_name="Adeyemi", activity="IA_BE_16", replaced_at=None)
    text = without(participation(access("manager")), "IA_BE_16")
    address, page = here(client, harbor, "participation", text)
    assert "Adeyemi, Grace, MD, IA_BE_16, January 5, 2026 to April 4, 2026, signed" in page

    seal = check(access("manager"), Upload.objects.get()).seal
    client.post(address, {"save": "1", "ended": seal})
    adeyemi.refresh_from_db()
    assert adeyemi.replaced_at
    assert Signature.objects.count() == signed
    kim = browse("adeyemi").get(f"/sign/{adeyemi.id}/", follow=True).content.decode()
    assert "These days of IA_BE_16 were taken out of the practice’s record." in kim

    client.post(f"{address}undo/")
    adeyemi.refresh_from_db()
    assert adeyemi.replaced_at is None


def test_a_mistake_in_a_row_ends_nobody(access: Callable[..., Any]) -> None:
    who = access("manager")
    text = without(roster(who), "nobody").replace('"Moreau","Jules","MD"', '"Moreau","Jules","MD","more"')
    text = text.replace('"2026-06-30"', '"2026-13-30"')
    upload = uploads.keep(who, "roster", "a.csv", text.encode(), replace=True)
    found = check(who, upload)
    assert found.to_fix
    assert found.ended == []

    uploads.mend(who, upload, {}, [row.line for row in found.to_fix], [])
    assert check(who, upload).ended == []


def test_nothing_else_is_ended_than_was_confirmed(access: Callable[..., Any]) -> None:
    who = access("manager")
    upload = uploads.keep(who, "roster", "a.csv", without(roster(who), MOREAU).encode(), replace=True)
    with pytest.raises(Refused, match="not confirmed"):
        uploads.save(who, upload)
    uploads.save(who, upload, check(who, upload).seal)


def test_files_of_many_practices_replace_too(
    browse: Callable[[str], Client], access: Callable[..., Any]
) -> None:
    client = browse("admin")
    file = SimpleUploadedFile("roster.csv", without(roster(access("manager")), MOREAU).encode())
    given = chosen(client, "/practices/upload/", roster=file)
    page = client.post("/practices/upload/", given, follow=True).content.decode()
    assert "Ends 1 row that the files do not have" in page
    address = f"/practices/uploads/{Batch.objects.get().id}/"

    page = unescape(client.post(address, {"save": "1"}, follow=True).content.decode())
    assert "End 1 row?" in page
    assert "Moreau, Jules, MD" in page
    batch = Batch.objects.get()
    batches.save(batch)
    assert batch.saved_at is None
    client.post(address, {"save": "1", "ended": batch.found["seal"]})
    assert not Stay.objects.filter(clinician__last_name=MOREAU, ended_at=None).exists()

    assert "Undone: 1 of 1 changes." in client.post(f"{address}undo/", follow=True).content.decode()
    assert Stay.objects.filter(clinician__last_name=MOREAU, ended_at=None).exists()
    assert may_add_in(batch.uploaded_by)
