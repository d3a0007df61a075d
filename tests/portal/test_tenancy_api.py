"""The same of the API: every operation, for every role, with rows of one's own and of the neighbor's."""

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest
from apps import App, Clock
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import resolve
from neighbor import PEOPLE, ROLES, Neighbor
from test_api_manual import operations
from test_tenancy import rows_as_they_are

from mips_ia.portal.actions import signing
from mips_ia.portal.actions.tokens import SCOPES, make
from mips_ia.portal.api.urls import api
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Delegation, Final, Membership, Person, Practice, Signature
from mips_ia.portal.roles import ALLOWED
from mips_ia.portal.tenancy import OPEN, access_of

NEW = npi_of(990)  # of nobody
LAST = npi_of(500 + len(PEOPLE) - 1)  # of somebody of the neighbor's who has not signed everything
# What an operation is sent, in a form that it takes; `{npi}` is a clinician of the neighbor's.
BODIES: dict[str, Any] = {
    "describe_year": {"apm": "none"},
    "put_clinician": {"last_name": "Newcomer", "first_name": "Invented", "billed_in_year": True},
    "enter_window": {"npi": "{npi}", "activity": "IA_PSPA_21", "first": "2026-02-01", "last": "2026-06-01"},
    "enter_windows": {
        "npis": ["{npi}"],
        "activity": "IA_PSPA_21",
        "first": "2026-02-02",
        "last": "2026-06-01",
    },
    "unlock": {"reason": "Of a test."},
    "ask_to_sign": {"npis": ["{npi}"]},
    "consider_way": {"considered": True},
    "set_reminders": {"wanted": False},
    "make_calendar_address": {"replace": True},
    "change_role": {"grants": []},
    "invite": {"name": "A Newcomer", "email": "newcomer@nowhere.example", "role": "reviewer"},
    "invite_roster": {},
    "add_site": {"name": "A new site", "zip": "04101"},
    "change_site": {"name": "Another name", "zip": "04101"},
    "change_statuses": {"apm": "none"},
    "change_stay": {"rural": True},
    "mend_roster_upload": {"left_out": [2]},
    "mend_participation_upload": {"left_out": [2]},
    "save_roster_upload": {},
    "save_participation_upload": {},
    "what_if": {"clinicians": 5},
    "set_up_practice": {"name": "A new practice", "tin": "000700001", "zip": "04101"},
    "rename_practice": {"name": "Another name"},
    "change_reporting": {"report_as": "group", "pathway": "traditional"},
    "mend_batch": {"left_out": ["roster-2"]},
    "save_batch": {},
    "ask_all_to_sign": {"year": 2026},
}
# What a person says in their own name, without the words, the name and the code.
STATEMENTS: dict[str, Any] = {
    "sign_window": {},
    "decline_window": {},
    "withdraw_signature": {"reason": "of a test"},
    "delegate": {"email": "registry@zyxwick.example", "until": "2026-12-30"},
    "record_window": {"basis": "a test"},
    "lock_year": {"shown": ""},
}
FILES = {
    "upload_roster": "performance_year,tin,npi,last_name,first_name\n2026,{tin},{npi},Newcomer,Invented\n",
    "upload_batch": "performance_year,tin,npi,last_name,first_name\n2026,{tin},{npi},Newcomer,Invented\n",
    "upload_participation": (
        "performance_year,tin,npi,activity_id,start_date\n2026,{tin},{npi},IA_BE_16,2026-03-01\n"
    ),
}
PATHS = {
    (method.upper(), path): told["operationId"]
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method, told in methods.items()
}
# Each lists or changes what is its person's.
OF_NO_PRACTICE = {
    "practices", "answers", "own_reminders", "set_reminders", "ask_all_to_sign", "organizations", "batch",
    "set_up_practice", "batches", "upload_batch", "batch_rows", "batch_practices", "mend_batch", "save_batch",
    "undo_batch", "rules",
}  # fmt: skip
# The windows of everybody in a file, and the seals of the whole log: nothing of these is anybody's own.
WHOLE = {
    "log_seals", "upload_participation", *(each for each in PATHS.values() if "participation_upload" in each),
}  # fmt: skip
# A row of somebody's in an address, by its number.
ROW = re.compile(r"{(?:delegation|window|invitation|final|membership|site|stay|upload)}")
# Whose every answer about a strange practice is drawn; of the others the operations are asked.
DRAWN = ("manager", "kim", "stranger")
OPENED: dict[tuple[str, str], str] = {}


