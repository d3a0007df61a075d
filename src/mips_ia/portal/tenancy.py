"""Who may see and do what: the one place that decides it, and that says no where nothing is said.

A stranger to a practice gets 404, as if it were not there. Somebody who may see it and not do what is
asked gets 403, with the name of a person who can.
"""

from dataclasses import dataclass, field
from functools import cache, cached_property, wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from mips_ia.portal.models import OFFICIALS, Audit, Clinician, Membership, Practice, Use, Year
from mips_ia.portal.roles import ALLOWED, GRANTED
from mips_ia.problems import Refused


@dataclass
class Access:
    """One person at one practice, and, where an address names it, in one performance year."""

    person: object
    practice: Practice
    roles: frozenset
    grants: frozenset = frozenset()
    official: bool = False
    year: Year | None = None
    clinician: Clinician | None = field(default=None)
    whole: frozenset = frozenset()  # organizations in all of whose practices the person has a role
    places: frozenset = frozenset()  # practices to which they belong besides

    def may(self, action):
        """Whether they may do it, at least for themselves."""
        return self.how(action) is not None

    def how(self, action):
        """`yes` for all of it, `own` for what concerns oneself, None where it is refused."""
        said = ALLOWED[action]
        found = {said[role] for role in self.roles if role in said}
        if self.official and "official" in said:
            found.add(said["official"])
        if "grant" in found and GRANTED.get(action, action) in self.grants:
            found.add("yes")
        return next((each for each in ("yes", "own") if each in found), None)

    @property
    def audited(self):
        """Whether an auditor waits for an answer of the practice."""
        return (self.year or self.practice).audited

    def need(self, action):
        """Refuse, with the name of somebody who can, where they may not."""
        if not self.may(action):
            raise PermissionDenied(whom_to_ask(self.practice, action))

    @cached_property
    def role(self):
        """The role in use, as records name it: the one that allows most."""
        order = ("admin", "manager", "registry", "clinician", "reviewer")
        return next((role for role in order if role in self.roles), "")


def access_of(person, slug, year=None):
    """What a person may do at a practice; 404 to those whom it does not concern."""
    practice, year = _place(slug, year)
    every, own = list(_memberships(person)), list(Clinician.objects.filter(person=person))
    of_all = (None, practice.organization_id)  # the role is in every practice of its organization
    held = [e for e in every if e.practice_id == practice.id or (e.practice_id, e.organization_id) == of_all]
    clinician = next((each for each in own if each.practice_id == practice.id), None)
    roles = {each.role for each in held} - {"clinician"} | ({"clinician"} if clinician else set())
    if not roles:
        raise Http404
    grants = frozenset(grant for each in held for grant in each.grants)
    official = any(each.signing_official for each in held if each.role in roles.intersection(OFFICIALS))
    whole = frozenset(each.organization_id for each in every if each.practice_id is None)
    places = frozenset(each.practice_id for each in (*every, *own)) - {None}
    return Access(person, practice, frozenset(roles), grants, official, year, clinician, whole, places)


def _place(slug, year):
    """The practice, and its year where one is named; each year is there from the practice's beginning."""
    if year is None:
        known = Practice.objects.select_related("organization").annotate(audited=_audited("pk"))
        return get_object_or_404(known, slug=slug), None
    found = get_object_or_404(_years(), practice__slug=slug, year=year)
    return found.practice, found


@cache
def _years():
    """The beginning of what nearly every page asks, made once."""
    return Year.objects.select_related("practice__organization").annotate(audited=_audited("practice"))


def _audited(practice):
    """Whether an auditor of a practice waits for an answer, which every page of it says."""
    return Exists(Audit.objects.filter(year__practice=OuterRef(practice), closed_at=None, sent=None))


def _memberships(person):
    return Membership.objects.filter(person=person, ended_at=None)


def practices_of(person):
    """Every practice that a person belongs to."""
    held = _memberships(person)
    besides = held.exclude(practice=None).values("practice")
    own = Clinician.objects.filter(person=person).order_by().values("practice")
    return _practices_in(held.filter(practice=None).values("organization"), besides.union(own))


def practices_beside(access):
    """The same of whoever has an access, by what was read for it."""
    return _practices_in(access.whole, access.places)


def _practices_in(organizations, places):
    return Practice.objects.filter(Q(organization__in=organizations) | Q(id__in=places))


def years_of(person, year):
    """That performance year of every practice that a person belongs to, with what it came to."""
    held = practices_of(person).order_by().values("id")
    return Year.objects.filter(year=year, practice__in=held).select_related("practice", "result")


