"""Who bills under a practice's TIN, and from when to when."""

from django.db import models

from mips_ia.portal.models.traced import Traced


class Clinician(Traced):
    """One NPI of a practice; `person` is the account of the clinician, where there is one."""

    practice = models.ForeignKey("Practice", models.PROTECT, related_name="clinicians")
    npi = models.CharField(max_length=10)
    last_name = models.CharField(max_length=100, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    credential = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    person = models.ForeignKey("Person", models.PROTECT, null=True, blank=True, related_name="clinicians")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "npi"], name="one_clinician_of_an_npi")]
        ordering = ["last_name", "first_name", "npi"]

    @property
    def name(self):
        """As it stands in lists: `Kim, Soo-jin, MD`; the NPI where there is no name."""
        whole = ", ".join(filter(None, (self.last_name, self.first_name)))
        return ", ".join(filter(None, (whole, self.credential))) if whole else f"NPI {self.npi}"

    @property
    def spoken(self):
        """As it stands in a sentence and under a signature: `Soo-jin Kim`."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or f"NPI {self.npi}"

    def __str__(self):
        return self.name


class Stay(Traced):
    """A clinician in a practice's performance year; one who came back has two, by `joined_on`.

    `billed` None means not known. The statuses are the clinician's own, each yes, no or not known.
    """

    year = models.ForeignKey("Year", models.PROTECT, related_name="stays")
    clinician = models.ForeignKey(Clinician, models.PROTECT, related_name="stays")
    site = models.ForeignKey("Site", models.PROTECT, null=True, blank=True, related_name="+")
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    billed = models.BooleanField(null=True)
    non_patient_facing = models.BooleanField(null=True)
    rural = models.BooleanField(null=True)
    hpsa = models.BooleanField(null=True)
    row_id = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)  # taken off the roster; the record stays

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "clinician", "joined_on"],
                condition=models.Q(ended_at=None),
                name="one_stay_from_a_day",
            ),
            models.UniqueConstraint(
                fields=["year", "clinician"],
                condition=models.Q(ended_at=None, joined_on=None),
                name="one_stay_from_no_day",
            ),
        ]
        ordering = ["clinician__last_name", "clinician__first_name", "clinician__npi", "joined_on"]
