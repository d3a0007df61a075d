"""What waits for somebody to choose is gone when it waited too long, whatever else cannot be done."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from evidence_given import nothing_waits, sealed, stopped  # noqa: F401 - a fixture

from mips_ia.portal import waiting
from mips_ia.portal.management.commands import background
from mips_ia.portal.models import Waiting

Browse = Callable[[str], Client]
OVER = waiting.PATIENCE + timedelta(seconds=1)


def aged(path: Path) -> None:
    before = (timezone.now() - OVER).timestamp()
    os.utime(path, (before, before))


def test_each_minute_what_waited_too_long_goes_and_so_does_what_a_crash_left(
    browse: Browse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    others = {*settings.WAITING.glob("*")}
    stopped(browse("manager"))
    stopped(browse("manager"))
    first, second = Waiting.objects.order_by("pk")
    Waiting.objects.filter(pk=first.pk).update(made_at=timezone.now() - OVER)
    left, lately = settings.WAITING / "left.part", settings.WAITING / "lately"
    for each in (left, lately):
        each.write_bytes(b"Of a crash.")
    aged(left)
    settings.NOTARY.rename(tmp_path / "away")
    try:
        background.of_a_minute()
    finally:
        (tmp_path / "away").rename(settings.NOTARY)

    assert "The log of records could not be signed. It is tried again in a minute." in caplog.text
    assert [*Waiting.objects.all()] == [second]
    here = {each.name for each in {*settings.WAITING.iterdir()} - others}
    assert here == {second.place, "lately"}
    lately.unlink()
