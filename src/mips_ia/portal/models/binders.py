"""Binders that were asked for: a practice's year with everything that proves it, for somebody outside."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from mips_ia.portal import clock
from mips_ia.portal.models.traced import Traced

STALLED = timedelta(seconds=60)


class Binder(Traced):
    """One binder: of a whole year, or of one activity or clinician of it.

    It lies in the vault like any file, under its `sha256`, when it is made; until then `done` says how much
    `of` the whole is done, and `begun` how often it was begun. `told` is why it could not be made. `phi`:
    files that name patients are in it.

    The package of an auditor's request (`audit`) is the binder of its year with all that answers it;
    `answered` has each item with its files as they went into it.

    `holds` are the digests of the files of evidence in it; None where it was made before these were kept.
    Once one of them is destroyed its own bytes go too, at `gone_at`; the row and its hashes stay.
    """

    year = models.ForeignKey("Year", models.PROTECT, related_name="binders")
    activity = models.CharField(max_length=20, blank=True)
    clinician = models.ForeignKey("Clinician", models.PROTECT, null=True, related_name="+")
    phi = models.BooleanField(default=False)
    audit = models.ForeignKey("Audit", models.PROTECT, null=True, related_name="packages")
    answered = models.JSONField(default=list)
    asked_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    asked_at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=timezone.now)
    begun = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    of = models.PositiveBigIntegerField(default=0)
    told = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    manifest = models.CharField(max_length=64, blank=True)
    holds = models.JSONField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    @property
    def waits(self):
        """Whether it is being made."""
        return self.made_at is None and not self.told

    @property
    def part(self):
        """How much of it is done, in percent."""
        return 100 * self.done // self.of if self.of else 0

    @property
    def stalled(self):
        """Whether making it does not get on."""
        return self.waits and self.moved_at < timezone.now() - STALLED