def practices_where(person, action):
    """The practices in which a person may do all of something, by their role or as it was granted."""
    held = _allowing(_memberships(person), action)
    whole = {each.organization_id for each in held if each.practice_id is None}
    return _practices_in(whole, {each.practice_id for each in held} - {None})


def may_add_in(person):
    """The memberships by which a person may add a practice: those with which they could then describe it."""
    whole = _memberships(person).filter(practice=None).select_related("organization")
    return _allowing(whole.order_by("organization__name", "role"), "edit")


def _allowing(memberships, action):
    """Those that allow all of something."""
    said, grant = ALLOWED[action], GRANTED.get(action, action)
    how = {each: said.get(each.role) for each in memberships}
    return [each for each in how if how[each] == "yes" or (how[each] == "grant" and grant in each.grants)]


def evidence_of(access):
    """The evidence of a practice that somebody may see: all of it, or what concerns themselves.

    To a clinician that is what they added, and what is said to show an activity in which they take part.
    """
    every, how = access.practice.evidence.all(), access.how("see_evidence")
    if how == "yes":
        return every
    if how is None:
        return every.none()
    mine = access.clinician.windows.filter(replaced_at=None)
    shown = Use.objects.filter(ended_at=None, year=access.year, activity__in=mine.values("activity"))
    return every.filter(Q(made_by=access.person) | Q(id__in=shown.values("evidence"))).distinct()


def holder_of(tin):
    """The practice of a TIN with its organization, whoever asks, so that no TIN is here twice."""
    return Practice.objects.filter(tin=tin).select_related("organization").first()


def reached(person, practice, year):
    """The same as `access_of` of a practice that is at hand; None for a stranger to it."""
    try:
        return access_of(person, practice.slug, year)
    except Http404:
        return None


def whom_to_ask(practice, action):
    """The name of somebody who may do it and can sign in, the oldest role first; empty where nobody may.

    What nobody may do for another, only that person can.
    """
    if set(ALLOWED[action].values()) == {"own"}:
        return "Only the person whom it concerns"
    roles = [role for role, how in ALLOWED[action].items() if how == "yes"]
    who = Q(role__in=roles) | (Q(signing_official=True, role__in=OFFICIALS) if "official" in roles else Q())
    here = Q(practice=practice) | Q(practice=None, organization=practice.organization_id)
    held = Membership.objects.filter(here, who, ended_at=None, person__is_active=True)
    found = held.select_related("person").order_by("id").first()
    return found.person.name if found else ""


def persons_who_may(practice, action):
    """The names of those who may do what is allowed one by one, such as opening what names patients."""
    here = Q(practice=practice) | Q(practice=None, organization=practice.organization_id)
    roles = [role for role, how in ALLOWED[action].items() if how == "grant"]
    held = Membership.objects.filter(here, role__in=roles, ended_at=None, person__is_active=True)
    granted = [each.person.name for each in held.select_related("person") if action in each.grants]
    return sorted(set(granted))


# ---- Every view says by which rule it opens

OPEN = {
    "public": "It says nothing of anybody.",
    "person": "It concerns whoever is signed in, and nobody else.",
    "organization": "It concerns what the person runs; each row is theirs by `practices_of`.",
    "secret": "Whoever has the address may read it; the address can be replaced.",
}


def opened(rule):
    """Marks a view that belongs to no practice with one of the rules in `OPEN`."""
    if rule not in OPEN:
        raise ValueError(rule)

    def declared(view):
        guarded = view if rule in ("public", "secret") else login_required(view)
        guarded.rule = rule
        return guarded

    return declared


def page(see, change=None):
    """Marks a view of a practice: what one must be allowed in order to see it, and to change something.

    The view is called with an `Access` in the place of the address's practice and year. What a locked
    year refuses is a 403 with the name of somebody who can unlock it.
    """

    def declared(view):
        @wraps(view)
        def guarded(request, practice, year=None, **rest):
            access = request.access = access_of(request.user, practice, year)
            access.need(see)
            request.may_see = True
            if request.method not in ("GET", "HEAD"):
                access.need(change or see)
            try:
                return view(request, access, **rest)
            except Refused as refusal:
                if "locked" not in {problem.code for problem in refusal.problems}:
                    raise
                raise PermissionDenied(whom_to_ask(access.practice, "lock")) from refusal

        found = login_required(guarded)
        found.rule = (see, change)
        return found

    return declared
