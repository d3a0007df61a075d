"""The invented practice of `invented.toml`, to look at and to test with. Nobody in it exists."""

from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from mips_ia.portal.actions import evidence, ledger, practice, roster, signing
from mips_ia.portal.clock import today
from mips_ia.portal.invented import DAY, INVENTED
from mips_ia.portal.models import Clinician, Membership, Organization, Person, Practice
from mips_ia.portal.statements import delegation, own, under_delegation
from mips_ia.portal.tenancy import access_of

PASSWORD = "a demonstration only"  # noqa: S105 - of people who do not exist
NAME = INVENTED["name"]
ACTIVITIES = tuple(INVENTED["activities"])
GRANTS = ("edit", "plan", "windows", "evidence", "export")
FURTHER = 100  # NPIs that each practice has to itself
BASIS = "the falls log of the practice"
VERIFIED = "password"  # how those who sign in it showed who they are


def build():
    """The practice with its people; whoever signs in has the password of the demonstration."""
    who = INVENTED["organization"]
    house = Organization.objects.create(name=who["name"])
    admin = _person(who["admin"], "admin@demo.example", house, "admin")
    manager = _person(who["manager"], "manager@demo.example", house, "manager", official=True)
    return _practice(INVENTED, admin, "admin", manager, house, 0)


def keep():
    """What the practice keeps for its activities; some of it nobody has reviewed yet."""
    manager, found = Person.objects.get(email="manager@demo.example"), Practice.objects.get(name=NAME)
    access = access_of(manager, found.slug, DAY.year)
    for each in INVENTED["evidence"]:
        told = {"name": each["name"], "media_type": "text/plain", "title": each["title"]}
        revision = evidence.receive(access, each["text"].lstrip().encode(), told)
        known = {name: each[name] for name in ("kind", "first")}
        use = evidence.use(access, revision.evidence, each["activity"], each["leaf"], **known)
        if each.get("accepted"):
            evidence.review(access, use, revision, accepted=True)


def others():
    """Further small practices, of a registry that looks after them and sees the first one too."""
    who, first = INVENTED["registry"], Practice.objects.get(name=NAME)
    house = Organization.objects.create(name=who["name"])
    person = _person(who["person"], "registrar@demo.example", house, "registry")
    Membership.objects.filter(person=person).update(grants=list(GRANTS))
    Membership.objects.create(person=person, organization=first.organization, practice=first, role="registry")
    for place, told in enumerate(INVENTED["other"], 1):
        _practice(told, person, "registry", person, house, FURTHER * place)


def _practice(told, adds, role, runs, house, numbers):
    """One practice as `invented.toml` tells it; `numbers` is where the numbers of its clinicians begin."""
    found = practice.add(adds, role, house, told["name"], told["tin"], told["zip"])
    access = access_of(runs, found.slug, DAY.year)
    practice.describe(access, **told["year"])
    for activity in told["activities"]:
        ledger.choose(access, activity)
    for number, each in enumerate(told["clinician"], numbers):
        _clinician(access, number, each, house)
    return found


def _person(name, email, house, role, official=False, practice=None):
    person = Person.objects.create(email=email, name=name, password=_kept())
    Membership.objects.create(
        person=person, organization=house, role=role, signing_official=official, practice=practice
    )
    return person


@cache
def _kept():
    """The password as it is kept, made once: it takes as long for each as a real one should."""
    return make_password(PASSWORD)


def _clinician(access, number, each, house):
    npi = npi_of(number)
    names = {name: each[name] for name in ("last_name", "first_name", "credential")}
    names["email"] = f"{each['last_name'].lower()}@demo.example"
    roster.put(
        access, npi, names=names, joined_on=each.get("joined_on"), left_on=each.get("left_on"), billed=True,
        non_patient_facing=False, rural=False, hpsa=False,
    )  # fmt: skip
    clinician = Clinician.objects.get(practice=access.practice, npi=npi)
    person = _person(clinician.spoken, names["email"], house, "clinician", practice=access.practice)
    Clinician.objects.filter(pk=clinician.pk).update(person=person)
    clinician.person = person
    for activity, first in each["windows"].items():
        if first == "unknown":
            ledger.enter(access, clinician, activity, None, None)
        else:
            _window(access, clinician, activity, first, each)


def _window(access, clinician, activity, first, each):
    """A window of somebody, signed where it is over and long enough and does not wait."""
    days = each.get("days", INVENTED["days"])
    last = first + timedelta(days=days - 1)
    window = ledger.enter(access, clinician, activity, first, last)
    if last > today() or days < INVENTED["days"] or activity in each.get("unsigned", ()):
        return
    themselves = access_of(clinician.person, access.practice.slug, DAY.year)
    if each.get("delegates"):
        given = signing.delegate(
            themselves, access.person, DAY.replace(month=12, day=31),
            delegation(themselves, access.person, DAY.replace(month=12, day=31)), clinician.spoken,
            verified=VERIFIED,
        )  # fmt: skip
        says = under_delegation(access, window, given, BASIS)
        signing.record(access, window, given, says, BASIS, verified=VERIFIED)
    else:
        signing.sign(themselves, window, own(window), clinician.spoken, verified=VERIFIED)


def npi_of(number):
    """An invented NPI, which begins with 9, with its check digit."""
    digits = f"9000{number:05d}"
    total = 24 + sum(
        sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(digits))
    )
    return f"{digits}{-total % 10}"
