"""Who gets in: invitations, asked for, sent again, withdrawn and taken up."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q

from mips_ia.portal import clock
from mips_ia.portal.actions.people import can_be_official, plain, refuse
from mips_ia.portal.log import NO_PRACTICE, note, write, writing
from mips_ia.portal.models import ROLES, Clinician, Invitation, Membership, Person
from mips_ia.portal.turns import one_at_a_time
from mips_ia.problems import Refused

DAYS = 14  # an invitation waits that long


def invite(access, *, name, email, role, signing_official=False, clinician=None, everywhere=False):
    """Keeps a place for somebody. Returns it with the secret of its link, which is kept nowhere.

    `everywhere` is each practice of the organization. `Refused` where the place is taken.
    """
    practice = None if everywhere else access.practice
    organization = access.practice.organization
    can_be_official(role, signing_official)
    with writing(access.practice):
        held = Membership.objects.filter(
            person__email__iexact=email, organization=organization, practice=practice, role=role,
            ended_at=None,
        )  # fmt: skip
        if held.exists():
            refuse("has_role", email, f"{email} has this role already.", "Choose another role.")
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


def open_for(email):
    """The newest invitation of an address that can be taken up now; None where there is none."""
    places = Invitation.objects.select_related("organization", "practice", "clinician")
    return places.filter(email__iexact=email, taken_at=None, until__gt=clock.now()).order_by("id").last()


def has_account(email):
    """Whether somebody signs in with this address."""
    return Person.objects.filter(email__iexact=email).exists()


def join(invitation, name, password):
    """Somebody new takes up an invitation: an account with a name, a password (or none), and the role."""
    with writing(invitation.practice):
        one_at_a_time(NO_PRACTICE)
        if has_account(invitation.email):
            what = "There is an account with this address."
            refuse("known", invitation.email, what, "Sign in to take it up.")
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
            refuse("over", f"invitation {invitation.id}", what, "Ask for another.")
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
        refuse("clinician", "clinician", what, "Choose one from the roster.")
    if clinician.person_id is not None:
        what = f"{clinician.spoken} has an account already."
        fix = "Choose another clinician, or end that account’s role first."
        refuse("clinician", clinician.npi, what, fix)


def _not_invited(clinician):
    """Nobody gets two links at once."""
    held = Invitation.objects.filter(clinician=clinician, taken_at=None, until__gt=clock.now()).first()
    if held is not None:
        what = f"{clinician.spoken} is invited already, at {held.email}."
        refuse("invited", clinician.npi, what, "Send that invitation again, or withdraw it first.")


def _told(invitation):
    return {
        "email": invitation.email, "role": ROLES[invitation.role], "practice": invitation.practice_id,
        "clinician": invitation.clinician and invitation.clinician.npi,
    }  # fmt: skip
