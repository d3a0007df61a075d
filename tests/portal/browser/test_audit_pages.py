"""The pages of a request and of a reviewer's link, which nobody reaches before there is one."""

import json
from dataclasses import fields

from crawl import Found
from look import visit
from playwright.sync_api import Browser
from served import SLUG, YEAR, Served

# A request about last year with evidence and an answer that went out, another that waits, and a link.
_ASKED = """
import datetime, json, django
django.setup()
from mips_ia.portal.actions import audit, evidence, reviewer_links
from mips_ia.portal.models import Person
from mips_ia.portal.tenancy import access_of
def access(year):
    return access_of(Person.objects.get(email="manager@demo.example"), "harbor-rehabilitation-group", year)
now, last = access(2026), access(2025)
told = {"name": "policy.txt", "media_type": "text/plain", "title": "Fall screening policy"}
kept = evidence.receive(now, b"Everybody over 65 is screened.", told).evidence
evidence.use(now, kept, "IA_PSPA_21", "screening_program", kind="policy", first=datetime.date(2026, 5, 15))
items = [{"label": "A-1", "words": "The policy on falls, IA_PSPA_21", "activity": "IA_PSPA_21"},
         {"label": "", "words": "Minutes", "activity": ""}]
on = datetime.date(2026, 9, 2)
made = [audit.record(last, on, "An Invented Contractor", "Case 4711", items) for _ in range(2)]
about = {"activity": "IA_PSPA_21", "clinician": None, "owner": now.person, "note": "As asked.", "done": False}
for each in made:
    audit.answer(last, each.items.first(), about, [kept])
sent = audit.send(last, made[0], [], sent_on=on, how="Upload", what="All", sha256="")
link, secret = reviewer_links.make(now, name="A Reviewer", until=datetime.date(2026, 12, 1), files=True)
old, ended = reviewer_links.make(now, name="A Reviewer", until=datetime.date(2026, 12, 1))
reviewer_links.end(now, old)
print(json.dumps([made[0].pk, made[1].pk, made[1].items.first().pk, sent.pk, secret, ended, link.pk]))
"""


def test_nothing_is_wrong_on_the_pages_of_a_request_and_of_a_link(
    chromium: Browser, own_server: Served
) -> None:
    done, waits, item, sent, secret, ended, link = json.loads(own_server.python(_ASKED).splitlines()[-1])
    desk, review = f"/p/{SLUG}/{YEAR - 1}/audit/", f"/review/{secret}/"
    pages = {
        "manager": (
            f"/p/{SLUG}/{YEAR}/", desk, f"{desk}{done}/", f"{desk}{waits}/", f"{desk}{waits}/items/{item}/",
            f"{desk}{waits}/due/", f"{desk}{waits}/sent/", f"{desk}{done}/sent/{sent}/",
            f"{desk}{waits}/close/",
            f"/p/{SLUG}/{YEAR}/audit/links/", f"/p/{SLUG}/{YEAR}/audit/links/{link}/end/",
        ),
        None: (
            review, f"{review}activities/", f"{review}activities/?activity=IA_PSPA_21", f"{review}evidence/",
            f"{review}log/", f"{review}notes/", f"/review/{ended}/", "/verify/",
        ),
    }  # fmt: skip
    wrong = []
    for who, addresses in pages.items():
        context = chromium.new_context(base_url=own_server.address, bypass_csp=True)
        if who:
            cookie = {"name": "sessionid", "value": own_server.sessions[who], "url": own_server.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        for address in addresses:
            seen = visit(page, Found(address, who, address, 200), own_server.address, parts=False)
            said = {each.name: getattr(seen, each.name) for each in fields(seen)}
            looked = ("axe", "wide", "overlaps", "inline", "console", "busy")
            wrong += [
                (address, what, each) for what in looked for each in said[what] if "status of 410" not in each
            ]
            assert (
                page.locator("main form").count() == 0 or who or address in ("/verify/", f"{review}notes/")
            ), address
        context.close()
    assert not wrong, "\n".join(sorted({str(each) for each in wrong}))
