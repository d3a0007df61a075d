"""What a practice keeps to prove what it did. The bytes lie in the vault, under their SHA-256."""

from django.db import models

from mips_ia.portal import clock
from mips_ia.portal.models.traced import Traced


class Evidence(Traced):
    """One thing that a practice keeps; its newest revision is what it is now, and the earlier ones stay.

    `number` is how people name it, counted in each practice: E-12.
    """

    practice = models.ForeignKey("Practice", models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    made_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_evidence_of_a_number")
        ]
        ordering = ["number"]

    def __str__(self):
        return f"E-{self.number} {self.title}"

    @property
    def held(self):
        """What it is said to show now."""
        return [use for use in self.uses.all() if use.ended_at is None]


class Revision(models.Model):
    """Evidence as it came in at one time. It never changes.

    `form` names the form that was filled in here, and is empty for a file. Its `fields` lie in the vault,
    too, where the text is kept as it was written: the row has their fingerprint, as `sha256`.
    `found` says what may name a patient, and where, without any text. `phi`: it was kept although it may;
    `masked`: what may was replaced before it was kept.
    """

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    form = models.CharField(max_length=30, blank=True)
    fields = models.JSONField(null=True)
    found = models.JSONField(default=list)
    phi = models.BooleanField(default=False)
    masked = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    receipt = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="one_revision_of_a_number")
        ]
        ordering = ["number"]

    @property
    def is_link(self):
        """Whether it only says where something is: what a link leads to is not kept, so it proves nothing."""
        return self.form == "link"

    @property
    def digests(self):
        """The fingerprints of all that the vault has of it."""
        return {self.sha256, (self.fields or {}).get("sha256", self.sha256)}


class Use(models.Model):
    """What evidence shows: one leaf of the guide of an activity in a year, and the days that it covers.

    A change is a new use, and `ended_at` ends the old one. `clinician` is whose it is; of the practice
    where it is None. The names and meanings of the rest are those of `mips_ia.evidence.Evidence`.
    """

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="uses")
    year = models.ForeignKey("Year", models.PROTECT, related_name="uses")
    activity = models.CharField(max_length=20)
    leaf = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    numerator = models.PositiveBigIntegerField(null=True)
    denominator = models.PositiveBigIntegerField(null=True)
    clinician = models.ForeignKey("Clinician", models.PROTECT, null=True, related_name="uses")
    note = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]


class Review(models.Model):
    """Somebody looked at a revision for one use, and accepted it or asked for a change. It never changes."""

    use = models.ForeignKey(Use, models.PROTECT, related_name="reviews")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="reviews")
    accepted = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]


class Waiting(Traced):
    """A file that waits for a person to say what happens to it; `found` is what may name a patient.

    It lies sealed beside the vault, and the key is in that person's form alone. It is not evidence.
    """

    practice = models.ForeignKey("Practice", models.CASCADE, related_name="waiting")
    person = models.ForeignKey("Person", models.CASCADE, related_name="+")
    place = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    found = models.JSONField(default=list)
    asked = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)


class Leaf(models.Model):
    """A line of the installation's log of records, counted from zero; it never changes.

    `content` is JSON in the canonical form of the vault's log, and `digest` its hash as a leaf of the tree.
    """

    index = models.PositiveBigIntegerField(unique=True)
    practice = models.ForeignKey("Practice", models.PROTECT, null=True, related_name="leaves")
    content = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["index"]


class Hold(Traced):
    """Nothing of a practice's year is destroyed as long as it is held; lifting it ends it."""

    year = models.ForeignKey("Year", models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    lifted_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]


class Destruction(models.Model):
    """Evidence that is destroyed after its time: one person asks, and another agrees. The hashes stay."""

    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="destruction")
    reason = models.CharField(max_length=500)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    agreed_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    digests = models.JSONField(default=list)


class Forgetting(Traced):
    """Bytes that are on their way out of the vault, from what destroyed them until they are gone.

    `body` is what the vault calls them, which is known before the first of its two files goes.
    """

    practice = models.ForeignKey("Practice", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    body = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Notary(Traced):
    """Who signs the log of records of this installation: the name and the public key of its checkpoints.

    There is one, made once; it says that the folder of its checkpoints was there.
    """

    origin = models.CharField(max_length=100, unique=True)
    public = models.TextField()
    at = models.DateTimeField()
