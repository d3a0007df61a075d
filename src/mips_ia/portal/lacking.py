"""What nobody gave of a year and without which there is no answer."""


def lacking(ledger):
    """The names of what lacks: how one reports, the pathway, the roster, the special statuses.

    The first three say of whom a score is, and by which rules; a roster on which nobody billed is as good as
    none. Special statuses lack only where the answer is another one with a special status than without.
    """
    row = ledger.row
    needed = {"report_as": row.report_as, "pathway": row.pathway, "roster": ledger.counted}
    found = [name for name, given in needed.items() if not given]
    if row.statuses is None and (found or _statuses_decide(ledger)):
        found.append("statuses")
    return found


def _statuses_decide(ledger):
    """Whether a special status would make another answer; so it is taken where there is no score at all."""
    if ledger.problem:
        return True
    special = [name for name, rule in ledger.rules.special.items() if rule.special]
    without, having = (_answers(ledger.described(statuses=each)) for each in ([], special))
    return without != having


def _answers(ledger):
    """What the answer says of the group, or of each of those who report as individuals."""
    if ledger.individuals:
        return [_answer(own.found, own.most) for own in ledger.individuals]
    return [_answer(ledger.assessment, max(ledger.assessment.score.most, ledger.best.score.most))]


def _answer(found, most):
    """The certain and the possible points, and what full credit takes as long as it is still to reach."""
    points, full = found.score.points, found.score.full
    return points, most, enough(found) if points < full == most else None


def enough(found):
    """How many activities reach full credit from nothing, of the weight that earns most."""
    scale = next(each for each in found.rules.scale if each.fits(found.profile.facts))
    return -(-found.rules.full_credit.value // max(scale.points.values()))
