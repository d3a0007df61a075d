"""What is said of an auditor's request: its clock, and each item with what is kept for it and missing."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from mips_ia.planning.deadlines import audit_first_reply_due
from mips_ia.portal import clock
from mips_ia.portal.bulk.asked import npi_of
from mips_ia.portal.kept import value_of
from mips_ia.portal.models import Audit, Evidence, Person, Review, Revision, Use
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told.alone import OUTSIDE, alone, outside_year
from mips_ia.rules import rules

SATURDAY = 5  # as Python counts from Monday
NEWEST = 20  # of evidence, shown for an item of which nobody said what it is about


@dataclass(frozen=True)
class Clock:
    """How many days are left of a request, of how many; `says` is that in a sentence."""

    left: int
    whole: int
    says: str
    early: str = ""


def waiting_of(practice):
    """The requests of a practice that wait for their answer, the one that is due first before the others."""
    waiting = Audit.objects.filter(year__practice=practice, closed_at=None, sent=None)
    return waiting.select_related("year").order_by("due_on", "id")


def ticking(audit):
    """The clock of a request that was not answered yet."""
    left, whole = (audit.due_on - clock.today()).days, (audit.due_on - audit.received_on).days
    says = f"{_left(left, whole, audit.due_on)}{_first_reply(audit)}"
    return Clock(left, whole, says, _early(audit.due_on))


def _first_reply(audit):
    """That a first reply is due, where the year asks for one, until its day is over."""
    on = audit_first_reply_due(audit.received_on, rules(audit.year.year))
    return f" A first reply is due on {day(on)}." if on and clock.today() <= on else ""


def _left(left, whole, due):
    if left < 0:
        return f"The answer was due on {day(due)}, {many(-left, 'day')} ago. Call whoever asked."
    if left == 0:
        return f"The answer is due today, {day(due)}."
    return f"{left} of {many(whole, 'day')} left to answer. Due {day(due)}."


def _early(due):
    """The last business day before a weekend, when nobody may be there to help, until it is over."""
    over = due.weekday() - SATURDAY
    friday = due - timedelta(days=over + 1)
    if over < 0 or friday < clock.today():
        return ""
    return f"That is a {due:%A}. Plan for Friday, {day(friday)}."


def first_reply(audit, rules):
    """The day of the first reply with its rule, where the year asks for one; None otherwise."""
    due = audit_first_reply_due(audit.received_on, rules)
    return due and {"on": due, "rule": rules.number["audit_first_reply_business_days"]}


# ---- Items


@dataclass
class Standing:
    """An item as it stands: a verdict, what is kept for it, and each gap with its way out."""

    item: object
    kind: str = "notmet"
    word: str = "Missing"
    kept: list = field(default_factory=list)
    gaps: list = field(default_factory=list)

    @property
    def ready(self):
        """Whether nothing is left to do."""
        return self.kind == "met"


@dataclass(frozen=True)
class Gap:
    """What an item lacks, and the page on which to mend it: its name, and what its address holds."""

    says: str
    label: str
    page: str
    holds: tuple = ()
    lack: bool = True  # False: another way out of the same gap


@dataclass
class Kept:
    """Evidence for an item: its newest revision, whether somebody accepted it, its days, what is odd of them.

    `shows`: whether it is said to show something of the item's activity in the year. `lacks`: why it is
    not enough for that, apart from its days.
    """

    evidence: object
    revision: object
    accepted: bool | None
    shows: bool
    odd: str = ""
    lacks: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def gone(self):
        """The moment at which its bytes went; None while they are kept."""
        return self.evidence.destruction.agreed_at if destroyed(self.evidence) else None


def standings(audit, ledger):
    """Every item of a request, in order."""
    items = list(audit.items.select_related("clinician", "owner", "audit").prefetch_related("answers"))
    live = {each.pk: [one for one in each.answers.all() if one.ended_at is None] for each in items}
    kept = _kept(audit.year, {one.evidence_id for every in live.values() for one in every})
    return [_standing(each, [one.evidence_id for one in live[each.pk]], kept, ledger) for each in items]


def _kept(year, evidence):
    """Of each evidence its newest revision, its uses, and what was said last of those of the year."""
    revisions = Revision.objects.filter(evidence__in=evidence).order_by("number").defer("fields")
    newest = {each.evidence_id: each for each in revisions.select_related("evidence__destruction")}
    uses, said = {}, {}
    for use in Use.objects.filter(evidence__in=evidence, ended_at=None):
        uses.setdefault(use.evidence_id, []).append(use)
    for review in Review.objects.filter(use__evidence__in=evidence, use__year=year).order_by("id"):
        said[review.use_id, review.revision_id] = review.accepted
    return {id: (row, uses.get(id, []), said) for id, row in newest.items()}


def _standing(item, evidence, kept, ledger):
    found = Standing(item)
    for id in evidence:
        row, uses, said = kept[id]
        about = [use for use in uses if not item.activity or use.activity == item.activity]
        near = [use for use in about if use.year_id == item.audit.year_id]
        given = {said.get((use.pk, row.pk)) for use in near}
        accepted = False if False in given else True if True in given else None
        odd, lacks = _wrong(item, near, ledger)
        if not near:
            odd = _first(outside_year(ledger, use) for use in about)
        days = _days(near or about)
        found.kept.append(Kept(row.evidence, row, accepted, bool(near), odd, lacks, *days))
    found.gaps = [*_gaps(found, ledger)]
    if item.done:
        found.kind, found.word = "met", "Complete"
    elif found.kept:
        sure = all(each.accepted for each in found.kept) and not _lost(found)
        found.kind, found.word = ("met", "On file") if sure and not found.gaps else ("unknown", "Unknown")
    return found


def _lost(found):
    return [each for each in found.kept if destroyed(each.evidence)]


def destroyed(evidence):
    """Whether the bytes are gone."""
    return hasattr(evidence, "destruction") and evidence.destruction.agreed_at is not None


def _days(uses):
    """The first and the last day that any of them is about."""
    first = [use.first for use in uses if use.first]
    last = [use.last or use.first for use in uses if use.first]
    return (min(first), max(last)) if first else ()


def _wrong(item, uses, ledger):
    """What of its days is not of those that were attested, and what else is not enough."""
    odd, lacks = [], []
    for use in uses:
        value = value_of(use, verified=True)  # what nobody accepted is a gap of its own
        found = alone(ledger, use, value, item.clinician_id)
        why = dict(found.why) if found else {"not_dated": ""}
        if "not_dated" in why and use.first:  # what was attested is not known
            del why["not_dated"]
            odd.append(outside_year(ledger, use, value))
        odd.append(why.pop(OUTSIDE, ""))
        lacks += why.values()
    return _first(odd), _first(lacks)


def _first(said):
    return next(filter(None, said), "")


def _gaps(found, ledger):
    item = found.item
    if not item.activity:
        yield Gap("It is not known which activity this asks about.", "Say which", "audit_item", _own(item))
    if item.clinician_id is None and (npi := npi_of(item.words)):
        what = f"The list names NPI {npi}, and no clinician of the roster is chosen."
        yield Gap(what, "Say which", "audit_item", _own(item))
    if not found.kept:
        yield Gap("No evidence is chosen.", "Choose evidence", "audit_item", _own(item))
        if item.activity in ledger.activities:
            yield Gap("It is not here yet?", "Open the checklist", "activities_one", (item.activity,), False)
        else:
            yield Gap("It is not here yet?", "Add evidence", "evidence_new", lack=False)
    for each in found.kept:
        yield from _gaps_of(each, item, ledger)
        yield from _not_enough(each)
    if _unsigned(item, ledger):
        says = f"{item.clinician.name} did not sign {item.activity} yet."
        yield Gap(says, "See who has signed", "signatures")


def _gaps_of(each, item, ledger):
    """What stands between one thing that is kept and an answer."""
    number = each.evidence.number
    if destroyed(each.evidence):
        yield Gap(f"E-{number} was destroyed.", "Choose evidence", "audit_item", _own(item))
    elif each.revision.is_link:
        what = f"E-{number} is only a link: what it shows is not kept here."
        yield Gap(what, "Upload what it shows", "evidence_revise", (number,))
    elif each.accepted is False:
        yield Gap(f"A change of E-{number} was asked for.", "Look at it", "evidence_one", (number,))
    elif not each.shows:
        what = f"E-{number} is not said to show {item.activity or 'anything'} in {ledger.year}."
        yield Gap(what, "Say what it shows", "evidence_use", (number,))
    elif each.accepted is None:
        yield Gap(f"Nobody accepted E-{number} yet.", "Look at it", "evidence_one", (number,))


def _not_enough(kept):
    """What is wrong with evidence that is said to show the item's activity, whoever accepted it."""
    if not kept.shows or kept.revision.is_link or destroyed(kept.evidence):
        return
    number = kept.evidence.number
    if kept.odd:
        what = f"E-{number} is dated outside the days that were attested."
        yield Gap(what, "Look at it", "evidence_one", (number,))
    if kept.lacks:
        yield Gap(f"E-{number} is not enough. {kept.lacks}", "Look at it", "evidence_one", (number,))


