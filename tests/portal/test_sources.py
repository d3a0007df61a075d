"""Where a rule stands: every source leads to its clause, and to the paragraph where that was read."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from lxml import html

from mips_ia import rules, years
from mips_ia.portal.models import Practice
from mips_ia.portal.told.sources import NOT_READ, anchors, sources

Browse = Callable[[str], Client]
READ = "https://www.ecfr.gov/"


def page(client: Client, address: str) -> html.HtmlElement:
    return html.fromstring(client.get(address).content.decode())


@pytest.mark.parametrize("year", years())
def test_each_clause_of_a_year_has_an_address_of_its_own(year: int) -> None:
    known = rules(year)
    named = anchors(known)

    assert len({*named.values()}) == len([*known.clauses()])
    assert all(re.fullmatch(r"[a-z_]+(-[a-z0-9_]+)?", each) for each in named.values())


def test_a_paragraph_is_linked_where_it_was_read_and_else_the_page_says_so() -> None:
    known = rules(2026)
    small = known.special["small_practice"]
    [one] = sources(known, [small])
    [other] = sources(known, [known.full_credit])

    assert (small.confidence, one.read) == ("high", (("42 CFR 414.1305", f"{READ}{PARAGRAPH}414.1305"),))
    assert one.says == ""
    assert (known.full_credit.confidence, other.read, other.says) == ("medium", (), NOT_READ)


PARAGRAPH = "on/2026-01-02/title-42/section-414.1305#p-"


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["score/", "score/weights/", "participation/", "score/?clinician={kim}"])
def test_every_source_on_a_page_leads_to_its_clause(harbor: Practice, browse: Browse, where: str) -> None:
    client = browse("manager")
    kim = harbor.clinicians.get(last_name="Kim").pk
    found = page(client, f"/p/{harbor.slug}/2026/{where.format(kim=kim)}")
    clauses = {each.get("id") for each in page(client, "/rules/2026/").iter("tr") if each.get("id")}

    leads = found.xpath("//main//a[starts-with(@href, '/rules/2026/')]/@href")
    assert leads
    assert {each.partition("#")[2] for each in leads} <= clauses
    away = found.xpath("//main//a[starts-with(@href, 'https:')]")
    assert all(each.get("href").startswith(READ) and each.get("rel") == "noreferrer" for each in away)
    assert away or NOT_READ in found.text_content()


@pytest.mark.django_db
def test_the_rules_have_the_paragraphs_too(client: Client) -> None:
    found = page(client, "/rules/2026/")

    assert found.get_element_by_id("special-small_practice").xpath(f".//a[starts-with(@href, '{READ}')]")
    assert NOT_READ in found.get_element_by_id("full_credit").text_content()
