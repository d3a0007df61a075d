"""A ledger in words: verdicts, who makes up the denominator, what an answer rests on."""

from collections import Counter

from mips_ia.attestation import last_start, period_of
from mips_ia.planning.outlook import can_begin, is_suspended
from mips_ia.portal.able import beginners, enough
from mips_ia.portal.facts import CURRENT
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told import misfits, readings
from mips_ia.portal.told.assumed import assumed as of_roster
from mips_ia.portal.told.readings import WORDS
from mips_ia.standing import words

REPORTING = {
    "individual": "individuals", "group": "a group", "virtual_group": "a virtual group",
    "subgroup": "a subgroup", "apm_entity": "an APM Entity",
}  # fmt: skip
PATHWAYS = {
    "traditional": "Traditional MIPS",
    "mvp": "MVP",
    "app": "APM Performance Pathway",
    "apm_scoring_standard": "APM scoring standard",
}
_KINDS = (
    ("signed", "signed"), ("delegated", "delegated"), ("underway", "under way"), ("planned", "planned"),
    ("unknown", "unknown"), ("notmet", "not counting"), ("none", "not taking part"),
)  # fmt: skip


def activities(ledger):
    """Each chosen activity with its title, its tally, its verdict and why."""
    return [_activity(ledger, tally) for tally in ledger.tallies]


def _activity(ledger, tally):
    inventory = ledger.listed
    listed = inventory.activities.get(tally.activity) or inventory.gone.get(tally.activity)
    kind, word = WORDS[tally.verdict.counts]
    period = period_of(tally.activity, ledger.rules)
    return {
        "activity": tally.activity,
        "title": listed.title if listed else tally.activity,
        "tally": tally,
        "kind": kind,
        "word": word,
        "why": why(ledger, tally),
        "readings": readings.by_each(ledger, tally) if tally.undecided else [],
        "words": _words(ledger, tally),
        "cite": tally.verdict.problems[0].cite if tally.verdict.problems else period.cite,
    }


def _words(ledger, tally):
    """How many clinicians stand how, or why there is nothing to count."""
    if not tally.entered:
        return "No windows yet" if ledger.counted else "Nobody is counted"
    states = Counter(cell.state for cell in tally.cells.values())
    return ", ".join(f"{states[state]} {word}" for state, word in _KINDS if states[state])


def why(ledger, tally):
    """One sentence for a verdict, always with its numbers; both readings where they differ."""
    if not ledger.practice.many:
        return _of_each(tally)
    if tally.undecided:
        return readings.why(ledger, tally)
    if tally.needed is None:
        told = next((each for each in tally.verdict.problems if each.severity != "note"), None)
        return misfits.what(told) if told else _sites(ledger, tally)
    return _why(ledger, tally)


def _sites(ledger, tally):
    """How many sites are a medical home, where that is what an activity asks for."""
    home = tally.activity == ledger.rules.medical_home_activity
    return f"{ledger.standing['medical_home_sites'].says}." if home else ""


def _of_each(tally):
    """For how many of those who report as individuals it counts, or why it counts for nobody."""
    wrong = [each for each in tally.verdict.problems if each.severity == "error"]
    if wrong and not tally.counting:
        return misfits.said(wrong[0])
    done = f"Done by {tally.counting} of {many(len(tally.cells), 'clinician')}, who each report alone."
    return f"{done} {misfits.what(wrong[0])}" if wrong else done


def _why(ledger, tally):
    k, n, need = tally.counting, many(tally.of, "clinician"), tally.needed
    if not tally.entered:
        return f"Nothing is entered yet. {need} of {n} {'is' if need == 1 else 'are'} needed."
    if tally.verdict.counts:
        fewer = f" If only those here now count, {tally.spare or 'none'}." if tally.spare < k - need else ""
        return f"{k} of {n}; {need} needed. You can lose {k - need}.{fewer}"
    other = [
        each
        for each in tally.verdict.problems
        if each.severity == "error" and each.code != "too_few_clinicians"
    ]
    if other:
        return misfits.said(other[0])
    if tally.verdict.counts is None:
        return _unknown(ledger, tally)
    return f"{k} of {n}; {need} needed. {_to_begin(ledger, tally)}"


def so_many(tally):
    """How many count and are needed: `7 of 18 clinicians count and 9 are needed`."""
    count, need = "counts" if tally.of == 1 else "count", "is" if tally.needed == 1 else "are"
    return f"{tally.counting} of {many(tally.of, 'clinician')} {count} and {tally.needed} {need} needed"


def _to_begin(ledger, tally):
    """Until when more can begin, or why nobody can any more."""
    start = last_start(period_of(tally.activity, ledger.rules), ledger.year)
    track = " On track: the others have begun." if tally.on_track else ""
    if can_begin(tally.activity, ledger.today, ledger.rules, ledger.listed):
        if tally.on_track or enough(ledger, tally):
            return f"{more_needed(tally)}; the last day to start is {day(start)}.{track}"
        return f"{more_needed(tally)}; {_too_few(len(beginners(ledger, tally)))} by {day(start)}."
    if is_suspended(tally.verdict.activity, ledger.today):
        return f"CMS suspended it, and nobody can begin any more.{track}"
    return f"The last day to start was {day(start)}.{track}"


