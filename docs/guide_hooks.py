"""Pages of the manual written from guides and specialties: one an activity, one a specialty and year.

MkDocs calls `on_files`. A new guide, specialty or year is a new page.
"""  # noqa: INP001 - MkDocs loads this file by its path; it is in no package

from collections.abc import Iterable, Iterator, Sequence

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from mips_ia import Activity, catalogue, years
from mips_ia.formats.guide_text import how, many, source
from mips_ia.formats.measure_rows import columns, row_of
from mips_ia.planning.drift import drift
from mips_ia.planning.fits import fits
from mips_ia.reading.guides import Guide, Leaf, Node, guide, guided, guides, kinds, leaves
from mips_ia.reading.specialties import Listing, Specialty, specialties


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages of the activities and of the specialties."""
    for path, content in pages():
        files.append(File.generated(config, path, content=content))
    return files


def pages() -> Iterator[tuple[str, str]]:
    """The path and the text of every page that is written from guides and specialties."""
    yield "activities/index.md", activities_page()
    for id in guided():
        yield f"activities/{id}.md", activity_page(id)
    yield "specialties/index.md", specialties_page()
    for each in specialties():
        for year in years_of(each):
            yield f"specialties/{each.id}-{year}.md", specialty_page(each, year)


def years_of(each: Specialty) -> list[int]:
    """The years of which a specialty has a page: those with MVPs, and from its first list on."""
    listed = min((of.performance_year for of in each.list), default=years()[-1])
    return [year for year in years() if catalogue(year).mvps or year >= listed]


# ---- Activities


def activities_page() -> str:
    """Every activity that ever was in an inventory, with what one does."""
    rows = [
        (f"[{id}]({id}.md)", _text(latest(id).title), guides(id)[-1].effort, _span(listed(id)))
        for id in guided()
    ]
    lines = [
        "# Activities",
        "",
        "A page for each activity that ever was in an inventory: what one does, what to keep as proof,",
        "and what changed over the years. It is our own writing, made from CMS's descriptions and, where",
        "it says so, from a society's guide; each part names its source.",
        "The same stands behind `mips-ia guide` and `mips-ia check-evidence`.",
        "",
        *_table(("activity", "title", "effort", "performance years"), rows),
        "",
        "## Kinds of document",
        "",
        *_table(
            ("kind", "called", "what it is"),
            [(f"`{name}`", each.called, each.says) for name, each in kinds().items()],
        ),
    ]
    return "\n".join(lines) + "\n"


def activity_page(id: str) -> str:
    """What an activity takes, for each of its meanings, the newest first."""
    lines = [f"# {id} {_text(latest(id).title)}", ""]
    for each in reversed(guides(id)):
        lines += [*_meaning(each), ""]
    lines += ["## Year by year", "", *_table(("year", "title", "subcategory", "weight", ""), [*_by_year(id)])]
    return "\n".join(lines) + "\n"


def listed(id: str) -> list[int]:
    """The years in whose inventory an activity is."""
    return [year for year in years() if id in catalogue(year).activities]


def latest(id: str) -> Activity:
    """An activity as it stood last."""
    return catalogue(listed(id)[-1]).activities[id]


def _meaning(each: Guide) -> Iterator[str]:
    known = [year for year in listed(each.id) if each.since <= year <= (each.until or years()[-1])]
    yield from (f"## {_span(known)}", "", _text(each.summary), "")
    yield from (f"**Good for:** {_text(each.good_for)}", "")
    yield from (f"**Effort:** {each.effort}. {_text(each.because)}", "")
    yield from (f"**How long:** {_text(each.period or '90 days in a row.')}", "")
    if each.frequency:
        yield from (f"**How often:** {_text(each.frequency)}", "")
    yield from ("**What to keep:**", "", *_part(each.requirement, 0), "")
    yield from _measures(each)
    if each.notes:
        yield from ("**Notes:**", "", *(f"- {_text(note)}" for note in each.notes), "")
    yield f"*Source: {_text(source(each))} Confidence: {each.confidence}.*"


def _part(part: Node | Leaf, depth: int) -> Iterator[str]:
    indent = "    " * depth
    if isinstance(part, Node):
        yield f"{indent}- {many(part)}:"
        for each in part.of:
            yield from _part(each, depth + 1)
    else:
        said = f"{how(part)}; source: {part.source}"
        yield f"{indent}- {_text(part.says)} <br>`{part.id}`: *{_text(said)}*"


def _measures(each: Guide) -> Iterator[str]:
    for leaf in leaves(each.requirement):
        if leaf.measure:
            yield f"**The file for `mips-ia measure`, {leaf.id}:** one row for each {row_of(leaf.measure)}."
            yield ""
            layout = [(f"`{name}`", _text(says)) for name, says in columns(leaf.measure).items()]
            yield from (*_table(("column", "what it holds"), layout), "")


def _by_year(id: str) -> Iterator[Sequence[object]]:
    for year in listed(id):
        activity = catalogue(year).activities[id]
        event = f"{activity.event.kind} {activity.event.known_on}" if activity.event else ""
        before = f"until then {activity.predecessor}" if activity.predecessor else ""
        yield (
            f"[{year}](../years/{year}.md)",
            _text(activity.title),
            activity.subcategory,
            activity.weight,
            " ".join(filter(None, (event, before))),
        )


# ---- Specialties


def specialties_page() -> str:
    """Every specialty, with its pages."""
    rows = [
        (each.title, " ".join(f"[{year}]({each.id}-{year}.md)" for year in years_of(each)))
        for each in specialties()
    ]
    lines = [
        "# Specialties",
        "",
        "Which MVPs name a specialty, which activities they take, and what a society's own list has become.",
        "MVPs are CMS's; a society's list says of which year it is.",
        "The same stands behind `mips-ia specialty` and `mips-ia drift`.",
        "",
        *_table(("specialty", "performance years"), rows),
    ]
    return "\n".join(lines) + "\n"


def specialty_page(each: Specialty, year: int) -> str:
    """What fits a specialty in one year."""
    fit = fits(each, catalogue(year))
    lines = [f"# {each.title}, {year}", ""]
    if each.about:
        lines += [_text(each.about), ""]
    lines += ["## MVPs that name it", ""]
    lines += [f"- {mvp.id} {_text(mvp.title)}" for mvp in fit.mvps] or ["None in this year."]
    if fit.activities:
        rows = [
            (f"[{one.id}](../activities/{one.id}.md)", _text(one.title), _effort(one.id, year), count)
            for one, count in fit.activities
        ]
        lines += ["", "## Activities of these MVPs", ""]
        lines += _table(("activity", "title", "effort", "MVPs that take it"), rows)
    for listing in each.list:
        if listing.performance_year <= year:
            lines += ["", *_society(listing, year)]
    return "\n".join(lines) + "\n"


def _effort(id: str, year: int) -> str:
    found = guide(id, year)
    return found.effort if found else ""


def _society(listing: Listing, year: int) -> Iterator[str]:
    yield from (f"## {listing.name}, {listing.performance_year}", "")
    yield from (f"By the {listing.publisher}. {listing.source}.", "")
    rows = [
        (
            f"[{fate.id}](../activities/{fate.id}.md)",
            _text(listing.entries[fate.id].relevance),
            f"{fate.kind}: {_text(fate.says)}",
        )
        for fate in drift(listing.entries, listing.performance_year, year)
    ]
    yield from _table(("activity", "for whom", f"in {year}"), rows)


# ---- Words


def _span(known: Sequence[int]) -> str:
    """Years in words: `2017 to 2021`, `2026`, `2018, 2020 to 2022`."""
    runs: list[list[int]] = []
    for year in known:
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]


def _text(given: str) -> str:
    """A sentence as Markdown shows it, on one line: nothing in it is markup."""
    for sign in "\\`*_{}[]<>#|":
        given = given.replace(sign, f"\\{sign}")
    return " ".join(given.split())
