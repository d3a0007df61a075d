"""A practice (TIN) and what is known of it in one performance year."""

from django.db import models

from mips_ia.portal import clock
from mips_ia.portal.models.traced import Traced
from mips_ia.portal.traces import digest


class Practice(Traced):
    """Everybody who bills under one TIN. Addresses name it by its slug, never by the TIN."""

    organization = models.ForeignKey("Organization", models.PROTECT, related_name="practices")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    tin = models.CharField(max_length=9, unique=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self):
        return self.name

    @property
    def open_sites(self):
        """Its sites, without those that were ended."""
        return self.sites.filter(ended_at=None)


class Site(Traced):
    """A place where a practice sees patients, or saw them until `ended_at`; the record stays."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    zip = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "name"], condition=models.Q(ended_at=None), name="one_site_of_a_name"
            )
        ]
        ordering = ["name", "id"]


class Year(Traced):
    """A practice in one performance year. Empty and null mean not known, which is never no.

    The names, words and meanings are those of `mips_ia.standing.Practice`.
    """

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    report_as = models.CharField(max_length=20, blank=True)
    pathway = models.CharField(max_length=30, blank=True)
    mvp = models.CharField(max_length=10, blank=True)
    entity_id = models.CharField(max_length=64, blank=True)
    statuses = models.JSONField(null=True)
    statuses_checked_on = models.DateField(null=True)
    sites_recognized = models.PositiveSmallIntegerField(null=True)
    sites_all = models.PositiveSmallIntegerField(null=True)
    apm = models.CharField(max_length=20, blank=True)
    quality_and_pi_submitted = models.BooleanField(null=True)
    not_scored = models.JSONField(null=True)
    extreme_circumstances = models.BooleanField(default=False)
    study = models.BooleanField(default=False)
    specialty = models.CharField(max_length=80, blank=True)
    denominator = models.CharField(max_length=10, blank=True)  # who is counted: billed, current, or undecided
    denominator_reason = models.CharField(max_length=500, blank=True)
    considered = models.JSONField(default=list)  # MVPs that are thought of, on whatever pathway

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "year"], name="one_year_of_a_practice")]
        ordering = ["-year"]

    @property
    def considers_mvp(self):
        """Whether registration for an MVP concerns the practice."""
        return self.pathway == "mvp" or bool(self.considered)

    def __str__(self):
        return f"{self.practice} {self.year}"


class Result(models.Model):
    """What a practice's year came to when it was last worked out: a copy, which can be made again.

    It holds for one day, one edition of the rules and the practice's last line of the log (`entry`).
    `rank` puts the worst first; points are None where nobody can tell; `gaps` are activities that lack
    evidence. `digest` is that of all other columns:
    a copy leaves no trace, since to look at a list makes it, and it is checked against itself.
    """

    GUARDED = (
        "year_id", "entry", "made_at", "day", "edition", "kind", "rank", "certain", "possible", "unsigned",
        "gaps", "next_on", "next_what",
    )  # fmt: skip

    year = models.OneToOneField(Year, models.CASCADE, related_name="result")
    entry = models.BigIntegerField()
    made_at = models.DateTimeField(default=clock.now)
    day = models.DateField()
    edition = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    rank = models.PositiveSmallIntegerField()
    certain = models.PositiveSmallIntegerField(null=True)
    possible = models.PositiveSmallIntegerField(null=True)
    unsigned = models.PositiveIntegerField()
    gaps = models.PositiveIntegerField()
    next_on = models.DateField(null=True)
    next_what = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["rank"])]

    def save(self, *args, update_fields=None, **how):
        self.digest = self.worked_out()
        also = None if update_fields is None else {*update_fields, "digest"}
        super().save(*args, update_fields=also, **how)

    def worked_out(self):
        """The digest that fits it as it is."""
        return digest("result", self.year_id, self.GUARDED, [getattr(self, each) for each in self.GUARDED])
