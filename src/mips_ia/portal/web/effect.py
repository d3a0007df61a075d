"""What a change came to: the sentence after everything that was saved."""

from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import many


def effect(year, activity):
    """`IA_PSPA_21 now has 8 of 18 clinicians.`, and how many more are on their way."""
    tally = next((each for each in ledger_of(year).tallies if each.activity == activity), None)
    if tally is None:
        return f"{activity} is not among the activities that were chosen, so it does not count yet."
    said = f"{activity} now has {tally.counting} of {many(tally.of or len(tally.cells), 'clinician')}"
    unsigned = sum(each.word == "Not signed" for each in tally.cells.values())
    more = [f"{unsigned} waiting for a signature"] if unsigned else []
    more += [f"{tally.coming} under way or planned"] if tally.coming else []
    return f"{said}, with {' and '.join(more)}." if more else f"{said}."