class Program:
    """What calls the API for one person, with a token for everything."""

    def __init__(self, who: Person) -> None:
        self.client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        secret, self.token = make(who, "of a test", [*SCOPES], 1)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def limit(self, scopes: set[str]) -> None:
        """Its token has these scopes from now on."""
        self.token.scopes = sorted(scopes)
        self.token.save()

    def ask(self, method: str, address: str, practice: Practice, npi: str) -> Any:
        """The answer to a valid body, which has no code: nobody is there who could look at an app."""
        name = next(each for (m, path), each in PATHS.items() if m == method and _fits(path, address))
        if name in FILES:
            file = SimpleUploadedFile("some.csv", _told(FILES[name], practice, npi).encode())
            return self.client.post(address, {"file": file}, headers=self.headers)
        if name in STATEMENTS:
            return self.say(name, address, None)
        return self._send(method, address, _told(json.dumps(BODIES.get(name, {})), practice, npi))

    def say(self, name: str, address: str, app: App | None) -> Any:
        """The answer to a statement with all that it takes, as it is told; with a code of the app if any."""
        body = dict(STATEMENTS[name])
        if name == "lock_year":
            told = json.loads(self._send("GET", address, "").content)
            body["shown"] = told.get("shown", "")
        answer = self._send("POST", address, json.dumps(body))
        if answer.status_code in (403, 404):
            return answer
        for each in json.loads(answer.content).get("problems", ()):
            if each["code"] == "other_words":
                body["statement"] = each["fix"]
            elif each["code"] == "wrong_name":
                body["typed_name"] = each["fix"].partition(": ")[2].rstrip(".")
        return self._send("POST", address, json.dumps(body | {"code": app.code() if app else None}))

    def _send(self, method: str, address: str, body: str) -> Any:
        return self.client.generic(
            method, address, body, content_type="application/json", headers=self.headers
        )


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))


def _fits(path: str, address: str) -> bool:
    return bool(_pattern(path).fullmatch(address.partition("?")[0]))


def _told(text: str, practice: Practice, npi: str) -> str:
    return text.replace("{npi}", npi).replace("{tin}", practice.tin)


def addresses(path: str, slug: str, neighbor: Neighbor, put: bool) -> Iterator[str]:
    """The addresses of an operation with each row of the neighbor's that may be meant."""
    names = re.findall(r"{(\w+)}", path)
    words: dict[str, list[Any]] = {
        "practice": [slug], "id": ["IA_BE_16"],
        "year": ["2026", "2025"] if "final" in names or path.endswith("/unlock") else ["2026"],
        "name": ["qpp.json"], "npi": [NEW] if put else [each.npi for each in neighbor.rows["clinician"]],
        "mvp": ["M1370"],
    }  # fmt: skip
    query = "?year=2026" if path == "/api/answers" else ""
    for found in product(*(words.get(name) or [row.pk for row in neighbor.rows[name]] for name in names)):
        yield path.format(**dict(zip(names, found, strict=True))) + query


# ---- What the neighbor's own people may do, which nobody else may


