"""Nobody sees or changes what is not theirs: every address, for every role, with every kind of record."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, product
from typing import Any

import neighbor as next_door
import pytest
from addresses import Place, places
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import resolve
from signing import another_practice

from mips_ia.portal import clock
from mips_ia.portal.models import Clinician, Membership, Person, Practice, Result
from mips_ia.portal.reminders import stopping
from mips_ia.portal.roles import ALLOWED
from mips_ia.portal.tenancy import OPEN, access_of, practices_beside, practices_of
from mips_ia.portal.web import review

SignIn = Callable[[Person], Client]
THERE = (200, 302, 303, 405)
# Who may do what, as the specification of the portal says it: Y yes, O own, a dash no. A registry that
# was granted nothing and one that was granted everything stand apart.
MAY = {
    #                 admin manager clinician registry granted reviewer, and signing officials of three
    "see":           ("Y",  "Y",    "O",      "Y",     "Y",    "Y",       "O", "Y", "Y"),
    "see_names":     ("Y",  "Y",    "–",      "Y",     "Y",    "Y",       "–", "Y", "Y"),
    "edit":          ("Y",  "Y",    "–",      "–",     "Y",    "–",       "–", "Y", "Y"),
    "plan":          ("Y",  "Y",    "–",      "–",     "Y",    "–",       "–", "Y", "Y"),
    "windows":       ("Y",  "Y",    "O",      "–",     "Y",    "–",       "O", "Y", "Y"),
    "sign":          ("–",  "–",    "O",      "–",     "–",    "–",       "O", "–", "–"),
    "delegated":     ("–",  "O",    "O",      "O",     "O",    "–",       "O", "O", "–"),
    "end_delegation": ("Y", "Y",    "O",      "–",     "–",    "–",       "O", "Y", "Y"),
    "see_evidence":  ("Y",  "Y",    "O",      "–",     "Y",    "Y",       "O", "Y", "Y"),
    "evidence":      ("Y",  "Y",    "O",      "–",     "Y",    "–",       "O", "Y", "Y"),
    "binder":        ("Y",  "Y",    "–",      "–",     "Y",    "–",       "–", "Y", "Y"),
    "review":        ("Y",  "Y",    "–",      "–",     "–",    "–",       "–", "Y", "Y"),
    "destroy":       ("Y",  "–",    "–",      "–",     "–",    "–",       "–", "–", "Y"),
    "open_phi":      ("–",  "–",    "–",      "–",     "–",    "–",       "–", "–", "–"),
    "remind":        ("Y",  "Y",    "–",      "–",     "Y",    "–",       "–", "Y", "Y"),
    "lock":          ("–",  "–",    "–",      "–",     "–",    "–",       "Y", "Y", "Y"),
    "audit":         ("Y",  "Y",    "–",      "–",     "–",    "–",       "Y", "Y", "Y"),
    "reviewer_links": ("Y", "Y",    "–",      "–",     "–",    "–",       "–", "Y", "Y"),
    "export":        ("Y",  "Y",    "–",      "–",     "Y",    "–",       "Y", "Y", "Y"),
    "people":        ("Y",  "–",    "–",      "–",     "–",    "–",       "–", "–", "Y"),
    "log":           ("Y",  "Y",    "O",      "O",     "O",    "O",       "O", "Y", "Y"),
    "see_tin":       ("Y",  "Y",    "–",      "Y",     "Y",    "–",       "–", "Y", "Y"),
}  # fmt: skip
# Whose every answer about a strange practice is drawn whole; of the others the views are asked.
WHOLE = ("manager", "kim", "stranger")
HELD = (
    "admin", "manager_unofficial", "kim", "registry", "registry_granted", "reviewer",
    "official", "manager", "admin_official",
)  # fmt: skip


@pytest.fixture(autouse=True)
def as_often_as_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every address is tried here, more often than anybody outside may."""
    monkeypatch.setattr(review, "OFTEN", 1_000_000)


@pytest.fixture
def sign_in(sign_in: SignIn) -> SignIn:
    """Somebody is signed in, and a page that breaks answers with 500 as it would in earnest."""

    def signed_in(who: Person) -> Client:
        client = sign_in(who)
        client.raise_request_exception = False
        return client

    return signed_in


