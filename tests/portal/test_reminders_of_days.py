"""Who is told of the days of a year and of the last day to start, and when nobody is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail
from signing import lock, window

from mips_ia.portal import clock, demo, reminders
from mips_ia.portal.actions import ledger, practice
from mips_ia.portal.models import Membership, Person, Practice, Stay, Window, Year
from mips_ia.portal.tenancy import Access

BASE = "https://portal.example/"
START = date(2026, 9, 3)  # 30 days before the last day to start
AccessOf = Callable[..., Access]
pytestmark = pytest.mark.django_db


def told(day: date, kind: str, about: str = "") -> dict[str, str]:
    """What is told of a kind on a day, by the name of whom it is told."""
    every = [each for each in reminders.due(day) if each.kind == kind and about in each.says]
    return {each.person.email.partition("@")[0]: each.says for each in every}


def stages(last: date, kind: str, name: str = "manager") -> list[int]:
    """The days before a last day on which a new stage is due that was not told before."""
    found, seen = [], set()
    for left in range(95, -1, -1):
        for each in reminders.due(last - timedelta(days=left)):
            if each.kind == kind and each.person.email.startswith(name) and each.about not in seen:
                seen.add(each.about)
                found.append(left)
    return found


@pytest.fixture
def registry(harbor: Practice) -> None:
    """Two who work for a registry; the practice lets only one of them export."""
    for name, grants in (("granted", ["export"]), ("looking", ["windows"])):
        person = Person.objects.create_user(f"{name}@demo.example", None, name=name)
        Membership.objects.create(
            person=person, organization=harbor.organization, practice=harbor, role="registry", grants=grants
        )


# ---- The last day to start


def test_clinicians_without_any_window_are_told_that_they_are_still_needed() -> None:
    found = told(START, "start", "IA_PSPA_21")

    entered = Window.objects.filter(activity="IA_PSPA_21", replaced_at=None).values("clinician")
    left = {"moreau"}  # in June
    names = (
        Stay.objects.filter(year__year=2026)
        .exclude(clinician__in=entered)
        .values_list("clinician__last_name")
    )
    without = {name.lower() for (name,) in names} - left
    needs = "Harbor Rehabilitation Group needs 2 more clinicians for IA_PSPA_21"
    says = f"{needs}, and you have no window of it yet. The last day to start is October 3, 2026."
    assert without
    assert {name for name, each in found.items() if each == says} == without
    assert "kim" not in found  # whose days are complete and wait for a signature


def test_who_left_or_does_not_take_part_is_not_asked_to_start() -> None:
    before = told(START, "start", "IA_PSPA_21")
    names = sorted(name for name, says in before.items() if "no window" in says)[:2]
    gone, without = (Stay.objects.get(year__year=2026, clinician__last_name__iexact=each) for each in names)
    Stay.objects.filter(pk=gone.pk).update(left_on=date(2026, 8, 1))
    Window.objects.create(
        year=without.year, clinician=without.clinician, activity="IA_PSPA_21", taking_part=False,
        entered_by=Person.objects.get(email="manager@demo.example"),
    )  # fmt: skip

    assert before.keys() - told(START, "start", "IA_PSPA_21").keys() == set(names)


def test_who_report_each_alone_are_told_without_a_number_of_the_group(harbor: Practice) -> None:
    Year.objects.filter(practice=harbor, year=2026).update(report_as="individual")
    found = told(START, "start", "IA_PSPA_21")

    assert "7 of 18 clinicians count, who each report alone." in found["manager"]
    mine = "You have no window of IA_PSPA_21 yet. The last day to start is October 3, 2026."
    assert mine in found.values()
    assert "adeyemi" not in found  # whose own two activities give full credit
    assert "needs" not in " ".join(found.values())


# ---- The days of the year


@pytest.mark.usefixtures("registry")
def test_the_opening_of_submission_is_told_to_those_who_send(harbor: Practice, access: AccessOf) -> None:
    ledger.choose(access("manager", 2019), "IA_PM_2")
    Membership.objects.filter(person__email="novak@demo.example").update(signing_official=True)
    opens = date(2020, 1, 2)
    assert told(opens - timedelta(days=1), "submission_opens") == {}

    found = told(opens, "submission_opens")
    assert found.keys() == {"manager", "novak", "granted"}
    assert set(found.values()) == {"Submission of 2019 is open since January 2, 2020."}

    final = lock(harbor, 2019)
    final.downloads.create(what="qpp_json", sha256="0" * 64, person=final.person, at=clock.now())
    assert told(opens, "submission_opens") == {}


def test_where_the_day_of_the_opening_is_not_known_it_is_said_that_the_year_is_over() -> None:
    says = "2026 is over. Its data can be sent once CMS opens submission, through March 31, 2027."

    assert told(date(2027, 1, 4), "submission_opens") == {"manager": says}


@pytest.mark.usefixtures("registry")
def test_the_close_of_submission_is_told_to_the_same_in_five_stages() -> None:
    closes = date(2027, 3, 31)

    assert stages(closes, "submission_closes") == [30, 14, 7, 3, 1]
    assert stages(closes, "submission_closes", "granted") == [30, 14, 7, 3, 1]
    assert stages(closes, "submission_closes", "looking") == []


def test_administrators_are_told_90_days_before_records_need_not_be_kept(access: AccessOf) -> None:
    ledger.choose(access("manager", 2020), "IA_PM_2")

    assert stages(date(2026, 12, 31), "keep_until", "admin") == [90]
    assert told(date(2026, 10, 2), "keep_until") == {
        "admin": "The records of 2020 must be kept until December 31, 2026, 90 days from now."
    }


# ---- When nobody is written to


@pytest.mark.parametrize(("hour", "sent"), [(3, False), (6, False), (7, True), (19, True), (20, False)])
def test_nobody_is_written_to_at_night(hour: int, sent: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now().replace(hour=hour)
    monkeypatch.setattr(clock, "now", lambda: now)

    assert bool(reminders.remind(BASE, demo.DAY)) is sent


def test_on_a_weekend_only_what_has_three_days_left_goes_out() -> None:
    Window.objects.filter(pk=window("Kim").pk).update(entered_at="2026-10-03T12:00Z")

    reminders.remind(BASE, date(2026, 10, 3))  # a Saturday, and the last day to start

    assert "last day to start" in "".join(each.body for each in mail.outbox)
    assert "are complete. Sign." not in "".join(each.body for each in mail.outbox)


def test_a_practice_whose_description_does_not_fit_together_stops_nobody_s_reminders(
    access: AccessOf,
) -> None:
    for report_as in ("virtual_group", "individual"):
        practice.describe(access("manager"), report_as=report_as, pathway="mvp", mvp="M9999")

        assert told(demo.DAY, "sign")
