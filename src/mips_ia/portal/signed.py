"""What the newest signature of each window of a year says."""

from mips_ia.portal import clock
from mips_ia.portal.models import Signature

SIGNED = ("own", "delegated")  # what makes a window count, and can be withdrawn


def signed_of(year):
    """The kind of it by window, empty where its delegation did not hold when it was given.

    Windows that were replaced are among them, so that it changes with signatures alone. Only what is needed
    of each is read, since a year may have thousands of windows.
    """
    newest = Signature.objects.filter(window__year=year).order_by("id")
    found = dict(newest.values_list("window_id", "kind"))
    if "delegated" in found.values():
        delegated = newest.filter(kind="delegated").values_list(
            "window_id", "signed_at", "delegation__given_at", "delegation__until", "delegation__ended_at"
        )
        held = {window: _held(at, *delegation) for window, at, *delegation in delegated}
        found |= {window: "" for window, kind in found.items() if kind == "delegated" and not held[window]}
    return found


def valid(delegation, at):
    """Whether a delegation held at a moment; its last day is whole, and is the portal's own."""
    return _held(at, delegation.given_at, delegation.until, delegation.ended_at)


def _held(at, given_at, until, ended_at):
    ended = ended_at is not None and ended_at < at
    return given_at <= at and clock.day(at) <= until and not ended