def words_of(year: Any) -> list[str]:
    """Words that an address may hold: activities, receipts, kinds of file, secrets."""
    activities = [each.activity for each in year.chosen.all()]
    numbers = [each.number for window in year.windows.all() for each in window.signatures.all()]
    kinds = [
        "roster",
        "participation",
        "practices",
        "qpp_json",
        "qrda3",
        "qpp.json",
        "qrda3.xml",
        "csv",
        "minutes",
    ]
    theirs = Person.objects.filter(memberships__organization=year.practice.organization, reminded=True)
    stop = [stopping.token_of(each) for each in theirs.order_by("pk")[:1]]
    return [*activities, *numbers, *kinds, *stop, *next_door.SECRETS.values()]


def rows_of(practice: Practice) -> dict[str, list[Any]]:
    """The demonstration's own rows of each kind."""
    theirs = {"practice": practice, "year__practice": practice, "window__year__practice": practice,
              "final__year__practice": practice, "organization": practice.organization}  # fmt: skip
    found = {}
    for kind in next_door.kinds():
        names = {field.name for field in kind._meta.get_fields()}  # noqa: SLF001 - Django's own way
        way = next((path for path in theirs if path.split("__")[0] in names), None)
        found[kind.__name__.lower()] = list(kind.objects.filter(**{way: theirs[way]})[:3]) if way else []
    return found


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row but copies that can be made again, and but for when somebody last signed in, as tests do."""
    return {
        each.__name__: [row | {"last_login": None} for row in each.objects.order_by("pk").values()]
        for each in next_door.kinds()
        if each is not Result
    }


def rows_as_they_are(neighbor: next_door.Neighbor) -> dict[str, list[dict[str, Any]]]:
    """The same of the neighbor alone."""
    theirs = {kind: {row.pk for row in rows} for kind, rows in neighbor.rows.items()}
    return {
        kind: [row for row in rows if row["id"] in theirs[kind.lower()]]
        for kind, rows in everything().items()
    }


def opened(theirs: Iterable[Client], addresses: Iterable[str]) -> str | None:
    """The first address that opens for one of these people; who sees most is asked first."""
    every = list(addresses)
    tried = (address for client in theirs for address in every if client.get(address).status_code in THERE)
    return next(tried, None)


def own_addresses(neighbor: next_door.Neighbor, sign_in: SignIn) -> dict[Place, str]:
    """An address of each page that opens for the neighbor's own people, whose ids are always the same."""
    if not OPENED:
        clients = [sign_in(neighbor.people[role]) for role in ("manager", *neighbor.people)]
        words = words_of(neighbor.year)
        for place in places():
            found = opened(clients, place.addresses(neighbor.practice.slug, words, neighbor.rows))
            OPENED[place] = found
    elsewhere = ("start", "print_css")  # before anybody is there; only with words that the portal signed
    closed = [each.route for each, at in OPENED.items() if at is None and each.name not in elsewhere]
    assert closed == [], "nobody can open these; give the neighbor a row for each"
    return {place: address for place, address in OPENED.items() if address is not None}


OPENED: dict[Place, str | None] = {}


def swapped(place: Place, address: str, neighbor: next_door.Neighbor, harbor: Practice) -> Iterator[str]:
    """The neighbor's address, and the neighbor's row under the address of another practice."""
    yield address
    if place.of_a_practice and any(kind == "int" and name != "year" for name, kind in place.parts):
        yield address.replace(neighbor.practice.slug, harbor.slug, 1)


def turned_away(who: Person, method: str, address: str) -> bool:
    """Whether the view itself says that there is no such practice, to somebody who has just signed in."""
    found, request = resolve(address), getattr(RequestFactory(), method)(address)
    signed_in = [{"method": "password", "at": time.time()}]
    request.user, request.session = who, {
        "account_authentication_methods": signed_in, "account_authentication_methods_user": str(who.pk),
    }  # fmt: skip
    try:
        found.func(request, *found.args, **found.kwargs)
    except Http404:
        return True
    return False


def names_its_own(place: Place) -> bool:
    """Whether the address is of a practice, or names a row of somebody."""
    return place.rule not in ("public", "secret") and (place.of_a_practice or place.names_a_row)


# ---- The rules themselves


