"""What is destroyed is destroyed in every copy that is kept of it, and not while an auditor asks about it."""

import os
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings as home
from django.test import Client
from neighbor import Neighbor
from tampering import past_the_portal

from mips_ia.portal import clock, forgetting, vaults
from mips_ia.portal.actions import audit, binders, evidence, retention, reviewer_links
from mips_ia.portal.models import Audit, Binder, Destruction, Entry, Evidence, Forgetting, Hold, Person
from mips_ia.portal.safe import whole
from mips_ia.portal.tenancy import Access, access_of
from mips_ia.problems import Refused
from mips_ia.vault.store import Store

AccessOf = Callable[..., Access]
Browse = Callable[[str], Client]
P = "/p/harbor-rehabilitation-group/2026"
WORDS, OTHER = b"Nobody else keeps these words.\n", b"These stay.\n"
OVER = "2033-01-01"


def keep(access: Access, words: bytes, activity: str = "IA_PSPA_21") -> Evidence:
    """A policy that shows something of the year of the access."""
    told = {"name": "policy.txt", "media_type": "text/plain", "title": "A policy"}
    revision = evidence.receive(access, words, told)
    evidence.use(access, revision.evidence, activity, "screening_program", kind="policy")
    row: Evidence = revision.evidence
    return row


@pytest.fixture
def kept(access: AccessOf) -> Evidence:
    """What is to be destroyed."""
    return keep(access("manager"), WORDS)


@pytest.fixture
def binder(kept: Evidence, access: AccessOf) -> Binder:
    """A binder that has it."""
    row: Binder = binders.ask(access("manager"))
    row.refresh_from_db()
    assert row.holds == [kept.revisions.get().sha256]
    return row


def destroy(row: Evidence, access: AccessOf) -> None:
    """One asks, another one agrees."""
    row = Evidence.objects.get(pk=row.pk)
    retention.ask(access("admin"), row, "Its time is over.")
    retention.agree(access("manager"), row)


def there(digest: str) -> bool:
    """Whether the vault has the bytes."""
    return digest in vaults.store().digests()


def text(answer: Any) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# ---- Binders and packages


def test_a_binder_with_it_goes_with_it_and_says_when(
    kept: Evidence, binder: Binder, browse: Browse, access: AccessOf, settings: Any
) -> None:
    settings.TODAY = OVER
    admin, page = browse("admin"), f"{P}/export/binders/{binder.pk}/"
    assert "1 binder made before with it will go, too." in text(
        admin.get(f"{P}/evidence/{kept.number}/destroy/")
    )
    destroy(kept, access)

    assert not there(kept.revisions.get().sha256)
    assert not there(binder.sha256)
    says = "No longer kept: it had a file that was destroyed on January 1, 2033."
    assert says in text(admin.get(page))
    assert binder.sha256 in text(admin.get(page))
    assert f"{says} Make a new one." in text(admin.get(f"{P}/export/binders/"))
    assert admin.post(page).headers["Location"] == page
    assert "Download" not in text(admin.get(page))
    assert Entry.objects.get(action="binder destroyed").after == {"sha256": binder.sha256}
    assert not Forgetting.objects.exists()
    assert [each for each in whole.checked().problems if each.severity == "error"] == []


def test_a_binder_without_it_stays(kept: Evidence, access: AccessOf, settings: Any) -> None:
    settings.TODAY = OVER
    keep(access("manager"), OTHER, "IA_BE_16")
    row = binders.ask(access("manager"), activity="IA_BE_16")
    destroy(kept, access)

    row.refresh_from_db()
    assert row.gone_at is None
    assert there(row.sha256)


@pytest.mark.parametrize(("change", "goes"), [
    ({}, True), ({"made_at": "2026-01-02T12:00Z"}, False), ({"year": 2025}, False),
])  # fmt: skip
def test_one_of_which_it_is_not_known_goes_where_it_may_have_it(
    kept: Evidence,
    binder: Binder,
    change: dict[str, Any],
    goes: bool,
    browse: Browse,
    access: AccessOf,
    settings: Any,
) -> None:
    settings.TODAY = OVER
    if "year" in change:
        change = {"year": access("manager", 2025).year}
    Binder.objects.update(holds=None, **change)
    destroy(kept, access)

    assert there(binder.sha256) != goes
    page = text(browse("manager").get(f"{P}/export/binders/{binder.pk}/")) if goes else ""
    assert ("it had or may have had a file" in page) == goes


