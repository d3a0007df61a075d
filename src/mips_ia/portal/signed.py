"""What the newest signature of each window of a year says."""

from django.db.models import Case, When

from mips_ia.portal import clock
from mips_ia.portal.models import Signature


def signed_of(year):
    """The kind of it by window, empty where its delegation did not hold when it was given.

    Only what is needed of each, since a year may have thousands of windows.
    """
    delegations = {each.id: each for each in year.delegations.all()}
    newest = Signature.objects.filter(window__year=year, window__replaced_at=None).order_by("id")
    found, when = {}, Case(When(kind="delegated", then="signed_at"))
    for window, kind, at, delegation in newest.values_list("window_id", "kind", when, "delegation_id"):
        holds = kind != "delegated" or valid(delegations[delegation], at)
        found[window] = kind if holds else ""
    return found


def valid(delegation, at):
    """Whether a delegation held at a moment; its last day is whole, and is the portal's own."""
    ended = delegation.ended_at is not None and delegation.ended_at < at
    return delegation.given_at <= at and clock.day(at) <= delegation.until and not ended
