"""The audit desk: a request is recorded, its items are answered, the clock runs, and what is sent is kept."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hostile import with_cells
from hypothesis import given
from hypothesis import strategies as st

from mips_ia import rules, years
from mips_ia.planning.deadlines import audit_due, audit_first_reply_due
from mips_ia.portal import clock, reminders
from mips_ia.portal.actions import audit as actions
from mips_ia.portal.actions import evidence
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Audit, AuditAnswer, AuditItem, AuditSent, Leaf, Membership, Practice
from mips_ia.portal.tenancy import Access
from mips_ia.problems import Refused

Browse = Callable[[str], Client]
P = "/p/harbor-rehabilitation-group/2026"
LETTER = {"received_on": "05/03/2027", "asked_by": "Data Validation Contractor", "scope": "Case 4711"}
LINES = "1. Fall screening program, IA_PSPA_21\n2) Minutes of the safety meetings\n\nAnything else"
AROUND = {"activity": "", "clinician": "", "owner": "", "note": "", "others": ""}


@pytest.fixture(autouse=True)
def after_the_year(settings: Any) -> None:
    """An auditor asks once a year is over."""
    settings.TODAY = "2027-05-17"


def text(answer: Any) -> str:
    """What a page says, without its markup."""
    found = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return found.replace("&#x27;", "'").replace("&quot;", '"')


def recorded(client: Client, items: str = LINES) -> Audit:
    client.post(f"{P}/audit/new/", {**LETTER, "items": items})
    return Audit.objects.latest("id")


def kept(access: Access, title: str = "Screening policy", **shows: Any) -> Any:
    """A file of the practice that is said to show the first item of the falls activity."""
    revision = evidence.receive(access, title.encode(), {"name": f"{title}.txt", "media_type": "text/plain"})
    known = {"kind": "policy", "first": date(2026, 5, 15)} | shows
    return evidence.use(access, revision.evidence, "IA_PSPA_21", "screening_program", **known)


# ---- The clock


@given(st.dates(date(2018, 1, 1), date(2040, 12, 31)), st.sampled_from(years()))
def test_an_answer_is_due_the_days_of_the_year_later_whatever_the_day(received: date, year: int) -> None:
    assert (audit_due(received, rules(year)) - received).days == rules(year).number["audit_days"].value


@given(st.dates(date(2018, 1, 1), date(2040, 12, 31)))
def test_a_first_reply_is_due_on_a_business_day_with_as_many_between(received: date) -> None:
    known = rules(2017)
    due = audit_first_reply_due(received, known)

    assert due is not None
    assert due.weekday() < 5
    between = [received + timedelta(days=each) for each in range(1, (due - received).days + 1)]
    business = sum(each.weekday() < 5 for each in between)
    assert business == known.number["audit_first_reply_business_days"].value


def test_the_list_says_where_requests_go_when_there_is_none(browse: Browse) -> None:
    page = text(browse("manager").get(f"{P}/audit/"))

    assert (
        "No requests. Requests go to the Security Official in your QPP account. "
        "Check that the mailbox is read." in page
    )
    assert "An audit request must be answered within 45 calendar days" in page


def test_neither_way_to_give_items_is_called_optional(browse: Browse) -> None:
    page = text(browse("manager").get(f"{P}/audit/new/"))

    assert "Items, one a line Give them here, or as a file below." in page
    assert page.count("(optional)") == 1
    assert "Scope (optional)" in page


def test_a_request_is_recorded_with_its_items_and_its_clock(browse: Browse, harbor: Practice) -> None:
    answer = browse("manager").post(f"{P}/audit/new/", {**LETTER, "items": LINES}, follow=True)

    audit = Audit.objects.get()
    assert (audit.due_on, audit.year.year) == (date(2027, 6, 17), 2026)
    assert [(each.number, each.label, each.words, each.activity) for each in audit.items.all()] == [
        (1, "1", "Fall screening program, IA_PSPA_21", "IA_PSPA_21"),
        (2, "2", "Minutes of the safety meetings", ""),
        (3, "", "Anything else", ""),
    ]
    page = text(answer)
    assert "Saved 3 items. Answer by June 17, 2027." in page
    assert "31 of 45 days left to answer. Due June 17, 2027." in page
    assert "45 calendar days from the day on which it was received (42 CFR 414.1390)" in page
    assert harbor.entries.filter(action="audit recorded").count() == 1


def test_the_clock_stands_on_every_page_until_the_answer_is_sent(browse: Browse) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    line = "Audit of 2026 : 31 of 45 days left to answer. Due June 17, 2027."

    for page in (f"{P}/", f"{P}/roster/", "/p/harbor-rehabilitation-group/2025/"):
        assert line in text(manager.get(page))
    assert line not in text(browse("kim").get(f"{P}/"))

    manager.post(f"{P}/audit/{audit.pk}/sent/", {"sent_on": "05/16/2027", "how": "Upload", "what": "All"})
    assert line not in text(manager.get(f"{P}/"))


def test_of_several_requests_that_wait_the_nearest_is_shown_and_how_many_more(browse: Browse) -> None:
    """Also on the page of a request, which leaves out its own clock alone."""
    manager = browse("manager")
    later, nearest = recorded(manager), recorded(manager)
    Audit.objects.filter(pk=nearest.pk).update(due_on=date(2027, 6, 1))
    near = "15 of 29 days left to answer. Due June 1, 2027."
    far = "31 of 45 days left to answer. Due June 17, 2027."

    assert f"Audit of 2026 : {near} 1 more request waits for an answer." in text(manager.get(f"{P}/"))
    page = text(manager.get(f"{P}/audit/{later.pk}/"))
    assert f"Another audit of 2026 : {near}" in page
    assert "more request" not in page
    page = text(manager.get(f"{P}/audit/{nearest.pk}/"))
    assert f"Another audit of 2026 : {far}" in page
    assert page.count(near) == 1

    manager.post(f"{P}/audit/{nearest.pk}/sent/", {"sent_on": "05/16/2027", "how": "Upload", "what": "All"})
    assert f"Another audit of 2026 : {far}" in text(manager.get(f"{P}/audit/{nearest.pk}/"))
    assert "Another audit" not in text(manager.get(f"{P}/audit/{later.pk}/"))
    recorded(manager)
    recorded(manager)
    assert "2 more requests wait for an answer." in text(manager.get(f"{P}/"))


def test_the_clock_costs_a_page_one_query_while_somebody_waits_and_none_otherwise(browse: Browse) -> None:
    manager, found = browse("manager"), []
    for asked in (False, True):
        if asked:
            recorded(manager)
        manager.get(f"{P}/activities/ways/")
        with CaptureQueriesContext(connection) as queries:
            manager.get(f"{P}/activities/ways/")
        found.append(len(queries))

    assert found[1] - found[0] == 1


@pytest.mark.parametrize(
    ("today", "says"),
    [
        ("2027-06-17", "The answer is due today, June 17, 2027."),
        ("2027-06-19", "The answer was due on June 17, 2027, 2 days ago. Call whoever asked."),
        ("2027-05-03", "45 of 45 days left to answer."),
    ],
)
def test_the_clock_says(browse: Browse, settings: Any, today: str, says: str) -> None:
    audit = recorded(browse("manager"))
    settings.TODAY = today

    assert says in text(browse("manager").get(f"{P}/audit/{audit.pk}/"))


def test_a_day_on_a_weekend_says_which_day_to_plan_for_until_that_is_over(
    browse: Browse, settings: Any
) -> None:
    browse("manager").post(f"{P}/audit/new/", {**LETTER, "received_on": "05/05/2027", "items": LINES})

    page = text(browse("manager").get(f"{P}/audit/{Audit.objects.get().pk}/"))
    assert "Due June 19, 2027. That is a Saturday. Plan for Friday, June 18, 2027." in page
    for today, planned in (("2027-06-18", True), ("2027-06-19", False), ("2027-06-21", False)):
        settings.TODAY = today
        page = text(browse("manager").get(f"{P}/audit/{Audit.objects.get().pk}/"))
        assert ("Plan for Friday" in page) == planned, today


def test_in_2017_a_first_reply_was_due_within_10_business_days(browse: Browse) -> None:
    page = "/p/harbor-rehabilitation-group/2017/audit/"
    browse("manager").post(f"{page}new/", {**LETTER, "received_on": "06/07/2019", "items": "1. A policy"})

    shown = text(browse("manager").get(f"{page}{Audit.objects.get().pk}/"))
    assert "First reply due June 21, 2019 10 business days" in shown


def test_a_first_reply_is_on_the_clock_and_told_until_its_day_is_over(browse: Browse, settings: Any) -> None:
    settings.TODAY = "2019-06-07"
    page = "/p/harbor-rehabilitation-group/2017/audit/"
    browse("manager").post(f"{page}new/", {**LETTER, "received_on": "06/07/2019", "items": "1. A policy"})
    clock = "Due July 22, 2019. A first reply is due on June 21, 2019."
    assert clock in text(browse("manager").get("/p/harbor-rehabilitation-group/2017/"))
    settings.TODAY = "2019-06-22"
    assert "first reply" not in text(browse("manager").get("/p/harbor-rehabilitation-group/2017/"))

    told: dict[int, str] = {}
    for left in range(16, -3, -1):
        for each in reminders.due(date(2019, 6, 21) - timedelta(days=left)):
            if "first reply" in each.about[0] and each.about[0] not in told.values():
                told[left] = each.about[0]
                assert f"asks for a first reply by June 21, 2019, {left} day" in each.says
    assert [*told] == [14, 7, 3, 1]


def test_cms_can_agree_to_another_day(browse: Browse) -> None:
    manager = browse("manager")
    audit = recorded(manager)

    manager.post(f"{P}/audit/{audit.pk}/due/", {"due_on": "07/01/2027", "because": "Agreed by phone"})

    assert "45 of 59 days left" in text(manager.get(f"{P}/audit/{audit.pk}/"))


def test_another_day_is_not_over_and_far_away_only_where_somebody_says_that_it_is_meant(
    browse: Browse, access: Callable[..., Access]
) -> None:
    """Reminders follow the day, and would stop without a word."""
    manager, meant = browse("manager"), "CMS agreed to this day"
    audit, said = recorded(manager), {"because": "Agreed by phone"}
    page = f"{P}/audit/{audit.pk}/due/"
    assert meant not in text(manager.get(page))

    over = manager.post(page, {**said, "due_on": "05/16/2027", "sure": "on"})
    assert over.status_code == 422
    assert "May 16, 2027 is over, and nobody would be reminded of the answer." in text(over)
    assert "Enter a day from May 17, 2027 on." in text(over)
    assert meant not in text(over)
    far = manager.post(page, {**said, "due_on": "06/17/2072"})
    assert far.status_code == 422
    assert "June 17, 2072 is more than a year after the request was received, on May 3, 2027." in text(far)
    assert meant in text(far)
    for on, code in ((date(2027, 5, 16), "audit_day_over"), (date(2028, 5, 4), "audit_day_far")):
        with pytest.raises(Refused) as refused:
            actions.move(access("manager"), audit, on, "Agreed by phone")
        assert [each.code for each in refused.value.problems] == [code]
    assert Audit.objects.get().due_on == date(2027, 6, 17)

    manager.post(page, {**said, "due_on": "05/03/2028"})
    assert Audit.objects.get().due_on == date(2028, 5, 3)
    manager.post(page, {**said, "due_on": "06/17/2029", "sure": "on"})
    assert Audit.objects.get().due_on == date(2029, 6, 17)


# ---- What can be wrong with a request


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"received_on": "12/31/2026"}, "Enter a day after 2026 ended."),
        ({"received_on": "05/18/2027"}, "Enter a day up to today, May 17, 2027."),
        ({"asked_by": ""}, "Enter who asks."),
        ({"items": " \n"}, "Paste at least one item, or choose a file."),
        ({"items": "x" * 1001}, "Line 1: shorten it to 1,000 characters; it has 1,001."),
        ({"items": "a\n" * 501}, "Enter at most 500 items; there are 501."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(browse: Browse, wrong: dict[str, str], says: str) -> None:
    answer = browse("manager").post(f"{P}/audit/new/", {**LETTER, "items": LINES, **wrong})

    assert answer.status_code == 422
    assert says in text(answer)
    assert not Audit.objects.exists()


def sheet(rows: list[list[str]], ending: str) -> SimpleUploadedFile:
    if ending == "csv":
        return SimpleUploadedFile("list.csv", "\n".join(";".join(each) for each in rows).encode())
    found = io.BytesIO()
    with xlsxwriter.Workbook(found, {"in_memory": True}) as book:
        for place, row in enumerate(rows):
            book.add_worksheet().write_row(place, 0, row) if not place else book.worksheets()[0].write_row(
                place, 0, row
            )
    return SimpleUploadedFile("list.xlsx", found.getvalue())


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_contractor_s_sheet_is_read(browse: Browse, ending: str) -> None:
    rows = [
        ["Due", "Item #", "Documentation requested", "Activity ID", "NPI"],
        ["", "A-1", "Screening policy", "IA_PSPA_21", npi_of(0)],
        ["", "A-2", "Training record", "", ""],
    ]

    browse("manager").post(f"{P}/audit/new/", {**LETTER, "file": sheet(rows, ending)})

    first, second = Audit.objects.get().items.all()
    assert (first.label, first.words, first.activity) == ("A-1", "Screening policy", "IA_PSPA_21")
    assert first.clinician is not None
    assert first.clinician.npi == npi_of(0)
    assert (second.label, second.activity, second.clinician) == ("A-2", "", None)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_headings_below_a_title_and_in_the_contractor_s_words_are_read(browse: Browse, ending: str) -> None:
    rows = [
        ["MIPS data validation and audit", "", "", ""],
        ["Requests of performance year 2026", "", "", ""],
        ["", "", "", ""],
        ["Ref #", "IA ID", "Clinician NPI (10 digits)", "Requested Documentation / Evidence"],
        ["2a", "ia pspa-21", npi_of(0), "Falls policy"],
        ["2b", "IA_XX_9", "", "Minutes"],
    ]

    answer = browse("manager").post(f"{P}/audit/new/", {**LETTER, "file": sheet(rows, ending)}, follow=True)

    first, second = Audit.objects.get().items.all()
    assert (first.label, first.words, first.activity) == ("2a", "Falls policy", "IA_PSPA_21")
    assert first.clinician is not None
    assert (second.label, second.words, second.activity) == ("2b", "Minutes\nActivity: IA_XX_9", "")
    assert "Row 6, activity: IA_XX_9 is not an activity of this year." in text(answer)


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["commas", "semicolons", "tabs"])
@pytest.mark.parametrize("heading", ["Item #{0}Documentation requested{0}NPI", "NPI{0}Request{0}Due{0}No."])
def test_a_sheet_that_is_pasted_is_read_as_one(browse: Browse, heading: str, separator: str) -> None:
    """Cells that were copied, or a CSV file that was opened as text."""
    first = heading.format(separator)
    cells = {"Item #": "A-1", "No.": "A-1", "NPI": npi_of(0), "Due": "soon"}
    row = [cells.get(each, '"Policy of falls, with its date"') for each in first.split(separator)]

    browse("manager").post(f"{P}/audit/new/", {**LETTER, "items": f"\n{first}\r\n{separator.join(row)}\r\n"})

    item = Audit.objects.get().items.get()
    assert (item.label, item.words) == ("A-1", "Policy of falls, with its date")
    assert item.clinician
    assert item.clinician.npi == npi_of(0)


@pytest.mark.parametrize(("pasted", "found"), [
    ("Documentation requested\nPolicy, of 2026\n", [("", "Policy, of 2026")]),
    ("Policy, description\nMinutes", [("", "Policy, description"), ("", "Minutes")]),
    ("A-1. Policy\nB-12: Minutes\nA-3) Logs", [("A-1", "Policy"), ("B-12", "Minutes"), ("A-3", "Logs")]),
], ids=["one column", "no heading", "numbers of the contractor"])  # fmt: skip
def test_lines_stay_lines(browse: Browse, pasted: str, found: list[tuple[str, str]]) -> None:
    browse("manager").post(f"{P}/audit/new/", {**LETTER, "items": pasted})

    assert [(each.label, each.words) for each in Audit.objects.get().items.all()] == found


def test_what_is_wrong_of_a_sheet_that_is_pasted_stands_beside_it(browse: Browse) -> None:
    answer = browse("manager").post(
        f"{P}/audit/new/", {**LETTER, "items": "Item\tRequest\tNPI\n1\tA policy\t123\n2\t\t"}
    )

    assert answer.status_code == 422
    page = text(answer)
    assert "Row 3, what is asked: write what the auditor asks for, or delete the row." in page
    assert 'href="#id_items"' in answer.content.decode()
    assert not Audit.objects.exists()


def test_everything_that_is_wrong_of_a_sheet_is_said_at_once(browse: Browse) -> None:
    rows = [["Item", "Request"], ["1", ""], ["2", "x" * 1001]]

    answer = browse("manager").post(f"{P}/audit/new/", {**LETTER, "file": sheet(rows, "csv")})

    page = text(answer)
    assert "Row 2, what is asked: write what the auditor asks for, or delete the row." in page
    assert "Row 3, what is asked: shorten it to 1,000 characters; it has 1,001." in page
    assert not Audit.objects.exists()


@pytest.mark.parametrize("pasted", [True, False], ids=["pasted", "file"])
def test_what_a_list_names_that_is_not_here_stays_in_its_words_and_is_said_and_open(
    browse: Browse, pasted: bool
) -> None:
    """Nobody alters an auditor's list: the row is taken, and says what is not known of it."""
    rows = [
        ["Item", "Request", "Activity", "NPI"],
        ["1", "A policy on IA_PSPA_21", "ia_xx_9", "123"],
        ["2", "A log", "ia_pspa_21", "9999999999"],
        ["3", "Minutes", "", npi_of(0)],
    ]
    lines = "\n".join("\t".join(each) for each in rows)
    given = {"items": lines} if pasted else {"file": sheet(rows, "csv")}

    page = text(browse("manager").post(f"{P}/audit/new/", {**LETTER, **given}, follow=True))

    one, two, three = Audit.objects.get().items.all()
    assert (one.words, one.activity) == ("A policy on IA_PSPA_21\nActivity: ia_xx_9\nNPI: 123", "")
    assert (two.words, two.activity) == ("A log\nNPI: 9999999999", "IA_PSPA_21")
    assert (one.clinician, two.clinician) == (None, None)
    assert (three.words, three.clinician and three.clinician.npi) == ("Minutes", npi_of(0))
    assert "Saved 3 items." in page
    assert "Nothing of the list was altered." in page
    assert "Row 2, activity: ia_xx_9 is not an activity of this year." in page
    assert "Row 2, NPI: 123 is not on the roster of this year." in page
    assert "Row 3, NPI: 9999999999 is not on the roster of this year." in page
    assert page.count("It is not known which activity this asks about.") == 2
    assert "The list names NPI 9999999999, and no clinician of the roster is chosen. Say which" in page
    item = f"{P}/audit/{two.audit_id}/items/{two.pk}/"
    assert "The list names NPI 9999999999" in text(browse("manager").get(item))
    browse("manager").post(item, {**AROUND, "clinician": three.clinician.pk if three.clinician else ""})
    assert "The list names NPI 9999999999" not in text(browse("manager").get(item))


