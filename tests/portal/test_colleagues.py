"""A clinician reads totals and their own part, and nobody else's name, NPI or address, on any page at all."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from html import unescape
from itertools import islice
from typing import Any

import pytest
from addresses import places
from django.test import Client
from signing import P, lock, signed_in
from test_tenancy import rows_of, words_of

from mips_ia.portal.actions.tokens import make
from mips_ia.portal.api.urls import api
from mips_ia.portal.models import Membership, Person, Practice

pytestmark = pytest.mark.django_db
ELSEWHERE = ("/sign-out/", "/static/")
MOST = 600  # pages of one walk


def marks(practice: Practice, own: Person) -> re.Pattern[str]:
    """What is known of everybody else: last names, NPIs, addresses."""
    others = practice.clinicians.exclude(person=own)
    words = [word for each in others for word in (each.last_name, each.npi, each.email)]
    words += Person.objects.exclude(pk=own.pk).values_list("email", flat=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, filter(None, words)))})\b")


def read(answer: Any) -> str:
    """Everything that an answer holds."""
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode(errors="replace")
    return unescape(answer.content.decode(errors="replace"))


def links(page: str, at: str) -> Iterator[str]:
    """Where a page leads, within the portal."""
    for link in re.findall(r'href="([^"#]*)', page):
        target = unescape(link)
        if target and not target.startswith(("/", "http", "mailto")):
            target = at.partition("?")[0] + target
        if target.startswith("/") and not target.startswith(ELSEWHERE):
            yield target


def crawled(client: Client, *starts: str) -> tuple[dict[str, str], list[tuple[str, str, int]]]:
    """Every page that one comes to by links, and those links that lead nowhere."""
    waiting, pages, closed = [(each, "") for each in starts], {}, []
    seen = set(starts)
    while waiting and len(seen) < MOST:
        at, before = waiting.pop(0)
        answer = client.get(at)
        if answer.status_code in (301, 302, 303):
            found = [answer.url]
        elif answer.status_code != 200:
            closed.append((before, at, answer.status_code))
            continue
        else:
            pages[at] = read(answer)
            found = [*links(pages[at], at)] if "text/html" in answer["Content-Type"] else []
        for each in found:
            if each not in seen and not re.match(r"/rules/|/p/[^/]+/(?!2026)\d+/|.*activities/\?", each):
                seen.add(each)
                waiting.append((each, at))
    return pages, closed


def shown(pages: dict[str, str], mark: re.Pattern[str]) -> list[tuple[str, list[str]]]:
    """The pages on which something stands that must not."""
    found = [(at, sorted(set(mark.findall(page)))) for at, page in pages.items()]
    return [(at, words) for at, words in found if words]


@pytest.mark.parametrize("state", ["group", "individual", "locked"])
def test_a_clinician_comes_by_links_to_no_colleague_and_to_no_closed_door(
    state: str, harbor: Practice, person: Callable[[str], Person]
) -> None:
    if state == "locked":
        lock(harbor)
    harbor.years.filter(year=2026).update(report_as="individual" if state == "individual" else "group")
    kim = person("kim")
    client = signed_in(kim)
    client.post(f"{P}/plan/calendar/")
    feed = re.search(r'value="http://localhost(/calendar/[^"]*)"', read(client.get(f"{P}/plan/calendar/")))
    assert feed

    pages, closed = crawled(client, "/", f"{P}/?all", feed[1])

    assert {f"{P}/score/score.json", f"{P}/log/", feed[1], f"{P}/plan/"} <= {*pages}
    assert closed == []
    assert shown(pages, marks(harbor, kim)) == []


@pytest.mark.parametrize("report_as", ["group", "individual"])
def test_a_clinician_who_signs_for_the_practice_reads_of_colleagues_what_is_sent_and_nothing_else(
    report_as: str, harbor: Practice, person: Callable[[str], Person]
) -> None:
    """An official answers for what is sent; of individuals it names each with their NPI."""
    kim = person("kim")
    kim.memberships.update(signing_official=True)
    harbor.years.filter(year=2026).update(report_as=report_as)

    pages, closed = crawled(signed_in(kim), "/", f"{P}/?all")

    assert closed == []
    assert {f"{P}/export/", f"{P}/audit/"} <= {*pages}
    found = {at.partition("?")[0] for at, _ in shown(pages, marks(harbor, kim))}
    of_export = {at for at in found if at.startswith(f"{P}/export/")}
    assert found == of_export
    assert bool(found) == (report_as == "individual")


def test_a_clinician_finds_no_colleague_at_any_address(
    harbor: Practice, person: Callable[[str], Person]
) -> None:
    kim, year = person("kim"), harbor.years.get(year=2026)
    client, rows = signed_in(kim), rows_of(harbor)
    both = [harbor.clinicians.get(person=kim), harbor.clinicians.get(last_name="Johnson")]
    rows |= {"clinician": both, "window": list(year.windows.filter(clinician__in=both))}
    pages = {}
    for place in places():
        for at in islice(place.addresses(harbor.slug, words_of(year)[:4], rows), 6):
            pages[at] = read(client.get(at))

    assert f"{P}/participation/IA_BE_16/{both[1].pk}/" in pages
    assert shown(pages, marks(harbor, kim)) == []


def test_the_api_gives_a_clinician_no_colleague(harbor: Practice, person: Callable[[str], Person]) -> None:
    kim = person("kim")
    secret, _ = make(kim, "of a test", ["read", "write", "export"], 1)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    given = {"practice": harbor.slug, "year": "2026", "name": "qpp.json", "final": lock(harbor).pk}
    given |= {"id": "IA_PSPA_21", "npi": harbor.clinicians.get(last_name="Johnson").npi}
    pages = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        if "get" in methods:
            at = path.format_map(defaultdict(lambda: "1", given))
            answer = client.get(at, {"year": 2026} if path == "/api/answers" else {})
            refused = answer.status_code in (403, 404)  # which names the address that was asked for
            pages[at] = read(answer).replace(str(given["npi"]), "") if refused else read(answer)

    assert f"/api/practices/{harbor.slug}/2026/windows" in pages
    assert shown(pages, marks(harbor, kim)) == []


@pytest.mark.parametrize("role", ["reviewer", "registry"])
def test_who_only_reads_sees_everybody_and_no_closed_door(role: str, harbor: Practice) -> None:
    reader = Person.objects.create_user(f"{role}@demo.example", None, name="A Reader")
    Membership.objects.create(
        person=reader, organization=harbor.organization, practice=harbor, role=role, grants=[]
    )

    pages, closed = crawled(signed_in(reader), "/", f"{P}/?all")

    assert closed == []
    assert "Johnson" in pages[f"{P}/participation/"]
    assert [at for at in pages if re.search(r"/(plan|export|signatures|people)/", at)] == []
