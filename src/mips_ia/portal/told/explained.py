"""Everything that is said of a score: its steps, what would change it, and each clinician's own."""

from mips_ia.portal.templatetags.words import share_words
from mips_ia.portal.told import shown, steps
from mips_ia.portal.told.advice import advice
from mips_ia.portal.told.answer import NEEDED
from mips_ia.portal.told.assumed import assumed, of_one, statuses
from mips_ia.portal.told.individuals import alone, beside, people_of, sent, together
from mips_ia.portal.told.moves import moves
from mips_ia.portal.told.own_moves import own_moves
from mips_ia.portal.told.weight import moved, unless, weighs


def explanation(ledger, access, one=None):
    """The explanation of the group's score, of each clinician's, or of one clinician's own."""
    people = people_of(ledger, access)
    if one is not None:
        mine = alone(ledger, one)
        return {"one": one, "moves": own_moves(ledger, ledger.alone(one))} | told(
            ledger, mine.found, mine.judged, mine.most, of_one(ledger, one)
        )
    group = ledger.as_group.assessment
    both = {"individuals": _individuals(ledger, people, group), "group": group.score, "sent": sent(ledger)}
    if ledger.individuals:
        return both | of_all(ledger)
    judged = steps.of_group(ledger, shown.activities(ledger))
    more = assumed(ledger) | ({"individuals": says} if (says := statuses(ledger)) else {})
    found = told(ledger, ledger.assessment, judged, ledger.best.score.most, more)
    return found | both | {"moves": moves(ledger, access.may("see_names")), "advice": advice(ledger)}


def of_all(ledger):
    """What is said of the scores of all who report as individuals, and what those assume."""
    letters = steps.with_letters(assumed(ledger))
    return {
        "whole": together(ledger), "letters": letters.values(), "own_letter": letters.get("statuses"),
    }  # fmt: skip


def parts(ledger, found, most):
    """Each explanation with its name: of individuals one for each up to so many, else the one there is."""
    if "whole" not in found:
        yield "", found
        return
    for each in found["individuals"][:most]:
        person = each["person"]
        mine = alone(ledger, person)
        own = of_one(ledger, person)
        yield person.clinician.name, told(ledger, mine.found, mine.judged, mine.most, own)


def told(ledger, found, judged, most, more):
    """Everything that the page says of one assessment; `more` is what it assumes besides, by its key."""
    letters = steps.assumptions(found, more)
    table = steps.rows(found, judged, ledger.lacking)
    most = max(found.score.most, most)
    estimated = ["special_status"] if "statuses" in ledger.lacking else []
    return {
        "found": found, "score": found.score, "rows": list(steps.lettered(table, letters)),
        "weighs": weighs(found), "unless": unless(found), "moved": moved(found),
        "letters": letters.values(), "most": most, "more": most - found.score.points,
        "total": steps.total(found.score, ledger.lacking),
        "share": share(found.score, ledger.lacking),
        "total_letter": letters.get(ledger.rules.full_credit.assumption),
        "weight_letter": letters.get(found.score.weighing.assumption),
        "own_letter": letters.get("individuals"),
        "cases": [] if {*ledger.lacking} - {"statuses"} else list(steps.cases(found, estimated)),
        "needed": _listed([NEEDED[each] for each in ledger.lacking]),
        "shown": not ledger.lacking or 0 < found.score.points < found.score.most,  # what is certain of it
    }  # fmt: skip


def _listed(names):
    """Names as a sentence has them: `your roster, your pathway and how you report`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _individuals(ledger, people, group):
    """A row for each clinician: their own score, and which is higher, that or the group's."""
    found = []
    for person in people:
        mine = alone(ledger, person)
        found.append({
            "person": person, "score": mine.found.score,
            "counting": mine.counting, "higher": beside(mine.found, group),
        })  # fmt: skip
    return found


def share(found, lacking):
    """What is added to the final score for certain, in words; a range as long as a fact is lacking.

    Where something lacks and nothing is certain, it is as unknown as the total is.
    """
    if lacking and not found.points:
        return "Unknown"
    if lacking or not found.points or found.weight != found.weight_most:
        return share_words(found)
    return f"{found.final:g} of {found.weight}"