@pytest.mark.parametrize("way", ["pasted", "file", "lines"])
def test_a_number_of_more_than_forty_characters_stays_whole_and_is_said(browse: Browse, way: str) -> None:
    number, kept = "1-" * 20 + "2", "1-" * 19 + "2"
    rows = [["Item", "Request", "NPI"], [number, "A policy", "123"], [kept, "A log", ""]]
    given: dict[str, object] = {
        "pasted": {"items": "\n".join("\t".join(each) for each in rows)},
        "file": {"file": sheet(rows, "csv")},
        "lines": {"items": f"{number}. A policy\n{kept}. A log"},
    }[way]

    page = text(browse("manager").post(f"{P}/audit/new/", {**LETTER, **given}, follow=True))

    one, two = Audit.objects.get().items.all()
    assert (two.label, two.words) == (kept, "A log")
    if way == "lines":
        assert (one.label, one.words) == ("", f"{number}. A policy")
    else:
        assert (one.label, one.words) == ("", f"A policy\nNumber: {number}\nNPI: 123")
        assert "Row 2, number: it is longer than 40 characters, and stands below what is asked." in page


def test_of_many_rows_that_name_what_is_not_here_the_first_are_said(browse: Browse) -> None:
    rows = [["Request", "NPI"], *([f"A log {number}", "All"] for number in range(12))]

    page = text(
        browse("manager").post(f"{P}/audit/new/", {**LETTER, "file": sheet(rows, "csv")}, follow=True)
    )

    assert "Row 11, NPI: All is not on the roster" in page
    assert "Row 12, NPI" not in page
    assert "And 2 more." in page


