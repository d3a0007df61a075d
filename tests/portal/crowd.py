"""A practice of as many clinicians as one likes, each with a signed window of each activity."""

from datetime import date

from mips_ia.portal import clock, models
from mips_ia.portal.actions import practice
from mips_ia.portal.demo import npi_of
from mips_ia.portal.tenancy import access_of
from mips_ia.reading.yearbook import years


def build(clinicians: int, activities: int, person: models.Person, tin: str) -> models.Practice:
    """The practice, run by somebody; every third clinician has signed one window less."""
    house = models.Organization.objects.create(name=f"Crowd {tin} (invented)")
    for role in ("manager", "admin"):
        models.Membership.objects.create(
            person=person, organization=house, role=role, signing_official=role == "manager"
        )
    found = practice.add(person, "manager", house, f"Crowd {tin}", tin, "04101")
    access = access_of(person, found.slug, 2026)
    practice.describe(
        access, report_as="group", pathway="traditional", statuses=[], apm="none", not_scored=[]
    )
    year, ids = access.year, _activities(activities)
    models.Chosen.objects.bulk_create(
        models.Chosen(year=year, activity=activity, chosen_by=person) for activity in ids
    )
    people = models.Clinician.objects.bulk_create(
        models.Clinician(
            practice=found, npi=npi_of(10_000 + number), last_name=f"Person{number:04}", first_name="Invented"
        )
        for number in range(clinicians)
    )
    site = found.sites.get()
    models.Stay.objects.bulk_create(
        models.Stay(
            year=year,
            clinician=each,
            site=site,
            billed=True,
            non_patient_facing=False,
            rural=False,
            hpsa=False,
        )
        for each in people
    )
    windows = models.Window.objects.bulk_create(
        models.Window(
            year=year,
            clinician=each,
            activity=activity,
            first=date(2026, 1, 5),
            last=date(2026, 5, 5),
            entered_by=person,
        )
        for each in people
        for activity in ids
    )
    models.Signature.objects.bulk_create(
        _signature(window, person, f"{tin}-{place}") for place, window in enumerate(windows) if place % 3
    )
    return found


def _activities(many: int) -> list[str]:
    from mips_ia.catalogue import catalogue

    assert 2026 in years()
    return sorted(catalogue(2026).activities)[:many]


def _signature(window: models.Window, person: models.Person, number: str) -> models.Signature:
    return models.Signature(
        window=window, kind="own", statement="invented", version="1", typed_name="invented", person=person,
        role="clinician", digest="0" * 64, number=number, signed_at=clock.now(),
    )  # fmt: skip
