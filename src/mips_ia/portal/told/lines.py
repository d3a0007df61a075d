"""Lines of the log: which of them somebody may see, and which concern a clinician or an activity."""

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from mips_ia.portal.models import Delegation, Person, Window

SYSTEM = "system"  # lines that nobody who is signed in caused


def seen_by(access):
    """Everything of the practice, or only one's own lines."""
    found = access.practice.entries.select_related("person")
    return found if access.how("log") == "yes" else found.filter(person=access.person)


def fitting(entries, practice, *, person="", action="", clinician="", activity="", since=None, until=None):
    """Those lines that somebody caused, that concern a clinician (by NPI) or an activity, of some days."""
    if person:
        entries = entries.filter(person=None if person == SYSTEM else person)
    if action:
        entries = entries.filter(action=action)
    if clinician:
        entries = entries.filter(_of_clinician(practice, clinician))
    if activity:
        entries = entries.filter(_of_activity(practice, activity))
    if since:
        entries = entries.filter(at__date__gte=since)
    return entries.filter(at__date__lte=until) if until else entries


def _of_clinician(practice, npi):
    who = practice.clinicians.filter(npi=npi)
    return (
        Q(record=f"clinician {npi}")
        | Q(after__clinician=npi)
        | Q(before__clinician=npi)
        | Q(record__in=_written("window", Window.objects.filter(clinician__in=who)))
        | Q(record__in=_written("delegation", Delegation.objects.filter(clinician__in=who)))
        | Q(record__in=_written("person", Person.objects.filter(clinicians__in=who)))
    )


def _of_activity(practice, activity):
    windows = Window.objects.filter(clinician__practice=practice, activity=activity)
    return (
        Q(record=activity)
        | Q(after__activity=activity)
        | Q(before__activity=activity)
        | Q(after__activities__icontains=f'"{activity}"')
        | Q(record__in=_written("window", windows))
    )


def _written(kind, rows):
    """The rows as the log writes them: `window 217`."""
    name = Concat(Value(f"{kind} "), Cast("pk", CharField()), output_field=CharField())
    return rows.order_by().values_list(name, flat=True)


def of_year(entries, year, activities, evidence):
    """The lines about these activities of a year, their windows, and the evidence of these numbers."""
    windows = Window.objects.filter(year=year, activity__in=activities)
    of_the_year = Q(after__year=year.year) | Q(before__year=year.year)
    return entries.filter(
        Q(record__in=_written("window", windows))
        | (Q(record__in=activities) & of_the_year)
        | Q(record__in=[f"evidence {each}" for each in evidence])
    )
