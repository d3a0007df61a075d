"""A practice is set up through the JSON API, and everybody of many practices is asked to sign."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from programs import asked, codes

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.models import Entry, Membership, Organization, Person, Practice

Send = Callable[..., tuple[int, Any]]
NEW = {"name": "Cove Family Practice", "tin": "00-0006789", "zip": "04101"}


@pytest.fixture
def send(person: Callable[[str], Person]) -> Send:
    """The status and the JSON of what somebody's program sends, with the version that it read."""

    def sent(
        method: str, address: str, body: object = None, version: str = "", who: Person | None = None,
        scopes: tuple[str, ...] = ("read", "write"),
    ) -> tuple[int, Any]:  # fmt: skip
        return asked(who or person("manager"), method, f"/api{address}", body, version=version, scopes=scopes)

    return sent


def test_a_practice_is_set_up_named_and_says_how_it_reports(send: Send, harbor: Practice) -> None:
    status, made = send("POST", "/practices", NEW)
    assert (status, made["slug"], made["tin_ending"]) == (200, "cove-family-practice", "6789")
    row = Practice.objects.get(tin="000006789")
    assert (row.organization, [*row.sites.values_list("name", "zip")]) == (
        harbor.organization, [("Cove Family Practice", "04101")],
    )  # fmt: skip
    lines = Entry.objects.filter(practice=row).order_by("id").values_list("action", "after")
    assert [*lines] == [
        ("practice added", {"name": "Cove Family Practice"}),
        ("site added", {"name": "Cove Family Practice", "zip": "04101"}),
    ]
    assert send("POST", "/practices", NEW) == (200, made), "a call that got lost is repeated"
    assert (Entry.objects.filter(practice=row).count(), row.sites.count()) == (2, 1)

    here = f"/practices/{made['slug']}/2026"
    _, known = send("GET", f"{here}/reporting")
    assert (known["report_as"], known["pathway"], known["mvp"], known["entity_id"]) == ("", "", "", "")
    assert codes(send("PATCH", f"{here}/reporting", {"report_as": "group"})[1]) == [
        ("wrong_answer", "pathway")
    ]
    said = {"report_as": "group", "pathway": "mvp", "mvp": "M1370"}
    status, mvp = send("PATCH", f"{here}/reporting", said, known["version"])
    assert (status, mvp["mvp"]) == (200, "M1370")
    status, found = send("PATCH", f"{here}/reporting", {"entity_id": "VG-1"}, known["version"])
    assert (status, codes(found)) == (409, [("changed", "year 2026")])
    assert "entity_id is nothing there and VG-1 here" in found["problems"][0]["what"]
    _, plain = send("PATCH", f"{here}/reporting", {"pathway": "traditional"})
    assert (plain["pathway"], plain["mvp"], plain["report_as"]) == ("traditional", "", "group")
    wrong = {"mvp": "M1370"}, {"report_as": "crowd"}, {"report_as": "virtual_group", "pathway": "app"}
    assert [codes(send("PATCH", f"{here}/reporting", each)[1])[0][1] for each in wrong] == [
        "mvp", "report_as", "report_as",
    ]  # fmt: skip

    _, named = send("GET", f"{here}/name")
    status, renamed = send("PUT", f"{here}/name", {"name": "Cove Clinic"}, named["version"])
    assert (status, renamed["name"], renamed["slug"]) == (200, "Cove Clinic", made["slug"])
    status, found = send("PUT", f"{here}/name", {"name": "Cove"}, named["version"])
    assert (status, codes(found)) == (409, [("changed", f"practice {row.id}")])
    assert "name is Cove Clinic there and Cove here" in found["problems"][0]["what"]
    assert codes(send("PUT", f"{here}/name", {"name": " "})[1]) == [("wrong_answer", "name")]
    assert [line.action for line in Entry.objects.filter(practice=row).order_by("id")] == [
        "practice added", "site added", "year described", "year described", "practice renamed",
    ]  # fmt: skip


