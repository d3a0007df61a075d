"""A second practice in another organization, with a row of every kind, which nobody else may ever see."""

import base64
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256

from django.apps import apps
from django.db import connection

from mips_ia.portal import clock, models, waiting
from mips_ia.portal.actions import (
    audit,
    batches,
    evidence,
    ledger,
    practice,
    reviewer_links,
    roster,
    signing,
    uploads,
)
from mips_ia.portal.demo import npi_of
from mips_ia.portal.statements import own, under_delegation
from mips_ia.portal.tenancy import access_of, may_add_in

# Who runs it and who reads it; two of them have nothing that their role may be given.
ROLES = ("admin", "manager", "registry", "reviewer", "manager_unofficial", "registry_without")
NAME, HOUSE = "Zyxwick Valley Orthopedics", "Quorndale Health (invented)"
PEOPLE = (("Vandersloot", "Ottoline"), ("Quillfeather", "Ignatius"), ("Brackenbury", "Philippa"))
ACTIVITIES = ("IA_BE_16", "IA_PSPA_21")
SECRETS = {
    "invitation": "an invitation's secret",
    "calendarfeed": "a calendar's secret",
    "reviewerlink": "a reviewer's secret",
}


@dataclass
class Neighbor:
    """The practice, its people by role, and its rows by the name of their kind."""

    practice: models.Practice
    year: models.Year
    people: dict[str, models.Person] = field(default_factory=dict)
    rows: dict[str, list[object]] = field(default_factory=dict)

    @cached_property
    def marks(self) -> list[str]:
        """What no page of anybody else may ever contain; read when all of it is there."""
        npis = {each.npi for each in self.practice.clinicians.all()}
        names = {word for each in PEOPLE for word in each}
        here = {NAME, HOUSE, self.practice.slug, self.practice.tin, "Zyxwick", "Quorndale"}
        return sorted(here | npis | names)


def build() -> Neighbor:
    """Everything of it, with ids that no other row has."""
    _apart()
    house = models.Organization.objects.create(name=HOUSE)
    people = {role: _person(role, house) for role in ROLES}
    found = practice.add(people["admin"], "admin", house, NAME, "000987654", "99123")
    access = access_of(people["manager"], found.slug, 2026)
    practice.describe(
        access, report_as="group", pathway="traditional", statuses=[], apm="none", not_scored=[]
    )
    for activity in ACTIVITIES:
        ledger.choose(access, activity)
    for number, names in enumerate(PEOPLE):
        people[f"clinician{number}"] = _clinician(access, number, names, house)
    made = Neighbor(found, access.year, people)
    _signed(access, people)
    _uploaded(access)
    _kept(access)
    _the_rest(made)
    _audited(access_of(people["manager"], found.slug, 2025))
    made.rows = {
        model.__name__.lower(): list(model.objects.filter(pk__gte=FROM)) for model in kinds()
    }  # fmt: skip
    return made


def kinds() -> list[type]:
    """Every kind of row that the portal keeps."""
    return list(apps.get_app_config("portal").get_models())


FROM = 7_000_000
# One white dot.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)


