"""What was signed in a year, and who may record for whom: everybody's, or a clinician's own."""

from django.db.models import Max

from mips_ia.portal.models import Signature


def signatures(access):
    """Every signature of the year that somebody may see, newest first; `newest` is the last of its window."""
    found = Signature.objects.filter(window__year=access.year)
    if not access.may("see_names"):
        found = found.filter(window__clinician=access.clinician)
    found = found.select_related("window__clinician", "person")
    return found.annotate(newest=Max("window__signatures__id")).order_by("-id")


def delegations(access):
    """Every delegation of the year that somebody may see, newest first."""
    found = access.year.delegations.select_related("clinician", "delegate", "ended_by")
    if not access.may("see_names"):
        found = found.filter(clinician=access.clinician)
    return found.order_by("-id")
