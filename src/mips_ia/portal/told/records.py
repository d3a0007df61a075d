"""What the records of the log's lines are in words, and where each is shown to whom."""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from django.db.models import Q

from mips_ia.catalogue import catalogue
from mips_ia.portal.models import ROLES, Delegation, Final, Membership, Person, Window
from mips_ia.portal.templatetags.words import day


@dataclass(frozen=True)
class Named:
    """A record in words, and where it is shown: the page's name, what its address holds, who may open it."""

    says: str
    page: str = ""
    holds: tuple = ()
    needs: str = ""


def named(access, lines=None):
    """The records that lines are about, by how the log writes them; without lines all that there are."""
    ids = defaultdict(list)
    for each in lines or ():
        kind, _, id = each.record.partition(" ")
        if id.isdigit():
            ids[kind].append(id)
    found = {}
    for kind, (rows, key, says) in _kinds(access).items():
        wanted = rows if lines is None else rows.filter(**{f"{key}__in": ids[kind]})
        found |= {f"{kind} {getattr(row, key)}": says(row) for row in wanted}
    return found


def record(line, found, access):
    """What a line is about; an activity is named by the catalogue, and what is not known stays as it is."""
    if line.record in found:
        return found[line.record]
    held = line.after or line.before
    year = held.get("year") if isinstance(held, dict) else None
    listed = catalogue(year).activities.get(line.record) if isinstance(year, int) else None
    if listed is not None:
        return Named(f"{line.record}, {listed.title}", "activities_one", (year, line.record), "see")
    if line.record == f"practice {access.practice.pk}":
        return Named(access.practice.name)
    return Named(line.record[:1].upper() + line.record[1:])


def _kinds(access):
    """Each kind of record that a line may name: its rows, by what the log names them, and how each is said.

    Whoever sees no names finds only what is their own.
    """
    practice, all_names = access.practice, access.may("see_names")
    own = {} if all_names else {"clinician": access.clinician}
    people = Person.objects.filter(_belongs(practice)).distinct()
    roles = Membership.objects.filter(organization=practice.organization_id).select_related("person")
    clinicians = practice.clinicians.all()
    if not all_names:
        people, roles = people.filter(pk=access.person.pk), roles.filter(person=access.person)
        clinicians = clinicians.filter(pk=access.clinician.pk)
    windows = Window.objects.filter(year__practice=practice, **own).select_related("clinician", "year")
    delegations = Delegation.objects.filter(year__practice=practice, **own)
    uploads = practice.uploads.select_related("year").defer("content", "table")
    finals = Final.objects.filter(year__practice=practice).select_related("year")
    year = access.year.year
    return {
        "window": (windows, "pk", _window),
        "delegation": (delegations.select_related("clinician", "delegate", "year"), "pk", _delegation),
        "clinician": (clinicians, "npi", partial(_clinician, year)),
        "person": (people, "pk", lambda row: Named(row.name)),
        "role": (roles, "pk", partial(_role, year)),
        "invitation": (_invitations(access), "pk", _invitation),
        "final": (finals.defer("qpp_json", "qrda3", "answer"), "pk", _final),
        "upload": (uploads, "pk", _upload),
        "site": (practice.sites.all(), "pk", lambda row: Named(f"Site {row.name}")),
    }


def _invitations(access):
    """Those of the practice and of all of its organization, for who decides on them."""
    practice = access.practice
    if not access.may("people"):
        return practice.invitations.none()
    return practice.organization.invitation_set.filter(Q(practice=practice) | Q(practice=None))


def _belongs(practice):
    here = Q(memberships__practice=practice) | Q(
        memberships__practice=None, memberships__organization=practice.organization_id
    )
    return here | Q(clinicians__practice=practice)


def _window(row):
    days = f"{day(row.first) or 'start unknown'} – {day(row.last) or 'end unknown'}"
    holds = (row.year.year, row.activity, row.clinician_id)
    return Named(f"{_who(row.clinician)}, {row.activity}, {days}", "participation_cell", holds, "see")


def _delegation(row):
    says = f"Delegation of {_who(row.clinician)} to {row.delegate.name}, until {day(row.until)}"
    return Named(says, "roster_clinician", (row.year.year, row.clinician_id), "see")


def _clinician(year, row):
    return Named(_who(row), "roster_clinician", (year, row.pk), "see")


def _who(clinician):
    return clinician.name if clinician.name.startswith("NPI") else f"{clinician.name} (NPI {clinician.npi})"


def _role(year, row):
    says = f"{row.person.name}, {ROLES[row.role].lower()}"
    if row.ended_at is not None:
        return Named(says)
    return Named(says, "people_role", (year, row.pk), "people")


def _invitation(row):
    return Named(f"Invitation of {row.name}, {ROLES[row.role].lower()}")


def _final(row):
    says = f"{row.year.year} as {row.kind} on {day(row.at)}"
    return Named(says, "export_final", (row.year.year, row.pk), "export")


def _upload(row):
    needs = {"roster": "edit", "participation": "see_names"}[row.kind]
    return Named(f"File {row.name}, {row.kind}", f"{row.kind}_check", (row.year.year, row.pk), needs)
