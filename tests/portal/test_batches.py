"""Files of many practices: what they say of each, saved as one or not at all, the same again, and undone."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from mips_ia.portal.actions import batches, ledger, practice, uploads_dropped
from mips_ia.portal.demo import NAME, npi_of
from mips_ia.portal.log import broken
from mips_ia.portal.models import (
    Batch,
    Entry,
    Membership,
    Organization,
    Person,
    Practice,
    Signature,
    Stay,
    Window,
)
from mips_ia.portal.tenancy import access_of, may_add_in
from mips_ia.portal.web import batches as web

TIN, NEW, THEIRS = "000123456", "000200001", "000300003"
PRACTICES = "performance_year,tin,practice_name,report_as,pathway,statuses,apm,medical_home_sites\n"
ROSTER = "performance_year,tin,npi,last_name,first_name,billed_in_year\n"
WINDOWS = "performance_year,tin,npi,activity_id,start_date,end_date,attested_by\n"
ONE, TWO = npi_of(801), npi_of(802)
FILES = {
    "practices.csv": PRACTICES
    + f"2026,{NEW},Cove Family Practice,group,traditional,small_practice rural,none,1/2\n",
    "roster.csv": ROSTER + f"2026,{NEW},{ONE},Reed,Invented,yes\n2026,{NEW},{TWO},Sedge,Invented,yes\n"
    f"2026,{TIN},{npi_of(803)},Tule,Invented,yes\n",
    "participation.csv": WINDOWS + f"2026,{NEW},{ONE},IA_BE_4,2026-01-05,2026-05-05,self\n"
    f"2026,{TIN},{npi_of(803)},IA_BE_16,2026-01-05,2026-05-05,\n",
}  # fmt: skip
AGAIN = "6 rows read: 0 new, 0 changed, 6 same."


@pytest.fixture
def keep(person: Callable[[str], Person]) -> Callable[..., Batch]:
    """Files kept and checked for the administrator, or whoever is named."""

    def kept(files: dict[str, str | bytes], who: str = "admin") -> Batch:
        given = [(name, text if isinstance(text, bytes) else text.encode()) for name, text in files.items()]
        return batches.keep(may_add_in(person(who))[0], given)

    return kept


def said(batch: Batch) -> list[tuple[str, str, str]]:
    return [(row["key"], *each[:2]) for row in batch.found["fix"] for each in row["said"]]


def post(client: Client, files: dict[str, str | bytes]) -> str:
    given = {
        name.partition(".")[0]: SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
        for name, text in files.items()
    }
    return unescape(client.post("/practices/upload/", given, follow=True).content.decode())


# ---- Checked, saved as one, the same again


def test_three_files_make_a_practice_and_change_another(
    browse: Callable[[str], Client], harbor: Practice
) -> None:
    client, signed = browse("admin"), Signature.objects.count()
    page = post(client, dict(FILES))
    assert "All 6 rows are ready" in page
    assert "6 rows read: 6 new, 0 changed, 0 same." in page
    assert "participation.csv: 2 rows read: 2 new, 0 changed, 0 same." in page
    assert "2 practices, 1 of them new here." in page
    assert "The number needed for each activity goes from 9 of 18 to 10 of 19." in page
    assert "Nothing is signed by a file" in page
    assert not Practice.objects.filter(tin=NEW).exists(), "checking saves nothing"
    assert not Stay.objects.filter(clinician__npi=npi_of(803)).exists()

    here = f"/practices/uploads/{Batch.objects.get().id}/"
    page = client.post(here, {"save": "1"}, follow=True).content.decode()
    assert "Saved. 6 rows read: 6 new, 0 changed, 0 same." in page
    made = Practice.objects.get(tin=NEW)
    year = made.years.get(year=2026)
    assert (made.name, made.organization, year.statuses) == (
        "Cove Family Practice", harbor.organization, ["rural", "small_practice"],
    )  # fmt: skip
    assert (year.report_as, year.apm, year.sites_recognized, year.sites_all) == ("group", "none", 1, 2)
    assert [each.activity for each in year.chosen.all()] == ["IA_BE_4"]
    assert Stay.objects.filter(year__practice=made).count() == 2
    assert Signature.objects.count() == signed
    assert broken(made) is None
    assert broken(harbor) is None

    lines = Entry.objects.count()
    page = post(client, dict(FILES))
    assert AGAIN in page
    assert "Nothing changes." in page
    again = Batch.objects.first()
    assert again is not None
    client.post(f"/practices/uploads/{again.id}/", {"save": "1"})
    assert (
        Entry.objects.count() == lines + 3
    )  # that the files came, and in each practice that they were saved


@pytest.mark.parametrize("form", ["zip", "xlsx"])
def test_one_zip_or_one_workbook_holds_all_three(keep: Callable[..., Batch], form: str) -> None:
    content = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(content, "w") as archive:
            for name, text in FILES.items():
                archive.writestr(f"upload/{name}", text)
            archive.writestr("upload/portal.pdf", "evidence")
    else:
        with xlsxwriter.Workbook(content) as book:
            for name, text in FILES.items():
                sheet = book.add_worksheet(name.partition(".")[0])
                for place, line in enumerate(csv.reader(io.StringIO(text))):
                    sheet.write_row(place, 0, line)
    batch = keep({f"all.{form}": content.getvalue()})

    assert batch.found["line"] == "6 rows read: 6 new, 0 changed, 0 same."


def test_nothing_is_saved_of_any_practice_while_one_row_is_wrong(
    browse: Callable[[str], Client], keep: Callable[..., Batch]
) -> None:
    files = dict(FILES)
    files["roster.csv"] += f"2026,{NEW},015118638,Wrong,Invented,yes\n"
    batch, client = keep(files), browse("admin")
    here = f"/practices/uploads/{batch.id}/"
    page = unescape(client.get(here).content.decode())
    assert "<title>Error: 6 of 7 rows are ready" in page
    assert '<a href="#rroster-5-npi">Roster, row 5, NPI (npi):</a> Enter 10 digits. This has 9.' in page
    assert "Roster, Cove Family Practice, TIN ending 0001, 2026" in page
    field = re.search(r'<input[^>]*id="rroster-5-npi"[^>]*>', page)
    assert field is not None
    assert 'aria-describedby="rroster-5-npi-says"' in field[0]
    assert 'aria-invalid="true"' in field[0]

    page = client.post(here, {"save": "1"}, follow=True).content.decode()
    assert "Nothing was saved. Rows are still to fix." in page
    assert not Practice.objects.filter(tin=NEW).exists()

    page = client.post(here, {"out": "roster-5"}, follow=True).content.decode()
    assert "7 rows read: 6 new, 0 changed, 0 same, 1 left out." in page
    client.post(here, {"back": "roster-5", "rroster-5-npi": npi_of(804)})
    client.post(here, {"save": "1"})
    assert Stay.objects.filter(year__practice__tin=NEW).count() == 3


def test_saving_with_what_was_just_changed_says_that_it_is_checked_first(
    browse: Callable[[str], Client], keep: Callable[..., Batch]
) -> None:
    files = dict(FILES)
    files["roster.csv"] = FILES["roster.csv"].replace(f"{TWO},Sedge,Invented,yes", f"{TWO},Sedge,Invented,")
    batch, client = keep(files), browse("admin")
    here = f"/practices/uploads/{batch.id}/"
    assert not batch.found["fix"]

    page = client.post(here, {"save": "1", "out": "roster-3"}, follow=True).content.decode()

    assert "Nothing is saved yet. What you changed is checked first" in page
    assert "1 left out." in page
    assert not Practice.objects.filter(tin=NEW).exists()
    assert "Saved. " in client.post(here, {"save": "1"}, follow=True).content.decode()
    assert Practice.objects.filter(tin=NEW).exists()


def test_whoever_corrects_rows_stays_on_the_page_of_rows_that_they_sent(
    browse: Callable[[str], Client], keep: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "ROWS", 1)
    files = dict(FILES)
    files["roster.csv"] += "".join(f"2026,{NEW},01511863{n},Wrong,Invented,yes\n" for n in range(3))
    here = f"/practices/uploads/{keep(files).id}/?page=2"

    answer = browse("admin").post(here, {"rroster-6-npi": "015118639"})

    assert answer.headers["Location"] == here


def test_what_changed_since_the_check_is_shown_before_it_is_saved(
    keep: Callable[..., Batch], access: Callable[..., Any]
) -> None:
    batch = keep(dict(FILES))
    ledger.choose(access("manager"), "IA_BE_4")
    practice.add(access("admin").person, "admin", batch.organization, "Made meanwhile", NEW)

    batches.save(batch)

    assert batch.saved_at is None
    assert batch.told == "Something changed since the files were checked. Read what is said now."
    assert batch.found["line"] == "6 rows read: 5 new, 1 changed, 0 same."
    assert "Its name becomes Cove Family Practice." in batch.found["practices"][1]["says"]
    batches.save(batch)
    assert batch.saved_at


# ---- What stops a row


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("roster.csv", f"2026,{THEIRS},{ONE},Reed,Invented,yes",
         ("tin", "This TIN is already in another organization. Ask its administrator for access.")),
        ("roster.csv", f"2026,000400004,{ONE},Reed,Invented,yes",
         ("tin", "Add this TIN to practices.csv first. No practice here has it.")),
        ("roster.csv", f"26,{TIN},{ONE},Reed,Invented,yes",
         ("performance_year", "Enter a year like 2027. '26' is not a performance year.")),
        ("practices.csv", f"2026,{THEIRS},Ours now,group,,,,",
         ("tin", "This TIN is already in another organization. Ask its administrator for access.")),
        ("practices.csv", f"2026,{TIN},Harbor,team,,,,",
         ("report_as", "There is no 'team'. "
          "Use one of: individual, group, virtual_group, subgroup, apm_entity.")),
        ("practices.csv", f"2026,{TIN},Harbor,group,mvp,,,",
         ("mvp_id", "Enter the MVP, since the pathway is mvp.")),
        ("practices.csv", f"2026,{TIN},Harbor,group,,tiny,,", ("statuses", None)),
    ],
)  # fmt: skip
def test_a_row_says_what_to_do(
    keep: Callable[..., Batch],
    person: Callable[[str], Person],
    name: str,
    text: str,
    expected: tuple[str, str | None],
) -> None:
    house = Organization.objects.create(name="Elsewhere (invented)")
    practice.add(person("kim"), "admin", house, "Their practice", THEIRS)
    header = PRACTICES if name == "practices.csv" else ROSTER

    found = said(keep({name: header + text + "\n"}))

    assert [(key, column) for key, column, _ in found] == [(f"{name[:-4]}-2", expected[0])]
    assert expected[1] in (None, found[0][2])
    assert not any("Their" in each[2] or "Elsewhere" in each[2] for each in found)


def test_practices_of_one_virtual_group_that_contradict_each_other_are_told_so(
    keep: Callable[..., Batch], harbor: Practice
) -> None:
    """Beside each other, and beside what is here; a blank contradicts nothing, and another group neither."""
    known = {"report_as": "virtual_group", "entity_id": "VG-1", "statuses": ["rural"]}
    harbor.years.filter(year=2026).update(**known)
    rows = (
        (NEW, "VG-1", "small_practice"), ("000200002", "VG-1", "rural"), ("000200003", "VG-1", ""),
        ("000200004", "VG-2", "hpsa"),
    )  # fmt: skip
    header = "performance_year,tin,report_as,entity_id,statuses\n"
    text = header + "".join(f"2026,{tin},virtual_group,{id},{says}\n" for tin, id, says in rows)

    batch = keep({"practices.csv": text})

    told = {row["line"]: " ".join(each[1] for each in row["said"]) for row in batch.found["warned"]}
    says = f"VG-1 has rows that differ in statuses: this one and row 3, row 4, {NAME}."
    assert says in told[2]
    assert [line for line, said in told.items() if "differ" in said] == [2, 3, 4]
    batches.save(batch)
    assert batch.saved_at


def test_two_files_of_one_kind_and_missing_columns_are_told_with_their_names(
    browse: Callable[[str], Client],
) -> None:
    files = {
        "practices.csv": FILES["roster.csv"],
        "roster.csv": FILES["roster.csv"],
        "participation.csv": "a,b\n1,2\n",
    }
    page = post(browse("admin"), files)

    assert "We could not read the files" in page
    assert (
        "roster.csv: practices.csv has the headings of roster too. Put all rows of roster into one file."
        in page
    )
    assert "participation.csv: It is none of the tables practices, roster and participation" not in page
    assert "There is no column performance_year." in page


def test_a_locked_year_and_a_practice_that_one_only_sees_are_named(
    keep: Callable[..., Batch], harbor: Practice, person: Callable[[str], Person]
) -> None:
    house = Organization.objects.create(name="Elsewhere (invented)")
    theirs = practice.add(person("kim"), "admin", house, "Their practice", THEIRS)
    Membership.objects.create(person=person("admin"), organization=house, practice=theirs, role="reviewer")
    Membership.objects.create(person=person("kim"), organization=house, practice=theirs, role="admin")
    found = said(keep({"roster.csv": ROSTER + f"2026,{THEIRS},{ONE},Reed,Invented,yes\n"}))
    assert found == [
        ("roster-2", "tin", "You can see this practice and not change it. Ask Soo-jin Kim for access.")
    ]

    year = harbor.years.get(year=2026)
    year.finals.create(
        kind="locked", statement="", typed_name="", person=person("manager"), role="manager",
        at="2026-09-16T12:00Z", qpp_json="{}", qrda3="", answer={"counted": []}, digest="0" * 64,
    )  # fmt: skip
    found = said(keep({"roster.csv": ROSTER + f"2026,{TIN},{ONE},Reed,Invented,yes\n"}))
    assert found == [("roster-2", "performance_year", "Unlock 2026 first. Dana Whitfield locked it.")]


def test_a_blank_is_not_known_and_a_column_that_is_not_there_changes_nothing(
    keep: Callable[..., Batch], harbor: Practice
) -> None:
    header = "performance_year,tin,report_as,statuses\n"
    batches.save(keep({"practices.csv": f"{header}2026,{TIN},group,\n"}))

    year = harbor.years.get(year=2026)
    assert year.statuses is None
    assert (year.pathway, year.apm) == ("traditional", "none")
    assert Practice.objects.get(tin=TIN).name == harbor.name


# ---- Undone


def test_an_upload_of_many_practices_is_undone_where_nobody_changed_it_since(
    keep: Callable[..., Batch], harbor: Practice, browse: Callable[[str], Client]
) -> None:
    batch = keep(dict(FILES))
    batches.save(batch)
    Stay.objects.filter(clinician__npi=TWO).update(billed=False)
    here = f"/practices/uploads/{batch.id}/undo/"
    assert "Undo this upload?" in browse("admin").get(here).content.decode()

    page = unescape(browse("admin").post(here, follow=True).content.decode())

    assert "Undone: 5 of 7 changes." in page
    assert "Cove Family Practice: Invented Sedge was changed since, and stays as it is." in page
    assert "it stays here with nothing known of it, since its log begins with this upload." in page
    year = Practice.objects.get(tin=NEW).years.get(year=2026)
    assert (year.report_as, year.statuses, year.sites_all) == ("", None, None)
    assert not Window.objects.filter(year=year, replaced_at=None).exists()
    assert not Stay.objects.filter(clinician__npi=npi_of(803), ended_at=None).exists()
    assert broken(harbor) is None


def test_rows_of_many_practices_go_as_those_of_one_do(
    keep: Callable[..., Batch], browse: Callable[[str], Client], settings: Any
) -> None:
    left, saved = keep({"roster.csv": "tin,npi\n"}), keep(dict(FILES))
    batches.save(saved)
    settings.TODAY = "2026-10-17"
    uploads_dropped.drop()

    page = unescape(browse("admin").get(f"/practices/uploads/{left.id}/").content.decode())
    assert "Nobody saved it in 30 days, so its rows were dropped on October 17, 2026." in page
    saved.refresh_from_db()
    assert saved.tables["tables"]

    settings.TODAY = "2027-05-01"
    uploads_dropped.drop()
    saved.refresh_from_db()
    assert (saved.tables["tables"], saved.found["results"]) == ({}, {})
    assert "This upload is saved" in browse("admin").get(f"/practices/uploads/{saved.id}/").content.decode()
    batches.undo(saved)
    assert saved.undone_at


# ---- Large files, and files that leave


def test_thousands_of_rows_are_checked_and_saved_in_the_background(
    browse: Callable[[str], Client], django_capture_on_commit_callbacks: Any
) -> None:
    client = browse("admin")
    tins = [f"0005{number:05d}" for number in range(20)]
    files: dict[str, str | bytes] = {
        "practices.csv": PRACTICES + "".join(f"2026,{tin},Practice {tin},group,,,,\n" for tin in tins),
        "roster.csv": ROSTER + "".join(
            f"2026,{tin},{npi_of(2000 + place)},N{place},A,yes\n" for tin in tins for place in range(110)
        ),
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        page = post(client, files)
    assert "We are checking your files" in page
    assert '<meta http-equiv="refresh"' in page
    here = f"/practices/uploads/{Batch.objects.get().id}/"

    for told, data in (("All 2220 rows are ready", {"save": "1"}), ("This upload is saved", None)):
        waiting = DBTaskResult.objects.order_by("-enqueued_at").first()
        assert waiting is not None
        waiting.task.call(*waiting.args_kwargs["args"])
        page = client.get(here).content.decode()
        assert told in page
        if data:
            with django_capture_on_commit_callbacks(execute=True):
                client.post(here, data)
            assert "We are saving your files" in client.get(here).content.decode()
    assert Stay.objects.filter(year__practice__tin__in=tins).count() == 2_200


def test_the_checked_files_have_the_result_and_the_message_of_each_row(
    browse: Callable[[str], Client], keep: Callable[..., Batch]
) -> None:
    files = dict(FILES)
    files["roster.csv"] += "2026,x,12,Wrong,Invented,yes\n"
    batch = keep(files)
    client, place = browse("admin"), f"/practices/uploads/{batch.id}/"
    assert client.get(f"{place}checked/roster.csv")["Location"] == place
    content = client.post(f"{place}checked/roster.csv").content

    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [each["result"] for each in lines] == ["new", "new", "new", "to fix"]
    assert "Enter 10 digits. This has 2." in lines[3]["message"]
    assert "Enter 9 digits. This has other characters." in lines[3]["message"]
    line = Entry.objects.get(action="file with results taken")
    assert (line.record, line.person, line.after) == (
        f"batch {batch.id}", batch.uploaded_by, {"file": "roster"},
    )  # fmt: skip


# ---- Who may


def test_only_who_may_add_practices_uploads_them(
    browse: Callable[[str], Client],
    sign_in: Callable[[Person], Client],
    harbor: Practice,
    keep: Callable[..., Batch],
) -> None:
    batch = keep(dict(FILES))
    for client, upload in ((browse("kim"), 403), (browse("manager"), 200)):
        assert client.get("/practices/upload/").status_code == upload
        assert client.get(f"/practices/uploads/{batch.id}/").status_code == 404
    staff = Person.objects.create_user("registry@demo.example", None, name="Rae Registry")
    held = Membership.objects.create(person=staff, organization=harbor.organization, role="registry")
    assert sign_in(staff).get("/practices/upload/").status_code == 403
    Membership.objects.filter(pk=held.pk).update(grants=["edit", "windows"])
    assert "6 new" in post(sign_in(staff), dict(FILES))

    theirs = Batch.objects.get(uploaded_by=staff)
    Membership.objects.filter(pk=held.pk).update(ended_at="2026-09-01T00:00Z")
    assert sign_in(staff).get(f"/practices/uploads/{theirs.id}/").status_code == 404
    batches.save(theirs)
    assert theirs.told == "Rae Registry can no longer add practices to Harbor Health (invented)."
    assert not Practice.objects.filter(tin=NEW).exists()


def test_work_that_was_interrupted_can_begin_again(
    keep: Callable[..., Batch], browse: Callable[[str], Client]
) -> None:
    batch, client = keep(dict(FILES)), browse("admin")
    here = f"/practices/uploads/{batch.id}/"
    Batch.objects.filter(pk=batch.pk).update(work="save", moved_at="2026-09-16T08:00Z")
    page = client.get(here).content.decode()
    assert "It was interrupted. Nothing is half done." in page
    assert "every 3s" not in page  # it does not look for ever, which would keep the session alive

    assert "All 6 rows are ready" in client.post(here, follow=True).content.decode()
    assert access_of(batch.uploaded_by, "harbor-rehabilitation-group", 2026).may("edit")


def test_files_that_were_read_and_could_not_be_checked_are_checked_again_from_their_page(
    browse: Callable[[str], Client], keep: Callable[..., Batch]
) -> None:
    batch = keep(dict(FILES))
    Batch.objects.filter(pk=batch.pk).update(found=None, told="Somebody else changed the same rows.")
    client, here = browse("admin"), f"/practices/uploads/{batch.pk}/"

    page = client.get(here).content.decode()
    assert "We read the files and could not check all of them. Somebody else changed the same rows." in page

    assert "All 6 rows are ready" in client.post(here, follow=True).content.decode()
