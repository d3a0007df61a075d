"""What holds for every answer: where content may come from, and what must be done first."""

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse

from mips_ia.portal.models import Membership, Person

POLICY = "; ".join(
    (
        "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'",
        "form-action 'self'", "frame-ancestors 'none'",
    )
)  # fmt: skip
_BEFORE = ("/start/", "/static/", "/healthz", "/readyz", "/rules/", "/help/", "/accessibility/", "/privacy/")
_SECOND = ("/account/", "/sign-out/", "/reauthenticate/", *_BEFORE)


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


def second_factor(get_response):
    """Managers and above set up a second factor before anything else, unless the installation asks for none."""

    def answer(request):
        person = request.user
        if (
            settings.SECOND_FACTOR_REQUIRED
            and person.is_authenticated
            and not request.path.startswith(_SECOND)
            and _must(person)
            and not request.session.get("second_factor")
        ):
            if not _has_one(person):
                return redirect("mfa_index")
            request.session["second_factor"] = True
        return get_response(request)

    return answer


def _must(person):
    return Membership.objects.filter(
        person=person, ended_at=None, role__in=("manager", "registry", "admin")
    ).exists()


def _has_one(person):
    return person.authenticator_set.exclude(type="recovery_codes").exists()
