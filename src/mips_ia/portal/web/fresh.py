"""Whether somebody has just shown that they are who they are: by signing in, or again."""

import time
from functools import wraps

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth import login

from mips_ia.portal.models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WORDS = {
    "password": "password", "password_reset": "link to a new password", "totp": "app code",
    "webauthn": "passkey", "recovery_codes": "recovery code", "socialaccount": "other sign-in",
}  # fmt: skip


def signs(view):
    """Marks a view on which somebody signs: nothing of a signature is filled in that was typed before."""
    view.signs = True
    return view


def fresh_to_post(view):
    """A view that asks who signs once more, unless they signed in a few minutes ago.

    How they showed who they are is looked at once: `request.verified` is what let them in, and what a record
    keeps.
    """

    @signs
    @wraps(view)
    def guarded(request, *args, **rest):
        if request.method == "POST":
            request.verified = must_be_fresh(request)
        return view(request, *args, **rest)

    return guarded


def fresh_to_open(view):
    """A view that gives somebody one more way to show who they are, and asks them before it opens."""

    @wraps(view)
    def guarded(request, *args, **rest):
        must_be_fresh(request)
        return view(request, *args, **rest)

    return guarded


def must_be_fresh(request):
    """How the person has just shown who they are; whoever has not is asked."""
    how = verified(request)
    if not how:
        raise ReauthenticationRequired
    return how


def verified(request):
    """How the person showed who they are within the minutes that the installation allows; empty where not.

    It is the last of the ways in which they did, in the words that records have.
    """
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    told = [WORDS.get(each.get("type", each["method"]), "") for each in records if _at(each) > since]
    return next(filter(None, reversed(told)), "")


def _at(record):
    """When somebody showed it: by another sign-in when that says so, since it may have asked them nothing."""
    told = record.get("auth_time", 0) if record["method"] == "socialaccount" else record["at"]
    return min(record["at"], told)


def let_in(request, person):
    """Somebody who has just chosen a password is signed in, and is not asked for it at the next page."""
    login(request, person, BACKEND)
    record_authentication(request, person, "password", reauthenticated=True)
    user_logged_in.send(sender=Person, request=request, user=person)  # as the sign-in page does
