"""What one page takes up, every page says: windows, signatures, files, delegations, and who is counted."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hows import ALL_FOUR
from pdf_text import pages, squeezed
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

from mips_ia.formats import qpp_json, qrda3
from mips_ia.portal.demo import npi_of

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
# Who has an account, which somebody new has not, and no window in the activity of a file that is uploaded.
ASKS = {("desk", True): 17, ("desk", False): 16, ("phone", True): 12, ("phone", False): 7}
ASKED = "portal_reminder where about like 'asked %'"
HALF = "7 of 18 clinicians; 9 needed."

# Of the first practice no status is known, and the second has a year in which one clinician is enough.
_OF_EACH_SIZE = """
import django
django.setup()
from datetime import date
import crowd
from mips_ia.portal.actions import ledger, practice, roster
from mips_ia.portal.models import Person, Stay, Year
from mips_ia.portal.demo import npi_of
from mips_ia.portal.tenancy import access_of
manager = Person.objects.get(email="manager@demo.example")
for size in (15, 16, 1):
    crowd.build(size, 1, manager, f"0000003{size:02}")
Year.objects.filter(practice__tin__in=["000000315", "000000301"]).update(statuses=None)
Stay.objects.filter(year__practice__tin="000000316", year__year=2026).update(rural=None)
Year.objects.filter(practice__tin="000000316", year=2026).update(statuses=None)
early = access_of(manager, "crowd-000000316", 2019)
practice.describe(early, report_as="group", pathway="traditional", statuses=[], apm="none", not_scored=[])
for number in range(4):
    roster.put(early, npi_of(10_000 + number), names={}, billed=True)
