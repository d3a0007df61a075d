"""The package of a request: what was asked, every file that answers it, and who may take it."""

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from mips_ia.portal.actions import audit as actions
from mips_ia.portal.actions import binders, evidence
from mips_ia.portal.models import (
    Audit,
    AuditSent,
    Binder,
    Evidence,
    Membership,
    Person,
    ReviewerLink,
    Revision,
)
from mips_ia.portal.tenancy import Access
from mips_ia.portal.web.audit_end_forms import Sent
from mips_ia.vault.binder.verified import verified
from mips_ia.vault.verifier.judged import Own

Browse = Callable[[str], Client]
AccessOf = Callable[..., Access]
P = "/p/harbor-rehabilitation-group/2026"
POLICY, MINUTES, NOTE = (
    b"Everybody over 65 is screened.\n",
    b"Falls were discussed.\n",
    b"Pat Invented, MRN 4471\n",
)
SENT = {"sent_on": "05/17/2027", "how": "Upload", "what": "The package"}
STATES = {"Complete": "met", "On file": "met", "Unknown": "unknown", "Missing": "notmet"}


@pytest.fixture(autouse=True)
def after_the_year(settings: Any) -> None:
    """An auditor asks once a year is over, and nobody has looked yet."""
    settings.TODAY = "2027-05-17"
    cache.clear()


def text(answer: Any) -> str:
    """What a page says, without its markup."""
    found = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return found.replace("&#x27;", "'").replace("&quot;", '"')


def kept(access: Access, title: str, content: bytes, *, phi: bool = False) -> Evidence:
    """A file that is not said to show anything."""
    told = {"name": f"{title}.txt", "media_type": "text/plain", "title": title, "phi": phi}
    found: Evidence = evidence.receive(access, content, told | {"reason": "Asked." if phi else ""}).evidence
    return found


@pytest.fixture
def request_of(access: AccessOf) -> Audit:
    """Four items: a policy, the same with minutes, a file that names a patient, and nothing.

    The policy shows something of the year, and the minutes are not said to.
    """
    manager = access("manager")
    words = ("The policy on falls, IA_PSPA_21", "Minutes", "A patient's note", "A training record")
    items = [{"label": f"A-{n}", "words": each, "activity": ""} for n, each in enumerate(words)]
    found: Audit = actions.record(manager, date(2027, 5, 3), "An Invented Contractor", "Case 4711", items)
    policy, minutes = kept(manager, "Fall policy", POLICY), kept(manager, "Minutes of May", MINUTES)
    note = kept(manager, "Patient note", NOTE, phi=True)
    use = evidence.use(
        manager, policy, "IA_PSPA_21", "screening_program", kind="policy", first=date(2026, 5, 15)
    )
    evidence.review(manager, use, policy.revisions.get(), accepted=True)
    about = {"activity": "", "clinician": None, "owner": None, "note": "", "done": False}
    one, two, three, _ = found.items.all()
    actions.answer(manager, one, about | {"activity": "IA_PSPA_21"}, [policy])
    actions.answer(manager, two, about | {"note": "Of May alone.", "done": True}, [policy, minutes])
    actions.answer(manager, three, about, [note])
    return found


def built(client: Client, audit: Audit, **more: str) -> Binder:
    """A package, built by the button of the page."""
    assert client.post(f"{P}/audit/{audit.pk}/package/", more).status_code == 303
    return Binder.objects.latest("id")


def taken(client: Client, row: Binder) -> bytes:
    answer = client.post(f"{P}/audit/{row.audit_id}/package/", {"package": row.pk})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content)


