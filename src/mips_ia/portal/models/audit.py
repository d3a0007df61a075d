"""A request of an auditor: what was asked, what answers it, what was sent, and who outside may read."""

from django.db import models

from mips_ia.portal.models.traced import Traced


class Audit(Traced):
    """What an auditor asks of a practice's year, and the day by which it is answered.

    `due_on` can be moved, where CMS agrees; everything else stays as it was recorded. `closed_at` ends it.
    """

    year = models.ForeignKey("Year", models.PROTECT, related_name="audits")
    received_on = models.DateField()
    asked_by = models.CharField(max_length=200)
    scope = models.TextField(blank=True)
    due_on = models.DateField()
    due_because = models.CharField(max_length=500)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    closed_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]


class AuditItem(Traced):
    """One thing that is asked for: `number` counts them, `label` and `words` are the contractor's own."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="items")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=1000)
    activity = models.CharField(max_length=20, blank=True)
    clinician = models.ForeignKey("Clinician", models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "number"], name="one_audit_item_of_a_number")]
        ordering = ["number"]

    @property
    def numbered(self):
        """Whether the contractor's number is another than ours."""
        return self.label not in ("", str(self.number))


class AuditAnswer(Traced):
    """Evidence that answers an item. `ended_at` says that it does not any more."""

    item = models.ForeignKey(AuditItem, models.PROTECT, related_name="answers")
    evidence = models.ForeignKey("Evidence", models.PROTECT, related_name="audit_answers")
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]


class AuditSent(models.Model):
    """An answer that went out. It never changes: `transcript` has each item with its files as they were."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="sent")
    sent_on = models.DateField()
    how = models.CharField(max_length=200)
    what = models.TextField()
    sha256 = models.CharField(max_length=64, blank=True)
    transcript = models.JSONField()
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]


class ReviewerLink(models.Model):
    """An address at which somebody outside reads a practice's year until a day. Only its digest is kept.

    `activities` narrows what is shown; empty: all. `files`: they can be opened; `phi`: those too that may
    name patients. `audit`: it was made for that request, and shows what answers it.
    """

    year = models.ForeignKey("Year", models.PROTECT, related_name="reviewer_links")
    name = models.CharField(max_length=200)
    until = models.DateField()
    files = models.BooleanField(default=False)
    phi = models.BooleanField(default=False)
    activities = models.JSONField(default=list)
    audit = models.ForeignKey(Audit, models.PROTECT, null=True, related_name="links")
    secret = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]


class ReviewNote(models.Model):
    """What a reviewer left by a link: of an activity, of evidence, or of the year. It never changes."""

    link = models.ForeignKey(ReviewerLink, models.PROTECT, related_name="notes")
    activity = models.CharField(max_length=20, blank=True)
    evidence = models.ForeignKey("Evidence", models.PROTECT, null=True, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]

    @property
    def about(self):
        """What it is about, in words."""
        if self.evidence_id:
            return str(self.evidence)
        return self.activity or f"Performance year {self.link.year.year}"
