"""What holds for every answer: where content may come from, and what must be done first."""

import time
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.shortcuts import redirect
from django.urls import reverse

from mips_ia.portal.accounts import has_second_factor, must_have_second_factor
from mips_ia.portal.models import Person
from mips_ia.portal.often import too_often
from mips_ia.portal.sessions import note_ended, owner_of_ended
from mips_ia.portal.sizes import CHECKS, FORM, is_for_people, most_at
from mips_ia.portal.web.errors import too_large, too_many
from mips_ia.portal.web.numbers import DIGITS

POLICY = "; ".join(
    (
        "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'",
        f"form-action 'self' {settings.SIGN_IN_ELSEWHERE}".strip(), "frame-ancestors 'none'",
    )
)  # fmt: skip
OFTEN = 10  # files or receipts that somebody checks in a minute
_BEFORE = (
    "/start/",
    "/static/",
    "/print.css",
    "/healthz",
    "/readyz",
    "/rules/",
    "/help/",
    "/accessibility/",
    "/privacy/",
    "/verify/",
)
_WITHOUT_SECOND = ("/account/", "/sign-out/", "/reminders/stop/", *_BEFORE)


def content_security_policy(get_response):
    """Nothing from another host, no inline script, no inline style."""

    def answer(request):
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def on_the_clock(get_response):
    """When a request began is known: all that it takes is counted from there, receiving it among that."""

    def answer(request):
        request.began = time.monotonic()
        return get_response(request)

    return answer


def not_too_large(get_response):
    """What is larger than its address takes is refused before a byte of it is read.

    Of a request that does not say how long it is nothing is read at all.
    """

    def answer(request):
        most = most_at(request.path_info)
        if _bytes_of(request) > most:
            return too_large(most // 1_000_000)
        return get_response(request)

    return answer


def asked_before_it_is_read(get_response):
    """Before a form is read, which the look at its token does, it is asked what its headers can say.

    How often somebody checks files, and who brings more than a form without files.
    """

    def answer(request):
        if request.method == "POST":
            if request.path_info == CHECKS and too_often(request, "verify", OFTEN):
                return too_many(request)
            if is_for_people(request.path_info) and _bytes_of(request) > FORM and not _known(request):
                return redirect_to_login(request.get_full_path())
        return get_response(request)

    return answer


def _bytes_of(request):
    length = (request.META.get("CONTENT_LENGTH") or "").lstrip("0")
    return int(length[: DIGITS + 1]) if length.isdecimal() else 0  # what has more is too large all the same


def _known(request):
    """Whether somebody is signed in, or comes back after their session ended: their form is kept for them."""
    ended = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return get_user(request).is_authenticated or owner_of_ended(ended) is not None


def see_other(get_response):
    """After a form was sent, the browser asks for the next page anew: 303, whatever else moves it."""

    def answer(request):
        response = get_response(request)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            response.status_code = HTTPStatus.SEE_OTHER.value
        return response

    return answer


class KeptSession(SessionMiddleware):
    """Each answer prolongs the session, but those that a page asks for by itself, which is nobody's doing.

    With SQLite these would otherwise wait for the very work of which they tell how far it is.
    """

    def process_response(self, request, response):
        if getattr(response, "by_itself", False) and not request.session.modified:
            return response
        return super().process_response(request, response)


def by_itself(response):
    """The answer is a page that looks again by itself, so that it does not prolong the session."""
    response.by_itself = True
    return response


def first_administrator(get_response):
    """An empty installation asks for its first administrator, and for nothing else."""
    known = False

    def answer(request):
        nonlocal known
        if not known and not request.path.startswith(_BEFORE):
            known = Person.objects.exists()
            if not known:
                return redirect(reverse("start"))
        return get_response(request)

    return answer


def ended_session(get_response):
    """Somebody comes back whose session ended by idling: the log says so, and the request knows whose."""

    def answer(request):
        request.was = None
        if not request.user.is_authenticated and settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.was = owner_of_ended(request.COOKIES[settings.SESSION_COOKIE_NAME])
            if request.was:
                note_ended()
        return get_response(request)

    return answer


def second_factor(get_response):
    """Who sees a whole practice sets up a second factor before anything else; sign-in then asks for it."""

    def answer(request):
        person = request.user
        if (
            person.is_authenticated
            and not request.path.startswith(_WITHOUT_SECOND)
            and must_have_second_factor(person)
            and not has_second_factor(person)
        ):
            return redirect("mfa_index")
        return get_response(request)

    return answer
