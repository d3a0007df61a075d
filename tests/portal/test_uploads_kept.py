"""What stays of an upload: its list on the page, its rows with their results, and what a file says at all."""

import csv
import io
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

from django.test import Client

from mips_ia.portal.actions import roster, uploads, uploads_dropped
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Practice, Site, Stay, Upload

TIN, NEW, ROSSI = "000123456", npi_of(900), npi_of(17)
ROSTER = "performance_year,tin,npi,last_name,joined_on\n"
WINDOWS = "performance_year,tin,npi,activity_id,start_date,end_date\n"
WINDOW = f"2026,{TIN},{ROSSI},IA_BE_16,2026-01-05,2026-05-05\n"


def _page(client: Client, practice: Practice, text: str, kind: str = "roster") -> str:
    place = f"/p/{practice.slug}/2026/{kind}/upload/"
    return unescape(client.post(place, {"pasted": text}, follow=True).content.decode())


def test_a_column_that_looks_misspelled_stands_openly_under_the_result(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    text = (WINDOWS + WINDOW).replace("start_date", "Start Dat")
    page = _page(browse("manager"), harbor, text, "participation")

    assert "Look at this before you save:" in page
    says = "The column Start Dat is not known and was ignored; it looks like start_date."
    assert says in page
    assert "Its cells were not read." in page
    assert page.index("1 row read: ") < page.index(says) < page.index("What will change when you save")


def test_a_checked_file_comes_back_as_often_as_one_likes(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    """A cell too many is not lost on the way."""
    client, text = browse("manager"), f"{ROSTER}2026,{TIN},12,New,,too,much\n2026,{TIN},{NEW},New,\n"
    for _ in range(3):
        _page(client, harbor, text)
        upload = Upload.objects.latest("id")
        place = f"/p/{harbor.slug}/2026/roster/uploads/{upload.id}/checked.csv"
        text = client.post(place).content.decode("utf-8-sig")

    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == [*ROSTER.strip().split(","), "result", "message"]
    assert lines[1][5] == "to fix"
    assert lines[1][7:] == ["too", "much"]


def test_a_saved_file_keeps_what_became_of_its_rows(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client = browse("manager")
    _page(client, harbor, f"{ROSTER}2026,{TIN},{NEW},New,\n")
    here = f"/p/{harbor.slug}/2026/roster/uploads/{Upload.objects.get().id}/"

    page = client.post(here, {"save": "1"}, follow=True).content.decode()

    assert "Download the rows with their results (CSV)" in page
    (line,) = csv.DictReader(io.StringIO(client.post(f"{here}checked.csv").content.decode("utf-8-sig")))
    assert (line["npi"], line["result"]) == (NEW, "new")


def test_the_files_of_participation_are_listed_to_go_on_or_to_undo(
    browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice
) -> None:
    who, place = access("manager"), f"/p/{harbor.slug}/2026/participation/"
    saved = uploads.keep(who, "participation", "saved.csv", (WINDOWS + WINDOW).encode())
    uploads.save(who, saved)
    waiting = uploads.keep(who, "participation", "waiting.csv", (WINDOWS + WINDOW).encode())

    page = browse("manager").get(place).content.decode()

    assert f'<a href="{place}uploads/{saved.id}/undo/">Undo<' in page
    assert f'<a href="{place}uploads/{waiting.id}/">Go on<' in page
    assert "saved.csv" not in browse("kim").get(place).content.decode()


def test_adding_by_hand_keeps_what_a_file_said_of_a_stay(
    access: Callable[..., Any], harbor: Practice
) -> None:
    who, site = access("manager"), Site.objects.create(practice=harbor, name="Annex")
    held = Stay.objects.get(year__practice=harbor, year__year=2026, clinician__npi=ROSSI, ended_at=None)
    held.row_id, held.site, held.joined_on = "A1", site, date(2026, 3, 1)
    held.save()

    assert roster.put(who, ROSSI, names={}, rural=True) == "changed"
    held.refresh_from_db()
    assert (held.row_id, held.site, held.joined_on, held.rural) == ("A1", site, date(2026, 3, 1), True)

    assert roster.put(who, ROSSI, names={}, left_on=date(2026, 1, 31)) == "new"  # who was there before
    held.refresh_from_db()
    assert held.left_on is None


def test_a_tick_adds_an_npi_for_every_row_of_it(access: Callable[..., Any]) -> None:
    who, row = access("manager"), WINDOW.replace(ROSSI, NEW)
    other = row.replace("IA_BE_16", "IA_AHW_1").replace(TIN, "000-12-3456")
    upload = uploads.keep(who, "participation", "w.csv", (WINDOWS + row + other).encode())
    uploads.mend(who, upload, {3: {"add_to_roster": "yes"}}, [], [])

    assert uploads.save(who, upload).line == "2 rows read: 2 new, 0 changed, 0 same."


def test_a_mistake_that_somebody_typed_is_shown_and_not_laid_to_a_change(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client = browse("manager")
    _page(client, harbor, f"{ROSTER}2026,{TIN},9876543210,New,\n")
    here = f"/p/{harbor.slug}/2026/roster/uploads/{Upload.objects.get().id}/"

    page = client.post(here, {"save": "1", "r2-npi": "12"}, follow=True).content.decode()

    assert "Nothing was saved. Row 2, npi: Enter 10 digits. This has 2. Fix the rows below." in page
    assert "Something changed" not in page


def test_rows_go_once_they_can_do_nothing_any_more_and_what_they_changed_stays(
    browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice, settings: Any
) -> None:
    client, who, place = browse("manager"), access("manager"), f"/p/{harbor.slug}/2026/roster/uploads"
    left, undone, held = (
        uploads.keep(who, "roster", f"{name}.csv", f"{ROSTER}2026,{TIN},{npi_of(number)},{name},\n".encode())
        for number, name in enumerate(("Left", "Undone", "Held"), 900)
    )
    for each in (undone, held):
        uploads.save(who, each)
    uploads.undo(who, undone)
    settings.TODAY = "2026-10-15"
    uploads_dropped.drop()
    assert not Upload.objects.exclude(dropped_at=None).exists()

    settings.TODAY = "2026-10-17"
    uploads_dropped.drop()

    page = unescape(client.get(f"{place}/{left.id}/").content.decode())
    assert "The rows of “Left.csv” are not here any more" in page
    listed = client.get(f"/p/{harbor.slug}/2026/roster/").content.decode()
    assert "Not saved. Its rows are dropped." in listed
    assert f'uploads/{left.id}/">Go on' not in listed
    assert (
        "Nobody saved it in 30 days, so its rows were dropped on October 17, 2026. Upload it again." in page
    )
    assert "1 change taken back" in client.get(f"{place}/{undone.id}/").content.decode()
    codes = [client.post(f"{place}/{each.id}/checked.csv").status_code for each in (left, undone, held)]
    assert codes == [404, 404, 200]
    line = harbor.entries.get(action="rows dropped", record=f"upload {left.id}")
    assert (line.person, line.after) == (None, {"rows": 1})
    uploaded = harbor.entries.get(action="file uploaded", record=f"upload {left.id}").after
    assert uploaded["bytes"] == 77
    assert len(uploaded["sha256"]) == 64

    settings.TODAY = "2027-05-01"  # submission closed on March 31
    uploads_dropped.drop()
    held.refresh_from_db()
    assert (held.dropped_at is None, held.table["rows"], held.results) == (False, [], {})
    assert uploads.undo(who, held) == (1, [])
