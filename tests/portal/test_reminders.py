"""Reminders rest on facts: each is due on its days, goes out once, and stops when the fact is there."""

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.core import mail
from django.test import Client
from signing import P, just_signed_in, lock, sends, window
from warm import ROOT

from mips_ia.portal import demo, reminders
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Person, Practice, Window, Year
from mips_ia.portal.reminders.kinds import KINDS

BASE = "https://portal.example/"
pytestmark = pytest.mark.django_db


def due(day: date) -> dict[str, list[str]]:
    """What is due on a day, by the name of whom it is told."""
    found: dict[str, list[str]] = {}
    for each in reminders.due(day):
        found.setdefault(each.person.email.partition("@")[0], []).append(each.says)
    return found


def test_a_clinician_is_asked_at_once_and_again_after_three_seven_and_fourteen_days() -> None:
    Window.objects.filter(pk=window("Kim").pk).update(entered_at="2026-06-01T12:00Z")
    ended = window("Kim").last
    about = []
    for days in range(1, 30):
        every = reminders.due(ended + timedelta(days=days))
        about += [each.about for each in every if each.person.email == "kim@demo.example"]

    id = window("Kim").id
    assert list(dict.fromkeys(about)) == [(f"sign {id} {stage}",) for stage in (0, 3, 7, 14)]


def test_a_clinician_is_asked_on_the_last_day_itself() -> None:
    Window.objects.filter(pk=window("Kim").pk).update(entered_at="2026-03-02T12:00Z")
    ended = window("Kim").last

    assert "Sign." not in " ".join(due(ended - timedelta(days=1)).get("kim", []))
    assert due(ended)["kim"] == ["Your 90 days of IA_PSPA_21 are complete. Sign."]
    assert f"sign {window('Kim').id} 3" in str(reminders.due(ended + timedelta(days=3)))


def test_the_first_says_that_the_days_are_complete() -> None:
    assert "Your 90 days of IA_PSPA_21 are complete. Sign." in due(demo.DAY)["kim"]


def test_a_window_that_ended_is_news_to_the_manager_and_after_two_weeks_so_is_the_silence() -> None:
    assert "1 window of IA_PSPA_21 ended and can be signed." in due(demo.DAY)["manager"]

    Window.objects.filter(pk=window("Kim").pk).update(entered_at="2026-08-01T12:00Z")

    assert "Waiting for more than 14 days: 1 signature." in due(demo.DAY)["manager"]
    assert "1 window of IA_PSPA_21 ended and can be signed." not in due(demo.DAY)["manager"]


def test_the_last_day_to_start_is_told_for_what_is_not_met_and_not_on_track() -> None:
    told = " ".join(due(demo.DAY)["manager"])

    assert "The last day to start IA_PSPA_21 is October 3, 2026, 17 days from now." in told
    assert "7 of 18 clinicians count and 9 are needed." in told
    assert "start IA_BE_16" not in told
    mine = "Your days of IA_PSPA_21 do not count yet. The last day to start is October 3, 2026."
    assert mine in due(demo.DAY)["johnson"]
    assert "IA_PSPA_21" not in " ".join(due(date(2026, 10, 4)).get("johnson", []))


def test_each_stage_of_a_deadline_is_told_once_and_a_missed_day_is_caught_up() -> None:
    start = date(2026, 10, 3)
    told = []
    for left in range(62, -1, -1):
        told += [
            each.about[0].split()[-1]
            for each in reminders.due(start - timedelta(days=left))
            if each.person.email == "manager@demo.example" and "start 2026 IA_PSPA_21" in each.about[0]
        ]

    assert list(dict.fromkeys(told)) == ["60", "30", "14", "7", "3", "1"]


def test_the_close_of_submission_is_told_until_the_data_were_taken(harbor: Practice) -> None:
    day = date(2027, 3, 17)
    says = "Submission closes on March 31, 2027, 14 days from now."
    assert says in due(day)["manager"]
    assert "kim" not in {name for name, every in due(day).items() if says in every}

    final = lock(harbor)
    final.downloads.create(what="qpp_json", sha256="0" * 64, person=final.person, at="2026-09-16T14:00Z")

    assert says not in due(day).get("manager", [])


