"""Bytes reach the vault before their row does: where the row is refused, they are forgotten again."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from evidence_given import PATIENT, P, file, nothing_waits, text  # noqa: F401 - a fixture
from neighbor import Neighbor

from mips_ia.portal import forgetting, vaults
from mips_ia.portal.actions import evidence
from mips_ia.portal.models import Evidence, Forgetting, Waiting
from mips_ia.portal.safe import whole
from mips_ia.portal.tenancy import Access, access_of
from mips_ia.problems import Refused
from mips_ia.vault.store import Store

AccessOf = Callable[..., Access]
Browse = Callable[[str], Client]
WORDS = b"Nobody else keeps these words.\n"
TOLD = {"name": "policy.txt", "media_type": "text/plain"}


def there() -> set[str]:
    """What lies in the vault."""
    return {*vaults.store().digests()}


def correction() -> tuple[bytes, dict[str, Any]]:
    """Bytes and what was filled in that no other test has put into the vault, of an earlier revision."""
    once = secrets.token_hex()
    filled = {"form": "minutes", "fields": {"topic": once}}
    return f"A correction, {once}\n".encode(), TOLD | {"after": 0, "filled": filled}


@pytest.fixture
def kept(access: AccessOf) -> Evidence:
    """What has a revision already."""
    row: Evidence = evidence.receive(access("manager"), WORDS, TOLD).evidence
    return row


def refused(access: Access, kept: Evidence, content: bytes, told: dict[str, Any]) -> None:
    """A correction before which another revision came."""
    with pytest.raises(Refused, match="Look at what is there now"):
        evidence.receive(access, content, told, kept)


def test_a_revision_that_came_second_leaves_no_bytes_nor_what_was_filled_in(
    kept: Evidence, access: AccessOf
) -> None:
    before = there()
    refused(access("manager"), kept, *correction())

    assert there() == before
    assert not Forgetting.objects.exists()
    assert whole.checked().problems == []


@pytest.mark.parametrize("whose", ["theirs", "a neighbor's"])
def test_bytes_that_a_row_has_already_stay(
    kept: Evidence, whose: str, access: AccessOf, neighbor: Neighbor
) -> None:
    of = access("manager")
    if whose != "theirs":
        of = access_of(neighbor.people["manager"], neighbor.practice.slug, 2026)
    content, told = correction()
    same = evidence.receive(of, content, TOLD | {"filled": told["filled"]})
    before = there()
    refused(access("manager"), kept, content, told)

    assert {*same.digests} <= before == there()
    assert not Forgetting.objects.exists()


def test_what_a_kill_between_leaves_is_forgotten_a_minute_later(
    kept: Evidence, access: AccessOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so it is where the vault is away just then."""
    before = there()

    def away(*_: Any) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "forget", away)
        refused(access("manager"), kept, *correction())
    assert len(there() - before) == 2
    assert {each.code for each in whole.checked().problems} == {"to_be_forgotten"}
    forgetting.forget()

    assert there() == before
    assert not Forgetting.objects.exists()


def test_bytes_go_as_well_where_the_vault_refuses_what_comes_with_them(
    kept: Evidence, access: AccessOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has room, and what was filled in has none."""
    put, before, (words, told) = evidence.put, there(), correction()

    def full(content: bytes, came: set[str]) -> Any:
        if content != words:
            raise Refused([])
        return put(content, came)

    monkeypatch.setattr(evidence, "put", full)
    with pytest.raises(Refused):
        evidence.receive(access("manager"), words, told, kept)

    assert there() == before


def test_a_copy_and_its_original_go_together_where_either_is_refused(
    browse: Browse, kept: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, record, before = browse("manager"), evidence.record, there()
    page = manager.post(f"{P}/evidence/{kept.number}/revise/", {"files": file(PATIENT, "note.txt")})
    fields = dict(re.findall(r'name="(waits|file)" value="([^"]+)"', page.content.decode()))

    def late(access: Access, stored: Any, told: Any, *rest: Any) -> Any:
        return record(access, stored, told | ({"after": 0} if told["masked"] else {}), *rest)

    monkeypatch.setattr(evidence, "record", late)
    given = {**fields, "do": "mask", "original": "on", "reason": "Asked for."}
    answer = manager.post(f"{P}/evidence/waiting/", given)

    assert "Look at what is there now." in text(answer.content)
    assert there() <= before, "and what an earlier test left of the same bytes went too"
    assert Waiting.objects.count() == 1, "the file itself waits on"


@pytest.mark.parametrize("writes", [True, False])
def test_bytes_go_as_well_where_the_database_fails(
    kept: Evidence, writes: bool, access: AccessOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And at once where it does not even take that they are to go, since it is full."""
    before, (words, told) = there(), correction()

    def full(*_: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(evidence, "record", full)
    if not writes:
        monkeypatch.setattr(forgetting, "put_down", full)
    with pytest.raises(OperationalError, match="full"):
        evidence.receive(access("manager"), words, told, kept)

    assert there() == before
    assert not Forgetting.objects.exists()


@pytest.mark.parametrize(
    ("reason", "says"), [("x" * 501, "Shorten this to 500"), ("Asked\0for.", "a character that no text has")]
)
def test_a_reason_that_cannot_be_kept_is_refused_and_the_file_waits_on(
    browse: Browse, kept: Evidence, reason: str, says: str
) -> None:
    manager, before = browse("manager"), there()
    page = manager.post(f"{P}/evidence/{kept.number}/revise/", {"files": file(PATIENT, "note.txt")})
    fields = dict(re.findall(r'name="(waits|file)" value="([^"]+)"', page.content.decode()))

    answer = manager.post(f"{P}/evidence/waiting/", {**fields, "do": "keep", "reason": reason})

    assert answer.status_code == 422
    assert says in text(answer.content)
    assert there() == before
    manager.post(f"{P}/evidence/waiting/", {**fields, "do": "keep", "reason": "Asked for."})
    assert kept.revisions.count() == 2
