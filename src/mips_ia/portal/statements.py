"""What a signature says, word for word, by its version. A changed word is a new version."""

import hashlib

from mips_ia.portal.templatetags.words import day

VERSION = "2"
ROLE = {
    "manager": "practice manager",
    "clinician": "clinician",
    "registry": "registry",
    "reviewer": "reviewer",
    "admin": "administrator",
}


KINDS = {
    "own": "Signed", "delegated": "Recorded under a delegation", "declined": "Declined",
    "withdrawn": "Withdrawn",
}  # fmt: skip


def own(window):
    """The clinician's own."""
    return (
        f"I, {_full(window.clinician)}, personally took part in {window.activity} from {day(window.first)} "
        f"through {day(window.last)}. To the best of my knowledge this is true and complete. I understand "
        "that the practice may report it to CMS, and that CMS may audit it."
    )


def declined(window):
    """The clinician did not do it."""
    return f"I did not do {window.activity} in {window.year.year}."


def withdrawn(signature, reason):
    """The clinician takes a signature back; it stays in the record."""
    return (
        f"I withdraw my signature of {day(signature.signed_at)} for {signature.window.activity}, because "
        f"{reason}. The earlier signature stays in the record and no longer counts."
    )


def delegation(access, to, until):
    """The clinician allows somebody to record for them."""
    return (
        f"I, {access.clinician.spoken}, allow {to.name} to record my participation in improvement activities "
        f"at {access.practice.name} for performance year {access.year.year}, until {day(until)}. I remain "
        "responsible for what is recorded. I can end this at any time."
    )


def under_delegation(access, window, given, basis):
    """Somebody records for a clinician who allowed it."""
    return (
        f"I, {access.person.name}, {ROLE[access.role]}, record that {window.clinician.spoken} took part in "
        f"{window.activity} from {day(window.first)} through {day(window.last)}. I act under the delegation "
        f"of {day(given.given_at)}. I base this on {basis}. This is not {window.clinician.spoken}’s own "
        "signature."
    )


def practice_statement(access, count, sender):
    """The signing official, before a year is sent."""
    listed = "1 activity" if count == 1 else f"{count} activities"
    return (
        f"I, {access.person.name}, {ROLE[access.role]}, have reviewed the {listed} listed here for "
        f"{access.practice.name}, performance year {access.year.year}. To the best of my knowledge each was "
        "done as CMS describes, by the number of clinicians and on the dates shown. I authorize "
        f"{sender} to report them to CMS."
    )


def mark(*said):
    """By which it is known whether statements are those that somebody read: the SHA-256 of their words."""
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def because(text):
    """A reason, or what a record rests on, as it stands in a sentence: without a full stop of its own."""
    return text.strip().rstrip(". ")


def _full(clinician):
    return ", ".join(filter(None, (clinician.spoken, clinician.credential)))
