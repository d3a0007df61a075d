"""What was signed, as it is printed everywhere: the statement and everything of how it was signed."""

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


@register.inclusion_tag("parts/signature.html")
def signed(record, say=""):
    """A signature, a delegation or a lock: the one form in which each is shown, whatever page or print."""
    at = next(getattr(record, name) for name in ("signed_at", "given_at", "at") if hasattr(record, name))
    said = say or KINDS.get(getattr(record, "kind", ""), "Signed")
    return {"record": record, "at": at, "say": said, "account": True}


@register.inclusion_tag("parts/signature.html")
def signed_outside(record, scope):
    """The same for whoever reads by a link: without the account, and without what their link leaves out."""
    return signed(record) | {"account": False, "hidden": scope.hides(record)}
