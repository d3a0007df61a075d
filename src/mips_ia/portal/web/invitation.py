"""The page behind the link of an invitation."""

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal import clock
from mips_ia.portal.actions import invitations
from mips_ia.portal.models import ROLES, Person
from mips_ia.portal.often import too_often
from mips_ia.portal.tenancy import opened
from mips_ia.portal.web.account_forms import how_long
from mips_ia.portal.web.errors import too_many
from mips_ia.portal.web.fresh import let_in
from mips_ia.problems import Refused

OFTEN = 30  # links a minute that are none, so that nobody guesses one


class Join(forms.Form):
    """A name and a password for somebody new."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        help_text="As you type it under a signature. Correct it if it is wrong.",
    )
    password = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, email, *given, **named):
        super().__init__(*given, **named)
        self.email = email
        self.fields["password"].help_text = how_long()

    def clean(self):
        known = super().clean()
        if known.get("password"):
            person = Person(email=self.email, name=known.get("name", ""))
            try:
                validate_password(known["password"], person)
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        return known


@opened("secret")
def invitation(request, secret):
    """Lets the invited in: once, in time, and nobody else who is signed in."""
    place = invitations.invitation_of(secret)
    if place is None:
        if too_often(request, "invitation", OFTEN):
            return too_many(request)
        raise Http404
    around = {"place": place, "role": ROLES[place.role], "where": place.practice or place.organization}
    if place.taken_at or place.until <= clock.now():
        return render(request, "invitation/over.html", around, status=410)
    if request.user.is_authenticated:
        return _known(request, place, around)
    if invitations.has_account(place.email):
        return render(request, "invitation/sign_in.html", around)
    return _new(request, place, around)


def _known(request, place, around):
    """Somebody with an account accepts, if the invitation went to their address."""
    around["theirs"] = request.user.email.lower() == place.email.lower()
    if request.method == "POST" and around["theirs"]:
        try:
            invitations.take_up(place, request.user)
        except Refused as refused:
            around["refused"] = refused.problems[0]
        else:
            return _in(request, around)
    return render(request, "invitation/accept.html", around)


def _new(request, place, around):
    form = Join(place.email, request.POST or None, initial={"name": place.name})
    if request.method == "POST" and form.is_valid():
        try:
            person = invitations.join(place, form.cleaned_data["name"], form.cleaned_data["password"])
        except Refused as refused:
            for each in refused.problems:
                form.add_error(None, f"{each.what} {each.fix}")
        else:
            let_in(request, person)
            return _in(request, around)
    return render(request, "invitation/join.html", around | {"form": form})


def _in(request, around):
    messages.success(request, f"Welcome. You are {around['role'].lower()} of {around['where']}.")
    return redirect("home")
