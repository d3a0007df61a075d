"""Everything that is said of a score: its steps, what would change it, and each clinician's own."""

from mips_ia.portal.templatetags.words import share_words
from mips_ia.portal.told import readings, shown, steps
from mips_ia.portal.told.advice import advice
from mips_ia.portal.told.answer import NEEDED
from mips_ia.portal.told.individuals import alone, beside, people_of, together
from mips_ia.portal.told.moves import moves
from mips_ia.portal.told.own_moves import own_moves
from mips_ia.portal.told.weight import weighs


def explanation(ledger, access, one=None):
    """The explanation of the group's score, of each clinician's, or of one clinician's own."""
    people = people_of(ledger, access)
    if one is None and ledger.individuals:
        return {"individuals": _individuals(ledger, people), "whole": together(ledger)}
    if one is not None:
        mine = alone(ledger, one)
        return {"one": one, "moves": own_moves(ledger, ledger.alone(one))} | told(
            ledger, mine.found, mine.judged, mine.most
        )
    now = ledger.assessment
    found = told(ledger, now, steps.of_group(ledger, shown.activities(ledger)), ledger.best.score.most)
    return found | {
        "moves": moves(ledger, access.may("see_names")), "advice": advice(ledger),
        "individuals": _individuals(ledger, people, now),
    }  # fmt: skip


def parts(ledger, found, most):
    """Each explanation with its name: of individuals one for each up to so many, else the one there is."""
    if "whole" not in found:
        yield "", found
        return
    for each in found["individuals"][:most]:
        person = each["person"]
        mine = alone(ledger, person)
        yield person.clinician.name, told(ledger, mine.found, mine.judged, mine.most)


def told(ledger, found, judged, most):
    """Everything that the page says of one assessment."""
    letters = steps.assumptions(found, readings.assumed(ledger))
    table = steps.rows(found, judged, ledger.lacking)
    most = max(found.score.most, most)
    return {
        "found": found, "score": found.score, "rows": list(steps.lettered(table, letters)),
        "weighs": weighs(found), "letters": letters.values(), "most": most, "more": most - found.score.points,
        "total": steps.total(found.score, ledger.lacking),
        "share": share(found.score, ledger.lacking),
        "total_letter": letters.get(ledger.rules.full_credit.assumption),
        "weight_letter": letters.get(found.score.weighing.assumption),
        "cases": [] if {*ledger.lacking} - {"statuses"} else list(steps.cases(found)),
        "needed": _listed([NEEDED[each] for each in ledger.lacking]),
        "shown": not ledger.lacking or 0 < found.score.points < found.score.most,  # what is certain of it
    }  # fmt: skip


def _listed(names):
    """Names as a sentence has them: `your roster, your pathway and how you report`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _individuals(ledger, people, group=None):
    """A row for each clinician: their own score, and beside it the group's where there is one."""
    found = []
    for person in people:
        mine = alone(ledger, person)
        found.append({
            "person": person, "score": mine.found.score,
            "counting": mine.counting,
            "higher": beside(mine.found, group) if group else "",
        })  # fmt: skip
    return found


def share(found, lacking):
    """What is added to the final score for certain, in words; a range as long as a fact is lacking."""
    if lacking or not found.points or found.weight != found.weight_most:
        return share_words(found)
    return f"{found.final:g} of {found.weight}"
