"""The matrix, one cell of it, and its rows as a file."""

import csv
import io
from collections.abc import Callable

import crowd
import pytest
from django.test import Client
from evidence_given import added
from signing import P, just_signed_in, sends, text, window

from mips_ia.portal import ledgers
from mips_ia.portal.models import Chosen, Entry, Membership, Person, Practice, Stay, Window

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def rows(client: Client) -> list[dict[str, str]]:
    answer = client.post(f"{P}/participation/export/", {"as": "csv"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_only_what_there_is_to_do_is_a_link(browse: Browse) -> None:
    page = browse("manager").get(f"{P}/participation/").content.decode()

    kim, adeyemi = window("Kim").clinician, window("Adeyemi").clinician
    assert f'href="{P}/participation/IA_PSPA_21/{kim.id}/"' in page
    assert f'href="{P}/participation/IA_PSPA_21/{adeyemi.id}/"' not in page


def test_a_name_leads_to_what_was_signed_by_way_of_the_clinicians_page(browse: Browse) -> None:
    manager, adeyemi = browse("manager"), window("Adeyemi").clinician

    page = manager.get(f"{P}/participation/").content.decode()
    assert f'<a href="{P}/roster/{adeyemi.id}/">{adeyemi.name}</a>' in page
    theirs = manager.get(f"{P}/roster/{adeyemi.id}/").content.decode()
    assert f'<a href="{P}/participation/IA_PSPA_21/{adeyemi.id}/">' in theirs
    cell = text(manager.get(f"{P}/participation/IA_PSPA_21/{adeyemi.id}/").content)
    assert "personally took part in IA_PSPA_21" in cell


def test_a_clinicians_name_leads_them_to_what_they_signed(browse: Browse) -> None:
    kim, clinician = browse("kim"), window("Kim").clinician

    assert kim.get(f"{P}/participation/").content.decode().count(f'href="{P}/roster/') == 1
    theirs = kim.get(f"{P}/roster/{clinician.id}/")
    assert f'<a href="{P}/participation/IA_BE_16/{clinician.id}/">' in theirs.content.decode()
    assert kim.get(f"{P}/participation/IA_BE_16/{clinician.id}/").status_code == 200


def test_needs_attention_leaves_out_whoever_has_nothing_to_do(browse: Browse) -> None:
    page = text(browse("manager").get(f"{P}/participation/?show=attention").content)

    assert "Johnson, Paul" in page
    assert "Adeyemi, Grace" not in page


def test_one_activity_can_be_looked_at_alone(browse: Browse) -> None:
    page = text(browse("manager").get(f"{P}/participation/?activity=IA_PSPA_21").content)

    assert "18 clinicians, 1 activity" in page
    assert "Promote Self-management" not in page


def test_a_cell_shows_who_entered_it_what_was_signed_and_what_was_before(browse: Browse) -> None:
    kim = window("Kim").clinician
    sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", {"name": "Soo-jin Kim"})
    manager = browse("manager")
    manager.post(f"{P}/plan/{window('Kim').id}/", {"first": "03/03/2026", "last": "05/31/2026", "save": "1"})

    page = text(manager.get(f"{P}/participation/IA_PSPA_21/{kim.id}/").content)

    assert "March 3, 2026 – May 31, 2026" in page
    assert "Not signed" in page
    assert "Dana Whitfield, September 16, 2026" in page
    assert "Signed on September 16, 2026" in page[page.index("Earlier versions") :]


def test_a_delegated_record_prints_the_delegation_statement(browse: Browse) -> None:
    moreau = window("Moreau", "IA_BE_16").clinician

    page = text(browse("manager").get(f"{P}/participation/IA_BE_16/{moreau.id}/").content)

    assert "Delegated" in page
    assert "I act under the delegation of September 16, 2026." in page
    assert "This is not Jules Moreau’s own signature." in page


def evidence(client: Client, name: str) -> str:
    """What the cell of somebody says of evidence."""
    page = client.get(f"{P}/participation/IA_PSPA_21/{window(name).clinician.id}/").content
    return text(page[page.index(b'id="evidence"') :])


def test_a_cell_shows_the_evidence_of_its_clinician_and_of_everybody(browse: Browse) -> None:
    manager, kim = browse("manager"), window("Kim").clinician
    assert "Nothing is kept for IA_PSPA_21 that is of Soo-jin Kim or of everybody." in evidence(
        manager, "Kim"
    )
    added(manager, title="The policy")
    added(manager, b"A list of one.", title="A log of one clinician", clinician=kim.pk)

    for who in (manager, browse("kim")):
        of_kim = evidence(who, "Kim")
        assert "E-1 The policy Unknown" in of_kim
        assert "E-2 A log of one clinician" in of_kim
        assert who.get(f"{P}/evidence/2/").status_code == 200
    assert "E-1 The policy" in evidence(manager, "Johnson")
    assert "E-2" not in evidence(manager, "Johnson")


def test_whoever_may_see_no_evidence_is_told_of_none_in_a_cell(
    browse: Browse, person: Callable[[str], Person], harbor: Practice
) -> None:
    added(browse("manager"), title="The policy")
    own = {"person": person("admin"), "organization": harbor.organization, "ended_at": None}
    Membership.objects.filter(**own).update(role="registry", grants=[])

    page = browse("admin").get(f"{P}/participation/IA_PSPA_21/{window('Kim').clinician.id}/")

    assert page.status_code == 200
    assert b"E-1" not in page.content
    assert b"The policy" not in page.content


def test_what_cms_took_out_within_the_year_has_a_cell_still(browse: Browse, harbor: Practice) -> None:
    year, kim = harbor.years.get(year=2023), window("Kim").clinician
    by = Person.objects.get(email="manager@demo.example")
    Stay.objects.create(year=year, clinician=kim)
    Chosen.objects.create(year=year, activity="IA_BMH_13", chosen_by=by)
    Window.objects.create(
        year=year, clinician=kim, activity="IA_BMH_13", first="2023-01-02", last="2023-06-30",
        entered_by=by,
    )  # fmt: skip
    ledgers.forget()
    manager = browse("manager")

    page = manager.get(f"/p/{harbor.slug}/2023/participation/").content.decode()
    at = f"/p/{harbor.slug}/2023/participation/IA_BMH_13/{kim.id}/"
    assert f'href="{at}"' in page
    assert manager.get(at).status_code == 200


def test_a_clinician_opens_their_own_cell_and_nobody_else_s(browse: Browse) -> None:
    kim, johnson = window("Kim").clinician, window("Johnson").clinician
    client = browse("kim")

    assert client.get(f"{P}/participation/IA_PSPA_21/{kim.id}/").status_code == 200
    assert client.get(f"{P}/participation/IA_PSPA_21/{johnson.id}/").status_code == 404
    assert client.post(f"{P}/participation/export/", {"as": "csv"}).status_code == 403


def test_the_file_has_the_columns_in_which_it_can_be_uploaded_again(browse: Browse) -> None:
    found = rows(browse("manager"))

    assert tuple(found[0]) == (
        "performance_year", "tin", "npi", "activity_id", "start_date", "end_date", "taking_part",
        "attested_by", "delegate_email", "attested_on", "basis", "evidence_ref", "note", "row_id",
        "signature", "statement", "statement_version", "typed_name", "signed_at", "signed_by", "signed_as",
        "verified", "receipt", "digest",
    )  # fmt: skip
    assert len(found) == Window.objects.filter(replaced_at=None).count()
    moreau = next(row for row in found if row["attested_by"] == "delegate")
    assert moreau["delegate_email"] == "manager@demo.example"
    assert moreau["basis"] == "the falls log of the practice"
    assert moreau["signature"] == "Recorded under a delegation"
    assert moreau["statement"].endswith("This is not Jules Moreau’s own signature.")
    assert (moreau["signed_at"], moreau["signed_as"]) == ("2026-09-16T09:00:00-04:00", "manager")
    assert (moreau["verified"], len(moreau["digest"])) == ("password", 64)
    johnson = next(row for row in found if row["end_date"] == "2026-09-22")
    assert (johnson["tin"], johnson["start_date"], johnson["attested_by"]) == ("000123456", "2026-07-01", "")


def test_whoever_takes_the_file_with_the_tin_is_in_the_log(browse: Browse, harbor: Practice) -> None:
    rows(browse("manager"))

    line = Entry.objects.filter(practice=harbor, action="participation exported").get()
    assert line.person.email == "manager@demo.example"


def test_what_a_spreadsheet_would_take_for_a_formula_begins_with_an_apostrophe(browse: Browse) -> None:
    Window.objects.filter(pk=window("Johnson").pk).update(note="=1+1")

    assert any(row["note"] == "'=1+1" for row in rows(browse("manager")))


@pytest.mark.parametrize(("clinicians", "needed"), [(15, 8), (16, 8), (1, 1)])
def test_half_of_the_clinicians_are_needed_and_half_of_an_odd_number_is_rounded_up(
    person: Callable[[str], Person], browse: Browse, clinicians: int, needed: int
) -> None:
    crowd.build(clinicians, 1, person("manager"), f"{clinicians:09}")

    page = text(browse("manager").get(f"/p/crowd-{clinicians:09}/2026/participation/").content)

    assert f"{needed} of {clinicians} needed" in page
    assert f"At least {needed} of them must do each activity." in page


def test_in_an_earlier_year_one_clinician_was_enough(harbor: Practice, browse: Browse) -> None:
    year = harbor.years.get(year=2019)
    type(year).objects.filter(pk=year.pk).update(report_as="group", pathway="traditional", statuses=[])
    for each in harbor.clinicians.all():
        Stay.objects.create(year=year, clinician=each, billed=True)
    Chosen.objects.create(year=year, activity="IA_PSPA_21", chosen_by_id=window("Kim").entered_by_id)

    page = text(browse("manager").get(f"/p/{harbor.slug}/2019/participation/").content)

    assert "At least 1 of them must do each activity." in page
    assert "1 of 18 needed" in page


def test_a_window_that_the_roster_does_not_settle_is_unknown_and_says_what_to_enter(browse: Browse) -> None:
    stay = Stay.objects.get(clinician__last_name="Adeyemi", year__year=2026)
    Stay.objects.filter(pk=stay.pk).update(joined_on="2026-01-02")
    Stay.objects.create(year=stay.year, clinician=stay.clinician, joined_on="2026-08-01", billed=True)
    manager = browse("manager")

    told = text(manager.get(f"{P}/participation/IA_BE_16/{stay.clinician_id}/").content)
    assert (
        "The last day of the stay from January 2, 2026 is missing; another began on August 1, 2026." in told
    )
    assert "Enter it on the roster." in told
    todo = text(manager.get(f"{P}/?all").content)
    assert "Settle Grace Adeyemi’s days on the roster for IA_BE_16" in todo
    assert "The last day of the stay from January 2, 2026 is missing" in todo

    Stay.objects.filter(pk=stay.pk).update(left_on="2026-01-31")
    ledgers.forget()  # no line of the log tells of it
    told = text(manager.get(f"{P}/participation/IA_BE_16/{stay.clinician_id}/").content)
    there = "from January 2, 2026 to January 31, 2026 and from August 1, 2026."
    assert f"by the roster the clinician was there {there}" in told

    Stay.objects.filter(pk=stay.pk).update(left_on="2026-06-30")
    ledgers.forget()
    assert "roster the clinician" not in text(
        manager.get(f"{P}/participation/IA_BE_16/{stay.clinician_id}/").content
    )
