"""What an activity is worth to a practice, and whether it has chosen enough."""

from collections import Counter
from dataclasses import replace
from datetime import date

from mips_ia.attestation import Attestation, verdict
from mips_ia.planning.side_by_side import from_nothing, granted, how_many
from mips_ia.scoring import score

SPARE = "More activities add no points; one spare protects you if someone leaves."
REACHED = f"You have what you need. {SPARE}"
CHOSEN = f"What you have chosen is enough once it is done and signed. {SPARE}"
REFUSED = frozenset(("not_in_mvp", "not_in_program", "too_soon"))
OPEN = frozenset(("too_few_sites", "sites_unknown", "unknown_mvp"))


def worths(ledger):
    """Words for each weight of the year: `20 points`, or `1 of 2` where activities have no weights."""
    if ledger.problem:
        return {}
    kinds = ledger.rules.scale[0].points
    return {kind: _points(ledger, kind) if len(kinds) > 1 else _share(ledger, kind) for kind in kinds}


def worth(ledger, activity, known):
    """The same of one activity; `known` is what `worths` found."""
    codes = {each.code for each in _against(ledger, activity)}
    if not known or "unknown_mvp" in codes:
        return "Unknown"
    if codes & REFUSED:
        return "No points as you report"
    if activity.id == ledger.rules.medical_home_activity and _adds_points(ledger):
        return "Full credit, for a recognized medical home"
    return known[activity.weight or "activity"] if (activity.weight or len(known) == 1) else "No points"


def against(ledger, activity):
    """What stands against an activity by the practice's way to report, in words."""
    return [each.what for each in _against(ledger, activity) if each.code in (*REFUSED, *OPEN)]


def _against(ledger, activity):
    if ledger.problem:
        return ()
    done = Attestation(activity.id, date(ledger.year, 1, 1), date(ledger.year, 12, 31))
    return verdict(done, ledger.practice, ledger.rules, ledger.listed).problems


def enough(ledger):
    """What to say where the chosen activities give full credit, or will once they are done; else nothing."""
    if ledger.problem:
        return ""
    nothing, full = from_nothing(ledger.assessment.profile), ledger.rules.full_credit.value
    if clause := granted(nothing, ledger.rules):
        return f"{clause.says}."
    home = ledger.rules.medical_home_activity
    kinds = Counter(
        each.verdict.kind for each in ledger.tallies if each.activity != home and _takes(each.verdict)
    )
    facts = nothing.facts
    if home in ledger.activities and ledger.standing["medical_home_sites"].value:
        facts |= {"medical_home"}
    done = replace(nothing, facts=facts, counts=tuple(sorted(kinds.items())))
    if score(done, ledger.rules).points < full:
        return ""
    found = [own.found for own in ledger.individuals] or [ledger.assessment]
    return REACHED if all(each.score.points >= full for each in found) else CHOSEN


def _takes(verdict):
    """Whether the practice's way to report takes the activity of a verdict."""
    refused = {*REFUSED, "unknown_mvp"}
    return verdict.activity is not None and refused.isdisjoint(each.code for each in verdict.problems)


def _adds_points(ledger):
    return granted(ledger.assessment.profile, ledger.rules) is None


def _share(ledger, kind):
    at_best, certain = how_many(ledger.assessment.profile, kind, ledger.rules)
    if not certain:
        return "Adds no points"
    few = f"1 of {certain}"
    return few if at_best == certain else f"{few}, or 1 of {at_best}: not everything is known yet"


def _points(ledger, kind):
    who = ledger.assessment.profile
    if not _adds_points(ledger):
        return "Adds no points"
    found = sorted({
        next(scale.points[kind] for scale in ledger.rules.scale if scale.fits(facts))
        for facts in (who.facts, who.facts | who.unknown)
    })  # fmt: skip
    return f"{' or '.join(map(str, found))} points"
