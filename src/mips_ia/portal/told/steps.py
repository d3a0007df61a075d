"""The score as a table: a row for each thing that the rules ask, whose points add up to the total."""

from dataclasses import dataclass, replace
from string import ascii_uppercase

from mips_ia.attestation import length, period_of
from mips_ia.portal.templatetags.words import lowfirst, many, points_words
from mips_ia.portal.told.misfits import said
from mips_ia.portal.told.shown import PATHWAYS, REPORTING, WORDS
from mips_ia.reading.clauses import PATHWAYS as PATHS
from mips_ia.scoring import ATTESTATIONS, IMPLIES, NOT_SCORED, score
from mips_ia.standing import LOOK_UP, words

APMS = {
    "none": "No APM in CMS’s look-up.",
    "mips_apm": "In a MIPS APM.",
    "other_apm": "In an APM that is not a MIPS APM.",
    None: "Nobody has said whether you take part in an APM.",
}
OF_ONE = "what is recorded of the clinician or the practice"
OF_ROSTER, OF_STATUSES = ("entity", "denominator", "stays"), ("statuses",)  # keys of assumptions


@dataclass(frozen=True)
class Judged:
    """What was found of one activity: its verdict's color and word, and why."""

    kind: str
    word: str
    why: str


@dataclass(frozen=True)
class Row:
    """One step. `points` are certain and add up to the total; `most` are the best that may come of it."""

    key: str
    name: str
    asks: str
    kind: str
    word: str
    found: str
    points: int = 0
    most: int = 0
    clauses: tuple = ()  # of the rules, by which it is so
    assumed: tuple = ()
    activity: str = ""
    silent: bool = False  # a step that decides and has no points of its own

    @property
    def cite(self):
        """The sources of its clauses, each once."""
        return "; ".join(dict.fromkeys(each.cite for each in self.clauses))

    @property
    def shown(self):
        """The points in words; what is not known is never a zero."""
        if self.silent:
            return "–"
        if self.kind == "unknown" and not self.points:
            return f"Unknown, up to {self.most}" if self.most else "Unknown"
        return f"{self.points} or {self.most}" if self.most > self.points else str(self.points)


def rows(found, judged, lacking=()):
    """The steps of an assessment in the order in which one would read them.

    `judged` has what was found of each activity, by id; `lacking` names what nobody has said.
    """
    home = found.rules.medical_home_activity
    table = [_standing(found, lacking)]
    table += [_activity(id, each, found) for id, each in judged.items() if id != home]
    table += filter(None, (_medical_home(found, judged.get(home)), _apm(found)))
    return table + [_own(step, found) for step in found.score.steps if _is_own(step, found)]


def of_group(ledger, shown):
    """What was found of each activity of a group, as `shown.activities` says it."""
    return {each["activity"]: Judged(each["kind"], each["word"], each["why"]) for each in shown}


def of_verdicts(verdicts):
    """The same where there are verdicts alone, such as in a what-if."""
    return {each.attestation.activity: _of_verdict(each) for each in verdicts}


def _of_verdict(verdict):
    kind, word = WORDS[verdict.counts]
    told = [each for each in verdict.problems if each.severity != "note"]
    given = verdict.attestation
    why = said(told[0]) if told else ""
    if not why and verdict.needed and given.clinicians is not None:
        why = f"{many(given.clinicians, 'clinician')}; {verdict.needed} needed."
    return Judged(kind, word, why or "Taken as done by enough clinicians, long enough.")


# ---- Each row


