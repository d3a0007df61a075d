"""A link for somebody outside: it reads what it names and no more, each look is kept, and it ends."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from mips_ia.portal import clock
from mips_ia.portal.actions import evidence, practice, reviewer_links
from mips_ia.portal.models import Entry, Membership, Person, Practice, ReviewerLink, ReviewNote, Stay
from mips_ia.portal.tenancy import Access
from mips_ia.portal.web import review, review_people
from mips_ia.problems import Refused

Browse = Callable[[str], Client]
AccessOf = Callable[..., Access]
P = "/p/harbor-rehabilitation-group/2026"
LINK = {"name": "Data Validation Contractor", "until": "10/16/2026"}


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untried")]


def text(answer: Any) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("&#x27;", "'")


def link(client: Client, **more: Any) -> str:
    """The path of a new link."""
    page = client.post(f"{P}/audit/links/new/", {**LINK, **more}).content.decode()
    found = re.search(r'value="http://localhost(/review/[^"]+)"', page)
    assert found, text(client.post(f"{P}/audit/links/new/", {**LINK, **more}))
    return found[1]


def kept(access: Access, title: str, activity: str = "IA_PSPA_21", *, phi: bool = False) -> Any:
    """A file that is said to show something of an activity."""
    told = {"name": f"{title}.txt", "media_type": "text/plain", "title": title, "phi": phi}
    revision = evidence.receive(access, title.encode(), told)
    evidence.use(access, revision.evidence, activity, "screening_program", kind="policy")
    return revision


def test_a_link_is_shown_once_and_only_its_digest_is_kept(browse: Browse) -> None:
    manager = browse("manager")
    path = link(manager)

    held = ReviewerLink.objects.get()
    secret = path.split("/")[2]
    assert len(secret) >= 43
    assert secret not in str(ReviewerLink.objects.values().get())
    assert secret not in str([*Entry.objects.values_list("after", flat=True)])
    page = manager.get(f"{P}/audit/links/")
    assert secret not in page.content.decode()
    assert "Data Validation Contractor" in text(page)
    assert held.digest
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewerLink.objects.update(until=date(2030, 1, 1))


def test_whoever_has_it_reads_the_year_and_every_look_is_kept(
    browse: Browse, outside: Client, access: AccessOf, harbor: Practice
) -> None:
    kept(access("manager"), "Fall screening policy")
    path = link(browse("manager"))

    for page, says in (
        ("", "How the score came about"),
        ("activities/", "Implementation of fall screening and assessment programs"),
        ("activities/?activity=IA_PSPA_21", "What is kept for it"),
        ("evidence/", "E-1 Fall screening policy"),
        ("log/", "Evidence received"),
    ):
        answer = outside.get(path + page)
        shown = text(answer)
        assert answer.status_code == 200, page
        assert says in shown, page
        assert (
            "Read only. For Data Validation Contractor, until October 16, 2026. "
            "Every page you open is recorded." in shown
        )
        assert "<form" not in answer.content.decode()
        assert f"/p/{harbor.slug}/" not in answer.content.decode(), page
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert harbor.tin not in shown

    looks = harbor.entries.filter(action="reviewer viewed")
    assert [each.after["page"] for each in looks] == [
        "answer", "activities", "activities, IA_PSPA_21", "evidence", "log, page 1 of 2",
    ]  # fmt: skip
    assert "5 times, last" in text(browse("manager").get(f"{P}/audit/links/"))


def test_a_look_names_the_page_of_a_list_and_nothing_that_was_not_shown(
    browse: Browse, outside: Client, access: AccessOf, harbor: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(access("manager"), "Fall screening policy")
    kept(access("manager"), "Another policy")
    monkeypatch.setattr(review, "ROWS", 3)
    monkeypatch.setattr(review_people, "ROWS", 10)
    path = link(browse("manager"))

    for page in ("log/?page=2", "roster/?page=2", "activities/?activity=IA_XX_9"):
        assert outside.get(path + page).status_code == 200

    looks = harbor.entries.filter(action="reviewer viewed").order_by("id")
    told = [each.after["page"] for each in looks]
    assert told[0].startswith("log, page 2 of ")
    assert told[1:] == ["roster, page 2 of 2", "activities"]


def test_a_try_after_the_end_is_a_line_of_the_log_once_an_hour(
    browse: Browse, outside: Client, harbor: Practice, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    manager = browse("manager")
    path, other = link(manager), link(manager)
    assert "Refused after its end" not in text(manager.get(f"{P}/audit/links/"))
    settings.TODAY = "2026-10-17"
    lines = harbor.entries.filter(action="reviewer refused").order_by("id")

    for page in ("", "log/", "activities/?activity=IA_PSPA_21"):
        assert "That somebody tried it is recorded." in text(outside.get(path + page))
    assert [each.after["page"] for each in lines] == ["answer"]
    outside.get(f"{other}log/")
    assert [each.after["page"] for each in lines.all()] == ["answer", "log"]
    hour, now = timedelta(hours=1), clock.now()
    for later, times in ((hour - timedelta(seconds=1), 2), (hour, 3)):
        monkeypatch.setattr(clock, "now", lambda later=later: now + later)
        outside.get(path)
        assert lines.all().count() == times

    assert not harbor.entries.filter(action="reviewer viewed").exists()
    said = text(browse("manager").get(f"{P}/audit/links/"))
    assert said.count("Refused after its end, last October 17, 2026") == 2
    log = text(browse("manager").get(f"{P}/log/"))
    assert "Reviewer refused" in log
    assert "Ended on: October 16, 2026" in log


def test_what_is_assumed_of_those_who_report_as_individuals_has_its_letter(
    browse: Browse, outside: Client, access: AccessOf
) -> None:
    Stay.objects.filter(year__year=2026).update(hpsa=None)
    practice.describe(access("manager"), report_as="individual")

    page = unescape(outside.get(link(browse("manager"))).content.decode())

    letter = page.split('are taken from the practice: <a href="#assumption-', 1)[1][0]
    says = page.split(f'id="assumption-{letter}"', 1)[1].split("</div>")[0]
    assert "Where it has none they are taken to be those recorded for the practice." in says
    assert 'id="steps"' not in page


def test_who_is_signed_in_sees_by_a_link_what_everybody_sees(browse: Browse) -> None:
    manager = browse("manager")

    answer = manager.get(link(manager))

    assert "<form" not in answer.content.decode()
    assert "Dana Whitfield" not in answer.content.decode()


def test_files_are_opened_only_where_the_link_includes_them(
    browse: Browse, outside: Client, access: AccessOf
) -> None:
    revision, named = kept(access("manager"), "Policy"), kept(access("manager"), "A patient", phi=True)
    without, with_files = link(browse("manager")), link(browse("manager"), files="on")

    assert outside.get(f"{without}files/{revision.evidence.number}/1/").status_code == 404
    answer = outside.get(f"{with_files}files/{revision.evidence.number}/1/")
    assert answer.content == b"Policy"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert outside.get(f"{with_files}files/{named.evidence.number}/1/").status_code == 404
    assert Entry.objects.filter(after__page=f"file E-{revision.evidence.number}, revision 1").count() == 1


def test_only_who_may_open_them_gives_away_files_that_name_patients(
    browse: Browse, outside: Client, access: AccessOf, person: Callable[[str], Person]
) -> None:
    named = kept(access("manager"), "A patient", phi=True)
    assert b"naming patients" not in browse("manager").get(f"{P}/audit/links/new/").content
    browse("manager").post(f"{P}/audit/links/new/", {**LINK, "files": "on", "phi": "on"})
    assert not ReviewerLink.objects.get().phi

    Membership.objects.filter(person=person("admin")).update(grants=["open_phi"])
    path = link(browse("admin"), files="on", phi="on")

    assert outside.get(f"{path}files/{named.evidence.number}/1/").content == b"A patient"


def test_a_link_of_one_activity_shows_nothing_of_the_others(
    browse: Browse, outside: Client, access: AccessOf
) -> None:
    kept(access("manager"), "Fall screening policy")
    other = kept(access("manager"), "Self-management plan", "IA_BE_16")
    path = link(browse("manager"), activities=["IA_PSPA_21"], files="on")

    shown = text(outside.get(f"{path}evidence/"))
    assert "Fall screening policy" in shown
    assert "Self-management plan" not in shown
    assert "IA_BE_16" not in text(outside.get(f"{path}activities/"))
    assert "What is kept for it" not in text(outside.get(f"{path}activities/?activity=IA_BE_16"))
    assert "IA_BE_16" not in text(outside.get(f"{path}log/"))
    assert outside.get(f"{path}files/{other.evidence.number}/1/").status_code == 404


@pytest.mark.parametrize("page", ["", "activities/", "evidence/", "log/"])
def test_a_link_ends_after_its_day(browse: Browse, outside: Client, settings: Any, page: str) -> None:
    path = link(browse("manager"))
    settings.TODAY = "2026-10-16"
    assert outside.get(path + page).status_code == 200
    settings.TODAY = "2026-10-17"

    answer = outside.get(path + page)

    assert answer.status_code == 410
    assert "This link ended on October 16, 2026. Ask Harbor Rehabilitation Group for a new one." in text(
        answer
    )


def test_a_link_that_is_ended_opens_nothing_from_that_moment(browse: Browse, outside: Client) -> None:
    manager = browse("manager")
    path = link(manager)
    at = f"{P}/audit/links/{ReviewerLink.objects.get().pk}/end/"
    assert "End the link of Data Validation Contractor?" in text(manager.get(at))

    manager.post(at)

    answer = outside.get(path)
    assert answer.status_code == 410
    assert "This link ended on September 16, 2026." in text(answer)
    assert "Harbor Rehabilitation Group for a new one" in text(answer)


@pytest.mark.usefixtures("one_minute")
def test_an_address_that_was_never_a_link_is_not_there_and_cannot_be_tried_for_long(outside: Client) -> None:
    codes = {outside.get(f"/review/guess-{number}/").status_code for number in range(120)}

    assert codes == {404}
    assert outside.get("/review/guess-again/").status_code == 429


def test_nothing_can_be_sent_to_a_link(browse: Browse, outside: Client) -> None:
    assert outside.post(link(browse("manager"))).status_code == 405


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Enter who reads it."),
        ({"until": "09/15/2026"}, "Enter a day from September 16, 2026 on"),
        ({"until": "10/16/2028"}, "at most 366 days from now"),
    ],
)
def test_what_is_wrong_of_a_link_is_said(browse: Browse, wrong: dict[str, str], says: str) -> None:
    answer = browse("manager").post(f"{P}/audit/links/new/", {**LINK, **wrong})

    assert answer.status_code == 422
    assert says in text(answer)
    assert not ReviewerLink.objects.exists()


def test_a_link_that_was_changed_in_the_database_is_named_on_the_log_page(browse: Browse) -> None:
    manager = browse("manager")
    link(manager)
    assert "does not fit" not in text(manager.get(f"{P}/log/"))
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " on portal_reviewerlink"
        cursor.execute(f"drop trigger portal_reviewerlink_no_update{on}")

    ReviewerLink.objects.update(until=date(2030, 1, 1))

    page = text(manager.get(f"{P}/log/"))
    assert "The fingerprint of the link for a reviewer of September 16, 2026 does not fit" in page


def test_a_note_that_may_name_a_patient_is_left_once_the_reviewer_says_that_it_names_none(
    browse: Browse, outside: Client
) -> None:
    at, note = link(browse("manager")) + "notes/", {"about": "year", "words": "Who is SSN 123-45-6789?"}

    assert "It names no patient: save it as it is" in text(outside.post(at, note))
    assert not ReviewNote.objects.exists()
    outside.post(at, {**note, "nobody": "on"})
    assert ReviewNote.objects.get().words == note["words"]


def test_a_reviewer_leaves_notes_that_the_practice_sees_and_nobody_changes(
    browse: Browse, access: AccessOf, outside: Client, harbor: Practice, settings: Any
) -> None:
    shown = kept(access("manager"), "Fall policy").evidence
    hidden = kept(access("manager"), "Other policy", "IA_BE_16").evidence
    at = link(browse("manager"), activities=["IA_PSPA_21"]) + "notes/"
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert '<option value="" selected>Choose one' in outside.get(at).content.decode()

    for about, words, says in (
        ("", "", ("Choose what it is about.", "Enter your note.")),
        (f"E-{hidden.number}", "Why?", ("Choose what it is about.",)),
        ("IA_BE_16", "x" * 2001, ("Choose what it is about.", "Shorten it to 2,000 characters. It has")),
        ("year", "Who is\r\nSSN 123-45-6789?", ("looks like 1 Social Security number: line 2.",)),
    ):
        refused = outside.post(at, {"about": about, "words": words})
        assert refused.status_code == 422
        assert all(each in text(refused) for each in says), text(refused)
        assert ("It names no patient: save it as it is" in text(refused)) == ("SSN" in words)
    assert not ReviewNote.objects.exists()

    for about in ("year", "IA_PSPA_21", f"E-{shown.number}"):
        saved = strict.post(at, {"about": about, "words": "Who <leads> it?\r\nSince when?"}, follow=True)
        assert saved.status_code == 200
    assert f"Saved. Harbor Rehabilitation Group sees your note about {shown}." in text(saved)
    assert [each.about for each in ReviewNote.objects.all()] == [
        str(shown), "IA_PSPA_21", "Performance year 2026",
    ]  # fmt: skip
    desk = browse("manager").get(f"{P}/audit/links/").content.decode()
    assert desk.index(str(shown)) < desk.index("Performance year 2026</th>")
    assert desk.count("Who &lt;leads&gt; it?<br>Since when?") == 3
    assert harbor.entries.filter(action="reviewer noted", record__startswith="reviewer link").count() == 3
    for change in (lambda rows: rows.update(words="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(ReviewNote.objects.all())

    held = ReviewerLink.objects.get()
    for _ in range(97):
        reviewer_links.leave(held, "", None, "More")
    outside.post(at, {"about": "year", "words": "One more"})
    assert ReviewNote.objects.count() == 100
    assert "100 notes were left by this link" in text(outside.get(at))
    assert outside.post(at.replace("notes/", "log/")).status_code == 405
    settings.TODAY = "2026-10-17"
    assert outside.post(at, {"about": "year", "words": "Late"}).status_code == 410
    with pytest.raises(Refused, match="ended"):
        reviewer_links.leave(held, "", None, "Late")
