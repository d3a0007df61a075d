"""Forms about people: whom to invite, and what a role may do."""

from collections import defaultdict

from django import forms

from mips_ia.portal.actions import people as actions
from mips_ia.portal.models import OFFICIALS, ROLES, Stay
from mips_ia.portal.roles import ALLOWED

GRANTS = {
    "edit": "Edit the practice, roster and statuses",
    "plan": "Choose activities and plan",
    "windows": "Enter windows",
    "evidence": "Add and open evidence",
    "remind": "Ask for signatures",
    "export": "Export",
    "open_phi": "Open evidence that names patients",
}
MAY = {
    "manager": "keeps the records, plans, asks for signatures and exports",
    "clinician": "enters and signs their own windows",
    "registry": "sees the practice, and does what you let them do",
    "reviewer": "reads, and changes nothing",
    "admin": "does what a manager does, and decides who gets in",
}


OFFICIAL = forms.BooleanField(
    label="Signing official", required=False,
    help_text="Signs for the practice before a year is sent. For managers, clinicians, administrators.",
)  # fmt: skip


class Invite(forms.Form):
    """Whom to invite, and to do what."""

    name = forms.CharField(label="Name", max_length=200, help_text="As it stands under a signature.")
    email = forms.EmailField(label="E-mail address", help_text="The link goes there. It works once.")
    role = forms.ChoiceField(
        label="Role",
        choices=[(role, f"{words}: {MAY[role]}") for role, words in ROLES.items()],
        widget=forms.RadioSelect,
    )
    clinician = forms.ModelChoiceField(
        None,
        label="Which clinician",
        empty_label="Nobody on the roster",
        required=False,
        help_text="For the role of a clinician: whose windows they sign.",
    )
    signing_official = OFFICIAL
    everywhere = forms.BooleanField(
        label="In every practice of the organization",
        required=False,
        help_text="Those that are added later too. Not for clinicians.",
    )

    def __init__(self, access, *given, **named):
        super().__init__(*given, **named)
        self.fields["clinician"].queryset = access.practice.clinicians.filter(
            person=None, pk__in=Stay.objects.filter(ended_at=None).values("clinician")
        )
        if not actions.runs_all(access):
            del self.fields["everywhere"]

    def clean(self):
        known = super().clean()
        if known.get("role") == "clinician":
            if not known.get("clinician"):
                self.add_error("clinician", "Choose the clinician whose windows they sign.")
            if known.get("everywhere"):
                self.add_error("everywhere", "A clinician belongs to one practice. Clear this.")
        elif known.get("clinician"):
            self.add_error("clinician", "Choose the role of a clinician, or leave this empty.")
        if known.get("signing_official") and known.get("role") not in (None, *OFFICIALS):
            fix = "Clear this, or choose the role of a manager, clinician or administrator."
            self.add_error("signing_official", fix)
        return known


def grants_of(role):
    """What somebody in a role may be given besides."""
    return [each for each in GRANTS if ALLOWED[each].get(role) == "grant"]


class Role(forms.Form):
    """The mark of a signing official, and what a registry may do."""

    signing_official = OFFICIAL
    grants = forms.MultipleChoiceField(
        label="What else they may do", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, role, *given, **named):
        super().__init__(*given, **named)
        if role not in OFFICIALS:
            del self.fields["signing_official"]
        self.fields["grants"].choices = [(each, GRANTS[each]) for each in grants_of(role)]
        if not self.fields["grants"].choices:
            del self.fields["grants"]


class InviteRoster(forms.Form):
    """A box, which nobody ticked before, and an e-mail address for each clinician."""

    def __init__(self, *given, people, **named):
        super().__init__(*given, **named)
        self.people, self.wanted = people, []
        for each in people:
            self.fields[f"invite-{each.id}"] = forms.BooleanField(label=each.name, required=False)
            self.fields[f"email-{each.id}"] = forms.EmailField(
                label=f"E-mail address of {each.spoken}", required=False, initial=each.email, max_length=254,
            )  # fmt: skip

    def rows(self):
        """Each clinician with their box and their address."""
        return [(each, self[f"invite-{each.id}"], self[f"email-{each.id}"]) for each in self.people]

    def clean(self):
        """Who is ticked needs an address, and one that nobody else has."""
        found, holders = super().clean(), defaultdict(list)
        for each in self.people:
            email = found.get(f"email-{each.id}", "")
            if not found.get(f"invite-{each.id}") or f"email-{each.id}" in self.errors:
                continue
            if email:
                self.wanted.append((each, email))
                holders[email.lower()].append(each)
            else:
                self.add_error(f"email-{each.id}", "Enter an e-mail address, or take the tick off.")
        for one, *others in holders.values():
            for each in others:
                says = f"Enter another address: {one.spoken} has this one, and a link lets in one person."
                self.add_error(f"email-{each.id}", says)
        if not self.wanted and not self.errors:
            raise forms.ValidationError("Tick whom to invite.")
        return found

    def show(self, refused):
        """What stops an invitation stands beside its clinician."""
        places = {each.npi: each for each, _ in self.wanted} | {email: each for each, email in self.wanted}
        for problem in refused.problems:
            who = places[problem.where]
            self.add_error(f"email-{who.id}", f"{problem.what} {problem.fix}")
