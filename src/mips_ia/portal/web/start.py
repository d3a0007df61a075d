"""An empty installation: its first administrator, and nothing else."""

import hmac

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal.log import NO_PRACTICE, write
from mips_ia.portal.models import Membership, Organization, Person
from mips_ia.portal.often import too_often
from mips_ia.portal.tenancy import opened
from mips_ia.portal.turns import one_at_a_time
from mips_ia.portal.web.errors import too_many
from mips_ia.portal.web.fresh import let_in

OFTEN = 20  # tries a minute, so that nobody guesses the code


class First(forms.Form):
    """Who runs this installation."""

    code = forms.CharField(
        label="Set-up code",
        help_text="It is printed in the window where the portal was started, and in the file setup.code of "
        "its folder.",
    )
    organization = forms.CharField(label="Organization", max_length=200, help_text="As people call it.")
    name = forms.CharField(label="Your name", max_length=200)
    email = forms.EmailField(label="Your e-mail address", help_text="You sign in with it.")
    password = forms.CharField(
        label="Password", widget=forms.PasswordInput, help_text="At least 12 characters; a sentence is fine."
    )

    def clean_code(self):
        """Only somebody who can read the machine's own files may be first."""
        given = self.cleaned_data["code"].strip()
        if not hmac.compare_digest(given.encode(), code().encode()):
            raise forms.ValidationError("Enter the 12 characters that are printed there.")
        return given

    def clean_password(self):
        """It must be hard to guess."""
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]


def code():
    """The set-up code, made once; whoever starts the portal is told it."""
    import secrets  # noqa: PLC0415 - once in the life of an installation

    kept = settings.HOME / "setup.code"
    if not kept.exists():
        settings.HOME.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(6))
    return kept.read_text().strip()


@opened("public")
def start(request):
    """Makes the first administrator; afterwards the page is not there."""
    if Person.objects.exists():
        raise Http404
    if request.method == "POST" and too_often(request, "start", OFTEN):
        return too_many(request)
    form = First(request.POST or None)
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data
        with transaction.atomic():
            one_at_a_time(NO_PRACTICE)
            if Person.objects.exists():  # somebody was faster
                raise Http404
            person = Person.objects.create_user(known["email"], known["password"], name=known["name"])
            organization = Organization.objects.create(name=known["organization"])
            Membership.objects.create(person=person, organization=organization, role="admin")
            write(person, "admin", None, "installation started", f"organization {organization.id}")
        let_in(request, person)
        return redirect("home")
    return render(request, "start.html", {"form": form})
