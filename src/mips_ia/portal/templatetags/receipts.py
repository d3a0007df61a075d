"""The receipt of a signature, in words."""

from django import template

from mips_ia.portal.receipts import receipt as of

register = template.Library()


@register.filter
def receipt(signature):
    """When it was signed, its number, and how long to keep it."""
    return of(signature)
