"""Who signed in and out, was refused, or changed how they sign in: lines of the log that belong to a person.

They stand in the chain of lines without a practice, each with the person's account as its record.
"""

from allauth.account import signals as account
from allauth.mfa import signals as second
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db.models.signals import post_save

from mips_ia.portal.actions.drafts import end_old
from mips_ia.portal.log import write, writing
from mips_ia.portal.models import Entry, Person
from mips_ia.portal.sessions import note_ended
from mips_ia.portal.templatetags.browsers import browser

KINDS = {"totp": "app", "webauthn": "passkey", "recovery_codes": "recovery codes"}
CODES = "recovery_codes"
ACTIONS = (
    "signed in", "signed out", "signed out after idle minutes", "signed out everywhere else",
    "sessions ended", "sign-in refused", "password refused", "second factor refused",
    "other sign-in refused", "second factor added",
    "second factor removed", "second factor reset", "recovery codes made", "recovery code used",
    "password changed", "password set", "password set by a link",
)  # fmt: skip


def line(person, action, by=None, before=None, after=None, role=""):
    """One line about somebody's account; `by` is who did it, None where that is not known."""
    with writing(None):
        write(by, role, None, action, f"person {person.id}", before, after)


def lines_of(people):
    """Every such line of these people, given by id, newest first."""
    records = [f"person {each}" for each in people]
    found = Entry.objects.filter(practice=None, action__in=ACTIONS, record__in=records)
    return found.select_related("person").order_by("-id")


def _from(request):
    agent = request.META.get("HTTP_USER_AGENT", "") if request else ""
    return {"browser": browser(agent)} if agent else None


def _signed_in(request, user, **rest):
    note_ended()
    end_old()
    line(user, "signed in", user, after=_from(request))


def _signed_out(request, user, **rest):
    if user is not None:
        line(user, "signed out", user)


def _refused(credentials, request=None, **rest):
    """Only of accounts that are here: what else was typed is nobody's, and may be a password."""
    if request is not None and request.user.is_authenticated:
        line(request.user, "password refused", request.user, after=_from(request))
        return
    known = Person.objects.filter(email__iexact=credentials.get("email") or "").first()
    if known:
        line(known, "sign-in refused", after=_from(request))


def _second_refused(request, user, **rest):
    line(user, "second factor refused", after=_from(request))


def _added(instance, created, **rest):
    """In the transaction that makes it: the packages' own signal comes after it, and could be lost."""
    if created:
        action = "recovery codes made" if instance.type == CODES else "second factor added"
        line(instance.user, action, instance.user, after=_kind(instance))


def _removed(user, authenticator, **rest):
    line(user, "second factor removed", user, before=_kind(authenticator))


def _used(user, authenticator, **rest):
    if authenticator.type == CODES:
        line(user, "recovery code used", user)


def _kind(authenticator):
    return {"kind": KINDS.get(authenticator.type, authenticator.type)}


def _password(action):
    def told(user, **rest):
        line(user, action, user)

    return told


def connect():
    """Listen to the packages by which people sign in."""
    for signal, receiver in (
        (account.user_logged_in, _signed_in), (user_logged_out, _signed_out), (user_login_failed, _refused),
        (second.authentication_failed, _second_refused), (second.authenticator_removed, _removed),
        (second.authenticator_used, _used), (account.password_changed, _password("password changed")),
        (account.password_set, _password("password set")),
        (account.password_reset, _password("password set by a link")),
    ):  # fmt: skip
        signal.connect(receiver, weak=False, dispatch_uid=f"portal {receiver.__qualname__} {id(signal)}")
    post_save.connect(_added, sender=Authenticator, dispatch_uid="portal added")
