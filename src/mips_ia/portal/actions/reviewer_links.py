"""Addresses by which somebody outside reads a practice's year: made, ended, and each look at them kept."""

import secrets
from hashlib import sha256

from mips_ia.portal import clock, leaves, seals
from mips_ia.portal.log import note, write, writing
from mips_ia.portal.models import ReviewerLink

BY = "reviewer link"  # as what somebody who is not signed in looks


def digest(secret):
    """What is kept of the secret part of an address."""
    return sha256(secret.encode()).hexdigest()


def make(access, **known):
    """A new link; returns it with its secret, which is shown once and not kept."""
    secret = secrets.token_urlsafe(32)
    with writing(access.practice):
        link = ReviewerLink(
            year=access.year, secret=digest(secret), person=access.person, role=access.role, at=clock.now(),
            **known,
        )  # fmt: skip
        link.digest = seals.of(link)
        link.save()
        leaves.keep(access.practice, link)
        after = {
            "year": access.year.year, "name": link.name, "until": str(link.until), "files": link.files,
            "phi": link.phi, "activities": link.activities,
        }  # fmt: skip
        note(access, "reviewer link made", f"{BY} {link.pk}", None, after)
    return link, secret


def end(access, link):
    """The address opens nothing any more, from this moment."""
    with writing(access.practice):
        held = ReviewerLink.objects.filter(pk=link.pk, ended_at=None)
        if held.update(ended_at=clock.now(), ended_by=access.person):
            leaves.ended(access.practice, link)
            note(access, "reviewer link ended", f"{BY} {link.pk}", {"name": link.name})


def viewed(link, page):
    """Whoever has the address opened a page of it, or a file."""
    practice = link.year.practice
    with writing(practice):
        after = {"name": link.name, "page": page, "year": link.year.year}
        write(None, BY, practice, "reviewer viewed", f"{BY} {link.pk}", None, after)
