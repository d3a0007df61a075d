"""The newest code of a person's app, by which their program makes a statement: good once, tried seldom.

A code is good for less than two minutes, and once. The row of the app has the moment of the newest code
that was used here or on a page, so that this holds whichever process answers.
"""

from datetime import UTC, datetime
from secrets import compare_digest

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_rates
from allauth.mfa import app_settings, signals
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from django.db import transaction

from mips_ia.problems import Problem, Refused

LIMIT = "login_failed"  # so many wrong codes in so long as the sign-in page takes


def app_of(request, page):
    """The app of the token's person; `Refused`, with the page on which they say it, where they have none."""
    app = request.user.authenticator_set.filter(type=Authenticator.Type.TOTP).first()
    if app is None:
        what = "It is said in your own name, which takes a code of your authenticator app, and you have none."
        fix = f"Say it at {page}, or set an app up under your account, Second factor."
        raise Refused([Problem("needs_app", "code", what, fix)])
    return app


def use_up(request, app, code):
    """Take a code of the app, once; `Refused` where there is none, it is wrong, or too many were tried.

    What is wrong stands in the log, as it does for a code on the page. Codes tried here do not count
    there: who holds a token keeps nobody from signing in.
    """
    if code is None:
        what, fix = "Nothing is in the way, and nothing is said yet.", "Send the newest code of the app."
        raise Refused([Problem("needs_code", "code", what, fix)])
    key = f"api code {request.user.pk}"
    if not ratelimit.consume(request, action=LIMIT, key=key):
        what, fix = "Too many codes were tried; nothing was done.", f"Wait {pause() // 60} minutes."
        raise Refused([Problem("too_many_codes", "code", what, fix)])
    if not _taken(app, code):
        signals.authentication_failed.send(
            sender=Authenticator, request=request, user=request.user, authenticator=app, reauthentication=True
        )
        what = "It is no code of your app, or one that was used, or older than one that was."
        raise Refused([Problem("wrong_code", "code", what, "Send the next code that the app shows.")])
    ratelimit.clear(request, action=LIMIT, key=key)


def pause():
    """In how many seconds codes can be tried again, at the latest."""
    return max(int(rate.duration) for rate in get_rates(app="allauth.account", action=LIMIT))


@transaction.atomic
def _taken(app, code):
    """Whether it is a newer code than the last one that was used; it is then the last."""
    app = app.user.authenticator_set.select_for_update().get(pk=app.pk)
    at = _moment(app, code)
    newer = at is not None and (app.last_used_at is None or at > app.last_used_at)
    if not newer or not auth.TOTP(app).validate_code(code):  # which the pages then do not take again
        return False
    app.last_used_at = at
    app.save(update_fields=["last_used_at"])
    return True


def _moment(app, code):
    """The moment from which the app shows a code; None where it is not shown now."""
    secret = decrypt(app.data["secret"])
    for counter in auth.yield_hotp_counters_from_time():
        if compare_digest(auth.format_hotp_value(auth.hotp_value(secret, counter)), code):
            return datetime.fromtimestamp(counter * app_settings.TOTP_PERIOD, UTC)
    return None