def _standing(found, lacking):
    """Who reports on which pathway, and the status that decides what one activity is worth."""
    who, special = found.practice, found.standing["special_status"]
    scale = next((s.clause for s in found.score.steps if s.activities), None) or _scale(found)
    says = f"Reporting as {REPORTING[who.entity]}, {PATHWAYS.get(who.pathway, who.pathway)}"
    says += f" {who.mvp}. " if who.mvp else ". "
    if {"report_as", "pathway"} & {*lacking}:
        taken = f"{REPORTING[who.entity]} in {PATHWAYS[who.pathway]}"
        says = f"Nobody has said how you report; this is worked out as {taken}. "
    # Of an individual the roster decides as well, so that not all of it is what the look-up says.
    held = special.says if who.many else special.says.replace(LOOK_UP, OF_ONE)
    held = held[:1].upper() + held[1:]
    unknown = special.value is None or bool(lacking)
    kind, word = ("unknown", "Unknown") if unknown else ("", "")
    return Row(
        "standing", "How you report", f"{scale.says}.", kind, word, f"{says}{held}.",
        clauses=(scale,), assumed=_of(scale.assumption, special.assumption), silent=True,
    )  # fmt: skip


def _scale(found, perhaps=frozenset()):
    return next(each for each in found.rules.scale if each.fits(found.profile.facts | perhaps))


def _activity(id, judged, found):
    """One activity; its points are those of the core's step of its weight."""
    rules, who = found.rules, found.practice
    verdict = next((v for v in found.verdicts if v.attestation.activity == id), None)
    period = period_of(id, rules)
    asks = f"{length(period)} in a row within {rules.year}."
    clauses = (period,)
    if who.many:
        threshold = next(t for t in rules.threshold if t.fits(frozenset([who.entity])))
        clauses = (threshold, period)
        needed = verdict and verdict.needed
        of = f"{needed} of {many(who.clinicians, 'clinician')}" if needed else "Enough clinicians"
        asks = f"{of}, each {asks}"
    points, most = _worth(verdict, found)
    return Row(
        id, (verdict and verdict.activity and verdict.activity.title) or id, asks, judged.kind, judged.word,
        judged.why, points, most, clauses, verdict.assumptions if verdict else (), id,
    )  # fmt: skip


def _worth(verdict, found):
    """The points of an activity that are certain, and those that may be."""
    if verdict is None or verdict.counts is False or verdict.activity is None:
        return 0, 0
    kind = verdict.kind
    most = _scale(found, found.profile.unknown).points[kind]
    if verdict.counts is None:
        return 0, most
    step = next(s for s in found.score.steps if s.activities and s.kind == kind)
    each = step.points // step.activities
    return each, max(each, most)


def _medical_home(found, judged):
    clause = next((each for each in found.rules.credit if "medical_home" in each.when), None)
    if clause is None:
        return None
    points = sum(s.points for s in found.score.steps if "medical_home" in s.clause.when)
    sites = found.standing["medical_home_sites"]
    judged = judged or Judged("none", "Not claimed", f"{sites.says}.")
    why = judged.why
    if points and sites.says not in why:
        why = f"{why} {sites.says}.".strip()
    unknown = "medical_home" in found.profile.unknown
    return Row(
        "medical_home", "Patient-centered medical home", f"{clause.says}.", judged.kind, judged.word,
        why, points, clause.points if unknown else points, (clause,), _of(clause.assumption),
    )  # fmt: skip


def _apm(found):
    """The half credit of those in an APM, or why it is not given."""
    rules, pathway = found.rules, found.practice.pathway
    steps = [s.clause for s in found.score.steps if "apm" in s.clause.when]
    points = sum(s.points for s in found.score.steps if "apm" in s.clause.when)
    grants = [c for c in (*rules.credit, *rules.floor) if "apm" in c.when and rules.in_force(c)]
    clause = next((c for c in (*grants, *steps) if c.when & {*PATHS} <= {pathway}), None)
    if clause is None:
        return None
    kind, word = _of_apm(clause, clause in steps, found)
    most = max(points, clause.points) if kind == "unknown" and clause in grants else points
    denied = next((f" {c.says}." for c in steps if c in rules.denial and c is not clause), "")
    assumed = dict.fromkeys(_of(clause.assumption, *(c.assumption for c in steps)))
    return Row(
        "apm", "APM participation", f"{clause.says}.", kind, word,
        APMS[found.practice.apm] + denied, points, most, (clause,), tuple(assumed),
    )  # fmt: skip