@pytest.fixture
def opened(neighbor: Neighbor, codes_clock: Clock) -> dict[tuple[str, str], str]:
    """An address at which each operation answers the neighbor's own people, with which others are tried.

    Who has not answered lets the manager record, and everybody has an app. The ids of the neighbor's rows
    are always the same, so that the addresses are looked for once.
    """
    apps = {role: App(who, codes_clock) for role, who in neighbor.people.items()}
    lets = access_of(neighbor.people["clinician2"], neighbor.practice.slug, 2026)
    to = neighbor.people["manager"]
    given = signing.delegate(lets, to, date(2026, 12, 31), "", "", verified="password")
    neighbor.rows["delegation"].append(given)
    if not OPENED:
        OPENED.update(_tried(neighbor, apps))
    return OPENED


def _tried(neighbor: Neighbor, apps: dict[str, App]) -> dict[tuple[str, str], str]:
    programs = {
        role: Program(neighbor.people[role]) for role in ("manager", "admin", "clinician0", "clinician2")
    }
    found = {}
    for (method, path), name in PATHS.items():
        every = addresses(path, neighbor.practice.slug, neighbor, name == "put_clinician")
        for (role, program), address in product(programs.items(), every):
            with transaction.atomic():
                if name in STATEMENTS:
                    answer = program.say(name, address, apps[role])
                else:
                    answer = program.ask(method, address, neighbor.practice, LAST)
                transaction.set_rollback(True)
            if answer.status_code == 200:
                found[method, path] = address
                break
    return found


def test_each_operation_answers_those_whose_practice_it_is_and_no_token_without_its_scope(
    neighbor: Neighbor, opened: dict[tuple[str, str], str]
) -> None:
    """So that the other tests are refused by the rule and by nothing else."""
    assert [name for key, name in PATHS.items() if key not in opened] == []

    program, wrong = Program(neighbor.people["admin"]), []
    for (method, path), address in opened.items():
        scope = operations()[f"{method} {path}"].scope
        program.limit({*SCOPES} - {scope})
        answer = program.ask(method, address, neighbor.practice, LAST)
        if answer.status_code != 403 or f"lacks the scope {scope}." not in answer.content.decode():
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_every_operation_says_by_which_rule_it_opens() -> None:
    for told, view in operations().items():
        name = PATHS[tuple(told.split(" ", 1))]  # type: ignore[index]
        if name in OF_NO_PRACTICE:
            assert view.rule in OPEN, told
            continue
        see, change = view.rule
        assert see in ALLOWED, told
        assert change is None or change in ALLOWED, told


def test_by_role_an_operation_answers_or_refuses_with_a_name_and_changes_nothing(
    neighbor: Neighbor, opened: dict[tuple[str, str], str]
) -> None:
    """Nor does it make a statement, whoever asks. Of several rows it answers of one's own alone."""
    views, wrong, said = operations(), [], statements()
    for role in (*ROLES, "clinician2"):
        who = neighbor.people[role]
        access, program = access_of(who, neighbor.practice.slug, 2026), Program(who)
        before = rows_as_they_are(neighbor)
        for (method, path), address in opened.items():
            if PATHS[method, path] in OF_NO_PRACTICE:
                continue
            rule = [each for each in views[f"{method} {path}"].rule if each]
            may = min((access.how(each) or "" for each in rule), key=["", "own", "yes"].index)
            own = may == "own" and PATHS[method, path] not in STATEMENTS
            found = []
            for each in addresses(path, neighbor.practice.slug, neighbor, put=False) if own else [address]:
                with transaction.atomic():
                    found.append(program.ask(method, each, neighbor.practice, LAST).status_code)
                    if statements() != said:
                        wrong.append((role, method, each, may, "made a statement"))
                    transaction.set_rollback(bool(may))
            if not _right(found, PATHS[method, path], may):
                wrong.append((role, method, address, may, found))
        assert rows_as_they_are(neighbor) == before, role
    assert wrong == []


def _right(found: list[int], name: str, may: str) -> bool:
    """Whether an operation answered as it must who may do all of it, what is their own, or nothing."""
    if name in STATEMENTS:
        return {*found} <= ({403, 404, 409, 422} if may else {403})
    if may == "own" and name not in WHOLE:
        return found.count(200) == 1 and {*found} <= {200, 403, 404}
    return {*found} == ({200} if may == "yes" else {403})


