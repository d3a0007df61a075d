"""A file of the vault that no row names is forgotten by who says so, unless a row may have been lost."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tampering import past_the_portal

from mips_ia.portal import forgetting, unnamed, vaults
from mips_ia.portal.actions import evidence
from mips_ia.portal.models import Entry, Evidence, Leaf, Practice, Revision
from mips_ia.problems import Refused

AccessOf = Callable[..., Any]
TOLD = {"name": "policy.txt", "media_type": "text/plain", "filled": {"form": "minutes", "fields": {"a": "b"}}}


def aged(digest: str, hours: float) -> None:
    """As if a file had come so long ago."""
    at = time.time() - hours * 3600
    os.utime(Path(vaults.store().place.address) / "files" / digest, (at, at))


def there(digest: str) -> bool:
    return digest in vaults.store().digests()


@pytest.fixture
def kept(access: AccessOf) -> Evidence:
    """Evidence that came long ago, of a form that was filled in."""
    revision = evidence.receive(access("manager"), b"These words have a row.\n", TOLD)
    for each in revision.digests:
        aged(each, 1000)
    row: Evidence = revision.evidence
    return row


@pytest.fixture(autouse=True)
def as_before(harbor: Practice) -> Iterator[None]:  # noqa: ARG001 - they must be there
    """What a test left in the vault goes."""
    before = {*vaults.store().digests()}
    yield
    for each in {*vaults.store().digests()} - before:
        vaults.store().forget(each)


@pytest.fixture
def lone() -> str:
    """Bytes that a power cut left without a row, more than a day ago."""
    digest: str = evidence.put(os.urandom(99), set()).sha256
    aged(digest, 25)
    return digest


def lines() -> list[Any]:
    return [*Entry.objects.filter(action="file forgotten").values_list("practice", "before")]


def test_a_day_after_it_came_it_is_forgotten_and_the_log_has_which(kept: Evidence, lone: str) -> None:
    young = evidence.put(os.urandom(99), set()).sha256
    aged(young, 23)

    assert unnamed.forget_unnamed() == [lone]

    assert lines() == [(None, {"sha256": lone})]
    assert not there(lone)
    assert there(young)
    assert all(there(each) for each in kept.revisions.get().digests)


def test_what_gets_its_row_meanwhile_stays(
    lone: str, access: AccessOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so does what waits to be forgotten, which has a row of its own."""
    waits = evidence.put(os.urandom(99), set()).sha256
    aged(waits, 25)
    forgetting.put_down(access("manager").practice, {waits})
    stored = vaults.store().header(lone)

    def late() -> bool:
        evidence.record(access("manager"), stored, {"name": "late.txt", "media_type": "text/plain"})
        return True

    monkeypatch.setattr(unnamed, "_whole", late)
    assert unnamed.forget_unnamed() == []

    assert there(lone)
    assert there(waits)
    assert not lines()


@pytest.mark.parametrize("what", ["changed", "its fields changed", "gone"])
def test_none_is_forgotten_while_a_row_that_named_it_may_be_lost(
    kept: Evidence, lone: str, what: str
) -> None:
    row = kept.revisions.get()
    with past_the_portal():
        rows = Revision.objects.filter(pk=row.pk)
        if what == "gone":
            rows.delete()
        elif what == "changed":
            rows.update(sha256="0" * 64)
        else:
            rows.update(fields={"sha256": "0" * 64})
        with pytest.raises(Refused, match="Records lack"):
            unnamed.forget_unnamed()
        assert not lines()

    assert all(there(each) for each in {lone, *row.digests})


@pytest.mark.usefixtures("kept")
def test_none_is_forgotten_by_an_older_database(lone: str) -> None:
    """Its log of records is shorter than was signed."""
    vaults.checkpoint()
    with past_the_portal():
        Leaf.objects.order_by("-index").first().delete()
        with pytest.raises(Refused):
            unnamed.forget_unnamed()
        assert not lines()

    assert there(lone)
