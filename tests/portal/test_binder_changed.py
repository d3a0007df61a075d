"""Records that were changed past the portal get into no binder, or are named by whoever verifies it."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bound import P, accepted, taken, unpacked  # noqa: F401 - a fixture
from django.test import Client
from tampering import past_the_portal

from mips_ia.portal import seals
from mips_ia.portal.binding import contents
from mips_ia.portal.models import Binder, Delegation, Leaf, Review, Revision, Signature, Use
from mips_ia.vault.binder.verified import verified
from mips_ia.vault.verifier.judged import Own

Browse = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("kept")
CHANGES: dict[Any, dict[str, Any]] = {
    Signature: {"statement": "I took part in another activity."},
    Delegation: {"until": "2030-12-31"},
    Revision: {"name": "another.txt"},
    Use: {"note": "Another note."},
    Review: {"reason": "Another reason."},
}


def changed(model: Any) -> Any:
    """A record of the year that was changed past the portal, as its row is now, its digest with it."""
    row = model.objects.filter(signature__gt=0).first() if model is Delegation else model.objects.first()
    model.objects.filter(pk=row.pk).update(**CHANGES[model])
    row = model.objects.get(pk=row.pk)
    model.objects.filter(pk=row.pk).update(digest=seals.of(row))
    return row


def leaf_of(row: Any) -> int:
    told = f'"kind":"{type(row).__name__.lower()}","record":{row.pk}'
    return Leaf.objects.get(content__contains=f"{told}}}").index


@pytest.mark.parametrize("model", CHANGES)
def test_a_record_that_was_changed_past_the_portal_gets_into_no_binder(browse: Browse, model: Any) -> None:
    with past_the_portal():
        row = changed(model)
        page = browse("manager").post(P, {}, follow=True).content.decode()
        binder = Binder.objects.get()

    assert "The binder was not made" in page
    name = f"{model.__name__.lower()} {row.pk}"
    name += f" (receipt {row.number})" if model is Signature else ""
    assert f"{name}: it is not as line {leaf_of(row)} of the log of records has it" in page
    assert "mips-ia check" in page
    assert (binder.made_at, binder.sha256) == (None, "")


def test_a_digest_that_was_changed_alone_is_named_too(browse: Browse) -> None:
    with past_the_portal():
        row = Signature.objects.first()
        assert row is not None
        Signature.objects.filter(pk=row.pk).update(digest="0" * 64)
        page = browse("manager").post(P, {}, follow=True).content.decode()

    assert f"signature {row.pk} (receipt {row.number}): it is not as line {leaf_of(row)} of the log" in page


def test_a_record_that_was_put_in_past_the_portal_gets_into_no_binder(browse: Browse) -> None:
    with past_the_portal():
        row = Signature.objects.first()
        assert row is not None
        row.pk, row.number = None, "0000000000"
        row.save(force_insert=True)
        page = browse("manager").post(P, {}, follow=True).content.decode()

    assert f"signature {row.pk} (receipt 0000000000): no line of the log of records tells of it" in page


@pytest.mark.parametrize("model", CHANGES)
def test_a_binder_of_a_portal_that_did_not_look_is_not_whole(
    browse: Browse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: Any
) -> None:
    """All its sums fit, and its manifest is in the log: the line of the record is not."""
    monkeypatch.setattr(contents, "refuse_changed", lambda _: None)
    path = tmp_path / "binder.zip"
    with past_the_portal():
        row = changed(model)
        path.write_bytes(taken(browse("manager")))

    (fault,) = verified(path, Own()).faults

    assert (fault.code, fault.where) == ("changed_record", f"records.json, {model.__name__.lower()} {row.pk}")
    assert f"leaf {leaf_of(row)} of the log has " in fault.what


def test_what_stands_in_a_line_is_what_its_digest_is_of(browse: Browse) -> None:
    lines = unpacked(taken(browse("manager"))).read("records.json").decode().splitlines()[1:-1]

    texts = [line.removesuffix(",").removesuffix("}").partition(', "sealed": ')[2] for line in lines]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert all(f'"digest": "{digest}"' in line for digest, line in zip(digests, lines, strict=True))
    assert {*Signature.objects.values_list("digest", flat=True)} <= {*digests}