def _apart() -> None:
    """Each kind of row goes on from a number of its own, so that no id means two things.

    Numbers that were given out since an earlier neighbor stand in rows that a test has left behind.
    """
    for place, model in enumerate(kinds()):
        table, newest = model._meta.db_table, model.objects.order_by("-pk").first()  # noqa: SLF001 - Django's own
        start = max(FROM + 10_000 * place, newest.pk if newest else 0)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("delete from sqlite_sequence where name = %s", [table])
                cursor.execute("insert into sqlite_sequence (name, seq) values (%s, %s)", [table, start])
            else:
                cursor.execute("select setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, start])


def _person(role: str, house: models.Organization) -> models.Person:
    person = models.Person.objects.create_user(
        f"{role}@zyxwick.example", None, name=f"{role.title()} Zyxwick"
    )
    grants = [] if role == "registry_without" else ["edit", "plan", "windows", "evidence", "remind", "export"]
    models.Membership.objects.create(
        person=person, organization=house, role=role.partition("_")[0], signing_official=role == "manager",
        grants=grants,
    )  # fmt: skip
    return person


def _clinician(access: object, number: int, names: tuple[str, str], house: object) -> models.Person:
    last, first = names
    known = {"last_name": last, "first_name": first, "credential": "MD", "email": f"{last}@zyxwick.example"}
    npi = npi_of(500 + number)
    roster.put(access, npi, names=known, site="Zyxwick North", joined_on=date(2026, 1, 1), billed=True)
    person = models.Person.objects.create_user(known["email"], None, name=f"{first} {last}")
    models.Membership.objects.create(
        person=person, organization=house, practice=access.practice, role="clinician"
    )
    access.practice.clinicians.filter(npi=npi).update(person=person)
    return person


def _signed(access: object, people: dict[str, models.Person]) -> None:
    """One has signed, one was recorded for, and one has not answered."""
    one, two, three = (access.practice.clinicians.get(npi=npi_of(500 + number)) for number in range(3))
    windows = [
        ledger.enter(access, who, ACTIVITIES[0], date(2026, 1, 5), date(2026, 5, 5))
        for who in (one, two, three)
    ]
    ledger.enter(access, one, ACTIVITIES[1], date(2026, 2, 1), date(2026, 3, 1))
    themselves = access_of(people["clinician0"], access.practice.slug, 2026)
    signing.sign(themselves, windows[0], own(windows[0]), one.spoken, verified="password")
    allowing = access_of(people["clinician1"], access.practice.slug, 2026)
    given = signing.delegate(
        allowing, people["manager"], date(2026, 12, 31), "", two.spoken, verified="password"
    )
    signing.record(
        access,
        windows[1],
        given,
        under_delegation(access, windows[1], given, "a log"),
        "a log",
        verified="password",
    )


def _uploaded(access: object) -> None:
    """Of each kind a file that was saved, and one that nobody has saved yet."""
    last, first = PEOPLE[0]
    roster_file = (
        f"performance_year,tin,npi,last_name,first_name\n2026,000987654,{npi_of(500)},{last},{first}\n"
    )
    windows = (
        f"performance_year,tin,npi,activity_id,start_date\n2026,000987654,{npi_of(500)},IA_BE_16,2026-03-01\n"
    )
    for kind, text in (("roster", roster_file), ("participation", windows)):
        uploads.save(access, uploads.keep(access, kind, "zyxwick.csv", text.encode()))
        uploads.keep(access, kind, "zyxwick.csv", text.encode())
    many = may_add_in(access.person)[0], [("zyxwick.csv", roster_file.encode())]
    batches.save(batches.keep(*many))
    batches.keep(*many)


def _kept(access: object) -> None:
    """A file that shows something, was reviewed, is held and is to be destroyed, and one that waits."""
    told = {"name": "zyxwick.png", "media_type": "image/png", "title": "Zyxwick's policy"}
    revision = evidence.receive(access, PICTURE, told)
    use = evidence.use(
        access, revision.evidence, ACTIVITIES[1], "screening_program", kind="policy", first=date(2026, 1, 5)
    )
    evidence.review(access, use, revision, accepted=True, reason="Zyxwick")
    waiting.put(access, "zyxwick-note.txt", b"Zyxwick", [], {})
    held = {"reason": "Zyxwick", "person": access.person, "at": clock.now()}
    models.Hold.objects.create(year=access.year, **held)
    models.Destruction.objects.create(evidence=revision.evidence, **held)
    models.Binder.objects.create(year=access.year, asked_by=access.person, role="manager", told="Zyxwick")
    models.Forgetting.objects.create(practice=access.practice, sha256="0" * 64, at=clock.now())
    models.Notary.objects.create(origin="zyxwick", public="", at=clock.now())


def _audited(access: object) -> None:
    """A request of an auditor with an answer that was sent."""
    fields = {"held_on": "2026-03-02", "topic": "Zyxwick", "present": "Quorndale", "decided": "To screen."}
    kept = evidence.receive(access, b"For Zyxwick's auditor.\n", {
        "name": "audit.txt", "media_type": "text/plain", "filled": {"form": "minutes", "fields": fields},
    })  # fmt: skip
    item = {"label": "1", "words": "Send the policy of Zyxwick.", "activity": ""}
    made = audit.record(access, date(2026, 8, 3), "Zyxwick's auditor", "Quorndale", [item])
    models.Binder.objects.create(
        year=access.year, audit=made, asked_by=access.person, role="manager", made_at=clock.now(),
        sha256=kept.sha256, size=kept.size,
    )  # fmt: skip
    link = models.ReviewerLink.objects.create(
        year=access.year, audit=made, name="Zyxwick's reviewer", until=date(2027, 1, 1), files=True,
        secret=_digest(SECRETS["reviewerlink"]), person=access.person, role="manager", at=clock.now(),
        digest="0" * 64,
    )  # fmt: skip
    reviewer_links.leave(link, "", kept.evidence, "What does Zyxwick mean?")
    known = {"activity": "", "clinician": None, "owner": access.person, "note": "Zyxwick", "done": True}
    audit.answer(access, made.items.get(), known, [kept.evidence])
    audit.send(
        access, made, [], sent_on=date(2026, 8, 5), how="by Zyxwick", what="all of it", sha256="0" * 64
    )


def _the_rest(made: Neighbor) -> None:
    """What has no action of its own, or one that needs files."""
    manager, year, now = made.people["manager"], made.year, clock.now()
    later = now + timedelta(days=9)
    house, own_id = made.practice.organization, made.practice
    models.Invitation.objects.create(
        organization=house, practice=own_id, role="reviewer", name="Ottoline Zyxwick", invited_by=manager,
        email="invited@zyxwick.example", digest=_digest(SECRETS["invitation"]), until=later,
    )  # fmt: skip
    models.Request.objects.create(
        window=models.Window.objects.filter(year=year).latest("id"), delegate=manager, basis="Zyxwick's log",
        asked_by=manager, asked_at=now,
    )  # fmt: skip
    models.Token.objects.create(
        person=manager, name="a token of Zyxwick", digest=_digest("a token"), scopes=["read"], until=later
    )
    models.CalendarFeed.objects.create(
        person=manager, practice=own_id, digest=_digest(SECRETS["calendarfeed"])
    )
    models.Reminder.objects.create(person=manager, practice=own_id, about="Zyxwick: sign")
    models.Result.objects.update_or_create(
        year=year, defaults={"entry": 0, "day": now.date(), "edition": "", "kind": "no", "rank": 1,
                             "unsigned": 1, "gaps": 1, "next_what": "Zyxwick"},
    )  # fmt: skip
    models.Draft.objects.create(person=manager, address="/zyxwick/", fields={"name": "Zyxwick"})
    final = models.Final.objects.create(
        year=made.practice.years.get(year=2025), kind="locked", statement="Zyxwick", typed_name="Zyxwick",
        person=manager, role="manager", at=now, qpp_json='{"practice": "Zyxwick"}', qrda3="<zyxwick/>",
        answer={"counted": []}, digest="0" * 64,
    )  # fmt: skip
    models.Download.objects.create(final=final, what="qpp_json", sha256="0" * 64, person=manager, at=now)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
