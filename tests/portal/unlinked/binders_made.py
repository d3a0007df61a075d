"""Binders, or the packages of a request, in every state: made, being made, standing still, refused, gone."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from mips_ia.portal import clock
from mips_ia.portal.models import Binder

LATER = timedelta(hours=1)  # so that none that is being made stands still while others are looked at
READY = {"done": 1, "of": 1, "begun": 1, "size": 81_000, "sha256": "0" * 64, "manifest": "0" * 64,
         "holds": ["1" * 64]}  # fmt: skip


def in_every_state(**known: Any) -> dict[str, Binder]:
    """One of each, by what it is called; `known` is the same for all."""
    now, ready = timezone.now(), READY | {"made_at": clock.now()}
    return {
        "is being made": Binder.objects.create(**known, moved_at=now + LATER, done=40, of=100, begun=1),
        "was not made": Binder.objects.create(**known, told="There was no room for it."),
        "stands still": Binder.objects.create(**known, moved_at=now - LATER, begun=1),
        "is ready": Binder.objects.create(**known, **ready),
        "is gone": Binder.objects.create(**known, **ready, gone_at=clock.now()),
    }
