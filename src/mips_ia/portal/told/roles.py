"""Who has which role at a practice."""

from django.db.models import Q

ORDER = ("admin", "manager", "registry", "reviewer", "clinician")


def roles(access):
    """The roles that hold here: of the practice, and of its whole organization."""
    here = Q(practice=access.practice) | Q(practice=None)
    held = access.practice.organization.memberships.filter(here, ended_at=None)
    return held.select_related("person", "organization")


def in_order(access):
    """The same, those who decide first, then by name."""
    return sorted(roles(access), key=lambda each: (ORDER.index(each.role), each.person.name))
