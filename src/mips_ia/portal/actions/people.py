"""Who gets in and with which role: invitations, roles, their end."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from mips_ia.portal import clock, sessions, signins
from mips_ia.portal.log import NO_PRACTICE, note, write, writing
from mips_ia.portal.meanwhile import unchanged
from mips_ia.portal.models import OFFICIALS, ROLES, Clinician, Invitation, Membership, Organization, Person
from mips_ia.portal.turns import one_at_a_time
from mips_ia.problems import Problem, Refused

DAYS = 14  # an invitation waits that long


def invite(access, *, name, email, role, signing_official=False, clinician=None, everywhere=False):
    """Keeps a place for somebody. Returns it with the secret of its link, which is kept nowhere.

    `everywhere` is each practice of the organization. `Refused` where the place is taken.
    """
    practice = None if everywhere else access.practice
    organization = access.practice.organization
    _can_be_official(role, signing_official)
    with writing(access.practice):
        held = Membership.objects.filter(
            person__email__iexact=email, organization=organization, practice=practice, role=role,
            ended_at=None,
        )  # fmt: skip
        if held.exists():
            _refuse("has_role", email, f"{email} has this role already.", "Choose another role.")
        if role == "clinician":
            _free(clinician)
            _not_invited(clinician)
        secret = secrets.token_urlsafe(32)
        found = Invitation.objects.create(
            organization=organization, practice=practice, role=role, signing_official=signing_official,
            clinician=clinician if role == "clinician" else None, name=name, email=email.lower(),
            digest=digest(secret), invited_by=access.person, until=clock.now() + timedelta(days=DAYS),
        )  # fmt: skip
        note(access, "person invited", f"invitation {found.id}", None, _told(found))
    return found, secret


def invite_clinicians(access, wanted):
    """Invites clinicians of the roster, each by an own link: pairs of a clinician and an e-mail address.

    All of them or nobody: `Refused` with everything that stops it.
    """
    made, problems = [], []
    with writing(access.practice):
        for clinician, email in wanted:
            try:
                made.append(
                    invite(
                        access, name=clinician.spoken, email=email, role="clinician", clinician=clinician
                    )
                )  # fmt: skip
            except Refused as refused:
                problems += refused.problems
        if problems:
            raise Refused(problems)
    return made


def invited(access):
    """The invitations that wait to be taken up: of the practice, and of its whole organization."""
    here = Q(practice=access.practice) | Q(practice=None)
    places = access.practice.organization.invitation_set.filter(here, taken_at=None, until__gt=clock.now())
    return places.select_related("invited_by", "organization", "clinician").order_by("until", "id")


def again(access, invitation):
    """The same place with a new link; the old one ends."""
    with writing(access.practice):
        withdraw(access, invitation)
        return invite(
            access, name=invitation.name, email=invitation.email, role=invitation.role,
            signing_official=invitation.signing_official, clinician=invitation.clinician,
            everywhere=invitation.practice_id is None,
        )  # fmt: skip


def withdraw(access, invitation):
    """Its link does not work any more."""
    with writing(access.practice):
        Invitation.objects.filter(pk=invitation.pk, taken_at=None).update(until=clock.now())
        note(access, "invitation withdrawn", f"invitation {invitation.id}", _told(invitation), None)


def digest(secret):
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invitation_of(secret):
    """The invitation behind a link, whether or not it can still be taken up; None where there is none."""
    places = Invitation.objects.select_related("organization", "practice", "clinician", "invited_by")
    return places.filter(digest=digest(secret)).first()


def has_account(email):
    """Whether somebody signs in with this address."""
    return Person.objects.filter(email__iexact=email).exists()


def join(invitation, name, password):
    """Somebody new takes up an invitation: an account with a name, a password (or none), and the role."""
    with writing(invitation.practice):
        one_at_a_time(NO_PRACTICE)
        if has_account(invitation.email):
            what = "There is an account with this address."
            _refuse("known", invitation.email, what, "Sign in to take it up.")
        person = Person.objects.create_user(invitation.email, password, name=name)
        take_up(invitation, person)
    return person


def take_up(invitation, person):
    """The invited takes the role. Once: `Refused` where the link was used or its time is over."""
    with writing(invitation.practice):
        now = clock.now()
        open_still = Invitation.objects.filter(pk=invitation.pk, taken_at=None, until__gt=now)
        if not open_still.update(taken_at=now):
            what = "This invitation was used, or its time is over."
            _refuse("over", f"invitation {invitation.id}", what, "Ask for another.")
        if invitation.clinician is not None:
            _free(Clinician.objects.get(pk=invitation.clinician_id))
            Clinician.objects.filter(pk=invitation.clinician_id).update(person=person)
        held, _ = Membership.objects.get_or_create(
            person=person, organization=invitation.organization, practice=invitation.practice,
            role=invitation.role, ended_at=None, defaults={"signing_official": invitation.signing_official},
        )  # fmt: skip
        told = plain(held) | {"invitation": invitation.id}
        write(person, held.role, invitation.practice, "invitation taken up", f"role {held.id}", None, told)
    return held


def _free(clinician):
    if clinician is None:
        what = "It is not said which clinician it is."
        _refuse("clinician", "clinician", what, "Choose one from the roster.")
    if clinician.person_id is not None:
        what = f"{clinician.spoken} has an account already."
        fix = "Choose another clinician, or end that account’s role first."
        _refuse("clinician", clinician.npi, what, fix)


def _not_invited(clinician):
    """Nobody gets two links at once."""
    held = Invitation.objects.filter(clinician=clinician, taken_at=None, until__gt=clock.now()).first()
    if held is not None:
        what = f"{clinician.spoken} is invited already, at {held.email}."
        _refuse("invited", clinician.npi, what, "Send that invitation again, or withdraw it first.")


def _can_be_official(role, signing_official):
    if signing_official and role not in OFFICIALS:
        what = f"The role {ROLES[role].lower()} does not sign for a practice."
        fix = "Mark a manager, a clinician or an administrator."
        _refuse("official", "signing_official", what, fix)


def change(access, membership, *, signing_official, grants, seen=None):
    """The mark of a signing official, and what a registry may do here."""
    _can_be_official(membership.role, signing_official)
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
            _refuse("last_administrator", membership.person.email, what, fix)
        if not Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=clock.now()):
            return
        if membership.role == "clinician":
            own = Clinician.objects.filter(practice=membership.practice_id, person=membership.person)
            own.update(person=None)
        note(access, "role ended", f"role {membership.id}", plain(membership), None)
        if not Membership.objects.filter(person=membership.person, ended_at=None).exists():
            _end_sessions(access, membership.person)


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
    person = membership.person
    with writing(access.practice):
        before = sorted(person.authenticator_set.values_list("type", flat=True))
        person.authenticator_set.all().delete()
        note(access, "second factor reset", f"role {membership.id}", {"had": before}, None)
        signins.line(person, "second factor reset", access.person, {"had": before}, role=access.role)
        _end_sessions(access, person)


def _end_sessions(access, person):
    """Whoever is signed in as this person must sign in again."""
    if ended := sessions.end_of(person):
        signins.line(person, "sessions ended", access.person, after={"sessions": ended}, role=access.role)


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


def _told(invitation):
    return {
        "email": invitation.email, "role": ROLES[invitation.role], "practice": invitation.practice_id,
        "clinician": invitation.clinician and invitation.clinician.npi,
    }  # fmt: skip


def _refuse(code, where, what, fix):
    raise Refused([Problem(code, where, what, fix)])
