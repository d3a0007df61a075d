"""People and what they may do: organizations, memberships, invitations, tokens."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from mips_ia.portal import clock
from mips_ia.portal.models.traced import Rows, Traced

ROLES = {
    "manager": "Practice manager",
    "clinician": "Clinician",
    "registry": "Registry or QCDR staff",
    "reviewer": "Reviewer",
    "admin": "Administrator",
}
# Who can be marked as a signing official: not a registry, which sends, nor a reviewer, who checks.
OFFICIALS = ("manager", "clinician", "admin")


def only_officials(name):
    """The constraint that nobody else has the mark."""
    return models.CheckConstraint(
        condition=models.Q(signing_official=False) | models.Q(role__in=OFFICIALS), name=name
    )


class People(BaseUserManager.from_queryset(Rows)):
    """People are known by their e-mail address."""

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **known):
        person = self.model(email=self.normalize_email(email).lower(), **known)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(Traced, AbstractBaseUser):
    """Somebody who signs in. `name` is as it is typed under a signature."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    reminded = models.BooleanField(default=True)  # whether they want messages that nobody sends by hand
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = People()

    def __str__(self):
        return self.name or self.email


class Organization(Traced):
    """Who runs some practices: a practice of its own, a health system, a registry."""

    name = models.CharField(max_length=200)

    def __str__(self):
        return self.name


class Membership(Traced):
    """One role of a person: in one practice, or, where `practice` is empty, in all of an organization.

    `grants` are what is allowed besides what the role allows by itself: see `roles.ALLOWED`.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    practice = models.ForeignKey(
        "Practice", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=ROLES)
    signing_official = models.BooleanField(default=False)
    grants = models.JSONField(default=list)
    since = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "practice", "role"],
                condition=models.Q(ended_at=None),
                name="one_membership_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["person", "organization", "role"],
                condition=models.Q(ended_at=None, practice=None),
                name="one_membership_of_all_practices",
            ),
            only_officials("who_may_be_an_official"),
        ]


class Invitation(Traced):
    """A place that is kept for somebody. The secret is in the message alone; here is its digest."""

    organization = models.ForeignKey(Organization, models.PROTECT)
    practice = models.ForeignKey(
        "Practice", models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    role = models.CharField(max_length=20, choices=ROLES)
    signing_official = models.BooleanField(default=False)
    clinician = models.ForeignKey("Clinician", models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [only_officials("who_may_be_invited_as_an_official")]


class Token(Traced):
    """A program's key to the API: what its person may do, within its scopes. Only its digest is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class CalendarFeed(Traced):
    """The secret address of a calendar of deadlines; it can be replaced, which ends the old one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="feeds")
    practice = models.ForeignKey("Practice", models.PROTECT, related_name="feeds")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)


class Reminder(Traced):
    """A message that went out, so that nobody is told the same twice."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    practice = models.ForeignKey("Practice", models.PROTECT, related_name="reminders")
    about = models.CharField(max_length=200)
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "practice", "about"], name="reminded_once")]
