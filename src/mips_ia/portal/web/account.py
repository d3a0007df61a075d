"""One's own account: name, password, second factor, passkeys, and what one may do where."""

from allauth.mfa.base.views import IndexView
from allauth.usersessions.views import ListUserSessionsView
from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.portal.accounts import has_second_factor, must_have_second_factor
from mips_ia.portal.actions import people
from mips_ia.portal.sessions import note_ended
from mips_ia.portal.tenancy import opened


class Named(forms.Form):
    """What stands under a signature."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        help_text="As you type it under a signature. What you signed before keeps the name it has.",
    )


@opened("person")
def account(request):
    """Everything that is one's own, each with the way to change it."""
    person = request.user
    held = person.memberships.filter(ended_at=None).select_related("organization", "practice")
    return render(request, "account.html", {
        "held": held.order_by("organization__name", "practice__name", "role"),
        "has": has_second_factor(person), "must": must_have_second_factor(person),
        "passkeys": person.authenticator_set.filter(type="webauthn").count(),
    })  # fmt: skip


@opened("person")
def name(request):
    """Another name."""
    form = Named(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        people.rename(request.user, form.cleaned_data["name"])
        messages.success(request, f"Saved. You are shown as {request.user.name}.")
        return redirect("account")
    return render(request, "account/name.html", {"form": form})


class SecondFactor(IndexView):
    """What is set up, and, where something must be, why."""

    def get_context_data(self, **kwargs):
        person = self.request.user
        return super().get_context_data(**kwargs) | {
            "must": must_have_second_factor(person), "has": has_second_factor(person),
        }  # fmt: skip


class Sessions(ListUserSessionsView):
    """Where one is signed in; what ended by idling is not listed any more."""

    def get_context_data(self, **kwargs):
        note_ended()
        return super().get_context_data(**kwargs)


sessions = Sessions.as_view()
second_factor = SecondFactor.as_view()
