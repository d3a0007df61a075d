"""The receipt of a signature, in words."""

from django import template

from mips_ia.portal.receipts import receipt as of
from mips_ia.portal.statements import KINDS

register = template.Library()


@register.filter
def kind_word(signature):
    """What kind of signature it is, in a word: `Signed`."""
    return KINDS[signature.kind]


@register.filter
def receipt(signature):
    """When it was signed, its number, and how long to keep it."""
    return of(signature)
