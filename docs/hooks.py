"""Pages of the manual that are written from data: one for each performance year, and their list.

MkDocs calls the `on_…` functions. Nothing here knows a year: a new folder of data is a new page.
"""  # noqa: INP001 - MkDocs loads this file by its path; it is in no package

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import singledispatch

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from mips_ia import Activity, Catalogue, Rules, catalogue, changes, rules, years
from mips_ia.attestation import last_start, length
from mips_ia.reading.clauses import (
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
    Window,
)
from mips_ia.reading.yearbook import yearbook

NAV = "Performance years"
WORDS = {
    "ia": "improvement activities",
    "pi": "PI",
    "mvp": "an MVP",
    "app": "the APP",
    "apm": "in an APM",
    "mips_apm": "in a MIPS APM",
    "traditional": "traditional MIPS",
    "apm_scoring_standard": "the APM scoring standard",
    "apm_entity": "APM Entity",
    "medical_home": "recognized medical home",
    "activity_attested": "an activity counts",
    "quality_and_pi_submitted": "quality and PI submitted",
    "extreme_circumstances": "extreme and uncontrollable circumstances",
    "study": "CMS's study",
}

INDEX_LEAD = (
    "A performance year is the calendar year in which activities are done.",
    "The payment year, two years later, is when the final score changes what Medicare pays.",
    "Each page below is written from the data that the scores use, so the two cannot disagree.",
)
INDEX_END = (
    "The number of activities is that of the year's final list.",
    "What CMS took out during a year is on the year's page.",
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a year's page, the fields of `Rules` under it, and a line that explains it."""

    heading: str
    places: tuple[str, ...]
    lead: str


SECTIONS = (
    Section(
        "Points",
        ("full_credit", "scale", "credit", "floor", "denial"),
        "Of the scales the first that applies is used. Credits add to what activities earn; "
        "a floor lifts the sum where it is lower. Nothing goes above full credit.",
    ),
    Section(
        "Two readings",
        ("reading",),
        "Texts that can be read in two ways. The default is used; a score shows the other where it differs.",
    ),
    Section(
        "Special statuses",
        ("special",),
        "CMS's QPP Participation Status look-up decides. The limits below serve to estimate a status "
        "where the look-up is not known.",
    ),
    Section(
        "Who reports how",
        ("pathway",),
        "The pathways (ways to report), who may use each, and the CMS programs an activity must be in.",
    ),
    Section(
        "How many must take part",
        ("threshold", "medical_home"),
        "Of the clinicians for an activity, and of the practice sites for a medical home. "
        "The first line that applies is used.",
    ),
    Section(
        "How long, and how often",
        ("period", "frequency"),
        "The least time without a break, inside the performance year. An activity's own line stands "
        "before the general one.",
    ),
    Section("What the category weighs", ("two_categories", "not_scored"), ""),
    Section("Days and duties", ("window", "number"), "Both days of a window are included."),
    Section("What else to know", ("note",), ""),
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the years into the navigation, newest first."""
    for entry in config.nav or ():
        if NAV in entry:
            entry[NAV] = ["years/index.md", *({str(year): _path(year)} for year in reversed(years()))]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are written from data."""
    files.append(File.generated(config, "years/index.md", content=index_page()))
    for year in years():
        files.append(File.generated(config, _path(year), content=year_page(year)))
    return files


def _path(year: int) -> str:
    return f"years/{year}.md"


def index_page() -> str:
    """The list of years, with the state of each one's rules."""
    rows = [
        (
            f"[{year}]({year}.md)",
            year + 2,
            rules(year).status,
            rules(year).source,
            rules(year).known_on,
            len(catalogue(year).activities),
            len(catalogue(year).mvps) or "none",
        )
        for year in reversed(years())
    ]
    head = ("Performance year", "Payment year", "Status", "Rule", "Published", "Activities", "MVPs")
    return "\n".join(["# Performance years", "", *INDEX_LEAD, "", *_table(head, rows), "", *INDEX_END, ""])


def year_page(year: int) -> str:
    """Everything the data say about one performance year, as Markdown."""
    book, listed = rules(year), catalogue(year)
    parts = [_banner(book, listed)]
    for section in SECTIONS:
        found = [c for place, c in book.clauses() if place.partition(".")[0] in section.places]
        body = [*_clause_list(found, year)] if found else []
        if section.heading == "What the category weighs":
            body += ["", *_weights(book)]
        if body:
            parts.append([f"## {section.heading}", "", *([section.lead, ""] if section.lead else []), *body])
    parts += [_assumptions(book), _inventory(listed), _events(listed), _mvps(listed), _changes(year)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _banner(book: Rules, listed: Catalogue) -> list[str]:
    """The title, the state of the year's rules, and where they come from."""
    lines = [f"# Performance year {book.year}", ""]
    if book.status != "final":
        lines += [
            f'!!! warning "The rules of {book.year} are {book.status}, not final"',
            "    Where nothing newer is published, values are carried on from the year before.",
            "    Their assumptions are listed below, and a score shows those that it rests on.",
            "",
        ]
    return [
        *lines,
        f"Payment year {book.year + 2}. Rule: {book.source}, published {_day(book.known_on)}. "
        f"{len(listed.activities)} activities"
        + (f" and {len(listed.mvps)} MVPs (MIPS Value Pathways)." if listed.mvps else "."),
        "",
        f"Edition of these data: `{book.edition}`. It changes when any of them does.",
    ]


def _clause_list(clauses: Sequence[Clause], year: int) -> Iterator[str]:
    """Each clause with its sentence first, then what it gives, to whom, and who says so."""
    yield ""
    for clause in clauses:
        value, applies = _value(clause, year), _applies(clause)
        parts = [f"**{value}**"] if value else []
        parts += [f"when: {applies}"] if applies else []
        parts += [_escaped(clause.cite), f"{clause.confidence} confidence"]
        assumed = f"<br>*Assumption: {_escaped(clause.assumption)}.*" if clause.assumption else ""
        yield f"- {_escaped(clause.says)}.<br><small>{' · '.join(parts)}{assumed}</small>"


@singledispatch
def _value(clause: Clause, _year: int) -> str:
    """What a clause gives, in a few words; nothing where its sentence says it all."""
    del clause
    return ""


@_value.register
def _number(clause: Number, _year: int) -> str:
    return str(clause.value)


@_value.register
def _scale(clause: Scale, _year: int) -> str:
    return "; ".join(
        f"{kind} {points}" for kind, points in sorted(clause.points.items(), key=lambda p: -p[1])
    )


@_value.register
def _grant(clause: Grant, _year: int) -> str:
    return str(clause.points)


@_value.register
def _status(clause: Status, _year: int) -> str:
    limits = {
        "{} or fewer clinicians": clause.at_most_clinicians,
        "{} or fewer encounters": clause.at_most_encounters,
        "more than {}% of clinicians": clause.more_than_percent,
        "at least {} clinician": clause.at_least_clinicians,
    }
    said = [words.format(limit) for words, limit in limits.items() if limit is not None]
    return "; ".join(["special" if clause.special else "not special", *said])


@_value.register
def _threshold(clause: Threshold, _year: int) -> str:
    return f"{clause.percent}%" if clause.percent is not None else f"at least {clause.at_least}"


@_value.register
def _period(clause: Period, year: int) -> str:
    only = f"{', '.join(sorted(clause.activities))}: " if clause.activities else ""
    return f"{only}{length(clause)}; last day to start {_day(last_start(clause, year))}"


@_value.register
def _frequency(clause: Frequency, _year: int) -> str:
    return f"{', '.join(sorted(clause.activities))}: once in {clause.once_in_years} years"


@_value.register
def _pathway(clause: Pathway, _year: int) -> str:
    programs = f"; programs {', '.join(sorted(clause.programs))}" if clause.programs else ""
    return f"{_words(clause.entities)}{programs}"


@_value.register
def _removal(clause: Removal, _year: int) -> str:
    return f"{_word(clause.category)} not scored"


@_value.register
def _window(clause: Window, _year: int) -> str:
    return (
        f"{_day(clause.opens)} to {_day(clause.closes)}" if clause.opens else f"until {_day(clause.closes)}"
    )


@_value.register
def _reading(clause: Reading, _year: int) -> str:
    return f"default `{clause.default}`; other `{clause.other}`"


def _applies(clause: Clause) -> str:
    """To whom a clause applies, in words; nothing where it applies to all."""
    parts = [_words(sorted(clause.when), " and ")] if clause.when else []
    if clause.any_of:
        parts.append(f"if {_words(sorted(clause.any_of), ' or ')}")
    if clause.unless:
        parts.append(f"unless {_words(sorted(clause.unless), ' or ')}")
    if clause.reading:
        parts.append(f"under the reading `{clause.reading}`")
    return "; ".join(parts)


def _weights(book: Rules) -> Iterator[str]:
    """One table for each clause of weights, in percent of the final score."""
    yield "Each table gives the weights in percent of the final score, by what is not scored. The first that"
    yield "applies is used."
    for table in book.weights:
        applies = _applies(table) or "everybody else"
        yield from (
            "",
            f"### {table.says}",
            "",
            f"For: {applies}. Source: {table.cite} ({table.confidence}).",
        )
        if table.assumption:
            yield f"*Assumption: {table.assumption}.*"
        yield ""
        rows = [(_words(sorted(missing)) or "nothing", *row) for missing, row in table.rows.items()]
        yield from _table(("Not scored", "Quality", "Cost", "Improvement activities", "PI"), rows)


def _assumptions(book: Rules) -> list[str]:
    """Every assumption of the year once, with the places that rest on it."""
    places: dict[str, list[str]] = {}
    for place, clause in book.clauses():
        if clause.assumption:
            places.setdefault(clause.assumption, []).append(f"`{place}`")
    if not places:
        return []
    rows = [(_escaped(said), ", ".join(dict.fromkeys(where))) for said, where in places.items()]
    lead = "What is not certain, and where it is used. A score that rests on one of these shows it."
    return ["## Assumptions", "", lead, "", *_table(("Assumption", "Used by"), rows)]


def _inventory(listed: Catalogue) -> list[str]:
    bonus = any(activity.cehrt_bonus for activity in listed.activities.values())
    head = ["Id", "Title", "Subcategory", "Weight", "First year"]
    head += ["CEHRT bonus"] if bonus else []
    head += ["MVPs"] if listed.mvps else []
    rows = []
    for activity in sorted(listed.activities.values(), key=lambda a: (a.subcategory or "~", _order(a.id))):
        row = [*_activity_row(activity), activity.first_year]
        row += [("yes" if activity.cehrt_bonus else "")] if bonus else []
        row += [_mvps_of(activity, listed)] if listed.mvps else []
        rows.append(row)
    lead = f"The {len(rows)} activities of the year's final list, by subcategory."
    return ["## Inventory", "", lead, "", *_table(head, rows)]


def _activity_row(activity: Activity) -> tuple[str, str, str, str]:
    title = _escaped(activity.title)
    if activity.predecessor:
        title += f" (until the year before: {activity.predecessor})"
    if activity.event:
        title += f" (*{activity.event.kind} {_day(activity.event.known_on)}*)"
    return activity.id, title, _subcategory(activity.subcategory), activity.weight or "none"


def _mvps_of(activity: Activity, listed: Catalogue) -> str:
    within = [mvp.id for mvp in listed.mvps.values() if activity.id in mvp.activities]
    return f"all {len(within)}" if len(within) == len(listed.mvps) else ", ".join(within) or "none"


def _events(listed: Catalogue) -> list[str]:
    """What CMS did within the year, outside the yearly rule; an activity can meet several events."""
    known = {**listed.activities, **listed.gone}
    rows = [
        (
            _day(event["known_on"]),
            event["kind"],
            "<br>".join(f"{id} {_escaped(known[id].title)}" for id in event["activities"]),
            _escaped(event["says"]),
            _escaped(event["cite"]),
        )
        for event in sorted(
            yearbook(listed.year).activities.get("event", ()), key=lambda event: event["known_on"]
        )
    ]
    if not rows:
        return []
    head = ("Day", "What", "Activities", "What it means", "Source")
    lead = "What CMS did to an activity outside the yearly rule. A score can be asked for as known on a day."
    return ["## Changes within the year", "", lead, "", *_table(head, rows)]


def _mvps(listed: Catalogue) -> list[str]:
    rows = [
        (mvp.id, _escaped(mvp.title), _escaped(", ".join(mvp.specialties)), ", ".join(mvp.activities))
        for mvp in listed.mvps.values()
    ]
    if not rows:
        return []
    lead = (
        "An MVP (MIPS Value Pathway) is a set of measures and activities for one field, and takes only these."
    )
    return ["## MVPs", "", lead, "", *_table(("Id", "Title", "Specialties", "Activities"), rows)]


def _changes(year: int) -> list[str]:
    """What is different from the year before, where that year is here."""
    if year - 1 not in years():
        return []
    found, before, now = changes(year - 1, year), catalogue(year - 1).activities, catalogue(year).activities
    lines = [f"## What changed since {year - 1}", ""]
    named = [
        ("Added", [f"{id} {_escaped(now[id].title)}" for id in found.added]),
        ("Removed", [f"{id} {_escaped(before[id].title)}" for id in found.removed]),
        ("Renumbered", [f"{old} is now {new}: {_escaped(now[new].title)}" for old, new in found.renumbered]),
        ("Retitled", [f"{id}: {_escaped(old)} → {_escaped(new)}" for id, old, new in found.retitled]),
        ("Suspended within the year", [f"{id} {_escaped(now[id].title)}" for id in found.suspended]),
    ]
    if found.reweighted and not any(after for _, _, after in found.reweighted):
        named.append(
            ("Weights", [f"removed from all {len(found.reweighted)} activities that had one and stay"])
        )
    else:
        moved = [f"{id}: {old or 'none'} → {new or 'none'}" for id, old, new in found.reweighted]
        named.append(("Reweighted", moved))
    for heading, entries in named:
        if entries:
            lines += [f"### {heading} ({year})", "", *(f"- {entry}" for entry in entries), ""]
    return lines if len(lines) > 2 else [*lines, "Nothing in the list of activities."]


def _order(id: str) -> tuple[str, int]:
    """`IA_BE_4` before `IA_BE_14`."""
    name, _, number = id.rpartition("_")
    return (name, int(number)) if number.isdigit() else (id, 0)


def _subcategory(name: str) -> str:
    """CMS's name in the data, `careCoordination`, as a person reads it."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.capitalize() or "none"


def _word(name: str) -> str:
    return WORDS.get(name, name.replace("_", " "))


def _words(names: Iterable[str], between: str = ", ") -> str:
    return between.join(_word(name) for name in names)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _escaped(text: str) -> str:
    """Text as it stands, where Markdown would read a sign as its own."""
    for sign in "\\|*<[":
        text = text.replace(sign, f"\\{sign}")
    return text


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"