def test_a_workbook_whose_other_sheets_have_rows_says_which_was_read(browse: Browse) -> None:
    found = io.BytesIO()
    with xlsxwriter.Workbook(found, {"in_memory": True}) as book:
        for name, rows in (("List", 2), ("More", 2), ("Blank", 0), ("Heading", 1)):
            page = book.add_worksheet(name)
            for place in range(rows):
                page.write_row(place, 0, ["Request" if not place else f"A policy of {name}"])
    file = SimpleUploadedFile("list.xlsx", found.getvalue())

    said = text(browse("manager").post(f"{P}/audit/new/", {**LETTER, "file": file}, follow=True))

    assert [each.words for each in Audit.objects.get().items.all()] == ["A policy of List"]
    assert "Only the sheet “List” was read, and others have rows: “More”." in said
    assert "If they ask for something too, record it as a request of its own." in said


def test_a_sheet_without_the_column_that_is_needed_is_named_with_what_was_read(browse: Browse) -> None:
    answer = browse("manager").post(
        f"{P}/audit/new/", {**LETTER, "file": sheet([["Item", "Due"], ["1", "x"]], "csv")}
    )

    assert "The first line has these headings: Item, Due. A column for what is asked" in text(answer)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ('<c r="A1"><v>1</v></c>' + " " * 30_000_000, "A part of it would unpack to"),
        ("<c><v>1</v></c>" * 3_000_000, "A part of it would unpack to"),
        ('<c r="A1"><v>1</v></c></row><row r="1048576">' + "<c><v>1</v></c>" * 99, "more than 500,000 cells"),
        ("<c/>" * 800 + '</row><row r="999"/><row>', "more than 500,000 cells"),
        ('<c r="A1"><v>1</v></c></row><row r="2"><c r="CV99999"><v>1</v></c>', "more than 500,000 cells"),
    ],
    ids=["swells", "without end", "far without names", "wide", "far"],
)
def test_a_workbook_that_would_take_a_server_s_time_or_memory_is_refused(
    browse: Browse, cells: str, says: str
) -> None:
    file = SimpleUploadedFile("list.xlsx", with_cells(cells))

    answer = browse("manager").post(f"{P}/audit/new/", {**LETTER, "file": file})

    assert answer.status_code == 422
    assert says in text(answer)
    assert not Audit.objects.exists()