def test_mvp_registration_is_told_only_where_an_mvp_is_considered(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    day = date(2026, 11, 24)
    says = "MVP registration closes on November 30, 2026, 6 days from now."
    assert not [says for says in due(day)["manager"] if "MVP" in says]

    ways, mark = f"{P}/activities/ways/", {"mvp": "M1370", "consider": "yes"}
    assert "Considered" not in browse("manager").get(ways).content.decode()
    assert browse("kim").post(ways, mark).status_code == 403
    told = browse("manager").post(ways, mark, follow=True).content.decode()
    assert "Managers are reminded that registration closes on November 30, 2026." in told
    assert "Consider no longer" in told
    assert says in due(day)["manager"]

    browse("manager").post(ways, mark | {"consider": "no"})
    assert says not in due(day)["manager"]
    Year.objects.filter(practice=harbor, year=2026).update(pathway="mvp")
    assert says in due(day)["manager"]


def test_an_mvp_that_is_not_of_the_year_is_not_considered(browse: Callable[[str], Client]) -> None:
    told = browse("manager").post(f"{P}/activities/ways/", {"mvp": "<b>", "consider": "yes"}, follow=True)

    assert "That MVP is not one of 2026." in told.content.decode()
    assert Year.objects.get(practice__name=demo.NAME, year=2026).considered == []


def test_one_message_a_day_and_never_the_same_twice() -> None:
    first = reminders.remind(BASE, demo.DAY)
    assert first == len(mail.outbox) == len({letter.to[0] for letter in mail.outbox}) > 0

    assert reminders.remind(BASE, demo.DAY) == 0
    assert reminders.remind(BASE, demo.DAY + timedelta(days=1)) == 0
    again = demo.DAY + timedelta(days=5)
    reminders.remind(BASE, again)
    kim = [letter for letter in mail.outbox if letter.to == ["kim@demo.example"]]
    assert len(kim) == 2  # at once, and after three days


def test_a_message_has_its_reason_its_page_and_how_to_stop_it_and_no_tin_and_no_npi() -> None:
    reminders.remind(BASE, demo.DAY)

    letter = next(letter for letter in mail.outbox if letter.to == ["kim@demo.example"])
    assert letter.subject == "2 reminders about improvement activities"
    assert "Your 90 days of IA_PSPA_21 are complete. Sign." in letter.body
    assert f"{BASE}sign/{window('Kim').id}/" in letter.body
    assert "You get this because you are the clinician whose days these are." in letter.body
    assert f"{BASE}reminders/" in letter.body
    told = " ".join(letter.subject + letter.body for letter in mail.outbox)
    assert "000123456" not in told
    assert window("Kim").clinician.npi not in told


def test_a_reminder_stops_the_moment_the_fact_is_there() -> None:
    sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", {"name": "Soo-jin Kim"})
    assert "Sign." not in " ".join(due(demo.DAY)["kim"])

    manager = just_signed_in("manager")
    manager.post(
        f"{P}/plan/{window('Johnson').id}/", {"first": "07/01/2026", "last": "09/28/2026", "save": "1"}
    )

    assert "IA_PSPA_21" not in " ".join(due(demo.DAY)["johnson"])
    assert "IA_PSPA_21" not in " ".join(due(demo.DAY).get("manager", []))  # the last one has begun


def test_whoever_stopped_them_gets_none_and_can_have_them_again(browse: Callable[[str], Client]) -> None:
    kim = browse("kim")
    kim.get("/reminders/")
    assert Person.objects.get(email="kim@demo.example").reminded

    kim.post("/reminders/", {"wanted": "no"})
    assert "kim" not in due(demo.DAY)

    kim.post("/reminders/", {"wanted": "yes"})
    assert "kim" in due(demo.DAY)


def test_a_weekend_waits_unless_only_three_days_are_left() -> None:
    saturday = date(2026, 9, 19)
    assert reminders.remind(BASE, saturday) == 0

    assert reminders.remind(BASE, date(2026, 10, 3)) > 0  # the last day to start is that Saturday
    assert "Sign." not in "".join(letter.body for letter in mail.outbox)


def test_a_locked_year_asks_nobody_to_sign(harbor: Practice) -> None:
    lock(harbor)

    assert "kim" not in due(demo.DAY)


def test_a_message_that_cannot_be_sent_is_not_taken_as_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    with monkeypatch.context() as patch:
        patch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        patch.setattr(settings, "EMAIL_PORT", 1)  # where nobody listens
        with pytest.raises(OSError, match="refused"):
            reminders.remind(BASE, demo.DAY)

    assert "kim" in due(demo.DAY)


def test_a_practice_that_cannot_be_worked_out_keeps_nobody_else_from_their_messages(
    harbor: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("mips_ia.portal.reminders.due")
    (before,) = harbor.years.filter(year=2025)
    before.chosen.create(activity="IA_BE_16", chosen_by=Person.objects.first())
    whole = module.due_of

    def broken(ledger: Ledger) -> list[object]:
        if ledger.year == 2025:
            raise TypeError("no such number")
        return whole(ledger)

    monkeypatch.setattr(module, "due_of", broken)
    with pytest.raises(TypeError, match="no such number") as told:
        reminders.remind(BASE, demo.DAY)

    assert told.value.__notes__ == [f"This was about the reminders of {harbor.slug} for 2025."]
    assert "kim@demo.example" in {letter.to[0] for letter in mail.outbox}


def test_the_manual_has_a_table_of_every_kind_of_reminder() -> None:
    page = (ROOT / "docs" / "portal.md").read_text(encoding="utf-8")
    table = page.partition("| reminder | to | when |\n| --- | --- | --- |\n")[2].partition("\n\n")[0]

    assert [row.split(" | ")[0].removeprefix("| ") for row in table.splitlines()] == [*KINDS.values()]
