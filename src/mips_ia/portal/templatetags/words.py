"""Days, numbers and states as words, and the pictures beside them, drawn from whole numbers."""

from calendar import isleap
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from mips_ia.portal.told.matrix import ATTENTION
from mips_ia.reading.guides import called

register = template.Library()

KINDS = {"signed": "met", "delegated": "delegated", "unknown": "unknown", "underway": "underway",
         "planned": "planned", "notmet": "notmet", "none": "none"}  # fmt: skip
STATUS = (
    '<span class="ia-status ia-status--{}{}"><svg class="ia-icon" aria-hidden="true" focusable="false">'
    '<use href="#i-{}"/></svg><span>{}</span></span>'
)
SQUARES = 40  # clinicians that are drawn one by one
ROOM = 18  # as many squares fill the bar; fewer leave it empty at its end
WIDE = 600
# How each category is filled: not at all, with wide stripes, solid, with narrow stripes.
INKS = (("none", ""), ("none", "more"), ("met", ""), ("track", "unknown"))


@register.filter
def day(value):
    """A day as it stands in a sentence: the month in full, the day, the year; a moment's is the portal's."""
    value = _here(value)
    return f"{value:%B} {value.day}, {value.year}" if value else ""


@register.filter
def short_day(value):
    """`Oct 3`."""
    value = _here(value)
    return f"{value:%b} {value.day}" if value else ""


@register.filter
def moment(value):
    """A day and an hour with its zone: `…, 2:05 p.m. EDT`."""
    if not value:
        return ""
    local = _here(value)
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{day(local)}, {local.hour % 12 or 12}:{local.minute:02d} {half} {local.tzname()}"


def _here(value):
    """A moment in the zone of the portal; a day as it is."""
    if not isinstance(value, datetime):
        return value
    from django.utils import timezone  # noqa: PLC0415 - only where there is an hour

    return timezone.localtime(value)


@register.filter
def plain_number(value):
    """A number without a point where it is whole: 15, 7.5."""
    return f"{value:g}" if value is not None else ""


@register.filter
def many(count, noun):
    """`1 clinician`, `2 clinicians`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


@register.simple_tag
def status(kind, text, big=False):
    """A state: its shape, its word and its color. It has no template, since a ledger shows thousands."""
    kind = KINDS.get(kind, kind)
    return format_html(STATUS, kind, " ia-status--big" if big else "", kind, text)


@register.simple_tag
def matrix_row(row):
    """The cells of one clinician: each its state and days, and a link where there is something to do.

    A large group has thousands, so they are drawn here and not by a template of their own.
    """
    name = conditional_escape(row["name"])
    return mark_safe("".join(_matrix_cell(name, **each) for each in row["cells"]))  # noqa: S308 - escaped


def _matrix_cell(name, cell, activity, address):
    window = cell.window
    days = (window.first, window.last) if window else (None, None)
    before, state, after = _drawn(cell.state, cell.word, *days)
    if not address or cell.state not in ATTENTION:
        return f"{before}{state}{after}"
    unseen = f'<span class="ds-u-visibility--screen-reader">: {name}, {conditional_escape(activity)}</span>'
    return f'{before}<a href="{conditional_escape(address)}">{state}{unseen}</a>{after}'


@lru_cache(maxsize=4096)
def _drawn(state, word, first, last):
    """What is drawn of a cell before its state, the state, and what is drawn after it; many are alike."""
    begin = format_html('<td class="ia-cell ia-cell--{}">', KINDS[state])
    if state == "none":
        return begin, _unseen(word), mark_safe("</td>")
    days = _when(state, first, last)
    return begin, status(state, word), format_html('<span class="ia-when">{}</span></td>', days)


def _unseen(word):
    """A dash, so that the eye finds the exceptions; a screen reader says the word."""
    return format_html(
        '<span class="ia-status ia-status--none"><svg class="ia-icon" aria-hidden="true" focusable="false">'
        '<use href="#i-none"/></svg><span class="ds-u-visibility--screen-reader">{}</span></span>', word,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _picture(name, **known):
    """One of the templates below; many are alike, and each is drawn once."""
    return render_to_string(f"parts/{name}.html", known)


@register.simple_tag
def score_bar(certain, possible, full):
    """Points that are certain, solid; points still possible, striped."""
    sure, may = WIDE * certain // full, WIDE * possible // full
    return _picture("score_bar", sure=sure, more=max(0, may - sure), wide=WIDE)


@register.simple_tag
def weight_bar(weights):
    """What each category weighs, side by side and as long as it weighs; each has a filling of its own."""
    drawn, x = [], 0
    for (name, weight), ink in zip(weights, INKS, strict=True):
        drawn.append((name, weight, x, WIDE * weight // 100, *ink))
        x += WIDE * weight // 100
    return _picture("weight_bar", drawn=tuple(drawn), wide=WIDE)


@register.simple_tag
def people_bar(tally):
    """A square for each clinician, those that count first, with a line after the number needed."""
    order = ("met", "unknown", "underway", "notmet", "none")
    kinds = {"signed": "met", "delegated": "met", "planned": "underway"}
    found = sorted((kinds.get(c.state, c.state) for c in tally.cells.values()), key=order.index)
    if len(found) <= SQUARES:
        drawn = {kind: "".join(f"M{1 + 13 * place} 4.5h11v13h-11z" for place, each in enumerate(found)
                               if each == kind) for kind in dict.fromkeys(found)}  # fmt: skip
        width, line = 13 * max(len(found), ROOM) + 2, 13 * (tally.needed or 0)
        return _picture("people_bar", drawn=tuple(drawn.items()), width=width, line=line)
    drawn, x = {}, 0
    for kind in order:
        width = WIDE * found.count(kind) // len(found)
        if width:
            drawn[kind] = f"M{x} 4.5h{width}v13h-{width}z"
            x += width
    line = WIDE * (tally.needed or 0) // len(found)
    return _picture("people_bar", drawn=tuple(drawn.items()), width=WIDE, line=line)


@register.simple_tag
def year_bar(cell, today, last_start):
    """A window in its year, with today and the last day to start."""
    window = cell.window
    first = window and window.first
    last = window and window.last
    length = 366 if isleap(last_start.year) else 365
    bar = {}
    if first and last and first <= last and first.year == last.year == last_start.year:
        bar = {"x": _of_year(first) - 1, "w": (last - first).days + 1, "kind": _ink(cell.state)}
    now = _of_year(today) if today.year == last_start.year else None
    return _picture("year_bar", days=length, starts=_of_year(last_start), today=now, **bar)


def _ink(state):
    return {"signed": "met", "delegated": "met", "planned": "underway"}.get(state, state)


def _of_year(value):
    return value.timetuple().tm_yday


@register.filter
def cell_kind(state):
    """The color of a cell."""
    return KINDS[state]


@register.filter
def when(cell):
    """The days of a cell's window: `Jul 1 – Sep 22, 84 days`."""
    window = cell.window
    return _when(cell.state, window.first, window.last) if window else ""


