"""How much the category weighs in the final score, and why, in a sentence."""

from mips_ia.portal.templatetags.words import lowfirst

NAMES = {
    "quality": "Quality",
    "cost": "Cost",
    "ia": "Improvement activities",
    "pi": "Promoting Interoperability",
}


def weighs(found):
    """`Improvement activities are 15% of your final score, because these are the weights in …`."""
    score, gone = found.score, [NAMES[each] for each in NAMES if each in (found.practice.not_scored or ())]
    to = f"% to {score.weight_most}" if score.weight != score.weight_most else ""
    reason = f"these are the {lowfirst(score.weighing.says)}"
    if gone:
        reason += f", and {' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} not scored"
    if found.practice.not_scored is None:
        reason += ", and as long as no category is reweighted, which is not known"
    return f"Improvement activities are {score.weight}{to}% of your final score, because {reason}."
