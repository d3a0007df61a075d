"""A document is measured by the days that were attested, whatever else is kept for its item."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from evidence_given import P, file, text

from mips_ia.portal.actions import evidence, ledger
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Clinician, Evidence
from mips_ia.portal.tenancy import Access
from mips_ia.portal.told.ending import ending
from mips_ia.portal.told.proofs import leaves_of

Browse = Callable[[str], Client]
JUNE, AUGUST, TODAY = date(2026, 6, 30), date(2026, 8, 31), date(2026, 9, 16)
PROGRESS = f"{P}/evidence/new/?activity=IA_PSPA_21&leaf=progress"


def minutes(client: Client, first: str, *, accept: bool) -> Evidence:
    """Minutes of a day, that are said to show how screening progressed: on a day of the window."""
    client.post(
        PROGRESS, {"files": file(first.encode(), f"{first[:2]}.txt"), "kind": "minutes", "first": first}
    )
    row: Evidence = Evidence.objects.latest("id")
    if accept:
        review = f"{P}/evidence/{row.number}/uses/{row.uses.get().id}/review/"
        client.post(review, {"revision": 1, "do": "accept"})
    return row


@pytest.mark.parametrize("beside", ["accepted", "pending", "nothing"])
@pytest.mark.parametrize("accept", [True, False])
def test_a_document_of_days_outside_the_window_is_named_whatever_is_kept_beside_it(
    browse: Browse, beside: str, accept: bool
) -> None:
    manager = browse("manager")
    if beside != "nothing":
        good = minutes(manager, "04/15/2026", accept=beside == "accepted")
    row = minutes(manager, "02/03/2025", accept=accept)

    desk = text(manager.get(f"{P}/evidence/").content)
    own = text(manager.get(f"{P}/evidence/{row.number}/").content)

    dated = "Dated February 3, 2025, outside March 2, 2026 – August 29, 2026."
    assert f"E-{row.number} “02.txt” is of other days than IA_PSPA_21." in desk
    assert f"{dated} It must be of the days that were attested." in desk
    assert desk.count("is of other days") == 1
    assert dated in own
    assert "Not met IA_PSPA_21" in own
    assert "On file" not in own
    if beside == "nothing":
        checklist = text(manager.get(f"{P}/activities/IA_PSPA_21/").content)
        assert "It is of February 3, 2025, and not of March 2, 2026 to August 29, 2026." in checklist
    else:
        other = text(manager.get(f"{P}/evidence/{good.number}/").content)
        assert ("On file" if beside == "accepted" else "Unknown") in other
        assert "outside" not in other


def test_a_document_of_a_window_that_is_not_over_is_named_while_its_item_needs_it(browse: Browse) -> None:
    manager = browse("manager")
    minutes(manager, "09/14/2026", accept=True)
    assert "is of other days than IA_PSPA_21." in text(manager.get(f"{P}/evidence/").content)

    minutes(manager, "04/15/2026", accept=True)

    assert "is of other days than IA_PSPA_21." not in text(manager.get(f"{P}/evidence/").content)


@pytest.mark.parametrize(("whose", "named"), [("ended", True), ("running", False), ("none", False)])
def test_what_is_of_one_clinician_waits_for_the_window_of_that_clinician_alone(
    browse: Browse, access: Callable[[str], Access], whose: str, named: bool
) -> None:
    """Whose own window is over needs no document of later days, whoever else is still under way."""
    who = access("manager")
    minutes(browse("manager"), "04/15/2026", accept=True)
    windows = {
        clinician: max(each.last for each in held)
        for (clinician, id), held in ledger_of(who.year).windows.items()
        if id == "IA_PSPA_21"
    }
    of_any = {
        "ended": lambda clinician: windows.get(clinician, TODAY) < TODAY,
        "running": lambda clinician: windows.get(clinician, TODAY) > TODAY,
        "none": lambda clinician: clinician not in windows,
    }[whose]
    clinician = next(each.clinician for each in ledger_of(who.year).people if of_any(each.clinician.id))
    row = evidence.receive(who, b"How it went.\n", {"name": "a.txt", "media_type": "text/plain"}).evidence
    known = {"kind": "minutes", "first": date(2026, 9, 14), "clinician": clinician}
    use = evidence.use(who, row, "IA_PSPA_21", "progress", **known)
    evidence.review(who, use, row.revisions.get(), accepted=True)

    desk = text(browse("manager").get(f"{P}/evidence/").content)

    assert (f"E-{row.number} “a.txt” is of other days than IA_PSPA_21." in desk) is named


def test_a_document_that_is_accepted_and_not_enough_is_not_called_on_file(
    browse: Browse, access: Callable[[str], Access]
) -> None:
    manager = browse("manager")
    row = minutes(manager, "04/15/2026", accept=False)
    use = evidence.use(
        access("manager"), row, "IA_PSPA_21", "progress", kind="invoice", first=date(2026, 4, 15)
    )
    evidence.review(access("manager"), use, row.revisions.get(), accepted=True)

    page = text(manager.get(f"{P}/evidence/{row.number}/").content)

    assert "Not met IA_PSPA_21" in page
    assert "No invoice shows this." in page


def test_what_is_of_one_clinician_is_measured_by_the_days_of_that_clinician(
    browse: Browse, access: Callable[[str], Access]
) -> None:
    """A report for the whole window of one of two is whole for that one, and is of a part for the other."""
    who = access("manager")
    people = [each.clinician for each in ledger_of(who.year).people[:2]]
    ledger.choose(who, "IA_BE_4")
    ledger.enter(who, people[0], "IA_BE_4", date(2026, 1, 5), date(2026, 4, 5))
    ledger.enter(who, people[1], "IA_BE_4", date(2026, 3, 1), date(2026, 6, 30))
    row = minutes(browse("manager"), "04/15/2026", accept=False)
    report = {"kind": "ehr_report", "first": date(2026, 1, 5), "last": date(2026, 4, 5)}

    def judged(clinician: Clinician) -> tuple[bool | None, str]:
        use = evidence.use(who, row, "IA_BE_4", "access", clinician=clinician, **report)
        evidence.review(who, use, row.revisions.get(), accepted=True)
        proved = ledger_of(who.year).proofs["IA_BE_4"].finding
        own = text(browse("manager").get(f"{P}/evidence/{row.number}/").content)
        evidence.end_use(who, use)
        return next(each.met for each in leaves_of(proved) if each.part.id == "access"), own

    met, own = judged(people[0])
    assert met is True
    assert "On file IA_BE_4" in own

    met, own = judged(people[1])
    assert met is False
    assert "and must show all of March 1, 2026 – June 30, 2026." in own


def test_what_is_of_one_clinician_is_to_be_in_force_through_the_days_of_that_clinician(
    access: Callable[[str], Access],
) -> None:
    """Not through those of colleagues; and what is of a colleague does not follow what ends too early."""
    who = access("manager")
    people = [each.clinician for each in ledger_of(who.year).people[:2]]
    ledger.choose(who, "IA_CC_9")
    for clinician, last in zip(people, (date(2026, 5, 31), AUGUST), strict=True):
        ledger.enter(who, clinician, "IA_CC_9", date(2026, 3, 1), last)
    told = {"name": "kept.txt", "media_type": "text/plain"}
    row = evidence.receive(who, b"How it goes.\n", told).evidence

    def kept(clinician: Clinician | None, last: date | None) -> list[tuple[date, date]]:
        """What ends too early once this is kept too, each with the day until which it must be in force."""
        known = {"kind": "policy", "first": date(2026, 1, 1), "last": last}
        evidence.use(who, row, "IA_CC_9", "process", clinician=clinician, **known)
        return [(each.last, each.until) for each in ending(ledger_of(who.year))]

    assert kept(people[0], JUNE) == []
    assert kept(people[1], JUNE) == [(JUNE, AUGUST)]
    assert kept(people[0], None) == [(JUNE, AUGUST)]
    assert kept(people[1], AUGUST) == []
    assert kept(None, JUNE) == [(JUNE, AUGUST)]
    assert kept(None, None) == []
