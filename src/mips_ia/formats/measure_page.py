"""A counted measure as one page of HTML that can be printed and kept as evidence."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from string import Template

from mips_ia.formats.measure_rows import columns
from mips_ia.formats.measures import Measured, Tally
from mips_ia.problems import counted

WORD = {True: "Met", False: "Not met", None: "Not known"}
_PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; max-width: 46rem; margin: 2rem auto;
       padding: 0 1rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
         border-bottom: 1px solid #c9c9c9 }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.verdict { font-size: 1.25rem; font-weight: 700 }
code { overflow-wrap: anywhere }
@media print { body { margin: 0; max-width: none } tr { break-inside: avoid } }
</style>
<h1>$title</h1>
<p>Performance year $year. $says</p>
<p class="verdict">$verdict</p>
<p>$sentence</p>
<h2>Counts</h2>
$counts
<h2>What was counted</h2>
$what
<h2>Rows</h2>
$rows
$problems
<h2>How this can be checked</h2>
$check
</html>
""")


def page(found: Measured, title: str, made: datetime) -> str:
    """The page of a measure; `title` names the activity, `made` is when it was made."""
    measure = found.measure
    return _PAGE.substitute(
        title=escape(f"{found.activity} {title}"),
        year=found.year,
        says=escape(found.leaf.says),
        verdict=WORD[found.met],
        sentence=escape(sentence(found)),
        counts=_table(("", "Numerator", "Denominator", "Share", ""), _counts(found), numbers=(1, 2, 3)),
        what=_table(("", ""), _what(found)),
        rows=_table(("", "Rows"), _rows(found), numbers=(1,)),
        problems=_problems(found),
        check=_table(
            ("", ""),
            (
                ("File", found.read.name),
                ("SHA-256 of the file", found.fingerprint),
                ("Made", made.isoformat(" ", "minutes")),
                ("Source of the rule", f"{found.leaf.source}, {found.activity}"),
                ("Columns used", ", ".join(columns(measure))),
                ("Kept of single rows", "nothing"),
            ),
        ),
    )


def sentence(found: Measured) -> str:
    """The verdict in a sentence or two."""
    measure, many = found.measure, len(found.tallies)
    answers = [each.met(measure) for each in found.tallies.values()]
    asked = f"{measure.asks} must be reached" if measure.denominator else f"{measure.asks} are needed"
    if many > 1:
        return f"{answers.count(True)} of {counted(many, 'clinician')} reach it; {asked} by each."
    (one,) = found.tallies.values()
    said = f"{told(one, found)}; {asked}."
    if found.better:
        first, last = found.better
        said += f" From {first} to {last} it would be reached."
    return said


def told(one: Tally, found: Measured) -> str:
    """The counts of the practice or of one clinician in words."""
    if not found.measure.denominator:
        most = "" if one.most == one.count else f", {'more' if one.most is None else one.most} possible"
        return f"{counted(one.count, found.measure.unit)}{most}"
    if not one.most_of:
        return f"No {found.measure.unit} is in the denominator"
    share = f"{one.count} of {one.of} is {one.share:.1f}%" if one.of else "Nothing is known for certain"
    unknown = "" if (one.count, one.of) == (one.most, one.most_of) else f", up to {one.most} of {one.most_of}"
    return share + unknown


def _counts(found: Measured) -> Iterator[tuple[str, ...]]:
    for whose, each in found.tallies.items():
        share = "" if each.share is None or not found.measure.denominator else f"{each.share:.1f}%"
        of = str(each.of) if found.measure.denominator else ""
        name = f"NPI {whose}" if whose else "All rows"
        yield (name, str(each.count), of, share, WORD[each.met(found.measure)])


def _what(found: Measured) -> Iterator[tuple[str, str]]:
    measure = found.measure
    yield "Numerator", measure.numerator
    if measure.denominator:
        yield "Denominator", measure.denominator
    yield "To reach", measure.asks
    yield "Days", f"{found.first} to {found.last}"
    for each in measure.criteria:
        yield f"{each.column} ({each.role})", each.says


def _rows(found: Measured) -> Iterator[tuple[str, str]]:
    read = found.read
    yield "In the file", f"{read.rows:,}"
    yield "Of other days, not counted", f"{read.outside:,}"
    yield "Left out by the measure", f"{read.excluded:,}"
    yield "Repeating an id, counted once", f"{read.repeated:,}"
    yield f"Counted: each {found.measure.unit}", f"{len(read.units):,}"


def _problems(found: Measured) -> str:
    if not found.read.problems:
        return ""
    items = "".join(f"<li>{escape(str(problem))}</li>" for problem in found.read.problems)
    return f"<h2>What to look at</h2>\n<ul>{items}</ul>"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], numbers: tuple[int, ...] = ()) -> str:
    def cells(tag: str, row: tuple[str, ...]) -> str:
        return "".join(
            f"<{tag}{' class=n' if place in numbers else ''}>{escape(cell)}</{tag}>"
            for place, cell in enumerate(row)
        )

    body = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    heading = f"<tr>{cells('th', head)}</tr>\n" if any(head) else ""
    return f"<table>\n{heading}{body}\n</table>"