def test_the_page_of_a_package_that_is_built_looks_again_by_itself_and_is_nobody_s_doing(
    browse: Browse, request_of: Audit
) -> None:
    """It does not load again under who reads it, and does not put off the end of their session."""
    manager, page = browse("manager"), f"{P}/audit/{request_of.pk}/package/"
    row = built(manager, request_of)
    session = Session.objects.filter(session_key=manager.cookies["sessionid"].value)
    for state, again in (
        ({"made_at": None}, True),
        ({"made_at": None, "told": "There was no room for it."}, False),
        ({"made_at": None, "moved_at": "2020-01-01T00:00Z"}, False),
        ({}, False),
    ):
        Binder.objects.filter(pk=row.pk).update(
            **{"made_at": row.made_at, "told": "", "moved_at": timezone.now()} | state
        )
        session.update(expire_date=timezone.now() + timedelta(minutes=1))
        shown = manager.get(page).content.decode()
        assert (f'hx-get="{page}" hx-trigger="every 3s"' in shown) == again
        assert shown.count('http-equiv="refresh"') == again
        assert '<meta http-equiv="refresh"' not in re.sub(r"<noscript>.*?</noscript>", "", shown)
        assert ("Build the package" in shown) != again
        assert (session.get().expire_date < timezone.now() + timedelta(minutes=2)) == again


def test_a_package_has_each_answering_file_once_and_says_which_item_it_answers(
    browse: Browse, request_of: Audit, tmp_path: Path
) -> None:
    manager, place = browse("manager"), tmp_path / "package.zip"
    row = built(manager, request_of)
    place.write_bytes(taken(manager, row))

    assert verified(place, Own()).faults == []
    binder = zipfile.ZipFile(place)
    binder.extractall(tmp_path / "unpacked")
    program = [sys.executable, "-I", str(tmp_path / "unpacked/verify.py"), str(place)]
    assert subprocess.run(program, check=False, capture_output=True).returncode == 0
    evidence_in = sorted(each for each in binder.namelist() if each.startswith("files/"))
    minutes, policy = "files/answers/E-2-Minutes-of-May.txt", "files/IA_PSPA_21/E-1-Fall-policy.txt"
    assert evidence_in == [policy, minutes]
    assert (binder.read(policy), binder.read(minutes)) == (POLICY, MINUTES)

    asked = json.loads(binder.read("request.json"))
    assert "tin" not in asked
    assert {name: asked[name] for name in ("asked_by", "scope", "received_on", "due_on", "tin_ending")} == {
        "asked_by": "An Invented Contractor", "scope": "Case 4711", "received_on": "2027-05-03",
        "due_on": "2027-06-17", "tin_ending": request_of.year.practice.tin[-4:],
    }  # fmt: skip
    assert [(each["number"], [one["path"] for one in each["evidence"]]) for each in asked["items"]] == [
        (1, [policy]), (2, [policy, minutes]), (3, [""]), (4, []),
    ]  # fmt: skip
    assert [each["gaps"] for each in asked["items"]][::3] == [
        [], ["It is not known which activity this asks about.", "No evidence is chosen."],
    ]  # fmt: skip
    assert asked["items"][1]["note"] == "Of May alone."
    hashes = {each["path"]: each["sha256"] for each in json.loads(binder.read("manifest.json"))["files"]}
    assert "request.json" in hashes
    told = [one for each in asked["items"] for one in each["evidence"] if one["path"]]
    assert all(hashes[one["path"]] == one["sha256"] for one in told)
    assert row.answered == asked["items"]
    assert [one["first"] for one in asked["items"][1]["evidence"]] == ["2026-05-15", ""]

    paper = pypdfium2.PdfDocument(binder.read("binder.pdf"))
    says = " ".join(" ".join(page.get_textpage().get_text_range() for page in paper).split())
    for words in (
        "What was asked, and what answers it", "1. The policy on falls, IA_PSPA_21", "Their number: A-1",
        "E-2 Minutes of May, revision 1", minutes, "Dated May 15, 2026", "Note: Of May alone.",
        "No evidence is chosen.",
        "It may name patients, and is not in this package.", "In answer to An Invented Contractor",
    ):  # fmt: skip
        assert words in says, words
    assert all("".join(each.split()) in "".join(says.split()) for each in evidence_in)
    assert "Pat Invented" not in says

    shown = manager.get(f"{P}/audit/{request_of.pk}/package/")
    marked = re.findall(r'class="ia-status ia-status--(\w+)".*?</svg><span>([\w ]+)<', shown.content.decode())
    assert marked == [(STATES[each["ready"]], each["ready"]) for each in asked["items"]]
    page = text(shown)
    for words in (
        f"Package No. {row.pk} is ready",
        minutes,
        "Dated May 15, 2026",
        row.sha256,
        "Items were changed",
    ):
        assert (words in page) == (words != "Items were changed"), words
    assert f"Package No. {row.pk}" in text(manager.get(f"{P}/audit/{request_of.pk}/"))


