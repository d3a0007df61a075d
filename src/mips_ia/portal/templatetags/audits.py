"""The clock of an auditor's request: a square for each day, those that passed filled."""

from django import template

register = template.Library()
ACROSS, WIDE, HIGH = 15, 14, 16  # squares in a row, and how far one stands from the next
MOST = 90  # days that are drawn one by one


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


def _squares(first, last):
    return "".join(
        f"M{1 + WIDE * (place % ACROSS)} {1 + HIGH * (place // ACROSS)}h11v13h-11z"
        for place in range(first, last)
    )