def test_a_table_of_millions_of_lines_is_not_read(browse: Browse) -> None:
    file = SimpleUploadedFile("list.csv", b"Request\n" + b"a\n" * 1_000_000)

    answer = browse("manager").post(f"{P}/audit/new/", {**LETTER, "file": file})

    assert "Enter at most 500 items; the file has more than 20,000 lines." in text(answer)


FOUND = "Take out what looks like 1 medical record number: {}. Nothing was saved."
TICK = "It names no patient: save it as it is"


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"items": "Screening policy\nChart of MRN 0012345"}, "line 2"),
        ({"items": LINES, "scope": "Chart of MRN 0012345"}, "line 1"),
        ({"file": [["Request", "MRN"], ["Policy", "0012345"], ["Chart of MRN 0012346", ""]]}, "item 2"),
    ],
    ids=["items", "scope", "file"],
)
def test_a_request_that_may_name_a_patient_is_kept_once_somebody_says_that_it_names_none(
    browse: Browse, given: dict[str, Any], where: str
) -> None:
    def sent() -> dict[str, Any]:
        return LETTER | {name: sheet(said, "csv") if name == "file" else said for name, said in given.items()}

    manager, page = browse("manager"), f"{P}/audit/new/"
    assert TICK not in text(manager.get(page))

    answer = manager.post(page, sent())
    assert answer.status_code == 422
    assert FOUND.format(where) in text(answer)
    assert TICK in text(answer)
    assert not Audit.objects.exists()

    manager.post(page, {**sent(), "nobody": "on"})
    assert Audit.objects.get().items.count() >= 2


