"""A portal in which every page answers that no link leads to, and the year that somebody locked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import warm
from served import Served

from unlinked import Page

# Run as a portal: somebody signs for a practice, whose year is locked from then on; one of its activities
# nobody signed.
LOCKED_YEAR = """
from datetime import date
import crowd
from mips_ia.portal import clock
from mips_ia.portal.actions.ledger import choose, enter
from mips_ia.portal.actions.sending import lock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Person
from mips_ia.portal.outgoing import outgoing, seen
from mips_ia.portal.tenancy import access_of
official = Person.objects.create_user("official@demo.example", None, name="Olive Official")
found = crowd.build(3, 2, official, "000000333")
access = access_of(official, found.slug, 2026)
choose(access, "IA_PM_16")
for each in found.clinicians.all():
    enter(access, each, "IA_PM_16", date(2026, 1, 5), date(2026, 5, 5))
ledger = Ledger(access.year)
lock(
    access, "Reviewed.", official.name, seen(ledger, outgoing(ledger, clock.now())), verified="password"
)
"""
# An organization's own way to sign in; nothing asks it for anything.
_ELSEWHERE = {
    "MIPS_IA_OIDC_SERVER": "https://house.example", "MIPS_IA_OIDC_CLIENT": "here",
    "MIPS_IA_OIDC_SECRET": "a secret", "MIPS_IA_OIDC_NAME": "Harbor",
}  # fmt: skip


@contextmanager
def built(like: Served) -> Iterator[tuple[Served, list[Page]]]:
    """The portal, which begins as another is and does not run yet, and the pages."""
    portal = like.copy()
    portal.application = "unlinked.gone_wrong:application"
    portal.told = _ELSEWHERE
    done = warm.finished(["-m", "unlinked"], portal.environment)
    if done.returncode:
        raise RuntimeError(done.stderr)
    told = json.loads(done.stdout.splitlines()[-1])
    portal.sessions |= told["sessions"]
    yield portal, [Page(**each) for each in told["pages"]]
    portal.remove()
