"""A file of rows: what it says before anything is saved, all or nothing, the same again, and undone."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from mips_ia.portal import clock
from mips_ia.portal.actions import ledger, signing, uploads
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.bulk.files import safe
from mips_ia.portal.demo import npi_of
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Entry, Final, Practice, Signature, Stay, Upload, Window

TIN = "000123456"
ROSTER = "performance_year,tin,npi,last_name,first_name,joined_on,left_on,billed_in_year\n"
WINDOWS = "performance_year,tin,npi,activity_id,start_date,end_date\n"
NEW = npi_of(900)


def row(npi: str = NEW, tail: str = "New,Nadia,,,yes", year: int = 2026, tin: str = TIN) -> str:
    return f"{year},{tin},{npi},{tail}\n"


@pytest.fixture
def read(access: Callable[..., Any]) -> Callable[..., Any]:
    """What the rows of a file are said to be, without a page."""

    def checked(text: str, kind: str = "roster") -> Any:
        who = access("manager")
        return check(who, uploads.keep(who, kind, "a.csv", text.encode()))

    return checked


def _page(answer: Any) -> str:
    return unescape(answer.content.decode())


def said(checked: Any) -> list[tuple[int, str, str]]:
    return [(row.line, each.column, each.message) for row in checked.rows for each in row.said]


# ---- Every message of the specification


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (row("015118638"), (2, "npi", "Enter 10 digits. This has 9.")),
        (
            row("1.23457E+09"),
            (2, "npi", "Format this column as text in your spreadsheet and enter all 10 digits."),
        ),
        (
            row("9876543210"),
            (2, "npi", "Warning: this NPI's check digit does not fit. Check it. You can save it as it is."),
        ),
        (
            row(tail="New,Nadia,2026-13-04,,yes"),
            (2, "joined_on", "Enter a date like 2026-07-01. There is no month 13."),
        ),
        (
            row(tail="New,Nadia,2026-07-01,2026-01-02,yes"),
            (2, "left_on", "Enter a date on or after the date joined, 2026-07-01."),
        ),
        (
            row() + row(),
            (3, "npi", "Keep one row for each NPI and TIN. Row 2 has the same NPI."),
        ),
        (
            row(tin="000123457"),
            (2, "tin", "Use a TIN of this upload's practice (ending 3456), or upload from Practices."),
        ),
        (row(year=2025), (2, "performance_year", "Use 2026, or upload to 2025.")),
    ],
)  # fmt: skip
def test_a_row_of_a_roster_says_what_to_do(
    read: Callable[..., Any], text: str, expected: tuple[int, str, str]
) -> None:
    assert said(read(ROSTER + text)) == [expected]


def window(tail: str, npi: str = npi_of(17)) -> str:
    return f"2026,{TIN},{npi},{tail}\n"


@pytest.mark.parametrize(
    ("more", "tail", "expected"),
    [(more, tail, expected) for more, tail, *expected in (
        ("", "IA_CC_1,2026-01-05,2026-05-05",
         ("activity_id", "Choose an activity of 2026. IA_CC_1 was removed after 2025.")),
        ("", "IA_PM_13,2026-01-05,2026-05-05",
         ("activity_id", "Use IA_AHW_1. CMS renumbered IA_PM_13 for 2026.")),
        ("", "IA_BE_16,2026-07-01,2026-09-22",
         ("end_date", 'Warning: 84 days. 90 are needed. Saved as "Too short".')),
        ("", "IA_BE_16,2025-12-15,2026-05-05",
         ("start_date", "Enter a date inside 2026. If it began earlier, use 2026-01-01.")),
        ("", "IA_BE_16,2027-01-15,2027-05-05",
         ("start_date", "Enter a date inside 2026. A window that starts in 2027 belongs to 2027."),
         ("end_date", "Enter a date inside 2026. If it went on longer, use 2026-12-31.")),
        ("", "IA_BE_16,2026-05-05,2026-02-01",
         ("end_date", "Enter a date on or after the start date, 2026-05-05.")),
        ("attested_by,delegate_email", "IA_BE_16,2026-01-05,2026-05-05,delegate,nobody@demo.example",
         ("delegate_email", 'Saved as "Not signed": no delegation from this clinician is on file.')),
        ("attested_on", "IA_BE_16,2026-01-05,2026-05-05,2026-05-01",
         ("attested_on", "Warning: signed before the window ended. It will ask again after 2026-05-05.")),
    )],
)  # fmt: skip
def test_a_row_of_participation_says_what_to_do(
    read: Callable[..., Any], more: str, tail: str, expected: list[tuple[str, str]]
) -> None:
    header = WINDOWS.strip() + (f",{more}" if more else "") + "\n"

    assert said(read(header + window(tail), "participation")) == [(2, *each) for each in expected]


def test_a_row_whose_days_another_window_has_too_says_so_and_is_saved(read: Callable[..., Any]) -> None:
    rows = window("IA_AHW_1,2026-01-05,2026-05-05") + window("IA_AHW_1,2026-05-05,2026-09-05")

    found = read(WINDOWS + rows, "participation")

    says = "Warning: another window overlaps these days, 2026-01-05 to 2026-05-05. A clinician counts once."
    assert said(found) == [(3, "start_date", says)]
    assert found.ready == 2


def test_a_clinician_who_is_not_on_the_roster_is_added_where_somebody_says_so(
    read: Callable[..., Any], access: Callable[..., Any]
) -> None:
    found = read(WINDOWS + window("IA_BE_16,2026-01-05,2026-05-05", NEW), "participation")
    assert said(found) == [(2, "npi", 'Add this NPI to the roster first, or tick "Add to roster".')]

    who, upload = access("manager"), Upload.objects.get()
    uploads.mend(who, upload, {2: {"add_to_roster": "yes"}}, [], [])
    uploads.save(who, upload)
    assert Stay.objects.get(clinician__npi=NEW, ended_at=None).billed is None
    assert Window.objects.filter(clinician__npi=NEW).count() == 1

    uploads.undo(who, upload)
    assert not Stay.objects.filter(clinician__npi=NEW, ended_at=None).exists()


def test_the_preview_says_how_many_windows_wait_for_a_signature_once_they_are_saved(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    rows = [
        window("IA_AHW_1,2026-01-05,2026-05-05"), window("IA_AHW_1,2026-08-01,2026-12-01", npi_of(2)),
        window("IA_AHW_1,2026-07-01,2026-08-22", npi_of(3)), window("IA_AHW_1,,", npi_of(4)),
    ]  # fmt: skip
    page = _uploaded(browse("manager"), harbor, WINDOWS + "".join(rows), "participation")
    assert "Nothing is signed by a file: 1 window will wait for a signature." in page

    page = _uploaded(browse("manager"), harbor, WINDOWS + rows[1], "participation")
    assert "Nothing is signed by a file: none of these windows waits for it." in page


def test_a_window_after_somebody_left_is_stopped(read: Callable[..., Any]) -> None:
    moreau = npi_of(13)
    found = read(WINDOWS + window("IA_BE_16,2026-05-01,2026-08-30", moreau), "participation")

    (_, column, message) = said(found)[0]
    assert column == "start_date"
    assert message.startswith("Dr. Moreau billed under this TIN until June 30, 2026.")


def test_two_stays_of_one_clinician_must_not_overlap(read: Callable[..., Any]) -> None:
    apart = row(tail="New,Nadia,2026-01-01,2026-03-31,yes") + row(tail="New,Nadia,2026-07-01,,yes")
    assert said(read(ROSTER + apart)) == []

    close = row(tail="New,Nadia,2026-01-01,2026-08-31,yes") + row(tail="New,Nadia,2026-07-01,,yes")
    says = "Enter a date joined after 2026-08-31, the last day of the stay before."
    assert said(read(ROSTER + close)) == [(3, "joined_on", says)]

    open_end = row(tail="New,Nadia,2026-01-01,,yes") + row(tail="New,Nadia,2026-07-01,,yes")
    says = "Enter the date left of the stay that began on 2026-01-01 first."
    says += " Two stays of one clinician cannot overlap."
    assert said(read(ROSTER + open_end)) == [(3, "joined_on", says)]


# ---- What a file may look like


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_are_read(read: Callable[..., Any], separator: str) -> None:
    text = (ROSTER + row()).replace(",", separator)

    assert read(text).line == "1 row read: 1 new, 0 changed, 0 same."


def test_headings_may_stand_in_any_order_and_case_and_unknown_ones_are_named(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    text = f"NPI,Favorite Color,Performance Year,TIN\n{NEW},blue,2026,000-12-3456\n"
    page = _uploaded(browse("manager"), harbor, text)

    assert "All 1 rows are ready" not in page
    assert "1 row is ready" in page
    assert "These columns are not known and were ignored: Favorite Color." in page


def test_a_workbook_is_read_by_the_sheet_of_the_name(access: Callable[..., Any]) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet("Notes").write_string(0, 0, "nothing of interest")
        sheet = book.add_worksheet("Roster")
        for place, line in enumerate([["performance_year", "tin", "npi"], ["2026", TIN, NEW]]):
            for across, cell in enumerate(line):
                sheet.write_string(place, across, cell)
    who = access("manager")
    upload = uploads.keep(who, "roster", "staff.xlsx", content.getvalue())

    assert check(who, upload).line == "1 row read: 1 new, 0 changed, 0 same."


def test_a_file_that_cannot_be_read_says_what_was_found(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    page = _uploaded(browse("manager"), harbor, "last name,who\nHopper,Grace\n")

    assert "There is no column npi. Add it. The table needs npi." in page
    assert "There is no column performance_year." not in page, "the page knows the year"
    assert "<dt>The first line we read</dt><dd>last name, who</dd>" in page
    assert "<dt>Columns we know</dt><dd>last name</dd>" in page
    assert "<dt>Columns we do not know</dt><dd>who</dd>" in page
    assert "<dt>Columns we need</dt><dd>npi</dd>" in page


def test_a_title_above_the_headings_is_what_has_to_go(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    page = _uploaded(browse("manager"), harbor, f"Our roster;;\n\nNPI;Last name;Joined\n{NEW};New;3/2/2026\n")

    assert "The headings must stand in line 1; line 3 looks like them. Delete the lines above." in page
    assert "There is no column" not in page


def test_a_file_with_headings_alone_says_so(browse: Callable[[str], Client], harbor: Practice) -> None:
    assert "The file has headings and no rows." in _uploaded(browse("manager"), harbor, ROSTER)


def test_participation_is_not_taken_for_a_roster(browse: Callable[[str], Client], harbor: Practice) -> None:
    page = _uploaded(browse("manager"), harbor, WINDOWS + window("IA_BE_16,2026-01-05,2026-05-05"))

    assert "This file has the headings of participation, and this page reads a roster." in page


def test_no_file_and_no_rows_is_an_error_at_the_field(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    page = browse("manager").post(f"/p/{harbor.slug}/2026/roster/upload/", {}).content.decode()

    assert "<title>Error: " in page
    assert "Choose a file, or paste rows below." in page


# ---- The check page: three rows to fix, as in the picture


def test_rows_are_fixed_in_place_and_then_saved(browse: Callable[[str], Client], harbor: Practice) -> None:
    client = browse("manager")
    text = (
        ROSTER
        + row("015118638", "Farouk,Lena,,,yes")
        + row(npi_of(901), "Patel,Nisha,2026-13-04,,yes")
        + row()
    )
    page = _uploaded(client, harbor, text)
    here = f"/p/{harbor.slug}/2026/roster/uploads/{Upload.objects.get().id}/"

    assert "1 of 3 rows are ready" in page
    assert "<title>Error: " in page
    assert '<a href="#r2-npi">Row 2, NPI (npi):</a> Enter 10 digits. This has 9.' in page
    field = re.search(r'<input[^>]*id="r2-npi"[^>]*>', page)
    assert field is not None
    assert 'aria-describedby="r2-npi-says"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert not re.search(r'type="checkbox"[^>]*checked', page)
    assert "Leave row 3 out" in page

    given = {"r2-npi": npi_of(902), "r3-joined_on": "2026-13-04", "out": "3"}
    answer = client.post(f"{here}?setup=1&page=2", given)
    assert answer.headers["Location"] == f"{here}?setup=1&page=2"  # where whoever corrects rows is
    page = unescape(client.get(here).content.decode())
    assert "3 rows read: 2 new, 0 changed, 0 same, 1 left out." in page
    assert "Take row 3, Nisha Patel, back in" in page
    assert "The number needed for each activity goes from 9 of 18 to 10 of 20." in page
    assert "Save 2 clinicians" in page

    page = client.post(here, {"save": "1"}, follow=True).content.decode()
    assert "Saved. 3 rows read: 2 new, 0 changed, 0 same, 1 left out. 20 NPIs billed in 2026" in page
    assert len(Ledger(harbor.years.get(year=2026)).counted) == 20
    assert not Stay.objects.filter(clinician__npi=npi_of(901)).exists()


def test_nothing_is_saved_while_one_row_is_wrong(browse: Callable[[str], Client], harbor: Practice) -> None:
    client = browse("manager")
    _uploaded(client, harbor, ROSTER + row() + row("12"))
    here = f"/p/{harbor.slug}/2026/roster/uploads/{Upload.objects.get().id}/"

    page = client.post(here, {"save": "1"}, follow=True).content.decode()

    assert "Nothing was saved." in page
    assert not Stay.objects.filter(clinician__npi=NEW).exists()


def test_the_same_file_again_changes_nothing(access: Callable[..., Any]) -> None:
    who = access("manager")
    text = (ROSTER + row() + row(npi_of(13), "Moreau,Jules,,2026-05-31,yes")).encode()
    first = uploads.keep(who, "roster", "a.csv", text)
    assert uploads.save(who, first).line == "2 rows read: 1 new, 1 changed, 0 same."

    lines = Entry.objects.count()
    second = uploads.keep(who, "roster", "a.csv", text)

    assert uploads.save(who, second).line == "2 rows read: 0 new, 0 changed, 2 same."
    assert Entry.objects.count() == lines + 2  # that it came, and that it was saved
    assert second.changes["stays"] == []


def test_the_log_stays_whole_over_many_lines(access: Callable[..., Any], harbor: Practice) -> None:
    from mips_ia.portal.log import broken

    who = access("manager")
    uploads.save(who, uploads.keep(who, "roster", "a.csv", (ROSTER + row()).encode()))

    assert broken(harbor) is None
    assert Entry.objects.filter(action="clinician added", record=f"clinician {NEW}").count() == 1


def test_a_blank_is_not_known_and_never_no(access: Callable[..., Any]) -> None:
    who = access("manager")
    uploads.save(who, uploads.keep(who, "roster", "a.csv", (ROSTER + row(tail="New,Nadia,,,")).encode()))

    assert Stay.objects.get(clinician__npi=NEW).billed is None


def test_a_column_that_is_not_there_changes_nothing(access: Callable[..., Any]) -> None:
    who, moreau = access("manager"), npi_of(13)
    text = f"performance_year,tin,npi,credential\n2026,{TIN},{moreau},DO\n"
    uploads.save(who, uploads.keep(who, "roster", "a.csv", text.encode()))

    stay = Stay.objects.select_related("clinician").get(clinician__npi=moreau)
    assert (stay.clinician.credential, str(stay.left_on), stay.billed) == ("DO", "2026-06-30", True)


def test_ones_own_key_lets_a_start_date_be_corrected(access: Callable[..., Any]) -> None:
    who, header = access("manager"), WINDOWS.strip() + ",row_id\n"
    for start in ("2026-01-05", "2026-01-12"):
        text = header + window(f"IA_BE_16,{start},2026-05-31,A1")
        uploads.save(who, uploads.keep(who, "participation", "w.csv", text.encode()))

    held = Window.objects.get(clinician__npi=npi_of(17), activity="IA_BE_16", replaced_at=None)
    assert str(held.first) == "2026-01-12"
    assert Window.objects.filter(row_id="A1").count() == 2


# ---- Participation


def test_what_clinicians_attest_themselves_is_asked_and_not_signed(
    access: Callable[..., Any], harbor: Practice
) -> None:
    who, signed = access("manager"), Signature.objects.count()
    text = WINDOWS.strip() + ",attested_by\n" + window("IA_BE_16,2026-01-05,2026-05-05,self")
    uploads.save(who, uploads.keep(who, "participation", "w.csv", text.encode()))

    assert Signature.objects.count() == signed
    ledger = Ledger(harbor.years.get(year=2026))
    rossi = next(each for each in ledger.people if each.clinician.npi == npi_of(17))
    assert ledger.cell(rossi.id, "IA_BE_16").word == "Not signed"


def test_an_activity_becomes_chosen_when_somebody_does_it(
    access: Callable[..., Any], harbor: Practice
) -> None:
    who = access("manager")
    text = (WINDOWS + window("IA_AHW_1,2026-01-05,2026-05-05")).encode()
    upload = uploads.keep(who, "participation", "w.csv", text)
    uploads.save(who, upload)
    assert "IA_AHW_1" in Ledger(harbor.years.get(year=2026)).activities

    uploads.undo(who, upload)
    assert "IA_AHW_1" not in Ledger(harbor.years.get(year=2026)).activities


def test_a_signed_window_that_changes_must_be_signed_again(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    adeyemi = npi_of(0)
    text = WINDOWS + window("IA_BE_16,2026-01-05,2026-04-30", adeyemi)
    page = _uploaded(browse("manager"), harbor, text, "participation")

    assert "1 signed window must be signed again." in page


# ---- Undoing


def test_an_upload_is_undone_where_nobody_changed_it_since(access: Callable[..., Any]) -> None:
    who, moreau = access("manager"), npi_of(13)
    text = ROSTER + row() + row(npi_of(901), "Later,Lou,,,yes") + row(moreau, "Moreaux,Jules,,2026-05-31,yes")
    upload = uploads.keep(who, "roster", "a.csv", text.encode())
    uploads.save(who, upload)
    later = Stay.objects.get(clinician__npi=npi_of(901))
    later.billed = False
    later.save()

    restored, kept = uploads.undo(who, upload)

    assert (restored, kept) == (2, ["Lou Later was changed since, and stays as it is."])
    assert not Stay.objects.filter(clinician__npi=NEW, ended_at=None).exists()
    held = Stay.objects.select_related("clinician").get(clinician__npi=moreau, ended_at=None)
    assert (held.clinician.last_name, str(held.left_on)) == ("Moreau", "2026-06-30")


def test_undoing_gives_somebody_who_came_back_their_name_again(access: Callable[..., Any]) -> None:
    who, moreau = access("manager"), npi_of(13)
    text = ROSTER.replace("left_on", "email") + row(moreau, "Moreaux,Jules,2026-09-01,new@demo.example,yes")
    upload = uploads.keep(who, "roster", "a.csv", text.encode())
    clinician = Stay.objects.select_related("clinician").get(clinician__npi=moreau).clinician
    names = clinician.last_name, clinician.email

    (told,) = check(who, upload).changed
    uploads.save(who, upload)
    renamed = Entry.objects.filter(action="clinician renamed").latest("id")

    assert told.changes == [
        "last name: Moreau → Moreaux", f"e-mail address: {names[1]} → new@demo.example"
    ]  # fmt: skip
    assert (renamed.before["last_name"], renamed.after["last_name"]) == ("Moreau", "Moreaux")
    assert uploads.undo(who, upload) == (1, [])
    clinician.refresh_from_db()
    assert (clinician.last_name, clinician.email) == names


def test_who_is_new_keeps_the_name_of_the_file_in_the_record(access: Callable[..., Any]) -> None:
    who = access("manager")
    upload = uploads.keep(who, "roster", "a.csv", (ROSTER + row()).encode())
    uploads.save(who, upload)

    assert uploads.undo(who, upload) == (1, [])
    assert who.practice.clinicians.get(npi=NEW).last_name == "New"


def test_whom_a_later_file_renamed_stays_when_the_first_is_undone(access: Callable[..., Any]) -> None:
    who = access("manager")
    first = uploads.keep(who, "roster", "a.csv", (ROSTER + row()).encode())
    uploads.save(who, first)
    later = uploads.keep(who, "roster", "b.csv", (ROSTER + row(tail="Newer,Nadia,,,yes")).encode())
    uploads.save(who, later)

    restored, kept = uploads.undo(who, first)

    assert (restored, kept) == (0, ["Nadia Newer: the name was changed since, and stays as it is."])
    assert uploads.undo(who, later) == (1, [])
    assert Stay.objects.get(clinician__npi=NEW, ended_at=None).clinician.last_name == "New"


def test_who_stays_after_a_file_was_undone_still_came_from_it(
    access: Callable[..., Any], browse: Callable[[str], Client], harbor: Practice
) -> None:
    who, text = access("manager"), ROSTER + row() + row(npi_of(11), "Kim,Soo-jin,2025-03-04,,yes")
    upload = uploads.keep(who, "roster", "a.csv", text.encode())
    uploads.save(who, upload)
    new = harbor.clinicians.get(npi=NEW)
    ledger.enter(who, new, "IA_BE_16", date(2026, 1, 5), date(2026, 5, 5))
    _, (told,) = uploads.undo(who, upload)
    assert told == "Nadia New has windows by now, and stays on the roster."

    page = _page(browse("manager").get(f"/p/{harbor.slug}/2026/roster/"))

    def source(npi: str) -> str:
        return page.partition(npi)[2].partition('data-title="Source">')[2].partition("</td>")[0]

    assert "File of Sep 16, 2026" in source(NEW)
    assert source(npi_of(11)) == "By hand"  # what the file changed of her was taken back


def test_undoing_windows_brings_the_old_ones_back_with_their_signatures(access: Callable[..., Any]) -> None:
    who, adeyemi = access("manager"), npi_of(0)
    before = Window.objects.get(clinician__npi=adeyemi, activity="IA_BE_16", replaced_at=None)
    text = WINDOWS + window("IA_BE_16,2026-01-05,2026-04-30", adeyemi)
    upload = uploads.keep(who, "participation", "w.csv", text.encode())
    uploads.save(who, upload)

    assert uploads.undo(who, upload) == (1, [])
    assert Window.objects.get(clinician__npi=adeyemi, activity="IA_BE_16", replaced_at=None) == before
    assert before.signatures.count() == 1


def test_a_window_that_was_signed_since_stays(access: Callable[..., Any]) -> None:
    who, kim = access("manager"), access("kim")
    text = WINDOWS + window("IA_BE_16,2026-04-01,2026-08-31", kim.clinician.npi)
    upload = uploads.keep(who, "participation", "w.csv", text.encode())
    uploads.save(who, upload)
    new = Window.objects.get(clinician=kim.clinician, activity="IA_BE_16", first="2026-04-01")
    signing.sign(kim, new, "I did.", "Soo-jin Kim", verified="password")

    assert uploads.undo(who, upload) == (
        0,
        ["Soo-jin Kim, IA_BE_16: the window was signed since, and stays."],
    )


def test_undoing_asks_first(browse: Callable[[str], Client], harbor: Practice) -> None:
    client = browse("manager")
    _uploaded(client, harbor, ROSTER + row())
    here = f"/p/{harbor.slug}/2026/roster/uploads/{Upload.objects.get().id}/"
    page = client.post(here, {"save": "1"}, follow=True).content.decode()

    assert "<title>Saved: Upload of Pasted rows – " in page
    assert "Undo this upload?" in client.get(f"{here}undo/").content.decode()
    assert Stay.objects.filter(clinician__npi=NEW, ended_at=None).exists()

    page = client.post(f"{here}undo/", follow=True).content.decode()
    assert "<title>Saved: Upload of Pasted rows, undone – " in page
    assert "Undone: 1 of 1 changes." in page
    assert not Stay.objects.filter(clinician__npi=NEW, ended_at=None).exists()


# ---- Large files, and files that leave


def test_ten_thousand_rows_are_read_in_the_background(
    browse: Callable[[str], Client], harbor: Practice, django_capture_on_commit_callbacks: Any
) -> None:
    client = browse("manager")
    text = ROSTER + "".join(row(npi_of(number), f"N{number},A,,,yes") for number in range(1000, 11000))
    file = SimpleUploadedFile("large.csv", text.encode())
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/p/{harbor.slug}/2026/roster/upload/", {"file": file})
    page = client.get(answer["Location"]).content.decode()
    assert '<meta http-equiv="refresh"' in page
    assert "We are reading your file" in page

    waiting = DBTaskResult.objects.get()
    waiting.task.call(*waiting.args_kwargs["args"])
    page = client.get(answer["Location"]).content.decode()
    assert "All 10000 rows are ready" in page
    assert "http-equiv" not in page

    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(answer["Location"], {"save": "1"}, follow=True).content.decode()
    assert "We are saving your file" in page
    assert "10,000 rows. All of them are saved, or none. It usually takes" in page

    saving = DBTaskResult.objects.latest("enqueued_at")
    saving.task.call(*saving.args_kwargs["args"])
    assert "This upload is saved" in client.get(answer["Location"]).content.decode()
    assert Stay.objects.filter(year__practice=harbor, year__year=2026, ended_at=None).count() == 10_018


def test_the_checked_file_has_the_result_and_the_message_of_each_row(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client = browse("manager")
    _uploaded(client, harbor, ROSTER + row() + row("12"))
    upload = Upload.objects.get()
    place = f"/p/{harbor.slug}/2026/roster/uploads/{upload.id}/checked.csv"

    assert client.get(place)["Location"] == place.removesuffix("checked.csv")
    assert not Entry.objects.filter(action="file with results taken").exists()
    lines = list(csv.DictReader(io.StringIO(client.post(place).content.decode("utf-8-sig"))))

    assert [each["result"] for each in lines] == ["new", "to fix"]
    assert lines[1]["message"] == "Enter 10 digits. This has 2."
    line = harbor.entries.get(action="file with results taken")
    assert (line.record, line.person.name) == (f"upload {upload.id}", "Dana Whitfield")


@pytest.mark.parametrize("kind", ["roster", "participation"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_was_downloaded_and_comes_back_changes_nothing(
    browse: Callable[[str], Client], harbor: Practice, access: Callable[..., Any], kind: str, ending: str
) -> None:
    content = browse("manager").post(f"/p/{harbor.slug}/2026/{kind}/export/", {"as": ending}).content
    who = access("manager")
    found = check(who, uploads.keep(who, kind, f"{kind}.{ending}", content))

    assert re.fullmatch(r"\d+ rows read: 0 new, 0 changed, \d+ same.", found.line)
    assert Entry.objects.filter(action=f"{kind} exported").count() == 1


def test_a_cell_that_looks_like_a_formula_leaves_with_an_apostrophe() -> None:
    assert [safe(cell) for cell in ("=1+1", "+1", "-1", "@x", "Kim")] == ["'=1+1", "'+1", "'-1", "'@x", "Kim"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["roster", "participation"])
def test_a_template_brings_an_example_that_is_left_out_with_a_sentence(
    browse: Callable[[str], Client], harbor: Practice, kind: str, ending: str
) -> None:
    """It has the year and the TIN, so that the log keeps who took it."""
    client, place = browse("manager"), f"/p/{harbor.slug}/2026/{kind}"
    assert client.get(f"{place}/template/")["Location"] == f"{place}/upload/"

    content = client.post(f"{place}/template/", {"as": ending}).content
    file = SimpleUploadedFile(f"{kind}.{ending}", content)
    page = _page(client.post(f"{place}/upload/", {"file": file}, follow=True))

    assert Entry.objects.filter(action=f"{kind} template taken").count() == 1
    assert "Row 2 is the example of the template and was left out." in page
    assert "The file has headings and no rows." in page
    table = Upload.objects.latest("id").table
    assert table["header"][:3] == ["performance_year", "tin", "npi"]
    if ending == "csv":
        assert f"2026,{TIN},EXAMPLE," in content.decode()


def test_a_filled_template_is_read_without_its_example(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client, place = browse("manager"), f"/p/{harbor.slug}/2026/roster"
    content = client.post(f"{place}/template/", {"as": "csv"}).content.decode("utf-8-sig")
    filled = f"{content}2026,{TIN},{NEW},New,Nadia\n"

    page = _page(client.post(f"{place}/upload/", {"pasted": filled}, follow=True))

    assert "1 row read: 1 new, 0 changed, 0 same." in page
    assert "Row 2 is the example of the template and was left out." in page


def test_rows_pasted_from_a_spreadsheet_have_their_columns_in_any_order(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    pasted = f"Last name\tNPI\tFirst name\tTIN\tPerformance year\nNew\t{NEW}\tNadia\t{TIN}\t2026\n"

    page = _page(
        browse("manager").post(f"/p/{harbor.slug}/2026/roster/upload/", {"pasted": pasted}, follow=True)
    )

    assert "1 row read: 1 new, 0 changed, 0 same." in page
    assert "Nadia New" in page


def test_the_list_that_a_practice_keeps_is_read_as_it_is_and_each_guess_is_told(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    pasted = (
        "Last name\tFirst name\tNPI\tStart date\tLeft\tPhone ext\n"
        f"New\tNadia\t{NEW}\t3/2/2026\t8/31/2026\t200\n"
    )
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/roster/upload/"

    page = _page(client.post(address, {"pasted": pasted}, follow=True))
    assert "1 row read: 1 new, 0 changed, 0 same." in page
    assert (
        "It names no year and no TIN: the year 2026 and the TIN ending 3456 of this page are taken for "
        "every row."
    ) in page
    assert "The column Start date was read as Date joined." in page
    assert "The column Left was read as Date left." in page
    assert "These columns are not known and were ignored: Phone ext." in page

    number = harbor.uploads.get().id
    client.post(f"/p/{harbor.slug}/2026/roster/uploads/{number}/", {"save": "1"})
    stay = harbor.years.get(year=2026).stays.get(clinician__npi=NEW)
    assert (str(stay.joined_on), str(stay.left_on)) == ("2026-03-02", "2026-08-31")


def test_a_year_in_the_file_must_fit_the_page_and_one_that_looks_like_it_is_not_passed_over(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client = browse("manager")

    assert "Use 2026, or upload to 2025." in _uploaded(client, harbor, f"Year,npi\n2025,{NEW}\n")
    page = _uploaded(client, harbor, f"performance_yr,npi\n2025,{NEW}\n")
    assert "There is no column performance_year. Add it." in page


def test_the_page_of_the_upload_begins_with_the_template(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    page = _page(browse("manager").get(f"/p/{harbor.slug}/2026/roster/upload/?setup=1"))

    assert page.index("Download the template (Excel)") < page.index('name="file"')
    assert "The last digit checks the others. Where it does not fit you see a warning" in page
    assert TIN not in page


# ---- Who may


@pytest.mark.parametrize("place", ["roster/upload/", "participation/upload/", "roster/export/"])
def test_a_clinician_uploads_and_downloads_nothing(
    browse: Callable[[str], Client], harbor: Practice, place: str
) -> None:
    client = browse("kim")

    assert client.get(f"/p/{harbor.slug}/2026/{place}").status_code == 403
    assert client.post(f"/p/{harbor.slug}/2026/{place}", {"pasted": ROSTER + row()}).status_code == 403
    assert Upload.objects.count() == 0


def test_an_upload_of_another_practice_is_not_there(
    browse: Callable[[str], Client], harbor: Practice, access: Callable[..., Any]
) -> None:
    from mips_ia.portal.actions import practice
    from mips_ia.portal.models import Organization
    from mips_ia.portal.tenancy import Access

    house = Organization.objects.create(name="Somebody else")
    who = access("manager")
    other = practice.add(who.person, "admin", house, "Another practice", "000223333")
    year = other.years.get(year=2026)
    theirs = Access(who.person, other, frozenset({"manager"}), year=year)
    upload = uploads.keep(theirs, "roster", "a.csv", (ROSTER + row()).encode())

    for place in ("", "undo/", "checked.csv"):
        answer = browse("manager").get(f"/p/{harbor.slug}/2026/roster/uploads/{upload.id}/{place}")
        assert answer.status_code == 404


def _uploaded(client: Client, practice: Practice, text: str, kind: str = "roster") -> str:
    place = f"/p/{practice.slug}/2026/{kind}/upload/"
    return unescape(client.post(place, {"pasted": text}, follow=True).content.decode())


def test_a_locked_year_takes_no_file(
    browse: Callable[[str], Client], harbor: Practice, person: Callable[[str], Any]
) -> None:
    client = browse("manager")
    _uploaded(client, harbor, ROSTER + row())
    here = f"/p/{harbor.slug}/2026/roster/uploads/{Upload.objects.get().id}/"
    Final.objects.create(
        year=harbor.years.get(year=2026), kind="locked", person=person("manager"), role="manager",
        at=clock.now(), digest="0" * 64,
    )  # fmt: skip

    page = client.post(here, {"save": "1"}, follow=True).content.decode()

    assert "Nothing was saved. 2026 was locked by Dana Whitfield" in page
    waiting = client.get(here)
    assert waiting.status_code == 403
    assert "2026 is locked." in waiting.content.decode()
    assert "Check again" not in waiting.content.decode()
    assert client.get(f"/p/{harbor.slug}/2026/roster/upload/").status_code == 403
    assert not Stay.objects.filter(clinician__npi=NEW).exists()


# ---- Days that rows give up to each other


def test_a_window_stays_where_another_one_has_its_old_day_by_now(access: Callable[..., Any]) -> None:
    who, ids = access("manager"), WINDOWS.strip() + ",row_id\n"
    for days in ("2026-01-05,2026-04-30", "2026-02-05,2026-05-30"):
        upload = uploads.keep(who, "participation", "w.csv", (ids + window(f"IA_AHW_1,{days},one")).encode())
        uploads.save(who, upload)
    moved = Window.objects.get(activity="IA_AHW_1", replaced_at=None)
    ledger.enter(who, moved.clinician, "IA_AHW_1", date(2026, 1, 5), date(2026, 4, 30))

    restored, kept = uploads.undo(who, upload)

    said = "another window begins on the same day now, so this one stays as it is."
    assert (restored, kept) == (0, [f"{moved.clinician.spoken}, IA_AHW_1: {said}"])


def test_a_stay_may_take_the_day_that_another_one_gives_up(access: Callable[..., Any]) -> None:
    who, columns = access("manager"), ROSTER.strip() + ",row_id\n"
    for later, earlier in (
        ("04-01,2026-05-31", "01-05,2026-02-28"),
        ("07-01,2026-08-31", "04-01,2026-05-31"),
    ):
        rows = row(tail=f"Twice,Tia,2026-{later},yes,b") + row(tail=f"Twice,Tia,2026-{earlier},yes,a")
        upload = uploads.keep(who, "roster", "a.csv", (columns + rows).encode())
        uploads.save(who, upload)
    stays = Stay.objects.filter(clinician__npi=NEW, ended_at=None).order_by("row_id")
    assert [str(each.joined_on) for each in stays] == ["2026-04-01", "2026-07-01"]

    assert uploads.undo(who, upload) == (2, [])
    assert [str(each.joined_on) for each in stays.all()] == ["2026-01-05", "2026-04-01"]
