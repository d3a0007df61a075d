"""One file shows several things: two items of one activity and one of another, each reviewed by itself."""

import json
import re
from collections.abc import Callable

import pytest
from bound import on_paper, taken, unpacked
from django.test import Client
from evidence_given import SHOWS, P, added, nothing_waits, text  # noqa: F401 - a fixture

from mips_ia.portal.models import Evidence, Practice
from mips_ia.portal.told.proofs import checklist

Browse = Callable[[str], Client]
USES = (("IA_PSPA_21", "screening_program"), ("IA_PSPA_21", "risk_factors"), ("IA_BE_16", "techniques_2022"))


@pytest.fixture
def shared(browse: Browse) -> Evidence:
    """A policy of which one use is accepted, one is to be changed, and nobody looked at the third."""
    manager = browse("manager")
    row = added(manager, title="One policy")
    here = f"{P}/evidence/{row.number}/"
    for activity, leaf in USES[1:]:
        manager.post(f"{here}use/?activity={activity}&leaf={leaf}", SHOWS)
    accepted, refused, _ = row.uses.order_by("id")
    manager.post(f"{here}uses/{accepted.pk}/review/", {"revision": 1, "do": "accept"})
    reason = {"revision": 1, "do": "change", "reason": "It names no prompt of the EHR."}
    manager.post(f"{here}uses/{refused.pk}/review/", reason)
    return row


def verdicts(practice: Practice, activity: str) -> dict[str, str]:
    """What the checklist of an activity says of each item."""
    from mips_ia.portal.ledgers import ledger_of

    tree = checklist(ledger_of(practice.years.get(year=2026)), activity)["tree"]
    return {each["leaf"].id: each["word"] for each in tree["parts"]}


def test_each_use_is_accepted_by_itself(shared: Evidence, harbor: Practice, browse: Browse) -> None:
    falls, everyday = verdicts(harbor, "IA_PSPA_21"), verdicts(harbor, "IA_BE_16")

    assert (falls["screening_program"], falls["risk_factors"]) == ("On file", "Not met")
    assert everyday["techniques_2022"] == "Unknown"
    assert [*shared.uses.order_by("id").values_list("activity", "leaf")] == [*USES]
    assert shared.revisions.count() == Evidence.objects.count() == 1
    page = text(browse("manager").get(f"{P}/evidence/{shared.number}/").content)
    for words in ("IA_PSPA_21", "IA_BE_16", "It names no prompt of the EHR."):
        assert words in page


def test_a_binder_has_it_once_and_says_all_that_it_shows(shared: Evidence, browse: Browse) -> None:
    binder = unpacked(taken(browse("manager")))

    (path,) = (name for name in binder.namelist() if name.startswith("files/"))
    assert path == "files/several-activities/E-1-One-policy.txt"
    (told,) = (each for each in json.loads(binder.read("manifest.json"))["files"] if each["path"] == path)
    assert told["sha256"] == shared.revisions.get().sha256
    days = {"as": "policy", "first": "2026-05-15", "last": ""}
    assert told["about"]["shows"] == [{"activity": id, "item": leaf, **days} for id, leaf in USES]
    said = re.findall(r"Shows item (\d), as: policy\. Date: May 15, 2026\. (\w+ \w+)", on_paper(binder))
    assert said == [("1", "Not reviewed"), ("1", "Accepted by"), ("2", "Change asked")]


def test_a_binder_of_one_activity_says_only_what_it_shows_there(shared: Evidence, browse: Browse) -> None:
    binder = unpacked(taken(browse("manager"), activity="IA_BE_16"))

    path = "files/IA_BE_16/E-1-One-policy.txt"
    (told,) = (each for each in json.loads(binder.read("manifest.json"))["files"] if each["path"] == path)
    assert [each["item"] for each in told["about"]["shows"]] == ["techniques_2022"]
    reviews = [each for each in json.loads(binder.read("records.json")) if each["kind"] == "review"]
    assert (reviews, shared.uses.count()) == ([], 3)
