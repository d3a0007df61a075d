"""What is asked of a practice that was gathered besides its pages: what is sent there, and by a secret."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from gathered import HEADS, Crowd
from neighbor import PICTURE

from mips_ia.portal import clock, feeds, waiting
from mips_ia.portal.actions import audit, evidence, invitations, reviewer_links, tokens, uploads
from mips_ia.portal.actions.evidence_in import Asked
from mips_ia.portal.actions.messages import replace_feed
from mips_ia.portal.models import Binder, Signature
from mips_ia.portal.reminders import stopping
from mips_ia.portal.tenancy import Access, access_of
from mips_ia.portal.web import printing

Fields = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Asking:
    """One request: of which page, who makes it (nobody where a secret opens it), and how it is answered.

    What `fields` has is sent; None is a look.
    """

    name: str
    who: str
    address: str
    fields: Fields | None = None
    status: int = 302


def every(of: Crowd) -> Iterator[Asking]:
    """Each of them; what they need is made here."""
    access = access_of(of.people["runs"], of.practice.slug, 2026)
    last = access_of(of.people["runs"], of.practice.slug, 2025)
    yield from _led(access)
    yield from _whole_tin(of, access)
    yield from _sent(of, access)
    yield from _kept(of, access, last)
    yield from _by_a_secret(of, access)
    yield from _reviewed(access, last)


def _form(name: str, who: str, address: str, status: int = 303, **fields: Any) -> Asking:
    return Asking(name, who, address, lambda: fields, status)


def _led(access: Access) -> Iterator[Asking]:
    """What leads on."""
    yield Asking("home", "runs", "/")
    yield Asking("participation_record", "runs", f"{_at(access)}participation/record/")
    yield Asking("start", "", "/start/", status=404)
    yield Asking("print_css", "", printing.foot(access, "2026"), status=200)
    yield _form("verify", "", "/verify/", 200, receipt="0123456789")


def _whole_tin(of: Crowd, access: Access) -> Iterator[Asking]:
    """What shows the whole TIN, to somebody who has just shown who they are."""
    here = _at(access)
    yield _form("roster_tin", "runs", f"{here}roster/tin/", 200)
    for kind in HEADS:
        for what in ("export", "template"):
            yield _form(f"{kind}_{what}", "runs", f"{here}{kind}/{what}/", 200)
        upload = next(each.pk for each in of.rows["upload"] if each.kind == kind)
        yield _form(f"{kind}_checked", "runs", f"{here}{kind}/uploads/{upload}/checked.csv", 200)
    batch = f"/practices/uploads/{of.rows['batch'][0].pk}/checked/roster.csv"
    yield _form("practices_batch_checked", "runs", batch, 200)


def _sent(of: Crowd, access: Access) -> Iterator[Asking]:
    """Forms of one button each."""
    here, form = _at(access), f"/p/{of.practice.slug}/2026/setup/reporting/"
    _, token = tokens.make(of.people["runs"], "a program", ["read"], 1)
    yield _form("account_token_end", "runs", f"/account/tokens/{token.pk}/end/")
    for name in ("keep", "later", "discard"):
        status = 204 if name == "keep" else 303
        yield _form(f"typed_{name}", "runs", f"/typed/{name}/?address={form}", status, entity="E-17")
    delegation = of.rows["delegation"][0].pk
    yield _form("sign_delegate_end", "signs", f"/sign/delegate/{delegation}/end/")
    yield _form("signatures_delegation_end", "runs", f"{here}signatures/delegations/{delegation}/end/")
    yield _form("participation_ask", "runs", f"{here}participation/uploads/{_to_ask(of, access)}/ask/")


def _to_ask(of: Crowd, access: Access) -> int:
    """A saved file of windows of which every clinician attests themselves; one has an account."""
    unsigned = access.year.windows.exclude(pk__in=Signature.objects.values("window"))
    lines = [
        f"2026,{of.practice.tin},{each.clinician.npi},{each.activity},{each.first},{each.last},self"
        for each in unsigned.select_related("clinician")
    ]
    text = "\n".join([f"{HEADS['participation']},end_date,attested_by", *lines]) + "\n"
    upload = uploads.keep(access, "participation", "asks.csv", text.encode())
    uploads.save(access, upload)
    assert len(upload.changes["ask"]) == len(lines)
    return int(upload.pk)


def _kept(of: Crowd, access: Access, last: Access) -> Iterator[Asking]:
    """Evidence, and a file of a locked year."""
    here, use = f"{_at(access)}evidence/", of.rows["use"][0]
    number = use.evidence.number
    yield _form("evidence_review", "runs", f"{here}{number}/uses/{use.pk}/review/", do="accept", revision=1)
    yield _form("evidence_file", "runs", f"{here}{number}/files/1/", 200)
    told = {"name": "dot.png", "media_type": "image/png"}
    picture = evidence.receive(access, PICTURE, told).evidence.number
    yield Asking("evidence_preview", "runs", f"{here}{picture}/files/1/1.webp", status=200)

    def stopped() -> dict[str, Any]:
        held = {"asked": Asked().plain(), "media_type": "text/plain", "unread": []}
        row, key = waiting.put(access, "note.txt", b"A note.", [], held)
        return {"waits": f"{row.pk}:{key}", "file": row.pk, "do": "withdraw"}

    yield Asking("evidence_waiting", "runs", f"{here}waiting/", stopped, 303)
    yield _form("export_file", "signs", f"{_at(last)}export/{of.rows['final'][0].pk}/qpp.json", 200)


def _by_a_secret(of: Crowd, access: Access) -> Iterator[Asking]:
    """Calendar, invitation, and the end of reminders."""
    replace_feed(access)
    yield Asking("calendar", "", f"/calendar/{feeds.held(access)}.ics", status=200)
    who = {"name": "Ina Invited", "email": f"ina{of.practice.pk}@demo.example", "role": "reviewer"}
    yield Asking("invitation", "", f"/invitation/{invitations.invite(access, **who)[1]}/", status=200)
    stop = f"/reminders/stop/{stopping.token_of(access.person)}/"
    yield _form("reminders_stop", "", stop, 200)


def _reviewed(access: Access, last: Access) -> Iterator[Asking]:
    """What a reviewer reads by a link: of a year, and of a request with its package."""
    known = {"name": "A reviewer", "until": date(2026, 12, 1), "files": True}
    here = f"/review/{reviewer_links.make(access, **known)[1]}/"
    use = access.year.uses.filter(ended_at=None).first()
    yield Asking("review", "", here, status=200)
    one = f"{here}activities/?activity={use.activity}"
    yield Asking("review_activities", "", one, status=200)
    for page in ("roster", "participation", "evidence", "log", "notes"):
        yield Asking(f"review_{page}", "", f"{here}{page}/", status=200)
    yield Asking("review_file", "", f"{here}files/{use.evidence.number}/1/", status=200)
    item = {"label": "1", "words": "Send the policy.", "activity": ""}
    asked = audit.record(last, date(2026, 8, 10), "An auditor", "all", [item])
    kept = use.evidence.revisions.get()
    package = Binder.objects.create(
        year=last.year, audit=asked, asked_by=access.person, role="manager", made_at=clock.now(),
        sha256=kept.sha256, size=kept.size,
    )  # fmt: skip
    here = f"/review/{reviewer_links.make(last, **known, audit=asked)[1]}/package/"
    yield Asking("review_package", "", here, status=200)
    yield Asking("review_package_file", "", f"{here}{package.pk}/", status=200)


def _at(access: Access) -> str:
    return f"/p/{access.practice.slug}/{access.year.year}/"