# ---- Items


def test_an_item_is_assigned_and_answered_and_its_gaps_have_a_way_out(
    browse: Browse, access: Callable[..., Access], person: Callable[[str], Any]
) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    item = audit.items.first()
    assert item is not None
    page = text(manager.get(f"{P}/audit/{audit.pk}/"))
    assert "0 of 3 items are ready." in page
    assert "No evidence is chosen. Choose evidence" in page
    assert "Open the checklist" in page
    use = kept(access("manager"))

    asked = manager.get(f"{P}/audit/{audit.pk}/items/{item.pk}/")
    assert f"E-{use.evidence.number} Screening policy.txt" in text(asked)
    answer = manager.post(
        f"{P}/audit/{audit.pk}/items/{item.pk}/",
        {**AROUND, "activity": "IA_PSPA_21", "owner": person("admin").pk, "evidence": [use.evidence.pk]},
        follow=True,
    )

    assert AuditAnswer.objects.get().evidence == use.evidence
    assert f"Nobody accepted E-{use.evidence.number} yet. Look at it" in text(answer)
    evidence.review(access("manager"), use, use.evidence.revisions.get(), accepted=True)
    page = text(manager.get(f"{P}/audit/{audit.pk}/"))
    assert "1 of 3 items is ready." in page
    assert "On file" in page


def test_a_note_that_may_name_a_patient_is_kept_once_somebody_says_that_it_names_none(browse: Browse) -> None:
    manager = browse("manager")
    item = recorded(manager).items.first()
    assert item is not None
    page, given = f"{P}/audit/{item.audit_id}/items/{item.pk}/", {**AROUND, "note": "See MRN 0012345."}

    answer = manager.post(page, given)
    assert FOUND.format("line 1") in text(answer)
    assert TICK in text(answer)
    manager.post(page, {**given, "nobody": "on"})
    item.refresh_from_db()
    assert item.note == "See MRN 0012345."


