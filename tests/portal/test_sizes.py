"""How much one request may bring depends on its address, and little is taken where no file is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from signing import P, text

from mips_ia.portal import sizes
from mips_ia.portal.models import Person
from mips_ia.portal.sizes import FORM, ONE, SEVERAL, most_at

TEMPLATES = Path(sizes.__file__).parent / "templates"
TAKES = {  # by the template with the form
    "audit_new.html": (ONE, ["audit_new"]),
    "batch_new.html": (ONE, ["practices_upload"]),
    "evidence_new.html": (SEVERAL, ["evidence_new"]),
    "evidence_revise.html": (ONE, ["evidence_revise"]),
    "upload_new.html": (ONE, ["roster_upload", "participation_upload"]),
    "verify.html": (ONE, ["verify"]),
}
OF_A_YEAR = {"practice": "cove", "year": 2026}
MORE = {"evidence_revise": OF_A_YEAR | {"evidence": 7}, "practices_upload": {}, "verify": {}}


def test_each_form_that_takes_a_file_has_its_limit_and_no_other_has_one() -> None:
    with_files = {
        each.name for each in TEMPLATES.rglob("*.html") if "multipart/form-data" in each.read_text()
    }
    assert with_files == {*TAKES}
    for most, names in TAKES.values():
        for name in names:
            assert most_at(reverse(name, kwargs=MORE.get(name, OF_A_YEAR))) == most, name


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (f"{P}/roster/uploads/3/", ONE), (f"{P}/participation/uploads/3/", ONE),
        ("/practices/uploads/3/", ONE),
        ("/api/practices/cove/2026/uploads/roster", ONE), ("/api/practices/cove/2026/uploads/roster/3", ONE),
        ("/api/uploads", ONE), ("/api/uploads/3", ONE), ("/api/practices", FORM),
        (f"{P}/roster/new/", FORM), ("/sign-in/", FORM), ("/verify/more/", FORM),
        (f"{P}/evidence/7/title/", FORM),
    ],
)  # fmt: skip
def test_corrections_of_a_file_are_taken_as_it_is_and_all_else_is_small(address: str, most: int) -> None:
    assert most_at(address) == most


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "most"), [("/sign-in/", 3), ("/verify/", 30), ("/nothing/at/all/", 3)])
def test_nobody_sends_a_stranger_s_page_more_than_it_takes(outside: Client, address: str, most: int) -> None:
    answer = outside.generic("POST", address, b"", CONTENT_LENGTH=f"{most}000001")

    assert answer.status_code == 413
    assert f"At most {most} MB are taken at once here" in text(answer.content)


def test_of_a_request_that_does_not_say_how_long_it_is_nothing_is_read() -> None:
    asked = RequestFactory().generic("POST", "/verify/", b"a=b", "application/x-www-form-urlencoded")
    said = {name: value for name, value in asked.environ.items() if name != "CONTENT_LENGTH"}

    assert type(asked)(said).body == b""


class Unread:
    """A body of which nobody may read a byte."""

    def read(self, *_: int) -> bytes:
        raise AssertionError

    readline = read


def unread(client: Client, address: str) -> HttpResponse:
    """The answer to a form of a file of some megabytes, whose token is right."""
    client.cookies["csrftoken"] = "x" * 32
    told = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": "20000000"}
    return client.generic("POST", address, **told, **{"wsgi.input": Unread()})


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["evidence/new/", "roster/upload/", "audit/new/", "evidence/1/revise/"])
def test_who_is_not_signed_in_is_asked_to_before_a_file_is_read(place: str) -> None:
    stranger = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)

    answer = unread(stranger, f"{P}/{place}")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in/?next={P}/{place}")


@pytest.mark.django_db
@pytest.mark.usefixtures("untried", "one_minute")
def test_how_often_somebody_checks_files_is_asked_before_one_is_read() -> None:
    stranger = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    for _ in range(10):
        stranger.post("/verify/", {"receipt": "0123456789"})

    assert unread(stranger, "/verify/").status_code == 429


@pytest.mark.django_db
def test_whoever_is_signed_in_is_read(sign_in: Callable[..., Client], person: Callable[..., Person]) -> None:
    answer = sign_in(person("manager")).post(f"{P}/roster/upload/", {"pasted": "npi\n" + "1" * FORM})

    assert answer.status_code in (200, 302, 303)
    assert "/sign-in/" not in answer.headers.get("Location", "")
