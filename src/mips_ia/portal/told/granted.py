"""What CMS grants and tells those concerned: where it decides points, and what was recorded of it."""

GRANTS = ("extreme_circumstances", "study")  # of `standing.Practice`; no unless stated


def granted(rules):
    """The grants of CMS that decide points by the rules of the year."""
    named = frozenset().union(*(each.when | each.any_of | each.unless for _, each in rules.clauses()))
    return [name for name in GRANTS if name in named]


def circumstances(ledger, *, besides=False):
    """What is recorded of extreme and uncontrollable circumstances, where it decides points.

    `besides` is what to say where that question itself stands: only that the two answers do not fit.
    """
    row, asked = ledger.row, "extreme_circumstances" in granted(ledger.rules)
    if asked and "ia" in (row.not_scored or ()) and not row.extreme_circumstances:
        return (
            "Improvement activities are recorded as not scored, which CMS approves for extreme and "
            "uncontrollable circumstances. Sites and statuses does not say that it approved any: correct one "
            "of the two, since the half credit of APM participants depends on it."
        )
    if besides or not asked:
        return ""
    says = "says" if row.extreme_circumstances else "does not say"
    return f"Sites and statuses {says} that CMS approved extreme and uncontrollable circumstances for you."
