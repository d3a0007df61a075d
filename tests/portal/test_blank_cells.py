"""A blank cell means that something is not known: it takes no known fact away, and says what stays."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal.actions import uploads
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Practice, Site, Stay, Upload, Window

TIN, MOREAU, ROSSI = "000123456", npi_of(13), npi_of(17)
ROSTER = "performance_year,tin,npi,last_name,site_name,joined_on,left_on,billed_in_year,rural,row_id\n"
WINDOWS = "performance_year,tin,npi,activity_id,start_date,end_date,taking_part,note,row_id\n"


@pytest.fixture
def moreau(harbor: Practice) -> Stay:
    """Somebody of whom everything is known."""
    stay = Stay.objects.get(year__practice=harbor, clinician__npi=MOREAU, ended_at=None)
    stay.rural, stay.row_id, stay.site = True, "17", Site.objects.filter(practice=harbor).first()
    stay.save()
    return stay


def _page(client: Client, practice: Practice, text: str, kind: str = "roster") -> str:
    place = f"/p/{practice.slug}/2026/{kind}/upload/"
    return unescape(client.post(place, {"pasted": text}, follow=True).content.decode())


def test_blank_cells_of_a_roster_take_nothing_away(
    browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice, moreau: Stay
) -> None:
    page = _page(browse("manager"), harbor, f"{ROSTER}2026,{TIN},{MOREAU},,,,,,,\n")

    assert "1 row read: 0 new, 0 changed, 1 same." in page
    assert "left_on is blank: June 30, 2026 stays." in page
    assert "rural is blank: yes stays." in page
    assert f"site_name is blank: {moreau.site.name} stays." in page
    assert "last_name is blank: Moreau stays." in page
    uploads.save(access("manager"), Upload.objects.get())
    held = Stay.objects.get(pk=moreau.pk)
    assert (str(held.left_on), held.billed, held.rural, held.row_id) == ("2026-06-30", True, True, "17")
    assert held.site == moreau.site


def test_a_day_that_a_blank_leaves_must_fit_the_other(access: Callable[..., Any], moreau: Stay) -> None:
    assert moreau.left_on is not None
    who = access("manager")
    text = f"{ROSTER}2026,{TIN},{MOREAU},,,2026-07-01,,,,17\n".encode()
    found = check(who, uploads.keep(who, "roster", "a.csv", text))

    says = [each.message for each in found.rows[0].errors]
    assert says == ["Enter a date on or after the date joined, 2026-07-01."]


def test_blank_cells_of_a_window_take_nothing_away(access: Callable[..., Any]) -> None:
    who = access("manager")

    def saved(tail: str) -> Any:
        text = f"{WINDOWS}2026,{TIN},{ROSSI},IA_BE_16,{tail}\n".encode()
        return uploads.save(who, uploads.keep(who, "participation", "w.csv", text))

    saved("2026-01-05,2026-05-05,no,by Rossi,A1")
    again = saved("2026-01-05,,,,")
    assert again.line == "1 row read: 0 new, 0 changed, 1 same."
    assert [each.message for each in again.rows[0].notes] == [
        "end_date is blank: May 5, 2026 stays.", "taking_part is blank: no stays.",
        "note is blank: by Rossi stays.", "row_id is blank: A1 stays.",
    ]  # fmt: skip
    assert saved(",2026-06-05,yes,,A1").rows[0].changes == [
        "end: May 5, 2026 → June 5, 2026", "taking part: no → yes",
    ]  # fmt: skip

    held = Window.objects.get(clinician__npi=ROSSI, activity="IA_BE_16", replaced_at=None)
    assert (str(held.first), str(held.last), held.note) == ("2026-01-05", "2026-06-05", "by Rossi")


def test_every_changed_row_says_from_what_to_what(
    browse: Callable[[str], Client], harbor: Practice, moreau: Stay
) -> None:
    text = f"{ROSTER}2026,{TIN},{MOREAU},Moreaux,,,2026-05-31,no,,\n"
    text += "".join(f"2026,{TIN},{npi_of(number)},,,,,no,,\n" for number in range(6))
    page = _page(browse("manager"), harbor, text)

    assert "What changes in 7 rows</summary>" in page
    assert '<details class="ia-fold"><summary>What changes' in page  # folded, as it is long
    assert moreau.clinician.first_name in page
    assert (
        "left: June 30, 2026 → May 31, 2026; billed in the year: yes → no; last name: Moreau → Moreaux"
        in page
    )