def test_every_view_says_by_which_rule_it_opens() -> None:
    for place in places():
        rule = place.rule
        assert rule is not None, f"{place.route} does not say by which rule it opens"
        assert rule in OPEN or (rule[0] in ALLOWED and (rule[1] is None or rule[1] in ALLOWED)), place.route
        assert place.route.startswith("p/") == (rule not in OPEN), f"{place.route}: `{rule}` does not fit"


@pytest.mark.parametrize("action", MAY)
def test_who_may_do_what_is_as_it_was_specified(
    action: str, harbor: Practice, everybody: dict[str, Person]
) -> None:
    said = {"yes": "Y", "own": "O", None: "–"}
    assert {*MAY} == {*ALLOWED}
    found = [said[access_of(everybody[name], harbor.slug, 2026).how(action)] for name in HELD]

    assert found == list(MAY[action])


def test_a_role_that_ended_opens_nothing(
    harbor: Practice, everybody: dict[str, Person], sign_in: SignIn
) -> None:
    client = sign_in(everybody["reviewer"])
    assert client.get(f"/p/{harbor.slug}/2026/").status_code == 200

    Membership.objects.filter(person=everybody["reviewer"]).update(ended_at="2026-09-01T00:00Z")

    assert client.get(f"/p/{harbor.slug}/2026/").status_code == 404


def test_the_neighbor_has_a_row_of_every_kind(neighbor: next_door.Neighbor) -> None:
    assert [kind for kind, rows in neighbor.rows.items() if not rows] == []


# ---- Every address, for everybody


def test_strangers_find_nothing_of_the_neighbor_and_change_nothing(
    neighbor: next_door.Neighbor, harbor: Practice, everybody: dict[str, Person], sign_in: SignIn
) -> None:
    stranger = Person.objects.create_user("stranger@nowhere.example", None, name="A Stranger")
    theirs = {place: at for place, at in own_addresses(neighbor, sign_in).items() if names_its_own(place)}
    before = everything()
    leaks = []
    for name, who in {**everybody, "stranger": stranger}.items():
        client = sign_in(who)
        for place, own in theirs.items():
            for address, method in product(swapped(place, own, neighbor, harbor), ("get", "post")):
                if address == own and place.of_a_practice and name not in WHOLE:
                    if not turned_away(who, method, address):
                        leaks.append((name, method, address, "not turned away", None))
                    continue
                allowed = (404,) if address == own else (404, 403)
                answer = getattr(client, method)(address)
                again = _asks_to_sign_in(answer)  # whoever signed in long ago, wherever they go
                if not (again or answer.status_code in allowed) or shows(answer, neighbor):
                    leaks.append((name, method, address, answer.status_code, answer.get("Location")))
    assert leaks == []
    assert everything() == before


def test_who_may_not_see_a_page_or_not_change_it_is_refused_with_a_name_and_changes_nothing(
    neighbor: next_door.Neighbor, sign_in: SignIn
) -> None:
    own, wrong = own_addresses(neighbor, sign_in), []
    before = everything()
    theirs = {
        role: (access_of(who, neighbor.practice.slug, 2026), sign_in(who))
        for role, who in neighbor.people.items()
    }
    for place, address in own.items():
        if place.rule in OPEN:
            continue
        see, change = place.rule
        for role, (access, client) in theirs.items():
            answers = [(access.may(see), client.get(address))]
            if not (access.may(see) and access.may(change or see)):
                answers.append((False, client.post(address)))
            wrong += [
                (role, address, answer.status_code)
                for may, answer in answers
                if (answer.status_code in (403, 404) and may and access.how(see) == "yes")
                or (not may and answer.status_code != 403)
                or answer.status_code >= 500
            ]
    assert wrong == [], "\n".join(map(str, wrong))
    assert everything() == before


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(
    neighbor: next_door.Neighbor, sign_in: SignIn
) -> None:
    nobody, wrong = Client(SERVER_NAME="localhost"), []
    for place, address in own_addresses(neighbor, sign_in).items():
        for ask in (nobody.get, nobody.post):
            answer = ask(address)
            if place.rule in ("public", "secret"):
                assert not (place.rule == "public" and shows(answer, neighbor)), address
            elif not _asks_to_sign_in(answer):
                wrong.append((address, answer.status_code))
    assert wrong == [], "\n".join(map(str, wrong))


