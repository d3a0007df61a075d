"""How long evidence is kept, and what it shows, where a page lists it."""

from django import template

from mips_ia.portal.told.retention import keeping as of
from mips_ia.portal.told.targets import STATUSES

register = template.Library()


@register.filter
def keeping(evidence):
    """Until when evidence must be kept, and who holds it."""
    return of(evidence)


@register.filter
def shown(activity):
    """What evidence shows, in a word: the id of an activity, or the special statuses."""
    return "Special statuses" if activity == STATUSES else activity
