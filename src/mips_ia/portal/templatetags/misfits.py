"""What does not fit together, as templates say it."""

from django import template

from mips_ia.portal.told.misfits import said, what

register = template.Library()
register.filter("said", said)
register.filter("what", what)