def test_no_page_of_a_practice_names_anything_of_another_and_looking_changes_nothing(
    neighbor: next_door.Neighbor, harbor: Practice, everybody: dict[str, Person], sign_in: SignIn
) -> None:
    words, rows = words_of(harbor.years.get(year=2026)), rows_of(harbor)
    told, seen, before = [], set(), everything()
    for who in everybody.values():
        client = sign_in(who)
        for place in places():
            for address in islice(place.addresses(harbor.slug, words, rows), 2):
                answer = client.get(address)
                if answer.status_code == 200:
                    seen.add(place.route)
                assert answer.status_code != 500, address
                if mark := shows(answer, neighbor):
                    told.append((who.name, address, mark))
    assert told == []
    assert everything() == before
    assert "p/<slug:practice>/<int:year>/" in seen


def test_the_neighbors_own_people_see_what_others_must_not(
    neighbor: next_door.Neighbor, sign_in: SignIn
) -> None:
    """So that the other tests look for something that is really there."""
    client = sign_in(neighbor.people["manager"])
    shown = "".join(
        _text(client.get(address))
        for place, address in own_addresses(neighbor, sign_in).items()
        if place.of_a_practice
    )
    for mark in (next_door.NAME, neighbor.practice.slug, *(last for last, _ in next_door.PEOPLE)):
        assert mark in shown


def test_nobody_is_in_two_practices_by_being_a_clinician_of_one(
    neighbor: next_door.Neighbor, harbor: Practice, sign_in: SignIn
) -> None:
    """A clinician of two practices sees each under its own address, and one row of theirs in each."""
    who = neighbor.people["clinician0"]
    kim = Clinician.objects.filter(practice=harbor, last_name="Kim")
    client = sign_in(who)
    assert client.get(f"/p/{harbor.slug}/2026/").status_code == 404

    kim.update(person=who)

    assert client.get(f"/p/{harbor.slug}/2026/").status_code == 200
    assert access_of(who, harbor.slug, 2026).clinician.last_name == "Kim"
    assert access_of(who, neighbor.practice.slug, 2026).clinician.last_name == "Vandersloot"


def test_the_menu_has_every_practice_to_which_somebody_belongs_and_no_other(
    neighbor: next_door.Neighbor, harbor: Practice, person: Callable[[str], Person]
) -> None:
    """A clinician becomes a reviewer next door, then of a whole organization, and is neither any more."""
    who, third = person("kim"), another_practice()
    next_door_alone = {"organization": neighbor.practice.organization, "practice": neighbor.practice}
    found = []

    for role in (next_door_alone, {"organization": third.organization, "practice": None}):
        found.append(_belongs(who, harbor))
        Membership.objects.create(person=who, role="reviewer", **role)
    found.append(_belongs(who, harbor))
    Membership.objects.filter(person=who).update(ended_at=clock.now())

    whole = sorted(each.name for each in third.organization.practices.all())
    next_to_it = sorted([harbor.name, neighbor.practice.name])
    assert {harbor.name, third.name} <= set(whole)
    assert found == [[harbor.name], next_to_it, sorted([*whole, neighbor.practice.name])]
    assert _belongs(who, harbor) == [harbor.name]


def _belongs(who: Person, practice: Practice) -> list[str]:
    """The practices in the menu, by what was read for an access and by a query of their own."""
    every = practices_beside(access_of(who, practice.slug, 2026)), practices_of(who)
    beside, of = ([each.name for each in found] for found in every)
    assert beside == of
    return beside


def _text(answer: Any) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode(errors="replace")
    return f"{answer.content.decode(errors='replace')} {answer.headers.get('Location', '')}"


def _asks_to_sign_in(answer: Any) -> bool:
    asking = ("account_login", "account_reauthenticate", "account_confirm_elsewhere")
    return answer.status_code in (302, 303) and resolve(answer.url.partition("?")[0]).url_name in asking


def shows(answer: Any, neighbor: next_door.Neighbor) -> str | None:
    """What an answer says of the neighbor, past the address that was asked for."""
    if _asks_to_sign_in(answer):
        return None
    text = _text(answer).replace(answer.request["PATH_INFO"], "")
    return next((mark for mark in neighbor.marks if mark in text), None)