def test_what_was_sent_is_what_the_package_has_whatever_was_changed_since(
    browse: Browse, access: AccessOf, request_of: Audit
) -> None:
    manager, desk = browse("manager"), f"{P}/audit/{request_of.pk}"
    row = built(manager, request_of)
    evidence.receive(access("manager"), b"Newer.\n", {"name": "m.txt", "media_type": "text/plain"},
                     Evidence.objects.get(number=2))  # fmt: skip
    assert "Build it again before you send it." in text(manager.get(f"{desk}/package/"))
    assert f"No. {row.pk}, built" in text(manager.get(f"{desk}/sent/"))
    assert " selected>" not in manager.get(f"{desk}/sent/").content.decode().replace('value="" selected', "")

    for given, says in (
        ({"package": row.pk, "sha256": "ab" * 32}, f"Package No. {row.pk} has another fingerprint."),
        ({"package": row.pk + 1}, "Choose a package of this request."),
    ):
        refused = manager.post(f"{desk}/sent/", SENT | given)
        assert refused.status_code == 422
        assert says in text(refused)
    page = text(manager.post(f"{desk}/sent/", {**SENT, "package": row.pk}, follow=True))

    sent = AuditSent.objects.get()
    assert (sent.sha256, sent.transcript) == (row.sha256, row.answered)
    assert sent.transcript[1]["evidence"][1]["sha256"] == Revision.objects.get(
        evidence__number=2, number=1
    ).sha256  # fmt: skip
    assert f"No. {row.pk} , built" in page
    assert "files/answers/E-2-Minutes-of-May.txt" in page
    manager.post(f"{desk}/sent/", {**SENT, "sha256": "ab" * 32})
    assert AuditSent.objects.latest("id").sha256 == "ab" * 32


def test_files_that_name_patients_are_for_those_who_may_open_them(
    browse: Browse, request_of: Audit, person: Callable[[str], Person]
) -> None:
    Membership.objects.filter(person=person("admin")).update(grants=["open_phi"])
    row = built(browse("admin"), request_of, phi="on")

    assert NOTE in zipfile.ZipFile(io.BytesIO(taken(browse("admin"), row))).read(
        "files/answers/E-3-Patient-note.txt"
    )
    manager, place = browse("manager"), f"{P}/audit/{request_of.pk}"
    assert manager.get(f"{place}/package/?package={row.pk}").status_code == 404
    assert manager.post(f"{place}/package/", {"package": row.pk}).status_code == 404
    assert "No package yet" in text(manager.get(f"{place}/package/"))
    assert manager.post(f"{place}/sent/", {**SENT, "package": row.pk}).status_code == 422
    assert not built(manager, request_of, phi="on").phi


def test_a_package_lies_with_its_request_alone(browse: Browse, request_of: Audit) -> None:
    manager = browse("manager")
    row = built(manager, request_of)

    assert f"binders/{row.pk}/" not in manager.get(f"{P}/export/binders/").content.decode()
    assert manager.get(f"{P}/export/binders/{row.pk}/").status_code == 404
    assert manager.get(f"{P}/audit/{request_of.pk}/package/?package=x").status_code == 404
    assert browse("kim").post(f"{P}/audit/{request_of.pk}/package/").status_code == 403
    manager.post(f"{P}/audit/{request_of.pk}/close/", {"because": "CMS accepted it"})
    refused = manager.post(f"{P}/audit/{request_of.pk}/package/", follow=True)
    assert "This request was closed." in text(refused)
    assert Binder.objects.count() == 1
    assert taken(manager, row)


