"""An invented practice in the middle of its year, to look at and to test with. Nobody in it exists."""

from datetime import date, timedelta

from mips_ia.portal import clock
from mips_ia.portal.actions import ledger, practice, roster, signing
from mips_ia.portal.models import Clinician, Membership, Organization, Person
from mips_ia.portal.statements import own, under_delegation
from mips_ia.portal.tenancy import access_of

DAY = clock.DEMONSTRATION
PASSWORD = "a demonstration only"  # noqa: S105 - of people who do not exist
NAME = "Harbor Rehabilitation Group"
# Last name, first name, credential, and the first days of what each does: IA_BE_16, IA_PSPA_21, IA_BMH_12.
PEOPLE = (
    ("Adeyemi", "Grace", "MD", "01-05", "03-02", ""),
    ("Alvarez", "Tomás", "MD", "01-05", "", "04-06"),
    ("Bennett", "Ruth", "DO", "02-02", "03-02", ""),
    ("Chen", "Wei", "MD", "01-05", "", "04-06"),
    ("Dubois", "Claire", "PA-C", "", "05-04", ""),
    ("Eriksen", "Lars", "MD", "02-02", "", "?"),
    ("Farouk", "Lena", "MD", "01-05", "03-02", ""),
    ("Garcia", "Ana", "NP", "", "06-01", ""),
    ("Haddad", "Omar", "DO", "03-02", "", "04-06"),
    ("Iyer", "Meera", "MD", "01-05", "", "05-04"),
    ("Johnson", "Paul", "PA-C", "", "07-01", ""),
    ("Kim", "Soo-jin", "MD", "03-02", "03-02", ""),
    ("Lindqvist", "Eva", "NP", "", "05-04", ""),
    ("Moreau", "Jules", "MD", "01-05", "", ""),
    ("Novak", "Petra", "MD", "08-01", "", "?"),
    ("Okafor", "Daniel", "DO", "02-02", "", "05-04"),
    ("Patel", "Nisha", "MD", "", "06-01", "?"),
    ("Rossi", "Marco", "PT", "", "", "?"),
)
ACTIVITIES = ("IA_BE_16", "IA_PSPA_21", "IA_BMH_12")
_JOINED, _LEFT = {"Novak": date(2026, 7, 1)}, {"Moreau": date(2026, 6, 30)}


def build():
    """The practice with its people; whoever signs in has the password of the demonstration."""
    house = Organization.objects.create(name="Harbor Health (invented)")
    admin = _person("Robin Ashworth", "admin@demo.example", house, "admin")
    manager = _person("Dana Whitfield", "manager@demo.example", house, "manager", official=True)
    found = practice.add(admin, "admin", house, NAME, "000123456", "04101")
    year = DAY.year
    access = access_of(manager, found.slug, year)
    practice.describe(
        access, report_as="group", pathway="traditional", statuses=[], statuses_checked_on=date(year, 9, 1),
        apm="none", not_scored=[], sites_recognized=0, sites_all=2,
    )  # fmt: skip
    for activity in ACTIVITIES:
        ledger.choose(access, activity)
    for number, each in enumerate(PEOPLE):
        _clinician(access, number, each, house)
    return found


def _person(name, email, house, role, official=False, practice=None):
    person = Person.objects.create_user(email, PASSWORD, name=name)
    Membership.objects.create(
        person=person, organization=house, role=role, signing_official=official, practice=practice
    )
    return person


def _clinician(access, number, each, house):
    last, first, credential, *starts = each
    npi = npi_of(number)
    names = {
        "last_name": last,
        "first_name": first,
        "credential": credential,
        "email": f"{last.lower()}@demo.example",
    }
    roster.put(
        access, npi, names=names, joined_on=_JOINED.get(last), left_on=_LEFT.get(last), billed=True,
        non_patient_facing=False, rural=False, hpsa=False,
    )  # fmt: skip
    person = _person(f"{first} {last}", names["email"], house, "clinician", practice=access.practice)
    clinician = Clinician.objects.get(practice=access.practice, npi=npi)
    Clinician.objects.filter(pk=clinician.pk).update(person=person)
    clinician.person = person
    for activity, start in zip(ACTIVITIES, starts, strict=True):
        if start:
            _window(access, clinician, activity, start)


def _window(access, clinician, activity, start):
    first = None if start == "?" else date.fromisoformat(f"{DAY.year}-{start}")
    length = 84 if (clinician.last_name, activity) == ("Johnson", "IA_PSPA_21") else 90
    last = first and first + timedelta(days=length - 1)
    window = ledger.enter(access, clinician, activity, first, last)
    if last is None or last >= DAY or length < 90 or (clinician.last_name, activity) == ("Kim", "IA_PSPA_21"):
        return
    themselves = access_of(clinician.person, access.practice.slug, access.year.year)
    if clinician.last_name == "Moreau":
        manager = access.person
        given = signing.delegate(themselves, manager, date(DAY.year, 12, 31), "", clinician.spoken)
        says = under_delegation(access, window, given, "the falls log of the practice")
        signing.record(access, window, given, says, "the falls log of the practice")
    else:
        signing.sign(themselves, window, own(window), clinician.spoken)


def npi_of(number):
    """An invented NPI, which begins with 9, with its check digit."""
    digits = f"9000{number:05d}"
    total = 24 + sum(
        sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(digits))
    )
    return f"{digits}{-total % 10}"


def stands_still():
    """Whether the day of the demonstration is the day of the portal."""
    return clock.today() == DAY