@pytest.mark.parametrize(
    ("where", "given", "field"),
    [
        ("sent", {"sent_on": "05/04/2027", "how": "Mail", "what": "All."}, "what"),
        ("due", {"due_on": "07/01/2027", "because": "CMS."}, "because"),
        ("close", {"because": "Withdrawn."}, "because"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_request_is_told_without_a_patient(
    browse: Browse, where: str, given: dict[str, str], field: str, harbor: Practice
) -> None:
    manager = browse("manager")
    page, said = f"{P}/audit/{recorded(manager).pk}/{where}/", {**given, field: "See MRN 0012345."}
    before = harbor.entries.count()

    answer = manager.post(page, said)
    assert FOUND.format("line 1") in text(answer)
    assert TICK in text(answer)
    assert harbor.entries.count() == before
    assert manager.post(page, {**said, "nobody": "on"}).status_code == 303
    assert harbor.entries.count() > before


def test_whoever_answers_goes_on_from_item_to_item(browse: Browse) -> None:
    manager, told = browse("manager"), {**LETTER, "items": LINES, "next": "on"}
    first = manager.post(f"{P}/audit/new/", told)
    one, two, three = Audit.objects.get().items.all()
    items = f"{P}/audit/{one.audit_id}/items"
    assert first.headers["Location"] == f"{items}/{one.pk}/"
    assert "Save and go on to item 2" in text(manager.get(f"{items}/{one.pk}/"))
    assert "Save and go on" not in text(manager.get(f"{items}/{three.pk}/"))

    AuditItem.objects.filter(pk=two.pk).update(done=True)
    on = manager.post(f"{items}/{one.pk}/", {**AROUND, "note": "None.", "next": "on"})
    assert on.headers["Location"] == f"{items}/{three.pk}/"
    last = manager.post(f"{items}/{three.pk}/", {**AROUND, "note": "None.", "next": "on"})
    assert last.headers["Location"] == f"{P}/audit/{one.audit_id}/"


def test_ticked_items_are_given_to_one_person_at_once(
    browse: Browse, harbor: Practice, person: Callable[[str], Any]
) -> None:
    manager, admin = browse("manager"), person("admin")
    other, audit = recorded(manager), recorded(manager)
    desk, (first, second, third) = f"{P}/audit/{audit.pk}/", audit.items.all()
    assert " checked" not in manager.get(desk).content.decode()

    for ticked, owner, says in (
        ([], admin.pk, "Items: Tick at least one item of this request."),
        ([first.pk, other.items.first().pk], admin.pk, "Items: Tick at least one item of this request."),
        ([first.pk, "x"], admin.pk, "Items: Tick at least one item of this request."),
        ([first.pk], "", "Who looks after the ticked items: Choose a person from the list."),
        ([first.pk], person("kim").pk, "Who looks after the ticked items: Choose a person from the list."),
    ):
        refused = manager.post(desk, {"item": ticked, "owner": owner})
        assert refused.status_code == 422
        assert says in text(refused)
        assert refused.content.decode().count(" checked") == (first.pk in ticked)
    assert not AuditItem.objects.exclude(owner=None).exists()

    saved = manager.post(desk, {"item": [first.pk, third.pk], "owner": admin.pk}, follow=True)
    assert f"Saved. {admin.name} now looks after 2 ticked items." in text(saved)
    again = manager.post(desk, {"item": [first.pk, second.pk], "owner": admin.pk}, follow=True)
    assert "2 ticked items, 1 of them already before." in text(again)

    assert [each.owner for each in audit.items.all()] == [admin] * 3
    lines = harbor.entries.filter(action="audit item changed").order_by("id")
    assert [each.record for each in lines] == [f"audit {audit.pk} item {number}" for number in (1, 3, 2)]
    manager.post(f"{desk}close/", {"because": "Recorded by mistake"})
    closed = manager.post(desk, {"item": [first.pk], "owner": person("manager").pk}, follow=True)
    assert "This request was closed. Record a new one if more is asked." in text(closed)
    assert 'name="item"' not in closed.content.decode()
    assert browse("kim").post(desk, {"item": [first.pk], "owner": admin.pk}).status_code == 403


def test_an_answer_that_is_taken_away_stays_in_the_record(
    browse: Browse, access: Callable[..., Access]
) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    item, use = audit.items.first(), kept(access("manager"))
    assert item is not None
    at = f"{P}/audit/{audit.pk}/items/{item.pk}/"
    manager.post(at, {**AROUND, "others": f"e-{use.evidence.number}"})

    manager.post(at, AROUND)

    ended = AuditAnswer.objects.get()
    assert ended.ended_at is not None
    assert ended.ended_by is not None


def ready(manager: Client, audit: Audit, use: Any, **about: Any) -> str:
    """The request once evidence answers its first item alone."""
    item = audit.items.first()
    assert item is not None
    manager.post(
        f"{P}/audit/{audit.pk}/items/{item.pk}/",
        {**AROUND, "activity": "IA_PSPA_21", "evidence": [use.evidence.pk], **about},
    )
    assert AuditAnswer.objects.count() == 1
    return text(manager.get(f"{P}/audit/{audit.pk}/"))


OF_OTHER_DAYS = [
    ({"last": date(2025, 12, 31), "first": date(2025, 3, 3)}, "March 3, 2025 – December 31, 2025"),
    ({"last": date(2026, 2, 1), "first": date(2026, 1, 2)}, "January 2, 2026 – February 1, 2026"),
]


@pytest.mark.parametrize(("days", "dated"), OF_OTHER_DAYS)
@pytest.mark.parametrize("accept", [True, False])
def test_evidence_of_days_that_were_not_attested_is_flagged_and_not_refused_and_is_a_gap(
    browse: Browse, access: Callable[..., Access], days: dict[str, date], dated: str, accept: bool
) -> None:
    manager = browse("manager")
    audit, use = recorded(manager), kept(access("manager"), **days)
    if accept:
        evidence.review(access("manager"), use, use.evidence.revisions.get(), accepted=True)

    page = ready(manager, audit, use)

    number = use.evidence.number
    assert "0 of 3 items are ready." in page
    assert f"Dated {dated}, outside March 2, 2026 –" in page
    assert f"E-{number} is dated outside the days that were attested. Look at it" in page
    assert ("Nobody accepted" in page) == (not accept)
    assert "1 of 3 items is ready." in ready(manager, audit, use, done="on", note="As it was then.")


def test_evidence_that_is_in_force_in_the_days_that_were_attested_is_no_gap(
    browse: Browse, access: Callable[..., Access]
) -> None:
    manager = browse("manager")
    audit, use = recorded(manager), kept(access("manager"), first=date(2025, 3, 3))
    evidence.review(access("manager"), use, use.evidence.revisions.get(), accepted=True)

    page = ready(manager, audit, use)

    assert "1 of 3 items is ready." in page
    assert "outside" not in page


def test_evidence_for_a_clinician_is_measured_by_their_own_days(
    browse: Browse, access: Callable[..., Access]
) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    use = kept(access("manager"), first=date(2026, 3, 2), last=date(2026, 4, 1))
    evidence.review(access("manager"), use, use.evidence.revisions.get(), accepted=True)
    clinicians = audit.year.practice.clinicians

    early = ready(manager, audit, use, clinician=clinicians.get(last_name="Adeyemi").pk)
    assert "1 of 3 items is ready." in early

    late = ready(manager, audit, use, clinician=clinicians.get(last_name="Dubois").pk)
    assert "0 of 3 items are ready." in late
    assert "Dated March 2, 2026 – April 1, 2026, outside" in late


@pytest.mark.parametrize(
    ("shows", "says"),
    [
        ({"kind": "invoice"}, "is not enough. No invoice shows this."),
        ({"first": None}, "is not enough. The day is not known"),
    ],
)
def test_evidence_that_is_accepted_and_not_enough_is_a_gap(
    browse: Browse, access: Callable[..., Access], shows: dict[str, Any], says: str
) -> None:
    manager = browse("manager")
    audit, use = recorded(manager), kept(access("manager"), **shows)
    evidence.review(access("manager"), use, use.evidence.revisions.get(), accepted=True)

    page = ready(manager, audit, use)

    assert "0 of 3 items are ready." in page
    assert f"E-{use.evidence.number} {says}" in page


def test_where_it_is_not_known_what_was_attested_evidence_is_measured_by_the_year(
    browse: Browse, access: Callable[..., Access]
) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    audit.year.chosen.filter(activity="IA_PSPA_21").update(ended_at=clock.now())
    use = kept(access("manager"), first=date(2025, 3, 3), last=date(2025, 6, 3))
    evidence.review(access("manager"), use, use.evidence.revisions.get(), accepted=True)

    page = ready(manager, audit, use)

    assert "0 of 3 items are ready." in page
    assert "Dated March 3, 2025 – June 3, 2025, outside 2026." in page


def test_evidence_that_shows_nothing_of_the_year_is_a_gap(
    browse: Browse, access: Callable[..., Access]
) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    item, use = audit.items.first(), kept(access("manager", 2025), first=date(2025, 3, 3))
    assert item is not None

    answer = manager.post(
        f"{P}/audit/{audit.pk}/items/{item.pk}/",
        {**AROUND, "activity": "IA_PSPA_21", "others": f"E-{use.evidence.number:012}"},
        follow=True,
    )

    page = text(answer)
    assert f"E-{use.evidence.number} is not said to show IA_PSPA_21 in 2026. Say what it shows" in page
    assert "Dated March 3, 2025, outside 2026." in page


def test_a_clinician_who_did_not_sign_is_a_gap(browse: Browse) -> None:
    manager = browse("manager")
    audit = recorded(manager, f"Signature of the clinician, IA_PSPA_21, {npi_of(0)}")
    kim = audit.year.practice.clinicians.get(last_name="Kim")
    audit.items.update(clinician=kim)

    page = text(manager.get(f"{P}/audit/{audit.pk}/"))

    assert "did not sign IA_PSPA_21 yet. See who has signed" in page


def test_evidence_that_is_not_there_is_named(browse: Browse) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    item = audit.items.first()
    assert item is not None

    none = f"E-99, abc, E-{'9' * 18}, {'9' * 19}"

    answer = manager.post(f"{P}/audit/{audit.pk}/items/{item.pk}/", {**AROUND, "others": none})

    assert f"Nothing is kept under {none}." in text(answer)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    browse: Browse, access: Callable[..., Access]
) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    item = audit.items.first()
    assert item is not None
    at = f"{P}/audit/{audit.pk}/items/{item.pk}/"
    seen = re.search(r'name="seen" value="(\w+)"', manager.get(at).content.decode())
    assert seen
    known = {name: getattr(item, name) for name in actions.ITEM}
    actions.answer(access("admin"), item, known | {"note": "The admin's"}, [])

    answer = manager.post(at, {**AROUND, "note": "Mine", "seen": seen[1]})

    assert answer.status_code == 409
    assert "The admin's" in text(answer)
    assert AuditItem.objects.get(pk=item.pk).note == "The admin's"


# ---- What is sent


def test_marking_as_sent_keeps_a_transcript_that_nobody_can_change(
    browse: Browse, access: Callable[..., Access]
) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    item, use = audit.items.first(), kept(access("manager"))
    assert item is not None
    manager.post(f"{P}/audit/{audit.pk}/items/{item.pk}/", {**AROUND, "evidence": [use.evidence.pk]})
    leaves = Leaf.objects.count()

    answer = manager.post(
        f"{P}/audit/{audit.pk}/sent/",
        {"sent_on": "05/17/2027", "how": "Upload, receipt 1", "what": "The package", "sha256": "AB" * 32},
        follow=True,
    )

    sent = AuditSent.objects.get()
    assert sent.sha256 == "ab" * 32
    assert sent.transcript[0]["evidence"][0]["sha256"] == use.evidence.revisions.get().sha256
    assert Leaf.objects.count() == leaves + 1
    assert "This is exactly what was recorded on" in text(answer)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditSent.objects.update(what="Something else")
    with pytest.raises(DatabaseError), transaction.atomic():
        Audit.objects.update(received_on=date(2027, 5, 4))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"sent_on": "05/02/2027"}, "Enter a day from May 3, 2027 through May 17, 2027."),
        ({"sha256": "abc"}, "Enter 64 characters, 0–9 and a–f. This has 3."),
        ({"what": ""}, "Enter what was sent."),
    ],
)
def test_what_is_wrong_of_what_was_sent_is_said(browse: Browse, wrong: dict[str, str], says: str) -> None:
    audit = recorded(browse("manager"))
    known = {"sent_on": "05/17/2027", "how": "Mail", "what": "All"}

    answer = browse("manager").post(f"{P}/audit/{audit.pk}/sent/", known | wrong)

    assert answer.status_code == 422
    assert says in text(answer)
    assert not AuditSent.objects.exists()


