"""A binder that takes long says how far it is, in each of its parts, and while its paper is set."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bound import P, accepted  # noqa: F401 - a fixture
from django.test import Client
from django.utils import timezone

from mips_ia.portal.actions import binders, binders_moved
from mips_ia.portal.binding import paper
from mips_ia.portal.models import Binder
from mips_ia.portal.pdf import setting

DATA = {"title": "A page", "practice": "Nobody", "year": 2026, "edition": "none"}
AT = datetime(2026, 9, 16, 12, tzinfo=UTC)


@pytest.mark.usefixtures("kept")
def test_the_page_says_how_far_its_paper_its_zip_and_the_vault_are(
    browse: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    manager, said, to = browse("manager"), list[int](), binders_moved.Moving.to
    monkeypatch.setattr(binders, "AT_ONCE", 0)
    monkeypatch.setattr(binders_moved, "OFTEN", 0)
    with django_capture_on_commit_callbacks(execute=False):
        page = manager.post(P, {}).headers["Location"]
    row = Binder.objects.get()

    def looked(moving: binders_moved.Moving, place: int) -> None:
        Binder.objects.update(moved_at=timezone.now() - timedelta(hours=1))
        to(moving, place)
        (part,) = re.findall(r"(\d+)% is done", manager.get(page).content.decode())
        said.append(int(part))

    monkeypatch.setattr(binders_moved.Moving, "to", looked)
    binders.make_later.call(row.pk)

    assert said == sorted(said)
    assert said[0] == 1
    assert {10 < each < 55 for each in said} == {55 < each < 95 for each in said} == {True, False}
    assert said[-1] == 95
    assert "The binder is ready" in manager.get(page).content.decode()


@pytest.mark.usefixtures("kept")
def test_it_gets_on_while_a_long_paper_is_set_by_a_process_of_its_own(
    browse: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = list[int]()
    monkeypatch.setattr(paper, "LONG", 0)
    monkeypatch.setattr(setting, "OFTEN", 0.01)
    monkeypatch.setattr(binders_moved, "OFTEN", 0)
    monkeypatch.setattr(binders_moved.Moving, "to", lambda _, place: said.append(place))

    browse("manager").post(P, {})

    assert said.count(binders_moved.PAPER) > 2
    assert Binder.objects.get().made_at is not None


def test_a_paper_is_the_same_by_a_process_of_its_own_and_one_that_ends_is_told() -> None:
    score = DATA | {"eyebrow": "", "lead": ["One."], "sections": [], "each": None, "instead": None}

    assert setting.setting_apart("score", score, AT, list) == setting.setting("score", score, AT)
    with pytest.raises(RuntimeError, match="the process ended with 1"):
        setting.setting_apart("nothing", score, AT, list)
