"""The list of many practices: which fit what is asked, the worst first, and what each came to in a word."""

from datetime import timedelta

from django.db.models import Count, F, Q

from mips_ia.portal import clock
from mips_ia.portal.folding import having
from mips_ia.portal.tenancy import practices_where

WORST_FIRST = (F("result__rank").asc(nulls_first=True), "result__certain", "practice__name", "id")
LAST = 4  # digits of a TIN that are shown
WORDS = {"no": "No", "unknown": "We cannot tell", "notyet": "Not yet", "yes": "Yes"}


def found(every, *, q="", answer="", within=None):
    """The practices' years that fit: words, an answer, and the days within which the next date is."""
    fit = every.filter(_search(q)) if q else every
    fit = fit.filter(result__kind=answer) if answer else fit
    if within:
        until = clock.today() + timedelta(days=int(within))
        fit = fit.filter(result__next_on__gte=clock.today(), result__next_on__lte=until)
    return fit


def counts(every):
    """How many of these came to each answer; those that were never worked out are under None."""
    return dict(every.order_by().values_list("result__kind").annotate(Count("id")))


def unsigned(person, fit):
    """Those where somebody has not signed, and the person may send reminders."""
    mine = practices_where(person, "remind").order_by().values("id")
    return fit.filter(result__unsigned__gt=0, practice__in=mine)


def _search(words):
    """By name, or by the end of the TIN."""
    by_name = Q(having("practice__name", words))
    return by_name | Q(practice__tin__endswith=words) if words.isdecimal() and len(words) == LAST else by_name
