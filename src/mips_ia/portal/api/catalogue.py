"""The inventory of a year as a practice looks at it: the search, one activity, what changed, and the ways."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Schema

from mips_ia.formats.guide_text import plain_guide
from mips_ia.portal.actions import practice as actions
from mips_ia.portal.api.answers import ClauseOut, YesNo
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation, refused
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH, wrong_mvp
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told.activity_search import Inventory, Search, rows
from mips_ia.portal.told.by_way import by_way
from mips_ia.portal.told.changes import everything, ours
from mips_ia.portal.told.inventory import absent, also_counts, history, subcategory, suspended, year_before
from mips_ia.problems import Problem, Refused
from mips_ia.reading.guides import EFFORTS, guide
from mips_ia.reading.specialties import specialties

Show = Literal["last_year", "new", "changed", "suspended", "removed", "special"]


class CatalogueQuery(Part):
    """The filters of the page of activities; `also` is a pathway, or `mvp` for any MVP.

    `removed` alone shows what the year does not have any more: with the words of `q`, and by subcategory and
    weight.
    """

    q: str = Field("", max_length=100, pattern=r"^[^\x00]*$")
    specialty: str = ""
    mvp: str = ""
    also: str = ""
    subcategory: str = ""
    weight: str = ""
    effort: str = ""
    show: list[Show] = []


class FoundOut(Schema):
    """An activity with what is different about it, why it may fit, what it is worth and what it takes.

    Of one that was removed `against` says what became of it, and what it would take and be worth is empty.
    """

    id: str
    title: str
    subcategory: str
    weight: str
    effort: str
    days: str
    worth: str
    against: list[str]
    marks: list[str]
    why: list[str]
    chosen: bool


class GuideOut(FoundOut):
    """The same with its guide (as `mips-ia guide` has it), where it counts, and what became of it."""

    pathways: list[str]
    mvps: list[str]
    suspended: list[str]
    history: list[list[int | str]]
    guide: dict[str, Any] | None


class ChangeOut(Schema):
    """One change since the year before; `ours` says that it concerns what the practice chose."""

    kind: str
    id: str
    was: str
    title: str
    says: str
    ours: bool


class WayOut(Schema):
    """One way to report: what it needs for full credit, and what it gives with the activities of today.

    `granted` is the rule by which it needs no activity; `only_if` what must be so and is not known to be.
    `estimated` says that special statuses were taken from the roster, since nobody recorded them.
    """

    pathway: str
    mvp: str
    title: str
    ours: bool
    considered: bool
    specialty: bool
    open: bool
    says: str
    cite: str
    needs: str
    granted: ClauseOut | None
    only_if: str
    takes: list[str]
    points: int | None
    points_possible: int | None
    estimated: bool
    other_categories: list[str]
    why_not: list[str]


class ConsideredIn(Given):
    """Whether the practice considers to report by an MVP."""

    considered: YesNo


@api.get(f"{PATH}/catalogue", response={200: Listed[FoundOut], **ERRORS}, operation_id="catalogue")
@operation(see="see")
def catalogue(request: HttpRequest, access, asked: Query[CatalogueQuery]):
    """The activities of the year that fit, those with the words in their title first."""
    ledger = ledger_of(access.year)
    wanted = {k: v for k, v in asked.dict(exclude={"limit", "offset"}).items() if v}
    _known(ledger, wanted)
    search = Search(wanted, Inventory(ledger))
    if asked.show == ["removed"]:
        return listed(search.removed, asked, map(_removed, part(search.removed, asked)))
    found = search.matching()
    return listed(found, asked, map(_found, rows(part(found, asked), search)))


@api.get(f"{PATH}/catalogue/{{id}}", response={200: GuideOut, **ERRORS}, operation_id="guide")
@operation(see="see")
def one(request: HttpRequest, access, id: str):
    """One activity: what it takes, what to keep, where it counts, and what became of it."""
    ledger = ledger_of(access.year)
    activity = ledger.listed.activities.get(id)
    if activity is None:
        return refused(request, 404, absent(id.upper(), ledger.rules, ledger.listed)["problem"])
    (row,) = rows([activity], Search({}, Inventory(ledger)))
    pathways, mvps = also_counts(activity, ledger.listed, ledger.rules)
    said = guide(id, ledger.year)
    return _found(row) | {
        "pathways": pathways, "mvps": [each.id for each in mvps], "suspended": suspended(activity),
        "history": history(id, ledger.year), "guide": said and plain_guide(said, ledger.year, activity),
    }  # fmt: skip


@api.get(f"{PATH}/catalogue-changes", response={200: Listed[ChangeOut], **ERRORS}, operation_id="changes")
@operation(see="see")
def changes(request: HttpRequest, access, asked: Query[Part]):
    """What changed in the inventory since the year before; nothing in the first year."""
    ledger = ledger_of(access.year)
    before = year_before(ledger.year)
    sections = everything(before, ledger.year) if before else []
    own = {(each["section"], each["id"], each["was"]) for each in ours(ledger, sections)}
    found = [(section["title"], each) for section in sections for each in section["entries"]]
    return listed(found, asked, (
        {"kind": kind, "id": each["id"], "was": each["was"], "title": each["title"], "says": _says(each),
         "ours": (kind, each["id"], each["was"]) in own}
        for kind, each in part(found, asked)
    ))  # fmt: skip


@api.get(f"{PATH}/ways", response={200: Listed[WayOut], **ERRORS}, operation_id="ways")
@operation(see="see")
def ways(request: HttpRequest, access, asked: Query[Part]):
    """Each way to report side by side: the pathways, then each MVP, the nearest first."""
    wide, mvps, _ = by_way(ledger_of(access.year))
    found = [*wide, *mvps]
    return listed(found, asked, map(_way, part(found, asked)))


@api.put(f"{PATH}/ways/{{mvp}}", response={200: WayOut, **ERRORS}, operation_id="consider_way")
@operation(see="see", change="edit", scope="write")
def consider(request: HttpRequest, access, mvp: str, given: ConsideredIn):
    """Mark an MVP as considered, or not: until its registration closes, managers are reminded of the day."""
    ledger = ledger_of(access.year)
    if wrong := [*wrong_mvp(ledger, mvp)]:
        raise Refused(wrong)
    actions.consider(access, mvp, given.considered)
    _, mvps, _ = by_way(ledger_of(access.year))
    return _way(next(each for each in mvps if each["side"].mvp.id == mvp))


def _known(ledger, wanted):
    """Refuse a filter that the year does not have."""
    listed_ = ledger.listed
    allowed = {
        "specialty": [each.id for each in specialties()], "mvp": listed_.mvps, "also": ledger.rules.pathway,
        "subcategory": {each.subcategory for each in listed_.activities.values()},
        "weight": {each.weight for each in listed_.activities.values()}, "effort": EFFORTS,
    }  # fmt: skip
    wrong = [
        Problem("unknown_filter", name, f"{ledger.year} has no {name} {wanted[name]!r}.", _fix(here))
        for name, here in allowed.items() if name in wanted and wanted[name] not in here
    ]  # fmt: skip
    if wrong:
        raise Refused(wrong)


def _fix(here):
    return f"Use one of: {', '.join(sorted(filter(None, here)))}." if any(here) else "Leave it out."


def _found(row):
    each = row["activity"]
    told = {name: row[name] for name in ("effort", "days", "worth", "against", "why", "chosen")}
    return told | {"id": each.id, "title": each.title, "subcategory": subcategory(each.subcategory),
                   "weight": each.weight, "marks": [mark.words for mark in row["marks"]]}  # fmt: skip


def _removed(row):
    """An activity that the year does not have any more, as it was last."""
    each, now = row["activity"], dict.fromkeys(("effort", "days", "worth"), "")
    now |= {"against": [row["fate"].says], "why": [], "chosen": False}
    return now | {"id": each.id, "title": each.title, "subcategory": subcategory(each.subcategory),
                  "weight": each.weight, "marks": ["Removed"]}  # fmt: skip


def _says(each):
    """What is told of a change: its sentence, what CMS did, or the words as they are now."""
    if each.get("event"):
        return each["event"].says
    now = " ".join(words for kind, words in each.get("words", ()) if kind != "gone")
    return each.get("says") or now


def _way(row):
    side, score = row["side"], row["score"]
    return {
        "pathway": side.pathway, "mvp": side.mvp.id if side.mvp else "", "title": row["title"],
        "ours": row["ours"], "considered": row["considered"], "specialty": row["specialty"],
        "open": side.found is not None, "says": side.clause.says, "cite": side.clause.cite,
        "needs": row["needs"], "granted": row["granted"] and _clause(row["granted"]),
        "only_if": row["only_if"], "takes": list(side.takes),
        "points": score and score.points, "points_possible": score and score.most,
        "estimated": row["estimated"],
        "other_categories": row["others"],
        "why_not": [] if side.found else [each.what for each in side.problems],
    }  # fmt: skip


def _clause(clause):
    return {"says": clause.says, "cite": clause.cite}
