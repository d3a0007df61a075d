"""The portal as a server calls it, with addresses for pages that answer only when something goes wrong."""

from mips_ia.portal.wsgi import application

__all__ = ["application"]

from functools import partial
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from mips_ia.portal import account_urls, elsewhere, urls
from mips_ia.portal.web import errors, start

WRONG = {  # by the last part of an address
    "broken": errors.broken,
    "too-many": errors.too_many,
    "expired": errors.expired,
    "too-large": lambda _: errors.too_large(25),
    "not-invited": lambda request: render(request, "socialaccount/not_invited.html", status=403),
    "no-answer-there": lambda request: render(request, "socialaccount/no_answer.html", status=503),
    **{
        name: partial(
            elsewhere.refusal, provider=SimpleNamespace(name="Harbor"), state={"next": "/sign/"}, why=why
        )
        for name, why in (
            ("nobody-there", elsewhere.NOBODY),
            ("somebody-else-there", elsewhere.OTHER),
            ("no-moment-there", elsewhere.UNSAID),
            ("not-anew-there", elsewhere.EARLIER),
        )
    },
    # An installation in which nobody is yet.
    "first": lambda request: render(request, "start.html", {"form": start.First()}),
}


def wrong(request: HttpRequest, what: str) -> HttpResponse:
    """A page as it answers then."""
    return WRONG[what](request)


urls.urlpatterns += [
    *(each for each in account_urls.by_the_organization if each not in urls.urlpatterns),
    path("wrong/<slug:what>/", wrong),
]
