"""The clauses of a year's rules in words: their value, whom they concern, and their headings."""

from functools import cache, singledispatch

from mips_ia.attestation import length
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told.shown import PATHWAYS, REPORTING
from mips_ia.portal.told.sources import anchors
from mips_ia.portal.told.weight import NAMES
from mips_ia.reading.clauses import (
    CATEGORIES,
    Clause,
    Frequency,
    Grant,
    Number,
    Pathway,
    Period,
    Reading,
    Removal,
    Scale,
    Status,
    Threshold,
    Weights,
    Window,
)
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules as rules_of
from mips_ia.standing import words

# The heading, what it means where several clauses stand below it, and the fields of the rules.
GROUPS = (
    ("Full credit", "", ("full_credit", "two_categories")),
    ("Points for an activity", "The first that fits is used.", ("scale",)),
    ("Points added, and not given", "All that fit are used.", ("credit", "floor", "denial")),
    ("Special statuses", "", ("special",)),
    ("Ways to report", "", ("pathway",)),
    ("How many clinicians of a group", "The first that fits is used.", ("threshold",)),
    ("Medical homes", "The first that fits is used.", ("medical_home",)),
    ("How long an activity runs", "The first that names the activity is used, else the last.", ("period",)),
    ("How often it counts", "", ("frequency",)),
    ("Weight in the final score", "The first table that fits is used.", ("weights", "not_scored")),
    ("Dates", "", ("window",)),
    ("Numbers", "", ("number",)),
    ("What else to know", "", ("note",)),
    ("Texts that can be read in two ways", "", ("reading",)),
)  # fmt: skip
ACRONYMS = ("mvp", "pi", "apm", "cehrt")


def groups(rules):
    """Every clause of a year under its heading, in the order in which a person would read."""
    named = anchors(rules)
    placed = [(place.partition("."), clause) for place, clause in rules.clauses()]
    found = []
    for title, means, fields in GROUPS:
        entries = [
            _entry(field, name, clause, rules) | {"anchor": named[id(clause)]}
            for (field, _, name), clause in placed
            if field in fields
        ]
        if entries:
            found.append(
                {
                    "title": title,
                    "means": means if len(entries) > 1 else "",
                    "entries": entries,
                    "tables": any(each["table"] for each in entries),
                }
            )
    return found


def _entry(field, name, clause, rules):
    return {
        "clause": clause, "name": _name(field, name), "value": value(clause), "for": conditions(clause),
        "table": _table(clause), "taken": rules.in_force(clause),
        "years": _years(_said(field, name, clause), rules.year),
    }  # fmt: skip


def _said(field, name, clause):
    """What is the same where a clause of another year says the same."""
    called = "" if name.isdecimal() else name
    return field, called, conditions(clause), value(clause) or clause.says, str(_table(clause))


@cache
def _all_said(year):
    known = [(place.partition("."), clause) for place, clause in rules_of(year).clauses()]
    return {_said(field, name, clause) for (field, _, name), clause in known}


def _years(said, year):
    """The years around one in which the rules say the same, from the first through the last."""
    first = last = year
    while first - 1 in years() and said in _all_said(first - 1):
        first -= 1
    while last + 1 in years() and said in _all_said(last + 1):
        last += 1
    return f"{first}–{last}" if first < last else f"{year}"


def _name(field, name):
    if field == "pathway":
        return PATHWAYS[name]
    said = words(name) if field == "special" else name.replace("_", " ")
    said = " ".join(each.upper() if each in ACRONYMS else each for each in said.split(" "))
    return said[:1].upper() + said[1:]


def conditions(clause):
    """Of whom a clause is said, in words; nothing where it is said of everybody."""
    found = [_fact(each) for each in sorted(clause.when)]
    if clause.any_of:
        found.append(" or ".join(_fact(each) for each in sorted(clause.any_of)))
    found += [f"not {_fact(each)}" for each in sorted(clause.unless)]
    return ", ".join(found)


def _fact(name):
    if name in PATHWAYS:
        return PATHWAYS[name] if name == "mvp" else PATHWAYS[name].replace("Traditional", "traditional")
    return {"app": "APP", **REPORTING}.get(name) or words(name)


@singledispatch
def value(clause: Clause):
    """The number or the days that a clause gives; nothing where its sentence is all there is."""
    return ""


@value.register
def _(clause: Number):
    return f"{clause.value}"


@value.register
def _(clause: Scale):
    return "; ".join(
        f"{points} points" if kind == "activity" else f"{kind} weight: {points} points"
        for kind, points in sorted(clause.points.items())
    )


@value.register
def _(clause: Grant):
    return many(clause.points, "point")


@value.register
def _(clause: Status):
    bounds = {
        "at most {} clinicians": clause.at_most_clinicians,
        "at most {} patient-facing encounters": clause.at_most_encounters,
        "more than {}% of the clinicians": clause.more_than_percent,
        "at least {} clinicians": clause.at_least_clinicians,
    }
    said = [words.format(number) for words, number in bounds.items() if number is not None]
    return "; ".join([*said, "changes the points" if clause.special else "does not change the points"])


@value.register
def _(clause: Pathway):
    return f"Open to {', '.join(REPORTING[each] for each in clause.entities)}"


@value.register
def _(clause: Threshold):
    return f"{clause.percent}%" if clause.percent is not None else f"At least {clause.at_least}"


@value.register
def _(clause: Period):
    return f"{length(clause)}{_of(clause.activities)}"


@value.register
def _(clause: Frequency):
    return f"Once in {clause.once_in_years} years{_of(clause.activities)}"


@value.register
def _(clause: Removal):
    return NAMES[clause.category]


@value.register
def _(clause: Window):
    return (
        f"{day(clause.opens)} through {day(clause.closes)}"
        if clause.opens
        else f"Through {day(clause.closes)}"
    )


@value.register
def _(clause: Reading):
    return f"We take “{clause.default}”; the other reading is “{clause.other}”".replace("_", " ")


def _of(activities):
    return f": {', '.join(sorted(activities))}" if activities else ""


def _table(clause):
    """The rows of a table of weights: what is not scored, and the weight of each category."""
    if not isinstance(clause, Weights):
        return []
    return [
        {
            "missing": " and ".join(NAMES[each] for each in CATEGORIES if each in missing) or "Nothing",
            "row": row,
        }
        for missing, row in clause.rows.items()
    ]