def test_what_came_in_today_was_sent_today(browse: Browse, settings: Any) -> None:
    audit = recorded(browse("manager"))
    settings.TODAY = str(audit.received_on)
    known = {"sent_on": str(audit.received_on - timedelta(days=1)), "how": "Mail", "what": "All"}

    answer = browse("manager").post(f"{P}/audit/{audit.pk}/sent/", known)

    assert "Enter May 3, 2027: it came in today." in text(answer)


def test_a_closed_request_is_read_and_not_changed(browse: Browse) -> None:
    manager = browse("manager")
    audit = recorded(manager)
    manager.post(f"{P}/audit/{audit.pk}/close/", {"because": "Recorded by mistake"})

    assert manager.get(f"{P}/audit/{audit.pk}/sent/").status_code == 302
    manager.post(f"{P}/audit/{audit.pk}/due/", {"due_on": "07/01/2027", "because": "x"})

    audit.refresh_from_db()
    assert audit.due_on == date(2027, 6, 17)
    assert "Closed on May 17, 2027" in text(manager.get(f"{P}/audit/"))


# ---- Who


def test_who_may_not_answer_an_auditor_is_told_who_can(browse: Browse) -> None:
    answer = browse("kim").get(f"{P}/audit/")

    assert answer.status_code == 403
    assert "can" in text(answer)


