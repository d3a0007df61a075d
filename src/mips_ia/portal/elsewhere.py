"""Whom only an organization's own sign-in vouches for: sent there again, and what it says once they are back.

Such a sign-in may let somebody through without asking them anything. So it counts from the moment at which
it says itself that the person signed in there (`auth_time` of OpenID Connect), and from no other.
"""

import logging
import time
from functools import wraps

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.shortcuts import render
from requests import RequestException

from mips_ia.portal import signins

ASKED = "asked_again"  # of a sign-in that is under way: who was sent there, and when
ALLOWANCE = 60  # seconds by which the clocks of two servers may differ
BACK = (
    "You showed who you are. Nothing was saved yet: read this page, fill in what is empty, and send it again."
)
NOBODY, OTHER, UNSAID, EARLIER = "nobody", "another account", "no auth_time", "signed in there earlier"
_log = logging.getLogger(__name__)


def account_of(person):
    """By what somebody signs in there; None where they do not, or where no such sign-in is set up."""
    return person.socialaccount_set.first() if settings.SIGN_IN_ELSEWHERE else None


def send(request, provider, back):
    """The way there, where whoever comes must sign in anew; they come back to the address `back`."""
    return provider.redirect(
        request, AuthProcess.REDIRECT, next_url=back,
        data={ASKED: {"person": request.user.pk, "since": time.time()}},
        auth_params=provider.get_auth_params() | {"prompt": "login", "max_age": "0"},
    )  # fmt: skip


def or_no_answer(view):
    """The same view of the way there or back, with a page that says so where nothing answers there."""

    @wraps(view)
    def answered(request, provider_id):
        try:
            return view(request, provider_id)
        except RequestException as error:
            _log.warning("The organization's own sign-in does not answer: %s", error)
            return render(request, "socialaccount/no_answer.html", status=503)

    return answered


def asked(state):
    """Who was sent there by `send`, and when; None of a sign-in that began in another way."""
    return (state.get("data") or {}).get(ASKED)


def signed_in(request, sociallogin):
    """Somebody signs in by it: when they did so there is kept, where it says that."""
    if (at := _auth_time(sociallogin)) is not None:
        _record(request, sociallogin, at)


def come_back(request, sociallogin):
    """Somebody whom `send` sent there is back: kept where they signed in there since, else refused."""
    sent, at = asked(sociallogin.state), _auth_time(sociallogin)
    if not request.user.pk == sent["person"] == sociallogin.user.pk:
        why = OTHER
    elif at is None:
        why = UNSAID
    elif not sent["since"] - ALLOWANCE <= at <= time.time() + ALLOWANCE:
        why = EARLIER
    else:
        _record(request, sociallogin, at)
        messages.success(request, BACK)
        return
    if request.user.is_authenticated:
        signins.line(request.user, "other sign-in refused", request.user, after={"why": why})
    provider = sociallogin.account.get_provider(request)
    raise ImmediateHttpResponse(refusal(request, provider, sociallogin.state, why))


def refusal(request, provider, state, why=NOBODY):
    """The page that says why nothing was confirmed, and what to do."""
    found = {"why": why, "back": state["next"], "organization": provider.name}
    return render(request, "account/confirm_refused.html", found, status=403)


def _auth_time(sociallogin):
    """When the person signed in there, as seconds since 1970; None where it does not say."""
    at = (sociallogin.account.extra_data.get("id_token") or {}).get("auth_time")
    return at if isinstance(at, int | float) and not isinstance(at, bool) else None


def _record(request, sociallogin, at):
    account = sociallogin.account
    told = {"provider": account.provider, "uid": account.uid, "auth_time": at}
    record_authentication(request, sociallogin.user, "socialaccount", **told)