ledger.choose(early, "IA_EPA_1")
"""
# A record under a delegation that was given a day later.
_BEFORE_IT_WAS_GIVEN = """
import django
django.setup()
from datetime import timedelta
from mips_ia.portal.models import Delegation, Signature
given = Delegation.objects.get()
held = given.signature_set.get()
Signature.objects.create(
    window=held.window, kind="delegated", person=given.delegate, delegation=given, number="BEFORE",
    statement=held.statement, version=held.version, typed_name=held.typed_name, role=held.role,
    digest="0" * 64, signed_at=given.given_at - timedelta(days=1),
)
"""
# Five activities, for each of which half of the clinicians have signed.
_MORE_THAN_ENOUGH = """
import django
django.setup()
import crowd
from mips_ia.portal.models import Person
crowd.build(2, 5, Person.objects.get(email="manager@demo.example"), "000000305")
"""


@pytest.fixture(scope="module")
def practices(shared_server: Served) -> Served:
    """The same portal with practices to look at."""
    for built in (_OF_EACH_SIZE, _MORE_THAN_ENOUGH):
        shared_server.python(built)
    return shared_server


@pytest.fixture(scope="module")
def not_allowed(server: Served) -> Iterator[Served]:
    """A portal in which somebody recorded before anybody had allowed it."""
    found = server.copy()
    found.python(_BEFORE_IT_WAS_GIVEN)
    with found:
        yield found


def told(page: Page, address: str) -> str:
    """What a page says, in one line."""
    page.goto(address)
    return " ".join(page.locator("main").inner_text().split())


def steps(page: Page) -> list[str]:
    """The points of each step of the score."""
    rows = page.locator("main table").first.locator("tbody tr").all()
    return [row.locator("td").nth(2).inner_text() for row in rows]


@ALL_FOUR
def test_a_window_and_a_signature_are_taken_up_by_every_page(
    at: str, script: bool, open_page: Open, own_server: Served
) -> None:
    manager = open_page("manager", at, own_server, java_script_enabled=script)
    for last, says in (("09/27/2026", "90 days from July 1 end on September 28."), ("09/28/2026", "Saved.")):
        manager.goto(HERE)
        manager.get_by_role("link", name=re.compile("end date")).first.click()
        manager.get_by_label("End date").first.fill(last)
        manager.get_by_role("button", name="Save the window").click()
        expect(manager.get_by_text(says).first).to_be_visible()
        said = told(manager, f"{HERE}participation/IA_PSPA_21/{_johnson(own_server)}/")
        assert ("Too short" in said, "Under way" in said) == (last == "09/27/2026", last == "09/28/2026")
    assert all(HALF in told(manager, HERE + each) for each in ("", "participation/", "score/"))
    assert "On track" not in told(manager, HERE)

    kim = open_page("kim", at, own_server, java_script_enabled=script)
    kim.goto("/sign/")
    kim.get_by_role("link", name=re.compile("^Read and sign")).first.click()
    expect(kim.get_by_label("Type your full name to sign")).to_be_visible()
    address = kim.url.removeprefix(own_server.address)
    for who in ("manager", "admin"):
        answer = open_page(who, at, own_server).goto(address)
        assert answer
        assert answer.status == 404, who
    kim.get_by_label("Type your full name to sign").fill("soo-jin kim")
    kim.get_by_role("button", name="Sign", exact=True).click()
    kim.get_by_label("Password", exact=True).fill("a demonstration only")
    kim.get_by_role("button", name="Continue", exact=True).click()
    expect(kim.get_by_text("Receipt").first).to_be_visible()

    eight = HALF.replace("7", "8", 1)
    assert all(eight in told(manager, HERE + each) for each in ("", "participation/", "score/"))
    assert "On track" in told(manager, HERE)
    points = [int(each) for each in steps(open_at(manager, "score/")) if each.isdigit()]
    assert f"{sum(points)} of 40" in told(manager, f"{HERE}score/")
    assert sum(points) == 20
    assert_every_step_has_its_source(manager)


def assert_every_step_has_its_source(page: Page) -> None:
    """A link to where the rule stands, or to the assumption that is made, which is on the page."""
    rows = page.locator("main table").first.locator("tbody tr").all()
    assert rows
    for row in rows:
        to = (
            row.locator("td")
            .last.locator("a")
            .evaluate_all("links => links.map(e => e.getAttribute('href'))")
        )
        assert to, row.inner_text()
        assert [each for each in to if each.startswith("#") and page.locator(each).count() != 1] == []


@ALL_FOUR
def test_more_than_enough_is_forty_points_and_not_more(
    at: str, script: bool, open_page: Open, practices: Served
) -> None:
    page = open_page("manager", at, practices, java_script_enabled=script)
    page.goto(f"/p/crowd-000000305/{YEAR}/score/")

    assert page.locator("main table").first.locator("tbody tr", has_text="Met").count() >= 5
    assert page.locator("main table").first.locator("tfoot td").first.inner_text() == "40 of 40"
    assert sum(int(each) for each in steps(page) if each.lstrip("−-").isdigit()) == 40
    assert_every_step_has_its_source(page)


def open_at(page: Page, where: str) -> Page:
    page.goto(HERE + where)
    return page


def _johnson(server: Served) -> int:
    """The number of Paul Johnson in addresses."""
    with closing(server.opened()) as found:
        row = found.execute("select id from portal_clinician where last_name = 'Johnson'").fetchone()
        assert row
        return int(row[0])


@ALL_FOUR
def test_a_file_signs_for_nobody_and_a_second_time_changes_nothing(
    at: str, script: bool, open_page: Open, shared_server: Served, tmp_path: Path
) -> None:
    page, asks = open_page("manager", at, shared_server, java_script_enabled=script), ASKS[at, script]
    files = {
        "roster": ["performance_year,tin,npi,last_name,first_name,billed_in_year",
                   f"{YEAR},000123456,{npi_of(600 + asks)},Newcomer{asks},Invented,yes"],
        "participation": ["performance_year,tin,npi,activity_id,start_date,end_date,attested_by",
                          *(f"{YEAR},000123456,{npi_of(who)},IA_BE_16,{YEAR}-01-05,{YEAR}-05-05,self"
                            for who in (600 + asks, asks))],
    }  # fmt: skip
    signed, requests = (_counted(shared_server, each) for each in ("portal_signature", ASKED))

    for kind, lines in files.items():
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        for again in (False, True):
            page.goto(f"{HERE}{kind}/upload/")
            page.get_by_label("File").set_input_files(path)
            page.get_by_role("button", name="Upload").click()
            if again:
                expect(page.get_by_text("0 new, 0 changed").first).to_be_visible()
            else:
                page.get_by_role("button", name=re.compile(r"^Save \d")).click()
                expect(page.get_by_text("Saved.").first).to_be_visible()
                saved = page.url

    assert _counted(shared_server, ASKED) == requests  # a file asks nobody: a button does
    page.goto(saved)
    expect(page.get_by_text("1 clinician who attest themselves cannot be asked yet")).to_be_visible()
    for says in ("Sent. 1 clinician was asked to sign.", "1 clinician was asked today already."):
        page.get_by_role("button", name="Ask 1 clinician to sign").click()
        expect(page.get_by_text(says).first).to_be_visible()
    assert _counted(shared_server, ASKED) == requests + 1
    assert _counted(shared_server, "portal_signature") == signed
    asked = told(page, f"{HERE}signatures/")
    assert asked.count(f"Newcomer{asks}") == 1, asked


def _counted(server: Served, table: str) -> int:
    with closing(server.opened()) as found:
        row = found.execute(f"select count(*) from {table}").fetchone()  # type: ignore[arg-type]
        assert row
        return int(row[0])


@ALL_FOUR
def test_half_is_counted_as_the_rules_of_the_year_say_and_what_is_not_known_stays_so(
    at: str, script: bool, open_page: Open, practices: Served
) -> None:
    page = open_page("manager", at, practices, java_script_enabled=script)

    for size, needed in ((15, 8), (16, 8), (1, 1)):
        said = told(page, f"/p/crowd-0000003{size:02}/{YEAR}/participation/")
        assert f"{needed} of {size} needed" in said
    assert "1 of 4 needed" in told(page, "/p/crowd-000000316/2019/participation/")

    estimated = told(page, f"/p/crowd-000000315/{YEAR}/score/")
    assert "Improvement activities score: Unknown, estimated at 40 of 40 points." in estimated
    assert "certain." not in estimated.replace("to be certain.", "")
    unknown = told(page, f"/p/crowd-000000316/{YEAR}/score/")
    assert "Improvement activities score: Unknown, 20 to 40 of 40 points." in unknown
    assert "Is this so? If yes If no Special status 40 of 40 20 of 40" in unknown
    for size in (15, 16):
        page.goto(f"/p/crowd-0000003{size}/{YEAR}/score/")
        points = _points_of_unknown(page)
        assert points
        assert "0" not in points, points


def _points_of_unknown(page: Page) -> list[str]:
    """What stands in the column of points of each step that is unknown."""
    rows = page.locator("main table").first.locator("tbody tr:has(.ia-status--unknown)").all()
    return [row.locator("td").nth(2).inner_text().strip() for row in rows]


@ALL_FOUR
def test_a_delegated_record_says_so_and_stops_counting_where_nobody_had_allowed_it(
    at: str, script: bool, open_page: Open, server: Served, not_allowed: Served
) -> None:
    page = open_page("manager", at, java_script_enabled=script)
    assert "10 signed, 1 delegated" in told(page, f"{HERE}participation/")
    with closing(server.opened()) as found:
        row = found.execute("select id from portal_clinician where last_name = 'Moreau'").fetchone()
    assert row
    address = f"{HERE}participation/IA_BE_16/{row[0]}/"
    assert "Delegated" in told(page, address)
    printed = "".join(pages(page.pdf(format="A4")))
    assert squeezed("This is not Jules Moreau’s own signature.") in printed

    page = open_page("manager", at, not_allowed, java_script_enabled=script)
    assert "10 signed, 1 under way, 1 unknown" in told(page, f"{HERE}participation/")


@ALL_FOUR
def test_files_for_cms_hold_what_is_met_and_one_range_of_dates(
    at: str, script: bool, open_page: Open, shared_server: Served, tmp_path: Path
) -> None:
    page = open_page("official", at, shared_server, java_script_enabled=script)
    assert "IA_PM_16" in told(page, f"/p/crowd-000000333/{YEAR}/participation/")  # which nobody signed
    for kind, reader in (("QPP JSON", qpp_json.read), ("QRDA III", qrda3.read)):
        page.goto(f"/p/crowd-000000333/{YEAR}/export/")
        with page.expect_download() as taken:
            page.get_by_role("button", name=f"Download {kind}").click()
        path = tmp_path / taken.value.suggested_filename
        taken.value.save_as(path)
        read = reader(path)
        assert read.problems == (), kind
        (one,) = read.participants
        assert {each.activity for each in one.attestations} == {"IA_AHW_1", "IA_BE_1"}
        assert "IA_PM_16" not in path.read_text(encoding="utf-8")
        assert len({(each.first, each.last) for each in one.attestations}) == 1
