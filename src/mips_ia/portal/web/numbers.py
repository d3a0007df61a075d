"""The number of a row or a year, as an address or a form gives it."""

DIGITS = 18  # as many as any column holds; of thousands of them Python makes no number at all


def number(given):
    """The number; None where there is none, or one that nothing here can have."""
    return int(given) if given.isdecimal() and len(given) <= DIGITS else None