@pytest.mark.usefixtures("opened")
def test_a_statement_is_made_by_whose_it_is_alone_and_with_a_code_of_their_app(
    neighbor: Neighbor, codes_clock: Clock
) -> None:
    made, wrong, said = set(), [], statements()
    paths = [(path, name) for (_, path), name in PATHS.items() if name in STATEMENTS]
    for role, (path, name) in product((*ROLES, "clinician0", "clinician2"), paths):
        who = neighbor.people[role]
        program, app = Program(who), App(who, codes_clock)
        for address in addresses(path, neighbor.practice.slug, neighbor, put=False):
            with transaction.atomic():
                status = program.say(name, address, app).status_code
                if (status == 200) != (statements() != said):
                    wrong.append((role, address, status))
                transaction.set_rollback(True)
            made |= {(role, name)} if status == 200 else set()
    assert wrong == []
    assert made == {
        ("clinician0", "withdraw_signature"), ("clinician0", "delegate"), ("clinician0", "decline_window"),
        ("clinician2", "sign_window"), ("clinician2", "decline_window"), ("clinician2", "delegate"),
        ("manager", "record_window"), ("manager", "lock_year"),
    }  # fmt: skip


def statements() -> list[int]:
    """How many of what a person says in their own name there are; to open a year again says nothing."""
    every = (Signature.objects, Delegation.objects, Final.objects.filter(kind="locked"))
    return [rows.count() for rows in every]


# ---- Everybody else


def test_the_api_gives_and_changes_nothing_of_the_neighbor(
    neighbor: Neighbor, harbor: Practice, everybody: dict[str, Person], opened: dict[tuple[str, str], str]
) -> None:
    """Each is asked for every row, at the neighbor's address and under that of their own practice."""
    assert opened.keys() == PATHS.keys()  # what is refused here opens for the neighbor's own people
    stranger = Person.objects.create_user("stranger@nowhere.example", None, name="A Stranger")
    before, leaks, views = rows_as_they_are(neighbor), [], operations()
    for name, who in {**everybody, "stranger": stranger}.items():
        program = Program(who)
        for (method, path), operation in PATHS.items():
            for practice in (neighbor.practice, harbor)[: 2 if "{practice}" in path else 1]:
                foreign = "{batch}" in path or (practice == neighbor.practice and "{practice}" in path)
                wanted = (404,) if foreign else (403, 404) if ROW.search(path) else range(500)
                for address in addresses(path, practice.slug, neighbor, operation == "put_clinician"):
                    if foreign and "{practice}" in path and name not in DRAWN:
                        if not turned_away(program, views[f"{method} {path}"], address):
                            leaks.append((name, method, address, "not turned away", None))
                        continue
                    answer = program.ask(method, address, practice, LAST)
                    shown = _shows(answer, address, neighbor)
                    if shown or answer.status_code not in wanted:
                        leaks.append((name, method, address, answer.status_code, shown))
    assert leaks == []
    assert rows_as_they_are(neighbor) == before
    assert Membership.objects.filter(person=stranger).count() == 0


def turned_away(program: Program, view: Any, address: str) -> bool:
    """Whether the operation itself says that there is no such practice, to a token that may do everything."""
    found, request = resolve(address), RequestFactory().get(address)
    request.user, request.auth = program.token.person, program.token
    try:
        view(request, **found.kwargs)
    except Http404:
        return True
    return False


def _shows(answer: Any, address: str, neighbor: Neighbor) -> str | None:
    """What an answer says of the neighbor, past what it was asked with."""
    text = answer.content.decode(errors="replace")
    given = {address, neighbor.practice.slug if neighbor.practice.slug in address else ""}
    given |= {each for each in (*address.split("/"), LAST) if each.isdigit() and len(each) == 10}
    for each in sorted(given - {""}, key=len, reverse=True):
        text = text.replace(each, "")
    return next((mark for mark in neighbor.marks if mark in text), None)
