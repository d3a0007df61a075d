"""Practices alike in all but how many clinicians they have, with a row of everything that a page names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import crowd
from addresses import Place
from django.apps import apps

from mips_ia.portal import clock
from mips_ia.portal.actions import audit, batches, evidence, invitations, reviewer_links, signing, uploads
from mips_ia.portal.models import Batch, Binder, Final, Membership, Person, Practice, Signature, Upload
from mips_ia.portal.tenancy import Access, access_of, may_add_in

HEADS = {
    "roster": "performance_year,tin,npi,last_name,first_name",
    "participation": "performance_year,tin,npi,activity_id,start_date",
}
TAILS = {"roster": "Person,Invented", "participation": "IA_BE_16,2026-03-01"}


@dataclass
class Crowd:
    """A practice with so many clinicians, who runs it, one of its clinicians, and its rows by their kind."""

    practice: Practice
    people: dict[str, Person]
    rows: dict[str, list[Any]]


def gathered(many: int, tin: str) -> Crowd:
    """With files, evidence, a delegation, an invitation, a binder, a locked year, an auditor's request."""
    runs, signs = (
        Person.objects.create_user(f"{name}{many}@demo.example", None, name=f"Casey {name.title()}")
        for name in ("runs", "signs")
    )
    found = crowd.build(many, 3, runs, tin)
    Membership.objects.create(
        person=signs, organization=found.organization, practice=found, role="clinician", signing_official=True
    )
    access, last = access_of(runs, found.slug, 2026), access_of(runs, found.slug, 2025)
    one = found.clinicians.order_by("id").first()
    found.clinicians.filter(pk=one.pk).update(person=signs)
    npis = found.clinicians.values_list("npi", flat=True)
    for kind, head in HEADS.items():
        rows = "\n".join(f"2026,{tin},{npi},{TAILS[kind]}" for npi in npis)
        uploads.keep(access, kind, f"{kind}.csv", f"{head}\n{rows}\n".encode())
    batch = _saved(access, tin, [*npis])
    fields = {"held_on": "2026-02-01", "topic": "A policy", "present": one.name, "decided": "To screen."}
    told = {"name": "policy.txt", "media_type": "text/plain", "filled": {"form": "minutes", "fields": fields}}
    kept = evidence.receive(access, b"A policy.\n", told)
    activity = access.year.chosen.first().activity
    evidence.use(access, kept.evidence, activity, "", kind="policy", first=date(2026, 2, 1))
    signing.delegate(
        access_of(signs, found.slug, 2026), runs, date(2026, 12, 31), "", one.spoken, verified="password"
    )
    item = {"label": "1", "words": "Send the policy.", "activity": ""}
    asked = audit.record(last, date(2026, 8, 3), "An auditor", "all", [item])
    audit.send(last, asked, [], sent_on=date(2026, 8, 20), how="By mail", what="The policy.")
    reviewer_links.make(last, name="A reviewer", until=date(2026, 12, 1))
    Final.objects.create(
        year=last.year, kind="locked", person=runs, role="manager", at=clock.now(), qpp_json="{}",
        answer={"counted": []}, digest="0" * 64,
    )  # fmt: skip
    invitations.invite(access, name="Ira Invited", email=f"ira{many}@demo.example", role="reviewer")
    Binder.objects.create(year=access.year, asked_by=runs, role="manager", told="There was no room for it.")
    theirs = {"practice": found, "year__practice": found, "window__year__practice": found,
              "audit__year__practice": found, "evidence__practice": found}  # fmt: skip
    return Crowd(found, {"runs": runs, "signs": signs}, {
        kind.__name__.lower(): [*_of(kind, theirs)[: 4 if kind is Upload else 2]]
        for kind in apps.get_app_config("portal").get_models() if _of(kind, theirs) is not None
    } | {"batch": [batch]})  # fmt: skip


def _saved(access: Access, tin: str, npis: list[str]) -> Batch:
    """Files that are saved, of rows that are there already: one of each kind, and one of many practices."""
    files = {"roster": "", "participation": f",{access.year.chosen.first().activity},2026-01-05"}
    for kind, tail in files.items():
        rows = "\n".join(f"2026,{tin},{npi}{tail}" for npi in npis)
        head = ",".join(HEADS[kind].split(",")[: 3 + tail.count(",")])
        files[kind] = f"{head}\n{rows}\n"
        uploads.save(access, uploads.keep(access, kind, f"{kind}.csv", files[kind].encode()))
    member = may_add_in(access.person)[0]
    member.person = access.person
    batch = batches.keep(member, [(f"{kind}.csv", text.encode()) for kind, text in files.items()])
    batches.save(batch, batch.found["seal"])
    return batch


def _of(kind: Any, theirs: dict[str, Practice]) -> Any:
    """The rows of a kind that are of the practice, oldest first; None where they are of none."""
    names = {field.name for field in kind._meta.get_fields()}  # noqa: SLF001 - Django's own way
    way = next((path for path in theirs if path.split("__")[0] in names), None)
    return None if way is None else kind.objects.filter(**{way: theirs[way]}).order_by("id")


def addresses(place: Place, of: Crowd, who: str) -> list[str]:
    """Where the page is for somebody: of their own windows, for one who signs."""
    rows = of.rows
    if who == "signs":
        rows = rows | {"window": [*of.people["signs"].clinicians.get().windows.order_by("id")]}
    words = [of.practice.years.get(year=2026).chosen.first().activity, "roster", "minutes", *_numbers(of)]
    return [*place.addresses(of.practice.slug, words, rows)]


def _numbers(of: Crowd) -> list[str]:
    signed = Signature.objects.filter(window__clinician__person=of.people["signs"])
    return [each.number for each in signed[:1]]