def test_a_large_package_is_built_in_the_background_and_begun_anew_where_it_stands_still(
    browse: Browse,
    request_of: Audit,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(binders, "AT_ONCE", -1)
    manager, place = browse("manager"), f"{P}/audit/{request_of.pk}/package/"
    with django_capture_on_commit_callbacks(execute=False):
        row = built(manager, request_of)
    assert "The package is being built" in text(manager.get(place))
    assert "is being built" in text(manager.get(f"{P}/audit/{request_of.pk}/"))
    assert row.pk not in [
        each.pk for each in Sent(request_of, request_of.packages).fields["package"].queryset
    ]

    for change, says in (
        ({"moved_at": "2020-01-01T00:00Z"}, "does not get on"), ({"told": "It is away."}, "It is away."),
    ):  # fmt: skip
        Binder.objects.update(**change)
        assert says in text(manager.get(place))
        with django_capture_on_commit_callbacks(execute=False) as begun:
            manager.post(place, {"package": row.pk})
        assert len(begun) == 1
    binders.make_later.call(row.pk)
    assert f"Package No. {row.pk} is ready" in text(manager.get(place))


# ---- Somebody outside


def link(client: Client, **more: Any) -> str:
    """The path of a new link."""
    known = {"name": "The contractor", "until": "06/17/2027"} | more
    page = client.post(f"{P}/audit/links/new/", known).content.decode()
    found = re.search(r'value="http://localhost(/review/[^"]+)"', page)
    assert found, page
    return found[1]


def test_a_reviewer_reads_what_answers_the_request_and_takes_the_package(
    browse: Browse, request_of: Audit, person: Callable[[str], Person]
) -> None:
    Membership.objects.filter(person=person("admin")).update(grants=["open_phi"])
    admin, outside = browse("admin"), Client(SERVER_NAME="localhost")
    asked = {"audit": request_of.pk}
    year, names = link(admin, files="on"), link(admin, **asked)
    files, phi = link(admin, **asked, files="on"), link(admin, **asked, files="on", phi="on")
    assert "No package was built yet" in text(outside.get(f"{files}package/"))
    assert outside.get(f"{year}package/").status_code == 404
    assert "Open the package index" not in text(outside.get(year))
    plain, whole = built(admin, request_of), built(admin, request_of, phi="on")

    assert "Open the package index" in text(outside.get(files))
    page = outside.get(f"{files}package/")
    for words in ("An Invented Contractor", "Case 4711", "2. Minutes", "Of May alone.", plain.sha256):
        assert (words in text(page)) == (words != "An Invented Contractor"), words
    assert f"{files}files/2/1/" in page.content.decode()
    assert f"{files}files/3/1/" not in page.content.decode()
    answer = outside.get(f"{files}package/{plain.pk}/")
    content = b"".join(answer.streaming_content)
    assert NOTE not in content
    assert MINUTES in content
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    looks = request_of.year.practice.entries.filter(action="reviewer viewed")
    assert looks.latest("id").after["page"] == f"package {plain.pk}"

    assert f"/package/{whole.pk}/" in outside.get(f"{phi}package/").content.decode()
    assert outside.get(f"{phi}package/{whole.pk}/").status_code == 200
    assert "/files/" not in outside.get(f"{names}package/").content.decode()
    for path in (f"{files}package/{whole.pk}/", f"{names}package/{plain.pk}/", f"{year}package/{plain.pk}/"):
        assert outside.get(path).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewerLink.objects.update(audit=None)
    wrong = admin.post(f"{P}/audit/links/new/", {
        "name": "The contractor", "until": "06/17/2027", **asked, "activities": ["IA_PSPA_21"],
    })  # fmt: skip
    assert "Tick none: a link for a request shows all that answers it." in text(wrong)
