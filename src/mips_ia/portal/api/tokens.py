"""How a program says who it is: by a key of its person."""

from django.conf import settings
from ninja.security import HttpBearer

from mips_ia.portal import clock
from mips_ia.portal.accounts import has_second_factor, must_have_second_factor
from mips_ia.portal.actions.tokens import digest
from mips_ia.portal.models import Token
from mips_ia.portal.often import more_than, too_often, wait
from mips_ia.problems import Problem, Refused

WRONG = 60  # tokens a minute that are none, from one address
_SET_UP = "Set one up under your account, Second factor."


class ByToken(HttpBearer):
    """`Authorization: Bearer mia_…`, of somebody who may still sign in, and has what that takes."""

    def authenticate(self, request, token):
        row = Token.objects.filter(digest=digest(token), ended_at=None, until__gt=clock.now()).first()
        if row is None or not row.person.is_active:
            if too_often(request, "no token", WRONG):
                raise _again(request)
            return None
        if more_than(settings.API_A_MINUTE, f"token {row.pk}"):
            raise _again(request)
        if must_have_second_factor(row.person) and not has_second_factor(row.person):
            what = "The person of this token must set up a second factor before anything else."
            raise Refused([Problem("needs_second_factor", request.path, what, _SET_UP)])
        Token.objects.filter(pk=row.pk).update(last_used_at=clock.now())
        request.user = row.person
        return row


def _again(request):
    what, fix = "This was tried too often within a minute; nothing was done.", f"Wait {wait()} seconds."
    return Refused([Problem("too_often", request.path, what, fix)])