def test_one_that_is_made_just_then_is_not_kept(
    kept: Evidence, access: AccessOf, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TODAY = OVER
    put = Store.put

    def slow(store: Store, *given: Any) -> Any:
        found = put(store, *given)
        destroy(kept, access)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Store, "put", slow)
        row = binders.ask(access("manager"))

    row.refresh_from_db()
    assert row.told == "A file of it was destroyed while it was made. Try again."
    assert (row.made_at, row.sha256) == (None, "")
    assert [each.code for each in whole.checked().problems if each.severity == "error"] == []
    assert not Forgetting.objects.exists()
    binders.make(access("manager"), Binder.objects.get(pk=row.pk))
    assert Binder.objects.get(pk=row.pk).made_at


def test_what_a_broken_maker_left_goes_when_it_is_given_up(kept: Evidence, access: AccessOf) -> None:
    row = Binder.objects.create(
        year=access("manager").year, asked_by=access("manager").person, role="manager",
        begun=binders.MOST, moved_at="2020-01-01T00:00Z",
    )  # fmt: skip
    home.MAKING.mkdir(exist_ok=True)
    draft = home.MAKING / f"{row.pk}.zip.part"
    draft.write_bytes(WORDS)
    os.utime(draft, (0, 0))
    binders.take_up()

    assert kept
    assert not [*home.MAKING.iterdir()]


@pytest.mark.parametrize("whose", ["theirs", "a neighbor's"])
def test_bytes_that_other_evidence_has_stay_until_the_last_of_it_is_destroyed(
    kept: Evidence, binder: Binder, whose: str, access: AccessOf, neighbor: Neighbor, settings: Any
) -> None:
    settings.TODAY = OVER
    digest, of = kept.revisions.get().sha256, access
    if whose != "theirs":

        def of(name: str) -> Access:
            return access_of(neighbor.people[name], neighbor.practice.slug, 2026)

    told = {"name": "same.txt", "media_type": "text/plain"}
    same = evidence.receive(of("manager"), WORDS, told).evidence
    Evidence.objects.filter(pk=same.pk).update(made_at="2024-05-01T12:00Z")  # nothing holds that year
    destroy(kept, access)

    assert there(digest)
    assert there(binder.sha256) == (whose == "theirs")  # their own binder has their own copy
    destroy(same, of)
    assert not there(digest)
    assert not there(binder.sha256)


# ---- A request of an auditor


def request_of(manager: Access, kept: Evidence) -> Audit:
    """A request about the year of the access, which it answers."""
    item = {"label": "1", "words": "The policy", "activity": ""}
    found: Audit = audit.record(manager, date(2026, 9, 2), "An Invented Contractor", "", [item])
    about = {"activity": "IA_PSPA_21", "clinician": None, "owner": None, "note": "", "done": True}
    audit.answer(manager, found.items.get(), about, [kept])
    return found


@pytest.fixture
def asked(access: AccessOf, kept: Evidence) -> Audit:
    """The same about the year that it shows."""
    return request_of(access("manager"), kept)


@pytest.mark.parametrize("year", [2026, 2025])
def test_while_a_request_about_it_is_open_it_is_not_destroyed(
    kept: Evidence, year: int, browse: Browse, access: AccessOf, settings: Any
) -> None:
    """One about the year that it shows, and one about another, which it answers."""
    settings.TODAY, asked = OVER, request_of(access("manager", year), kept)
    admin, page = browse("admin"), f"{P}/evidence/{kept.number}/destroy/"
    says = f"An Invented Contractor asked about {year} on September 2, 2026, and that is open."
    assert says in text(admin.get(page))
    assert f"/{year}/audit/{asked.pk}/" in admin.get(page).content.decode()
    refused = admin.post(page, {"reason": "Its time is over."})
    assert refused.status_code == 409
    assert "Answer that request and close it, then try again." in text(refused)
    assert not Destruction.objects.exists()

    audit.send(access("manager"), asked, [], sent_on=date(2026, 9, 9), how="Mail", what="All", sha256="")
    with pytest.raises(Refused) as still:
        retention.ask(access("admin"), kept, "Its time is over.")
    assert still.value.problems[0].code == "still_asked_about"
    audit.close(access("manager"), asked, "CMS accepted it.")
    assert "Ask that it be destroyed" in text(admin.get(page))
    destroy(kept, access)
    assert not there(kept.revisions.get().sha256)


def test_a_request_that_comes_after_somebody_asked_stops_who_would_agree(
    kept: Evidence, access: AccessOf, settings: Any
) -> None:
    settings.TODAY = OVER
    retention.ask(access("admin"), kept, "Its time is over.")
    item = {"label": "1", "words": "The policy", "activity": ""}
    audit.record(access("manager"), date(2032, 12, 30), "An Invented Contractor", "", [item])

    with pytest.raises(Refused, match="An Invented Contractor asked about 2026 on December 30, 2032"):
        retention.agree(access("manager"), Evidence.objects.get(pk=kept.pk))
    assert there(kept.revisions.get().sha256)


