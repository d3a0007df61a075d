"""Nothing that somebody typed is lost: a form comes back after a session ended, and to nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from addresses import places
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from evidence_given import P, nothing_waits, stopped  # noqa: F401 - a fixture
from signing import window

from mips_ia.portal import clock, demo
from mips_ia.portal.actions import drafts
from mips_ia.portal.models import Draft, Entry, Person, Practice
from mips_ia.portal.web.refill import refilled

Browse = Callable[[str], Client]
SignIn = Callable[[Person], Client]
REPORTING = {"report_as": "group", "pathway": "mvp", "entity_id": "E-17 & <co>", "mvp": ""}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def idle(client: Client) -> None:
    """The minutes pass in which nothing is done; the browser keeps its cookie."""
    key = client.cookies["sessionid"].value
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(minutes=1))


def again(client: Client, sent: Any, who: str) -> Any:
    """Somebody signs in where the answer leads, and is led on."""
    assert sent["Location"].startswith("/sign-in/?next=")
    form = client.get(sent["Location"])
    assert 'name="next"' in text(form)
    given = {"login": f"{who}@demo.example", "password": demo.PASSWORD}
    return client.post(sent["Location"], given, follow=True)


# ---- A session ends while somebody types


def test_the_form_is_back_as_it_was_and_nothing_of_it_is_saved(harbor: Practice, browse: Browse) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/setup/reporting/"
    before = harbor.years.filter(year=2026).values().get()
    idle(client)

    back = again(client, client.post(f"{address}?from=overview", REPORTING), "manager")

    assert back.redirect_chain[-1][0] == f"{address}?from=overview&typed=before"
    page = text(back)
    assert "Here is what you typed before you were signed out. Nothing is saved yet." in page
    assert 'value="E-17 &amp; &lt;co&gt;"' in page
    assert page.count(" checked") == 2
    assert harbor.years.filter(year=2026).values().get() == before

    client.post(address, REPORTING | {"mvp": "G0053"})
    assert not Draft.objects.exists()


def test_what_was_ticked_before_is_not_ticked_again_where_it_was_taken_off(
    harbor: Practice, browse: Browse
) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/setup/statuses/"
    harbor.years.filter(year=2026).update(statuses=["rural", "hpsa"])
    idle(client)

    page = text(again(client, client.post(address, {"statuses": ["hpsa"], "sites_all": "x"}), "manager"))

    assert [part for part in page.split("<input")[1:] if 'value="rural"' in part and " checked" in part] == []
    assert [part for part in page.split("<input")[1:] if 'value="hpsa"' in part and " checked" in part]
    assert '<details class="ia-fold" open>' in page


def test_rows_that_were_mended_are_back_too(harbor: Practice, browse: Browse) -> None:
    client = browse("manager")
    table = f"performance_year,tin,npi,last_name\n2026,{harbor.tin},12345,Doe\n"
    file = SimpleUploadedFile("roster.csv", table.encode())
    to = client.post(f"/p/{harbor.slug}/2026/roster/upload/", {"file": file})["Location"]
    idle(client)

    page = text(again(client, client.post(to, {"r2-npi": "1234567893"}), "manager"))

    assert 'name="r2-npi" value="1234567893"' in page


def test_who_signs_in_instead_sees_nothing_of_it(harbor: Practice, browse: Browse) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/setup/reporting/"
    idle(client)

    page = text(again(client, client.post(address, REPORTING), "admin"))

    assert "E-17" not in page
    assert "what you typed could not be kept" in page
    assert [each.person.email for each in Draft.objects.all()] == ["manager@demo.example"]


@pytest.mark.parametrize("how", ["never signed in", "signed out", "another password", "no token"])
def test_nothing_is_kept_where_it_is_not_certain_whose_it_is(
    how: str, harbor: Practice, browse: Browse, person: Callable[[str], Person]
) -> None:
    address = f"/p/{harbor.slug}/2026/setup/reporting/"
    client = browse("manager")
    if how == "never signed in":
        client = Client(SERVER_NAME="localhost")
    elif how == "signed out":
        key = client.cookies["sessionid"].value
        client.post("/sign-out/")
        client.cookies["sessionid"] = key
    elif how == "another password":
        idle(client)
        who = person("manager")
        who.set_password("another one than before")
        who.save()
    else:
        key = client.cookies["sessionid"].value
        client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        client.cookies["sessionid"] = key
        idle(client)

    answer = client.post(address, REPORTING)
    assert answer.status_code == (403 if how == "no token" else 303)
    if how == "no token":
        assert f'href="/sign-in/?next={address}">Sign in</a>' in text(answer), "and then the page opens again"

    assert not Draft.objects.exists()


def test_a_signature_is_never_filled_in(browse: Browse) -> None:
    waits = window("Kim").id
    for address, given in (
        (f"/sign/{waits}/", {"name": "Soo-jin Kim"}),
        ("/sign/several/", {"name": "Soo-jin Kim", f"window-{waits}": "on"}),
    ):
        client = browse("kim")
        idle(client)

        page = text(again(client, client.post(address, given), "kim"))

        assert "Type your name again, and tick again what you sign." in page
        assert 'value="Soo-jin Kim"' not in page
        assert " checked" not in page
    assert not window("Kim").signatures.exists()
    assert not Draft.objects.exists()


# ---- While it is typed


def test_what_was_begun_is_offered_and_never_filled_in_by_itself(harbor: Practice, browse: Browse) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/setup/reporting/"
    kept = client.post(f"/typed/keep/?address={address}", REPORTING | {"csrfmiddlewaretoken": "x"})
    assert kept.status_code == 204

    page = text(client.get(address))
    assert "You began this on September 16, 2026, 9:00 a.m. EDT and did not save it." in page
    assert "E-17" not in page
    assert 'href="?typed=back"' in page
    page = text(client.get(f"{address}?typed=back"))
    assert "Here is what you typed on September 16, 2026, 9:00 a.m. EDT. Nothing is saved yet." in page
    assert "E-17" in page

    assert client.post(f"/typed/discard/?address={address}")["Location"] == address
    assert "You began this" not in text(client.get(address))
    assert not Draft.objects.exists()


def test_a_form_that_does_not_fit_keeps_its_draft_and_one_that_breaks_makes_one(
    harbor: Practice, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/setup/reporting/"
    client.raise_request_exception = False
    client.post(f"/typed/keep/?address={address}", REPORTING)
    assert client.post(address, {"report_as": "group"}).status_code == 200
    assert Draft.objects.count() == 1

    monkeypatch.setattr("mips_ia.portal.actions.practice.describe", lambda *_, **__: 1 / 0)
    assert client.post(address, REPORTING | {"pathway": "traditional", "entity_id": "new"}).status_code == 500
    assert Draft.objects.get().fields["entity_id"] == ["new"]


def test_a_draft_is_its_persons_alone(harbor: Practice, browse: Browse) -> None:
    address = f"/p/{harbor.slug}/2026/setup/reporting/"
    browse("manager").post(f"/typed/keep/?address={address}", REPORTING)
    other = browse("admin")

    for ask in (address, f"{address}?typed=back", f"{address}?typed=before"):
        page = text(other.get(ask))
        assert "E-17" not in page
        assert "You began" not in page
    other.post(f"/typed/discard/?address={address}")
    assert Draft.objects.count() == 1


def test_only_so_much_is_kept_so_long_and_nothing_of_it_in_the_log(
    person: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    who, lines = person("manager"), Entry.objects.count()

    def keep(address: str, given: str) -> bool:
        return drafts.keep(who, address, QueryDict(given))

    assert not keep("/p/a/2026/setup/", "name=" + "x" * drafts.LARGEST)
    assert not keep("/p/a/2026/setup/", "name=&password=secret&code=123456&csrfmiddlewaretoken=")
    for number in range(drafts.MOST + 3):
        assert keep(f"/p/a/2026/plan/{number}/", "note=typed&password=secret")
    assert Draft.objects.count() == drafts.MOST
    assert "password" not in Draft.objects.all()[0].fields
    late = clock.now() + timedelta(days=drafts.DAYS, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert drafts.draft_of(who, f"/p/a/2026/plan/{drafts.MOST}/") is None
    assert keep("/p/a/2026/setup/", "name=typed")
    assert Draft.objects.count() == 1
    assert Entry.objects.count() == lines


@pytest.mark.parametrize(
    "address", ["", "/account/", "https://elsewhere.example/p/", "//p/", "/p/" + "a" * 300]
)
def test_forms_of_other_addresses_are_not_kept(address: str, browse: Browse) -> None:
    client = browse("manager")
    for what in ("keep", "discard"):
        assert client.post(f"/typed/{what}/?address={address}", {"name": "x"}).status_code == 404


def test_only_a_page_without_a_form_to_send_does_not_ask_for_what_was_typed(
    harbor: Practice, browse: Browse
) -> None:
    client, found = browse("admin"), {}
    for place in places():
        if place.of_a_practice and not place.names_a_row:
            address = place.filled({"practice": harbor.slug, "year": 2026})
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address)
            if "text/html" in answer["Content-Type"] and "data-typed" in text(answer):
                sends = 'method="post"' in text(answer).partition("<main")[2]
                found[place.name] = sends, any('FROM "portal_draft"' in each["sql"] for each in asked)

    assert {asks for sends, asks in found.values() if sends} == {True}
    assert found["overview"] == (False, False)


# ---- Filling a page in


def test_only_the_form_that_was_typed_into_is_filled_in() -> None:
    page = (
        '<!DOCTYPE html><form method="post"><input name="csrfmiddlewaretoken" type="hidden" value="t">'
        '<input name="a" value="1"><textarea name="b">\nold &amp; gone</textarea>'
        '<select name="c"><option value="1" selected>One</option><option value="2">Two</option></select>'
        '<input type="radio" name="d" value="1" checked><input type="radio" name="d" value="2">'
        '<input type="password" name="p"><button name="save" value="1">Save</button></form>'
        '<form method="post"><input name="a" value="1"></form><p>&eacute;&#33;<!-- x --></p>'
    )
    typed = {"a": ['"2"'], "b": ["new <b>"], "c": ["2"], "d": ["2"], "p": ["x"], "csrfmiddlewaretoken": ["x"]}

    assert refilled(page, typed) == (
        '<!DOCTYPE html><form method="post"><input name="csrfmiddlewaretoken" type="hidden" value="t">'
        '<input name="a" value="&quot;2&quot;"><textarea name="b">new &lt;b&gt;</textarea>'
        '<select name="c"><option value="1">One</option><option value="2" selected>Two</option></select>'
        '<input type="radio" name="d" value="1"><input type="radio" name="d" value="2" checked>'
        '<input type="password" name="p"><button name="save" value="1">Save</button></form>'
        '<form method="post"><input name="a" value="1"></form><p>&eacute;&#33;<!-- x --></p>'
    )
    assert refilled(page, {"z": ["1"]}) == page


# ---- Somebody goes on another time


def test_set_up_keeps_what_was_typed_until_somebody_comes_back(harbor: Practice, browse: Browse) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/setup/reporting/"
    before = harbor.years.filter(year=2026).values().get()
    assert f'formaction="/typed/later/?address={address}"' in text(client.get(address))

    kept = client.post(f"/typed/later/?address={address}", REPORTING, follow=True)

    assert kept.redirect_chain[-1][0] == f"/p/{harbor.slug}/2026/"
    assert "Kept. What you typed waits on that page for 7 days. Nothing of it counts yet." in text(kept)
    assert harbor.years.filter(year=2026).values().get() == before
    assert "You began this on" in text(client.get(address))
    assert 'value="E-17 &amp; &lt;co&gt;"' in text(client.get(f"{address}?typed=back"))


def test_a_practice_that_is_not_here_yet_waits_as_well(browse: Browse) -> None:
    """The first page of set-up, at whatever moment it was left."""
    client, address = browse("manager"), "/practices/new/"
    typed = {"name": "Cove Family Practice", "tin": "12-345", "more": "North Street, 04102"}
    assert f'formaction="/typed/later/?address={address}"' in text(client.get(address))

    later = client.post(f"/typed/later/?address={address}", typed, follow=True)
    assert "Kept. What you typed waits on that page for 7 days." in text(later)
    assert "You began this on" in text(client.get(address))
    idle(client)
    page = text(again(client, client.post(address, typed | {"zip": "04101"}), "manager"))

    assert "Here is what you typed before you were signed out. Nothing is saved yet." in page
    assert all(f'value="{each}"' in page for each in ("Cove Family Practice", "12-345", "04101"))
    assert "North Street, 04102</textarea>" in page
    client.post(address, {"name": "Cove Family Practice", "tin": "000000123", "year": "2026"})
    assert not Draft.objects.exists()


def test_what_is_kept_for_later_is_nobody_elses_and_no_form_that_is_not_kept(browse: Browse) -> None:
    client = browse("manager")

    assert client.post("/typed/later/?address=/people/", REPORTING).status_code == 404
    assert "Nothing was typed" in text(
        client.post("/typed/later/?address=/p/harbor-rehabilitation-group/2026/setup/", {}, follow=True)
    )


# ---- What names a patient


PATIENT = (
    "Seen with Pat Doe, MBI 1EG4-TE5-MK73.",
    "DOB 03/02/1948, Pat Doe",
    "219-09-9999 is the SSN of Pat Doe",
)


@pytest.mark.parametrize("said", PATIENT)
def test_what_may_name_a_patient_is_not_kept_while_it_is_typed(
    said: str, harbor: Practice, browse: Browse
) -> None:
    """Not before somebody has decided what becomes of it; what stands beside it is kept."""
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/evidence/write/minutes/"

    client.post(f"/typed/keep/?address={address}", {"topic": "Falls, month by month", "decided": said})

    assert Draft.objects.get().fields == {"topic": ["Falls, month by month"]}


def test_what_names_a_patient_only_together_is_not_kept_at_all(harbor: Practice, browse: Browse) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/evidence/write/minutes/"

    client.post(f"/typed/keep/?address={address}", {"topic": "DOB", "decided": "03/02/1948"})

    assert not Draft.objects.exists()


def test_what_was_kept_before_goes_where_it_comes_to_name_a_patient(harbor: Practice, browse: Browse) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/evidence/write/minutes/"
    client.post(f"/typed/keep/?address={address}", {"decided": "Seen with"})

    client.post(f"/typed/keep/?address={address}", {"decided": PATIENT[0]})

    assert not Draft.objects.exists()


def test_a_form_with_a_patient_that_is_sent_after_the_session_ended_leaves_nothing_of_them(
    harbor: Practice, browse: Browse
) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/evidence/write/minutes/"
    idle(client)

    client.post(address, {"topic": "Falls", "decided": PATIENT[0]})

    assert "1EG4" not in str([*Draft.objects.values_list("fields", flat=True)])


# ---- The key of a file that waits


@pytest.mark.parametrize("how", ["the session ended", "something broke", "it is sent as typed"])
def test_the_key_of_a_file_that_waits_is_in_no_draft(
    how: str, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database and the disk together would open the file; whoever was signed out chooses it again."""
    client, address = browse("manager"), f"{P}/evidence/waiting/"
    given = {**stopped(client), "do": "keep", "reason": "Needed whole."}
    assert given["waits"]
    if how == "the session ended":
        idle(client)
        page = text(again(client, client.post(address, given), "manager"))
        assert "That file waits no longer. If it is not under Evidence, choose it again." in page
    elif how == "something broke":
        client.raise_request_exception = False
        monkeypatch.setattr("mips_ia.portal.actions.evidence_in.keep", lambda *_, **__: 1 / 0)
        answer = client.post(address, given)
        assert answer.status_code == 500
        assert "Nothing you entered was lost" not in text(answer)
    else:
        assert client.post(f"/typed/keep/?address={address}", given).status_code == 404

    assert not Draft.objects.exists()
