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


def of_activity(year, activity):
    """What was signed of the windows of an activity that hold, by clinician, the newest first."""
    rows = Signature.objects.filter(window__year=year, window__activity=activity, window__replaced_at=None)
    found = {}
    for each in rows.select_related("window").order_by("-id"):
        found.setdefault(each.window.clinician_id, []).append(each)
    return found


def delegations(access):
    """Every delegation of the year that somebody may see, newest first."""
    found = access.year.delegations.select_related("clinician", "delegate", "ended_by")
    if not access.may("see_names"):
        found = found.filter(clinician=access.clinician)
    return found.order_by("-id")