def _own(item):
    return (item.audit_id, item.pk)


def _unsigned(item, ledger):
    if item.clinician_id is None or item.activity not in ledger.activities:
        return False
    return ledger.cell(item.clinician_id, item.activity).word == "Not signed"


def owners(practice):
    """Who can look after an item: those who run the practice, and who signs for it."""
    here = Q(memberships__practice=practice) | Q(
        memberships__practice=None, memberships__organization=practice.organization_id
    )
    running = Q(memberships__role__in=("manager", "admin")) | Q(memberships__signing_official=True)
    held = Person.objects.filter(here, running, memberships__ended_at=None, is_active=True)
    return held.order_by("name").distinct()


def near(item):
    """Evidence that is likely to answer an item: what does already, and what shows its activity."""
    every = Evidence.objects.filter(practice=item.audit.year.practice)
    already = Q(audit_answers__item=item, audit_answers__ended_at=None)
    if item.activity:
        shows = Q(uses__activity=item.activity, uses__year=item.audit.year, uses__ended_at=None)
    else:
        shows = Q(id__in=every.order_by("-number").values_list("id", flat=True)[:NEWEST])
    return every.filter(already | shows).distinct()


def next_open(every, number):
    """The first item behind one of that number that is not ready; None where each of them is."""
    return next((each for each in every if each.item.number > number and not each.ready), None)


def counted(every):
    """How many are ready, in a sentence."""
    ready = sum(each.ready for each in every)
    return f"{ready} of {many(len(every), 'item')} {'is' if ready == 1 else 'are'} ready."
