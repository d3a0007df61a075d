"""What the kinds of reminder share: which stage has come, and where a page of a year is."""


def stage_of(stages, left):
    """The stage that holds with so many days left: the nearest that was reached, None before the first."""
    return min((stage for stage in stages if 0 <= left <= stage), default=None)


def page(ledger, name):
    """The address of a page of the practice's year, below that of the portal."""
    return f"p/{ledger.row.practice.slug}/{ledger.year}/{name}"