@pytest.mark.parametrize("who", ["manager", "admin", "novak"])
def test_managers_administrators_and_signing_officials_answer_from_the_request_to_what_was_sent(
    browse: Browse, access: Callable[..., Access], person: Callable[[str], Any], who: str
) -> None:
    """The signing official is a clinician, who without the mark sees no page of it."""
    at, minutes = browse(who), kept(access("manager"), "Minutes").evidence
    if who == "novak":
        assert at.get(f"{P}/audit/").status_code == 403
        Membership.objects.filter(person=person("novak")).update(signing_official=True)

    assert "Record a request" in text(at.get(f"{P}/audit/"))
    audit = recorded(at, "1. Minutes")
    desk, item = f"{P}/audit/{audit.pk}/", audit.items.get()
    told = {**AROUND, "activity": "IA_PSPA_21", "evidence": minutes.pk, "owner": person(who).pk, "done": "on"}
    assert "1 of 1 item is ready." in text(at.post(f"{desk}items/{item.pk}/", told, follow=True))
    assert "Audit of 2026 : 31 of 45 days left to answer." in text(at.get(f"{P}/"))
    first = {each.person for each in reminders.due(date(2027, 5, 17)) if each.kind == "audit"}
    assert person(who) in first
    assert "is ready" in text(at.post(f"{desk}package/", follow=True))
    package = audit.packages.get()
    assert b"".join(at.post(f"{desk}package/", {"package": package.pk}).streaming_content)
    sent = {"sent_on": "05/17/2027", "how": "Mail", "what": "All", "package": package.pk}
    assert "This is exactly what was recorded" in text(at.post(f"{desk}sent/", sent, follow=True))

    assert audit.sent.get().sha256 == package.sha256
    assert audit.sent.get().person == person(who)
    assert not [each for each in reminders.due(date(2027, 6, 16)) if each.kind == "audit"]


def test_those_who_answer_are_reminded_at_once_at_half_time_and_before_it_is_due(
    browse: Browse, harbor: Practice
) -> None:
    audit = recorded(browse("manager"))
    found: dict[str, list[int]] = {}
    seen = set()
    for left in range(45, -3, -1):
        for each in reminders.due(audit.due_on - timedelta(days=left)):
            if each.kind == "audit" and (each.person.pk, each.about) not in seen:
                seen.add((each.person.pk, each.about))
                found.setdefault(each.person.email.partition("@")[0], []).append(left)

    assert found == {"manager": [45, 30, 22, 14, 7, 3, 1, -1], "admin": [45, 30, 22, 14, 7, 3, 1, -1]}
    browse("manager").post(
        f"{P}/audit/{audit.pk}/sent/", {"sent_on": "05/17/2027", "how": "Mail", "what": "All"}
    )
    assert not [each for each in reminders.due(date(2027, 6, 16)) if each.kind == "audit"]
    assert harbor.entries.filter(action="audit answered").exists()
