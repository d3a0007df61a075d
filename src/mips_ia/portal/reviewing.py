"""What somebody outside may read by a link: one year of one practice, no more than the link names."""

from functools import cached_property

from django.db.models import Q
from django.http import Http404

from mips_ia.portal import clock
from mips_ia.portal.actions.reviewer_links import digest
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Binder, Evidence, ReviewerLink, ReviewNote, Revision, Use
from mips_ia.portal.patients import found as found_in
from mips_ia.portal.told import lines


def link_of(secret):
    """The link of an address, whether it still holds or not; 404 where there was never one."""
    rows = ReviewerLink.objects.select_related("year__practice__organization", "audit__year")
    found = rows.filter(secret=digest(secret)).first()
    if found is None:
        raise Http404
    return found


def ended_on(link):
    """The day on which a link ended; None as long as it holds. Its last day is whole."""
    if link.ended_at is not None:
        return clock.day(link.ended_at)
    return link.until if link.until < clock.today() else None


def notes_of(year):
    """What reviewers noted of a year, the newest first."""
    return ReviewNote.objects.filter(link__year=year).select_related("link__year", "evidence")


class Scope:
    """The year as a link shows it. Nothing else is reached from the reviewer's pages."""

    def __init__(self, link):
        self.link, self.year, self.practice = link, link.year, link.year.practice

    @cached_property
    def ledger(self):
        """The practice's year."""
        return ledger_of(self.year)

    @cached_property
    def activities(self):
        """The chosen activities that the link names; all where it names none."""
        named = self.link.activities
        return [id for id in self.ledger.activities if not named or id in named]

    @cached_property
    def evidence(self):
        """What shows one of them, and, where the link is about all, what answers an auditor's request."""
        uses = Use.objects.filter(year=self.year, ended_at=None)
        if self.link.activities:
            uses = uses.filter(activity__in=self.link.activities)
        near = Q(id__in=uses.values("evidence"))
        if not self.link.activities:
            near |= Q(audit_answers__item__audit__year=self.year, audit_answers__ended_at=None)
        rows = Evidence.objects.filter(near, practice=self.practice).select_related("destruction")
        return rows.prefetch_related("revisions").distinct().order_by("number")

    @cached_property
    def uses(self):
        """What each evidence shows of these activities, by evidence."""
        found = {}
        for id in dict.fromkeys((*self.activities, *self.ledger.kept)):
            if not self.link.activities or id in self.link.activities:
                for use, _ in self.ledger.kept.get(id, ()):
                    found.setdefault(use.evidence_id, []).append(use)
        return found

    def opens(self, revision):
        """Whether the link lets a file be opened."""
        there = not _destroyed(revision.evidence)
        return there and self.link.files and (self.link.phi or not revision.phi)

    def file(self, evidence, revision):
        """A revision that may be opened, by the numbers of both; 404 for every other."""
        held = self.evidence.filter(number=evidence).values("id")
        rows = Revision.objects.filter(evidence__in=held, number=revision)
        found = rows.select_related("evidence__destruction").first()
        if found is None or not self.opens(found):
            raise Http404
        return found

    def hides(self, signature):
        """Whether what somebody gave in their own words may name a patient, and the link includes no such."""
        given = "\n".join(filter(None, (signature.reason, signature.basis)))
        return bool(given) and not self.link.phi and bool(found_in(given, self.year.year))

    @cached_property
    def packages(self):
        """Those of the request that the link was made for, without more than it shows; the newest first."""
        audit = self.link.audit
        if audit is None or self.link.activities:
            return Binder.objects.none()
        rows = audit.packages.exclude(made_at=None)
        return rows if self.link.phi else rows.filter(phi=False)

    def package(self, number):
        """A package that may be taken; 404 for every other."""
        row = self.packages.filter(pk=number).first() if self.link.files else None
        if row is None:
            raise Http404
        return row

    @cached_property
    def entries(self):
        """The lines of the log about all of it, the newest first."""
        numbers = [each.number for each in self.evidence]
        named = self.link.activities or [*dict.fromkeys((*self.activities, *self.ledger.kept))]
        found = lines.of_year(self.practice.entries, self.year, named, numbers)
        return found.select_related("person").order_by("-id")


def _destroyed(evidence):
    return hasattr(evidence, "destruction") and evidence.destruction.agreed_at is not None
