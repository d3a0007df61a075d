"""What the newest signature of each window of a year says."""

from mips_ia.portal import clock
from mips_ia.portal.models import Signature

SIGNED = ("own", "delegated")  # what makes a window count, and can be withdrawn


def signed_of(year):
    """The kind of it by window, empty where its delegation did not hold when it was given.

    Only what is needed of each, since a year may have thousands of windows.
    """
    newest = Signature.objects.filter(window__year=year, window__replaced_at=None).order_by("id")
    found = dict(newest.values_list("window_id", "kind"))
    if "delegated" in found.values():
        delegated = newest.filter(kind="delegated").select_related("delegation")
        held = {each.window_id: valid(each.delegation, each.signed_at) for each in delegated}
        found |= {window: "" for window, kind in found.items() if kind == "delegated" and not held[window]}
    return found


def valid(delegation, at):
    """Whether a delegation held at a moment; its last day is whole, and is the portal's own."""
    ended = delegation.ended_at is not None and delegation.ended_at < at
    return delegation.given_at <= at and clock.day(at) <= delegation.until and not ended
