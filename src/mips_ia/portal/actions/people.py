"""Who has which role: its marks and grants, its end, and who may decide on it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from mips_ia.portal import clock, sessions, signins
from mips_ia.portal.log import note, write, writing
from mips_ia.portal.meanwhile import unchanged
from mips_ia.portal.models import OFFICIALS, ROLES, Clinician, Membership, Organization, Person
from mips_ia.problems import Problem, Refused

MACHINE = "at the machine"  # in the place of a role: who runs it did it, and nobody was signed in


def can_be_official(role, signing_official):
    """Refuse the mark of a signing official with a role that does not sign."""
    if signing_official and role not in OFFICIALS:
        what = f"The role {ROLES[role].lower()} does not sign for a practice."
        fix = "Mark a manager, a clinician or an administrator."
        refuse("official", "signing_official", what, fix)


def change(access, membership, *, signing_official, grants, seen=None):
    """The mark of a signing official, and what a registry may do here."""
    can_be_official(membership.role, signing_official)
    with writing(access.practice):
        before = held(membership)
        unchanged(access, seen, before, f"role {membership.id}")
        membership.signing_official, membership.grants = signing_official, sorted(grants)
        after = plain(membership)
        if after != before:
            membership.save(update_fields=["signing_official", "grants"])
            note(access, "role changed", f"role {membership.id}", before, after)
    return after != before


def end(access, membership, seen=None):
    """End a role, if it is still as it was seen. The last administrator stays: `Refused`."""
    practice = access.practice
    with writing(practice):
        Organization.objects.select_for_update().get(pk=practice.organization_id)
        unchanged(access, seen, held(membership), f"role {membership.id}")
        if is_last_administrator(practice, membership):
            what = f"{membership.person.name} is the only administrator."
            fix = "Invite another administrator first."
            refuse("last_administrator", membership.person.email, what, fix)
        if not Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=clock.now()):
            return
        if membership.role == "clinician":
            own = Clinician.objects.filter(practice=membership.practice_id, person=membership.person)
            own.update(person=None)
        note(access, "role ended", f"role {membership.id}", plain(membership), None)
        if not Membership.objects.filter(person=membership.person, ended_at=None).exists():
            _end_sessions(membership.person, access.person, access.role)


def belonging(practice):
    """Everybody who has a role at a practice now, in it alone or in all of its organization."""
    here = Q(practice=practice) | Q(practice=None, organization=practice.organization_id)
    return Person.objects.filter(pk__in=Membership.objects.filter(here, ended_at=None).values("person"))


def administrators(practice):
    """The administrators of a practice, those of its whole organization among them."""
    here = Q(practice=practice) | Q(practice=None, organization=practice.organization_id)
    return Membership.objects.filter(here, role="admin", ended_at=None, person__is_active=True)


def is_last_administrator(practice, membership):
    """Whether nobody would be left who can invite; for one of all practices, nobody of all practices."""
    others = administrators(practice).exclude(pk=membership.pk)
    if membership.practice_id is None:
        others = others.filter(practice=None)
    return membership.role == "admin" and not others.exists()


def runs_all(access):
    """Whether the person is an administrator of each practice of the organization."""
    return administrators(access.practice).filter(practice=None, person=access.person).exists()


def decides(access, place):
    """Refuse a role or invitation of every practice to those who have no such role; it says who has."""
    if place.practice_id is None:
        must_run_all(access)


def must_run_all(access):
    """Refuse what is of every practice of the organization to those who run only some."""
    if not runs_all(access):
        above = administrators(access.practice).filter(practice=None).first()
        raise PermissionDenied(above.person.name if above else "")


def within_reach(access, person):
    """Whether all that a person may do lies where the administrator decides."""
    held = Membership.objects.filter(person=person, ended_at=None)
    here = Q(organization=access.practice.organization_id)
    if not runs_all(access):
        here &= Q(practice=access.practice)
    return not held.exclude(here).exists()


def reset_second_factor(access, membership):
    """Somebody lost their phone: the next sign-in asks for the password alone, and then for a new set-up."""
    with writing(access.practice):
        before = _forgotten(membership.person, access.person, access.role)
        note(access, "second factor reset", f"role {membership.id}", {"had": before}, None)


def reset_at_the_machine(person):
    """The same by who runs the machine, of anybody; whether there was a second factor."""
    with writing(None):
        return bool(person.authenticator_set.exists() and _forgotten(person, None, MACHINE))


def _forgotten(person, by, role):
    """What the second factor was, which is taken away."""
    before = sorted(person.authenticator_set.values_list("type", flat=True))
    person.authenticator_set.all().delete()
    signins.line(person, "second factor reset", by, {"had": before}, role=role)
    _end_sessions(person, by, role)
    return before


def _end_sessions(person, by, role):
    """Whoever is signed in as this person must sign in again."""
    if ended := sessions.end_of(person):
        signins.line(person, "sessions ended", by, after={"sessions": ended}, role=role)


def rename(person, name):
    """Another name for oneself; what was signed keeps the name it has."""
    with writing(None):
        before, person.name = person.name, name
        Person.objects.filter(pk=person.pk).update(name=name)
        write(person, "", None, "person renamed", f"person {person.id}", {"name": before}, {"name": name})


def held(membership):
    """A role as it is now."""
    membership.refresh_from_db(fields=["signing_official", "grants"])
    return plain(membership)


def plain(membership):
    """A role as the log has it."""
    return {
        "person": membership.person_id, "role": membership.role, "practice": membership.practice_id,
        "signing_official": membership.signing_official, "grants": list(membership.grants),
    }  # fmt: skip


def refuse(code, where, what, fix):
    """Raise `Refused` with one problem."""
    raise Refused([Problem(code, where, what, fix)])
