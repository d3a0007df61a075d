"""The clock of an auditor's request, a square for each day, those that passed filled; an answer's item."""

from datetime import date

from django import template

from mips_ia.portal.templatetags.words import day

register = template.Library()
ACROSS, WIDE, HIGH = 15, 14, 16  # squares in a row, and how far one stands from the next
MOST = 90  # days that are drawn one by one
READY = {"Complete": "met", "On file": "met", "Missing": "notmet"}


@register.inclusion_tag("parts/audit_clock.html")
def audit_clock(ticking):
    """Nothing where a request has more days than can be told apart."""
    whole = ticking.whole if 0 < ticking.whole <= MOST else 0
    passed = min(whole, whole - ticking.left)
    rows = -(-whole // ACROSS)
    return {
        "passed": _squares(0, passed), "left": _squares(max(0, passed), whole),
        "width": ACROSS * WIDE, "height": rows * HIGH, "drawn": whole,
    }  # fmt: skip


@register.filter
def days_of(file):
    """The days of a file, as an answer has them: one, or the first and the last."""
    found = dict.fromkeys(file[name] for name in ("first", "last") if file.get(name))
    return " – ".join(day(date.fromisoformat(each)) for each in found)


@register.filter
def kind_of(ready):
    """The kind of an item's state, of which an answer has the word alone."""
    return READY.get(ready, "unknown")


def _squares(first, last):
    return "".join(
        f"M{1 + WIDE * (place % ACROSS)} {1 + HIGH * (place // ACROSS)}h11v13h-11z"
        for place in range(first, last)
    )
