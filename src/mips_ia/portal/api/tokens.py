"""How a program says who it is: by a key of its person."""

from ninja.security import HttpBearer

from mips_ia.portal import clock
from mips_ia.portal.accounts import has_second_factor, must_have_second_factor
from mips_ia.portal.actions.tokens import digest
from mips_ia.portal.models import Token
from mips_ia.problems import Problem, Refused

_SET_UP = "Set one up under your account, Second factor."


class ByToken(HttpBearer):
    """`Authorization: Bearer mia_…`, of somebody who may still sign in, and has what that takes."""

    def authenticate(self, request, token):
        row = Token.objects.filter(digest=digest(token), ended_at=None, until__gt=clock.now()).first()
        if row is None or not row.person.is_active:
            return None
        if must_have_second_factor(row.person) and not has_second_factor(row.person):
            what = "The person of this token must set up a second factor before anything else."
            raise Refused([Problem("needs_second_factor", request.path, what, _SET_UP)])
        Token.objects.filter(pk=row.pk).update(last_used_at=clock.now())
        request.user = row.person
        return row
