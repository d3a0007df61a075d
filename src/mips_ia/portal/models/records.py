"""Records that nobody changes: signatures, what was sent, and the log. The database refuses it too."""

from django.db import models

from mips_ia.portal.models.traced import Traced

SEAL = 3  # how digests are made today; see `seals`


class Delegation(models.Model):
    """A clinician lets somebody record for them; it can be ended once, and nothing else of it changes.

    `person` is the account that gave it, and `verified` how they had just shown who they are: neither is
    known of those that were given before it was kept.
    """

    clinician = models.ForeignKey("Clinician", models.PROTECT, related_name="delegations")
    year = models.ForeignKey("Year", models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey("Person", models.PROTECT, related_name="delegations")
    until = models.DateField()
    statement = models.TextField()
    typed_name = models.CharField(max_length=200)
    version = models.CharField(max_length=20)
    person = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40)
    verified = models.CharField(max_length=20, blank=True)
    given_at = models.DateTimeField()
    digest = models.CharField(max_length=64, blank=True)
    seal = models.PositiveSmallIntegerField(default=SEAL)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")


class Request(Traced):
    """An upload asks a delegate to record a window; it records nothing by itself."""

    window = models.ForeignKey("Window", models.PROTECT, related_name="requests")
    delegate = models.ForeignKey("Person", models.PROTECT, related_name="requests")
    basis = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()


class Signature(models.Model):
    """What somebody said of one window, word for word.

    `kind` is `own`, `delegated`, `declined` or `withdrawn`; the newest of a window holds.
    `verified` is how the person had just shown who they are, blank in those from before it was kept.
    `digest` is the SHA-256 of everything that was signed, made as `seal` says.
    """

    window = models.ForeignKey("Window", models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=12)
    statement = models.TextField()
    version = models.CharField(max_length=20)
    typed_name = models.CharField(max_length=200)
    person = models.ForeignKey("Person", models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=40)
    verified = models.CharField(max_length=20, blank=True)
    delegation = models.ForeignKey(Delegation, models.PROTECT, null=True)
    basis = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    seal = models.PositiveSmallIntegerField(default=SEAL)
    number = models.CharField(max_length=20, unique=True)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Final(models.Model):
    """A year that was locked to be sent, or unlocked again, with everything that it came to.

    `answer` is the score with its steps and the edition of the rules. `verified` is how whoever locked it had
    just shown who they are, blank in those from before it was kept.
    """

    year = models.ForeignKey("Year", models.PROTECT, related_name="finals")
    kind = models.CharField(max_length=10)  # locked or unlocked
    statement = models.TextField(blank=True)
    version = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    typed_name = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    verified = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    answer = models.JSONField(default=dict)
    qpp_json = models.TextField(blank=True)
    qrda3 = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    seal = models.PositiveSmallIntegerField(default=SEAL)

    class Meta:
        ordering = ["id"]


class Download(models.Model):
    """A file of a final that somebody took."""

    final = models.ForeignKey(Final, models.PROTECT, related_name="downloads")
    what = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    person = models.ForeignKey("Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Entry(models.Model):
    """One line of the activity log; `digest` covers the line and the digest before it."""

    at = models.DateTimeField()
    person = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    practice = models.ForeignKey("Practice", models.PROTECT, null=True, related_name="entries")
    action = models.CharField(max_length=60)
    record = models.CharField(max_length=80)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["practice", "-id"], name="newest_line")]
