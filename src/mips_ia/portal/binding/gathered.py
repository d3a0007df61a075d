"""What goes into a binder of a practice's year, or of one activity or one clinician of it, read once."""

import json
from dataclasses import dataclass, field
from functools import cached_property

from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Delegation, Download, Final, Leaf, Review, Revision, Signature
from mips_ia.portal.told.audits import destroyed, standings


@dataclass(frozen=True)
class Scope:
    """How much of a year: all of it, or one activity, or what concerns one clinician.

    `phi` says whether files that name patients are in it, `audit` which request it answers.
    """

    activity: str = ""
    clinician: int | None = None
    phi: bool = False
    audit: object = None

    def has(self, activity, clinician):
        """Whether something of an activity and of a clinician (None: of the practice) belongs to it."""
        if self.activity and activity != self.activity:
            return False
        return self.clinician is None or clinician in (None, self.clinician)


@dataclass
class Gathered:
    """The rows of a binder. `leaves` has by kind and record the number and the digest of each one's leaf.

    `asked` are the items of the request that it answers, and `answers` the revisions that answer them.
    `finals_left_out` counts what was locked with the scores of others than the one clinician of whom it is.
    """

    access: object
    scope: Scope
    ledger: Ledger
    uses: list = field(default_factory=list)
    left_out: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    reviews: list = field(default_factory=list)
    signatures: list = field(default_factory=list)
    delegations: list = field(default_factory=list)
    finals: list = field(default_factory=list)
    finals_left_out: int = 0
    downloads: list = field(default_factory=list)
    leaves: dict = field(default_factory=dict)

    @cached_property
    def clinician(self):
        """The clinician of whom it is; None where it is of everybody."""
        return self.access.practice.clinicians.filter(pk=self.scope.clinician).first()

    @property
    def activities(self):
        """The chosen activities that belong to it."""
        return [id for id in self.ledger.activities if self.scope.activity in ("", id)]

    @property
    def revisions(self):
        """The newest revision of each evidence, once."""
        every = [*(use.revision for use in self.uses), *self.answers]
        return list({each.id: each for each in every}.values())

    @property
    def records(self):
        """Every sealed record, in the order in which they were made."""
        every = [
            *self.delegations, *self.signatures, *self.finals, *self.downloads, *self.revisions, *self.uses,
            *self.reviews,
        ]  # fmt: skip
        return sorted(every, key=lambda row: self.leaf(row) or 0)

    def leaf(self, row):
        """The number of the leaf of a record; None where it has none."""
        return self.logged(row)[0]

    def logged(self, row):
        """The number of the leaf of a record, and the digest that this has; None for both without one."""
        return self.leaves.get((type(row).__name__.lower(), row.pk), (None, None))


def gathered(access, scope):
    """Everything of it, as it is now."""
    ledger = Ledger(access.year)
    found = Gathered(access, scope, ledger)
    for held in ledger.kept.values():
        for use, _ in held:
            if scope.has(use.activity, use.clinician_id):
                (found.left_out if use.revision.phi and not scope.phi else found.uses).append(use)
    if scope.audit is not None:
        _answer(found)
    found.reviews = list(
        Review.objects.filter(use__in=found.uses).select_related("person", "revision").order_by("id")
    )
    signed = Signature.objects.filter(window__year=access.year).order_by("id")
    found.signatures = [
        each for each in signed.select_related("window__clinician", "person", "delegation")
        if scope.has(each.window.activity, each.window.clinician_id)
    ]  # fmt: skip
    used = {each.delegation_id for each in found.signatures}
    found.delegations = list(
        Delegation.objects.filter(pk__in=used - {None}).select_related("clinician", "delegate").order_by("id")
    )
    finals = Final.objects.filter(year=access.year).select_related("person")
    found.finals = [each for each in finals if not _of_others(each, scope)]
    found.finals_left_out = len(finals) - len(found.finals)
    found.downloads = list(Download.objects.filter(final__in=found.finals).select_related("final"))
    found.leaves = _leaves(access.practice)
    return found


def _of_others(final, scope):
    """Whether a binder of one clinician would show by it what each of the others came to."""
    return scope.clinician is not None and bool(final.answer.get("individuals"))


def _answer(found):
    """The items of the request, and what answers them: the newest revision of each evidence."""
    found.asked = standings(found.scope.audit, found.ledger)
    kept = [each.revision.pk for item in found.asked for each in item.kept if not destroyed(each.evidence)]
    for revision in Revision.objects.filter(pk__in=kept).select_related("evidence").order_by("id"):
        (found.left_out if revision.phi and not found.scope.phi else found.answers).append(revision)


def _leaves(practice):
    """The leaf of each record of a practice: its number and its digest, by kind and the record's number."""
    found = {}
    for index, content in Leaf.objects.filter(practice=practice).values_list("index", "content"):
        told = json.loads(content)
        if "record" in told:
            found.setdefault((told["kind"], told["record"]), (index, told.get("digest")))
    return found