def _when(state, first, last):
    if first is None and last is None:
        return ""
    said = f"{short_day(first) or '?'} – {short_day(last) or '?'}"
    if state == "notmet" and first and last:
        return f"{said}, {many((last - first).days + 1, 'day')}"
    return said


@register.filter
def verdict(value):
    """The kind of a fact that is true, false or not known."""
    return {True: "met", False: "none", None: "unknown"}[value]


@register.filter
def yes_no(value):
    """The word for it."""
    return {True: "Yes", False: "No", None: "Unknown"}[value]


@register.filter
def document(kind):
    """A kind of document as a person reads it."""
    return called(kind)


@register.filter(name="words")
def words_of(name):
    """A fact's name as a person reads it."""
    from mips_ia.standing import words as of_fact  # noqa: PLC0415 - the core's own words

    said = of_fact(name)
    return said[:1].upper() + said[1:]


@register.filter
def points_words(found):
    """A score's points: `40 of 40`, `20 to 40 of 40`; what is not known is never a zero."""
    if found.points == found.most:
        return f"{found.points} of {found.full}"
    least = f"{found.points} to" if found.points else "Unknown, up to"
    return f"{least} {found.most} of {found.full}"


@register.filter
def weight_words(found):
    """What a score weighs in the final score: `15%`, `15% to 50%`."""
    if found.weight == found.weight_most:
        return f"{found.weight}%"
    return f"{found.weight}% to {found.weight_most}%"


@register.filter
def share_words(found):
    """What a score adds to the final score: `7.5 of 15`."""
    weight = f"{found.weight}"
    if found.weight != found.weight_most:
        weight += f" to {found.weight_most}"
    if found.final == found.final_most:
        return f"{found.final:g} of {weight}"
    least = f"{found.final:g} to" if found.final else "Unknown, up to"
    return f"{least} {found.final_most:g} of {weight}"


@register.filter
def lowfirst(text):
    """A sentence inside another: its first letter is small."""
    return text[:1].lower() + text[1:]


@register.filter
def iso_day(text):
    """A day that a record holds as ISO writes it."""
    return day(date.fromisoformat(text)) if text else ""


@register.filter
def saved(messages):
    """The beginning of a page's title after something was saved, which a screen reader says first."""
    return "Saved: " if any(each.level_tag == "success" for each in messages or ()) else ""
