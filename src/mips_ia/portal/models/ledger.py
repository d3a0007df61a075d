"""The participation ledger: which activities are done, by whom, in what days."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from mips_ia.portal import clock
from mips_ia.portal.models.traced import Traced

STALLED = timedelta(seconds=60)  # after which work in the background is taken to have stopped
# Saving is one change, which nobody sees before it is whole: so much longer for each row, ten times what it
# takes on a small machine.
SAVING = timedelta(milliseconds=10)


class Chosen(Traced):
    """An activity that a practice does in a year; taking it back ends it and deletes nothing."""

    year = models.ForeignKey("Year", models.PROTECT, related_name="chosen")
    activity = models.CharField(max_length=20)
    chosen_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "activity"], condition=models.Q(ended_at=None), name="chosen_once"
            )
        ]
        ordering = ["activity"]


class Window(Traced):
    """The days in which a clinician does an activity, as entered once.

    A change is a new window, and `replaced_at` ends the old one: what was signed stays as it was.
    `taking_part` None means that nobody said.
    """

    year = models.ForeignKey("Year", models.PROTECT, related_name="windows")
    clinician = models.ForeignKey("Clinician", models.PROTECT, related_name="windows")
    activity = models.CharField(max_length=20)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    taking_part = models.BooleanField(null=True, default=True)
    note = models.CharField(max_length=500, blank=True)
    row_id = models.CharField(max_length=100, blank=True)
    entered_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["year", "activity", "replaced_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "clinician", "activity", "first"],
                condition=models.Q(replaced_at=None),
                name="one_window_from_a_day",
            ),
            models.UniqueConstraint(
                fields=["year", "clinician", "activity"],
                condition=models.Q(replaced_at=None, first=None),
                name="one_window_from_no_day",
            ),
        ]
        ordering = ["first", "id"]


class Draft(Traced):
    """What somebody typed into a form and has not saved yet."""

    person = models.ForeignKey("Person", models.CASCADE, related_name="drafts")
    address = models.CharField(max_length=300)
    fields = models.JSONField(default=dict)
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "address"], name="one_draft_of_a_form")]


class Upload(Traced):
    """A file of rows: as it was read, what was mended or left out, and what saving it changed.

    `content` is the file until it was read, and `table` what it held: header, rows (each its line, its
    cells and what was too much) and faults. `changes` is what undoing needs, and `results` what became of
    each row when it was saved, by line. While it is read or saved in the background, `work` says which,
    `step` how many lines were read, and `moved_at` when it last got on. `told` is why nothing was saved.
    Since `dropped_at` nothing is kept of its rows.
    """

    practice = models.ForeignKey("Practice", models.PROTECT, related_name="uploads")
    year = models.ForeignKey("Year", models.PROTECT, related_name="uploads")
    kind = models.CharField(max_length=20)  # roster or participation
    name = models.CharField(max_length=200)
    replace = models.BooleanField(default=False)  # what the file does not name is ended
    content = models.BinaryField(null=True)
    table = models.JSONField(null=True)
    mended = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    rows_read = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(null=True)
    changes = models.JSONField(null=True)
    results = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    work = models.CharField(max_length=10, blank=True)  # read or save
    step = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]

    @property
    def waits(self):
        """Whether it is read or saved at the moment."""
        return bool(self.work) or self.table is None

    @property
    def stalled(self):
        """Whether the work does not get on."""
        allowed = STALLED + (SAVING * self.rows_read if self.work == "save" else timedelta())
        return self.moved_at is None or self.moved_at < timezone.now() - allowed
