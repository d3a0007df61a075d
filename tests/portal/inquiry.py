"""An auditor's request, as tests and pictures have it."""

# A request about last year with evidence and an answer that went out, another that waits with its package,
# and links about each year, the one about last year for the request that waits.
ASKED = """
import datetime, json, django
django.setup()
from mips_ia.portal.actions import audit, binders, evidence, reviewer_links
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
binders.ask(last, audit=made[1])
_, asked = reviewer_links.make(
    last, name="The contractor", until=datetime.date(2026, 12, 1), files=True, audit=made[1]
)
print(json.dumps([made[0].pk, made[1].pk, made[1].items.first().pk, sent.pk, secret, ended, link.pk, asked]))
"""
