"""Addresses by which somebody outside reads a practice's year: made, ended, each look and each note kept."""

import secrets
from datetime import timedelta
from hashlib import sha256

from mips_ia.portal import clock, leaves, seals
from mips_ia.portal.log import note, write, writing
from mips_ia.portal.models import ReviewerLink, ReviewNote
from mips_ia.problems import Problem, Refused

MOST = 100  # notes of one link
OFTEN = timedelta(hours=1)  # in which one try after the end of a link is told of
VIEWED, REFUSED = "reviewer viewed", "reviewer refused"
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
        } | ({"audit": link.audit_id} if link.audit_id else {})  # fmt: skip
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
    """Whoever has the address opened a page of it, or a file; `page` says which, and which part of it."""
    practice = link.year.practice
    with writing(practice):
        after = {"name": link.name, "page": page, "year": link.year.year}
        write(None, BY, practice, VIEWED, f"{BY} {link.pk}", None, after)


def tried(link, page, over):
    """Whoever has the address tried a page after its end: a line an hour at most, so that none fill it."""
    practice = link.year.practice
    if _told_lately(link):
        return
    with writing(practice):
        if not _told_lately(link):
            after = {"name": link.name, "page": page, "year": link.year.year, "ended_on": str(over)}
            write(None, BY, practice, REFUSED, f"{BY} {link.pk}", None, after)


def _told_lately(link):
    since = clock.now() - OFTEN
    lines = link.year.practice.entries.filter(action=REFUSED, record=f"{BY} {link.pk}", at__gt=since)
    return lines.exists()


def leave(link, activity, evidence, words):
    """Whoever has the address left a note; `Refused` once the link ended, or has as many as it may."""
    practice = link.year.practice
    with writing(practice):
        if not ReviewerLink.objects.filter(pk=link.pk, ended_at=None, until__gte=clock.today()).exists():
            raise _refused(link, "reviewer_link_ended", "This link ended.", "Ask the practice for a new one.")
        if link.notes.count() >= MOST:
            what = f"{MOST} notes were left by this link, and it takes no more."
            raise _refused(link, "too_many_notes", what, "Write to the practice.")
        made = ReviewNote(link=link, activity=activity, evidence=evidence, words=words, at=clock.now())
        made.digest = seals.of(made)
        made.save()
        leaves.keep(practice, made)
        after = {"name": link.name, "about": made.about, "year": link.year.year, "digest": made.digest}
        write(None, BY, practice, "reviewer noted", f"{BY} {link.pk}", None, after)
    return made


def _refused(link, code, what, fix):
    return Refused([Problem(code, f"{BY} {link.pk}", what, fix)])
