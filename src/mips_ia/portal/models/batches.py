"""Files about many practices at once, as they were uploaded together."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from mips_ia.portal import clock
from mips_ia.portal.models.traced import Traced

STALLED = timedelta(minutes=10)


class Batch(Traced):
    """Files of many practices: as they were read, what was mended or left out, and what saving changed.

    `content` is a ZIP of the files until they were read. `tables` has a table of each kind, and `faults`;
    `found` is what checking them said. While something takes long, `work` names it, and `step` of `steps`
    is done; work that has not got on for `STALLED` was interrupted, and can begin again. `told` is what
    there is to say of work that ended otherwise. `changes` is what undoing needs. Since
    `dropped_at` nothing is kept of the rows.
    """

    organization = models.ForeignKey("Organization", models.PROTECT, related_name="batches")
    name = models.CharField(max_length=300)
    replace = models.BooleanField(default=False)
    content = models.BinaryField(null=True)
    tables = models.JSONField(null=True)
    mended = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    rows_read = models.PositiveIntegerField(default=0)
    work = models.CharField(max_length=10, blank=True)  # check, save or undo
    moved_at = models.DateTimeField(null=True)  # when the work last got on
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    found = models.JSONField(null=True)
    told = models.CharField(max_length=500, blank=True)
    uploaded_by = models.ForeignKey("Person", models.PROTECT, related_name="batches")
    uploaded_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(null=True)
    changes = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    @property
    def stalled(self):
        """Whether its work was interrupted."""
        return bool(self.work) and self.moved_at < timezone.now() - STALLED