def _of_apm(clause, taken, found):
    """Whether the half credit is given: the color and the word of it."""
    facts, perhaps = found.profile.facts, found.profile.facts | found.profile.unknown
    if clause in found.rules.denial:
        return "notmet", "Not met"
    if taken or clause.fits(facts):
        return "met", "Met"
    if found.standing["apm"].value is False:
        return "none", "Not claimed"
    may = clause.when <= perhaps and (not clause.any_of or not clause.any_of.isdisjoint(perhaps))
    return ("unknown", "Unknown") if may else ("notmet", "Not met")


def _is_own(step, found):
    """Whether no row above has the step's points; a bare nought needs no row of its own."""
    above = step.activities or {"medical_home", "apm"} & step.clause.when
    return not above and (step.points or step.clause is not found.rules.full_credit)


def _own(step, found):
    """A step of the core that belongs to no activity: full credit is the most, or a credit of the pathway."""
    clause = step.clause
    if clause is found.rules.full_credit:
        earned = found.score.full - step.points
        says = f"{earned} points were earned, and {found.score.full} count."
        name, kind, word = "No more than full credit", "", ""
    else:
        name = next((PATHWAYS.get(n) or words(n).capitalize() for n in sorted(clause.when)), "Further credit")
        kind, word, says = "met", "Met", "It applies to you."
    return Row(
        clause.says, name, f"{clause.says}.", kind, word, says, step.points, step.points, (clause,),
        _of(clause.assumption),
    )  # fmt: skip


def _of(*assumptions):
    return tuple(filter(None, assumptions))


# ---- The total, what is not known, and what was assumed


def total(found, lacking=()):
    """The points that are certain, in words; Unknown where a needed fact is lacking."""
    if lacking and found.points == found.most:  # what lacks was estimated
        return f"Unknown, estimated at {found.points} of {found.full}" if found.points else "Unknown"
    if lacking:
        return f"Unknown, {found.points} to {found.most} of {found.full}" if found.points else "Unknown"
    return f"{found.points} of {found.full}" if found.points else points_words(found)


def assumptions(found, more):
    """Every assumption with its letter, by its words: of the core, of the other readings, and `more`.

    `more` has by its key what is assumed of the roster and of the statuses on it.
    """
    told = {each: f"{each}." for each in found.assumptions}
    for other in found.score.alternatives:
        key = other.clause.assumption or other.clause.says
        told[key] = _either(other, found)
    return with_letters(told | more)


def with_letters(told):
    """Each assumption with its letter, by its key."""
    return {key: (_letter(place), says) for place, (key, says) in enumerate(told.items())}


def _either(other, found):
    """What CMS does not say, which reading is taken, and what the other would give."""
    text = found.rules.reading[other.reading]
    what = lowfirst(text.says) if text.says.startswith("Whether ") else f"which holds: {lowfirst(text.says)}"
    taken = text.default.replace("_", " ")
    result = f"{other.points} of {found.score.full} points"
    says = f"CMS does not say {what}. We take “{taken}”. The other reading would give {result}."
    return f"{says} {text.assumption}."


def _letter(place):
    turn, place = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[place] * (turn + 1)


def lettered(table, letters):
    """Each row with the letters of what it assumes; activities rest on the roster as well."""
    for row in table:
        keys = [*row.assumed, *(OF_ROSTER if row.activity else OF_STATUSES if row.key == "standing" else ())]
        yield row, [letters[key][0] for key in dict.fromkeys(keys) if key in letters]


def cases(found, estimated=()):
    """What each unknown or estimated fact would make of the score, if it turns out one way or the other."""
    who = found.profile
    for name in dict.fromkeys((*found.score.decided_by, *estimated)):
        if name not in (ATTESTATIONS, NOT_SCORED):
            rest, without = who.unknown - {name}, {name, *(id for id in IMPLIES if IMPLIES[id] == name)}
            yes = score(replace(who, facts=who.facts | {name}, unknown=rest), found.rules)
            no = score(replace(who, facts=who.facts - without, unknown=rest), found.rules)
            if (yes.points, yes.most) != (no.points, no.most):
                yield {"question": words(name), "yes": yes, "no": no}