def test_a_package_goes_once_its_request_is_closed_and_a_reviewer_reads_so(
    kept: Evidence, asked: Audit, browse: Browse, access: AccessOf, settings: Any
) -> None:
    manager, outside = browse("manager"), Client(SERVER_NAME="localhost")
    row, digest = binders.ask(access("manager"), audit=asked), kept.revisions.get().sha256
    known = {"sent_on": date(2026, 9, 9), "how": "Mail", "what": "All", "sha256": row.sha256}
    sent = audit.send(access("manager"), asked, row.answered, **known)
    audit.close(access("manager"), asked, "CMS accepted it.")
    settings.TODAY = OVER
    _, secret = reviewer_links.make(
        access("manager"), name="The contractor", until=date(2033, 2, 1), files=True, audit=asked
    )
    assert "1 package made before with it will go, too." in text(
        browse("admin").get(f"{P}/evidence/{kept.number}/destroy/")
    )
    destroy(kept, access)

    says = "No longer kept: it had a file that was destroyed on January 1, 2033."
    page = f"{P}/audit/{asked.pk}/package/"
    for each in (manager.get(page), manager.post(page, {"package": row.pk}, follow=True)):
        assert says in text(each)
        assert digest in text(each)
        assert "Download" not in text(each)
    closed = text(manager.get(f"{P}/audit/{asked.pk}/"))
    assert "no longer kept" in closed
    assert "Destroyed on January 1, 2033. What was sent of it stays on record." in closed
    index = outside.get(f"/review/{secret}/package/")
    assert says in text(index)
    assert "Download" not in text(index)
    taken = outside.get(f"/review/{secret}/package/{row.pk}/")
    assert (taken.status_code, says in text(taken)) == (410, True)
    sent.refresh_from_db()
    assert sent.sha256 == row.sha256
    assert sent.transcript[0]["evidence"][0]["sha256"] == digest


# ---- On the way


def test_what_somebody_asked_to_be_destroyed_is_no_fault(
    kept: Evidence, access: AccessOf, settings: Any
) -> None:
    settings.TODAY = OVER
    retention.ask(access("admin"), kept, "Its time is over.")

    assert [str(each) for each in whole.checked().problems if each.severity == "error"] == []
    with past_the_portal():
        Destruction.objects.update(reason="Forged.")
        assert "changed_record" in {each.code for each in whole.checked().problems}


def test_what_is_not_forgotten_yet_is_a_note_and_is_forgotten_later(
    kept: Evidence, binder: Binder, access: AccessOf, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TODAY, digest = OVER, kept.revisions.get().sha256

    def away(*_: Any) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "forget", away)
        destroy(kept, access)
    assert there(digest)
    found = [(each.code, each.severity) for each in whole.checked().problems]
    assert [each for each in found if each[1] == "note"] == 2 * [("to_be_forgotten", "note")]

    forgetting.forget()
    assert not there(digest)
    assert not there(binder.sha256)
    assert whole.checked().problems == []


def test_bytes_that_come_in_again_meanwhile_are_kept(
    kept: Evidence, access: AccessOf, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TODAY, digest = OVER, kept.revisions.get().sha256
    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "forget", lambda: None)
        destroy(kept, access)
    evidence.receive(access("manager"), WORDS, {"name": "again.txt", "media_type": "text/plain"})
    forgetting.forget()

    assert there(digest)
    assert not Forgetting.objects.exists()


def test_bytes_that_are_forgotten_while_they_come_in_again_are_not_recorded(
    kept: Evidence, access: AccessOf, settings: Any
) -> None:
    settings.TODAY = OVER
    stored = evidence.put(WORDS, set())
    destroy(kept, access)

    with pytest.raises(Refused, match="no file"):
        evidence.record(access("manager"), stored, {"name": "again.txt", "media_type": "text/plain"})
    assert Evidence.objects.count() == 1


def test_a_hold_stands_before_a_request(
    kept: Evidence, asked: Audit, access: AccessOf, settings: Any
) -> None:
    settings.TODAY = OVER
    who: Person = access("manager").person
    Hold.objects.create(year=access("manager").year, reason="A lawsuit.", person=who, at=clock.now())

    with pytest.raises(Refused, match="while it is held"):
        retention.ask(access("admin"), kept, "Its time is over.")
    assert asked.closed_at is None
