"""What a browser needs to know for a passkey."""

import json

from django import template

register = template.Library()


@register.filter
def as_json(value):
    """A value as JSON in an attribute, which needs no inline script."""
    return json.dumps(value)
