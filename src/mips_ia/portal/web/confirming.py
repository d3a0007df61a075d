"""Showing who one is where an organization's own sign-in is the only way in."""

import json

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.utils import get_next_redirect_url
from django.shortcuts import render
from django.urls import reverse
from requests import RequestException

from mips_ia.portal import elsewhere
from mips_ia.portal.tenancy import opened


@opened("person")
def account_confirm_elsewhere(request):
    """To the organization's own sign-in, which alone lets somebody in, and back to where they were."""
    account = elsewhere.account_of(request.user)
    provider = account and account.get_provider(request)
    if request.method == "POST" and account:
        back = _back(request)
        try:
            return elsewhere.send(request, provider, back)
        except RequestException:  # it does not answer
            return elsewhere.refusal(request, provider, {"next": back})
    return render(request, "account/confirm_elsewhere.html", {
        "organization": provider and provider.name, "next": get_next_redirect_url(request),
    })  # fmt: skip


def _back(request):
    """The page where they were, with what stands behind its address and what was typed there."""
    path, _, asked = (get_next_redirect_url(request) or reverse("account")).partition("?")
    held = json.loads(request.session.pop(STATE_SESSION_KEY, {}).get("request", "{}"))
    if held.get("path") == path:
        asked = held["GET"]
    typed = request.waits.partition("?")[2]
    parts = [each for each in dict.fromkeys((*asked.split("&"), typed)) if each]
    return f"{path}?{'&'.join(parts)}" if parts else path
