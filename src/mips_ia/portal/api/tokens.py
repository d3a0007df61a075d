"""How a program says who it is: by a key of its person."""

from ninja.security import HttpBearer

from mips_ia.portal import clock
from mips_ia.portal.actions.tokens import digest
from mips_ia.portal.models import Token


class ByToken(HttpBearer):
    """`Authorization: Bearer mia_…`, of somebody who may still sign in."""

    def authenticate(self, request, token):
        row = Token.objects.filter(digest=digest(token), ended_at=None, until__gt=clock.now()).first()
        if row is None or not row.person.is_active:
            return None
        Token.objects.filter(pk=row.pk).update(last_used_at=clock.now())
        request.user = row.person
        return row