def more_needed(tally):
    """How many more, by each of two readings of who is counted where they ask for different numbers."""
    other = f", {tally.missing} if only those here now count" if tally.missing > tally.short else ""
    return f"{tally.short} more needed{other}"


def _too_few(able):
    """That so few can begin, in words."""
    who = f"only {many(able, 'more clinician')}" if able else "nobody more"
    return f"by the roster {who} can begin"


def _unknown(ledger, tally):
    cells = tally.cells.values()
    missing = _lacking(cells)
    unsettled = sum(bool(cell.window and cell.window.doubt and cell.word == "Unknown")
                    for cell in cells)  # fmt: skip
    does = "does" if unsettled == 1 else "do"
    missing += f" {many(unsettled, 'window')} {does} not agree with the roster." if unsettled else ""
    return f"{tally.counting} of {tally.of} for certain, up to {tally.counting + tally.unknown}.{missing}"


def _lacking(cells):
    """How many dates and signatures are missing: ` 2 dates are missing and 3 signatures.`."""
    undated = [cell.window for cell in cells if cell.word == "Dates missing"]
    dates = sum((window.first is None) + (window.last is None) for window in undated)
    unsigned = sum(cell.word == "Not signed" for cell in cells)
    said = [many(dates, "date")] if dates else []
    said += [many(unsigned, "signature")] if unsigned else []
    if not said:
        return ""
    are = "is" if (dates or unsigned) == 1 else "are"
    return f" {said[0]} {are} missing{f' and {said[1]}' if said[1:] else ''}."


def signatures(tally):
    """How many of the windows that are over and long enough are signed: the state, its word, the numbers."""
    waiting = sum(cell.word == "Not signed" for cell in tally.cells.values())
    of = tally.counting + waiting
    if not of:
        return "none", "Not claimed", "No window is over and long enough to be signed."
    kind, word = ("unknown", "Not signed") if waiting else ("met", "Signed")
    return kind, word, f"{tally.counting} of {of} signed."


def denominator(ledger):
    """Who is counted, and what half of them is; where nobody is, that the roster is missing or says so."""
    if not ledger.people:
        return f"The roster of {ledger.year} is missing."
    if not ledger.counted:
        said = f"The roster says of everybody that they billed nothing in {ledger.year}."
        if any(person.away for person in ledger.people):
            said = f"The roster has nobody who was there in {ledger.year} and billed."
        return f"{said} Correct it, or add who did."
    whole = len(ledger.counted)
    left = [each for each in ledger.counted if each.left_on and each.left_on < ledger.today]
    said = _billed(ledger)
    if ledger.reading == CURRENT:
        said += f"; {whole} {'is' if whole == 1 else 'are'} here on {day(ledger.reading_day)} and counted"
    elif left:
        said += f"; {len(left)} left and still count{'s' if len(left) == 1 else ''}"
    if away := sum(person.away for person in ledger.people):
        was, does = ("was", "does") if away == 1 else ("were", "do")
        said += f"; {away} more {was} there on no day of {ledger.year} and {does} not count"
    threshold = next(t for t in ledger.rules.threshold if t.fits(frozenset([ledger.practice.entity])))
    if whole and ledger.practice.many:
        said += f". At least {threshold.needed(whole)} of them must do each activity"
    return f"{said}."


def _billed(ledger):
    """How many billed, and of how many of them nobody said it."""
    whole = len(ledger.billing)
    taken = sum(not any(stay.billed for stay in person.stays) for person in ledger.billing)
    if not taken:
        return f"{many(whole, 'NPI')} billed in {ledger.year}"
    counted = f"{many(whole, 'NPI')} {'counts' if whole == 1 else 'count'}"
    be = "is" if taken == 1 else "are"
    if taken == whole:
        who = "it is" if whole == 1 else "all are"
        return f"{counted}: {who} taken to have billed in {ledger.year} because nobody said"
    stated = f"{whole - taken} billed in {ledger.year}"
    return f"{counted}: {stated}, and {taken} {be} taken to have billed because nobody said"


def rests_on(ledger):
    """What was taken as known for the answer."""
    row = ledger.row
    found = [denominator(ledger), *_roster_changed(ledger)]
    if row.statuses is None:
        found.append("Special statuses: not checked yet in CMS’s look-up.")
    else:
        held = ", ".join(map(words, sorted(row.statuses))) or "no special status"
        on = f", looked up on {day(row.statuses_checked_on)}" if row.statuses_checked_on else ""
        found.append(f"CMS’s look-up: {held}{on}.")
    return found


def _roster_changed(ledger):
    """When the practice’s roster was last changed, as the log has it; nothing of a year without a roster."""
    at = ledger.roster_changed if ledger.people else None
    return [f"The practice’s roster was last changed on {day(at)}."] if at else []


def assumed(ledger):
    """Every assumption of the answer as a sentence; what is assumed of the roster comes first."""
    return [*of_roster(ledger).values(), *(f"{each}." for each in ledger.assessment.assumptions)]


def frame(ledger):
    """What the heading of a page says of a year."""
    pathway = PATHWAYS.get(ledger.row.pathway, "Pathway not chosen")
    if ledger.row.mvp:
        pathway += f" {ledger.row.mvp}"
    return {"reporting": REPORTING.get(ledger.row.report_as, "not known yet"), "on_pathway": pathway}