def test_what_cannot_be_is_said_at_its_field(send: Send, harbor: Practice) -> None:
    wrong = NEW | {"tin": "12345678", "zip": "4101"}
    assert codes(send("POST", "/practices", wrong)[1]) == [("wrong_answer", "tin"), ("wrong_answer", "zip")]

    status, found = send("POST", "/practices", NEW | {"tin": harbor.tin})
    assert (status, codes(found)) == (422, [("wrong_answer", "tin")])
    assert found["problems"][0]["fix"] == f"This TIN is already here, as {harbor.name}."

    house = Organization.objects.create(name="Somebody else")
    stranger = Person.objects.create_user("other@demo.example", None, name="An Other")
    Membership.objects.create(person=stranger, organization=house, role="admin")
    _, found = send("POST", "/practices", NEW | {"name": harbor.name, "tin": harbor.tin}, who=stranger)
    assert "already in Harbor Health (invented). Ask Robin Ashworth" in found["problems"][0]["fix"]
    assert not Practice.objects.filter(name=NEW["name"]).exists()


def test_who_adds_practices_and_where(
    send: Send, everybody: dict[str, Person], person: Callable[[str], Person], harbor: Practice
) -> None:
    house = {"id": harbor.organization_id, "name": harbor.organization.name}
    for name, who in everybody.items():
        may = {"admin": "admin", "manager": "manager"}.get(name)
        assert send("GET", "/organizations", who=who)[1]["items"] == ([house | {"role": may}] if may else [])
        if not may:
            status, found = send("POST", "/practices", NEW, who=who)
            assert (status, codes(found)[0][0]) == (403, "not_allowed"), name
    assert send("POST", "/practices", NEW, scopes=("read", "export"))[0] == 403
    assert send("GET", "/organizations", scopes=("write",))[0] == 403

    second, theirs = (Organization.objects.create(name=name) for name in ("A second house", "A third"))
    assert send("POST", "/practices", NEW | {"organization": theirs.id})[0] == 404
    Membership.objects.create(person=person("manager"), organization=second, role="admin")
    status, found = send("POST", "/practices", NEW)
    assert (status, codes(found)) == (422, [("wrong_answer", "organization")])
    assert f"{second.id} (A second house)" in found["problems"][0]["fix"]
    assert send("GET", "/organizations")[1]["count"] == 2
    assert send("POST", "/practices", NEW | {"organization": theirs.id})[0] == 404
    assert send("POST", "/practices", NEW | {"organization": second.id})[0] == 200
    assert Practice.objects.get(name=NEW["name"]).organization == second


def test_answers_are_counted_and_everybody_of_what_fits_is_asked_to_sign(
    send: Send, person: Callable[[str], Person], harbor: Practice
) -> None:
    actions.add(person("admin"), "admin", harbor.organization, "Cove Family Practice", "000229876")
    _, found = send("GET", "/answers?year=2026&limit=1")
    assert found["answers"] == {"no": 0, "unknown": 1, "notyet": 1, "yes": 0}
    assert (found["count"], len(found["items"]), found["waiting"]) == (2, 1, 0)

    well = {"unsent": 0, "why": ""}
    nobody = {"practices": 0, "asked": 0, "asked_before": 0} | well
    assert send("POST", "/answers/ask", {"year": 2026, "q": "cove"}) == (200, nobody)
    assert send("POST", "/answers/ask", {"year": 2026}, who=person("kim")) == (200, nobody)
    asked = {"year": 2026, "answer": "notyet"}
    assert send("POST", "/answers/ask", asked)[1] == {"practices": 1, "asked": 1, "asked_before": 0} | well
    assert send("POST", "/answers/ask", asked)[1] == {"practices": 1, "asked": 0, "asked_before": 1} | well
    assert [each.to for each in mail.outbox] == [["kim@demo.example"]]
    assert harbor.entries.filter(action="asked to sign").count() == 1
    assert send("POST", "/answers/ask", asked, scopes=("read",))[0] == 403
