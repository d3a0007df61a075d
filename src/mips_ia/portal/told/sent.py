"""What is sent to CMS in words, what is left out and why, and how the range of days comes about."""

from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told.shown import WORDS, why


def sent(ledger, out):
    """What CMS would receive: the activities of a group, or each clinician with theirs."""
    if not ledger.practice.many:
        names = {person.clinician.npi: person.clinician.name for person in ledger.counted}
        return [
            {"name": names[each.npi], "id": f"NPI {each.npi}", "first": each.sets[0].first,
             "last": each.sets[0].last, "says": ", ".join(id for id, _ in each.sets[0].activities)}
            for each in out.submissions
        ]  # fmt: skip
    return [
        {"name": ledger.listed.activities[each.activity].title, "id": each.activity,
         "says": f"{each.counting} of {many(each.of or each.counting, 'clinician')}",
         "first": each.attestation.first, "last": each.attestation.last}
        for each in ledger.tallies if each.activity in out.activities
    ]  # fmt: skip


def left_out(ledger, out):
    """What is not sent, and why: the activities of a group, or the clinicians for whom nothing counts."""
    if ledger.practice.many:
        return [
            {"name": each.activity, "kind": kind, "word": word, "why": why(ledger, each)}
            for each in ledger.tallies if each.activity not in out.activities
            for kind, word in [WORDS[each.verdict.counts]]
        ]  # fmt: skip
    there = {each.npi for each in out.submissions}
    return [
        {"name": person.clinician.name, "kind": "none", "word": "Not claimed", "why": "Nothing counts yet."}
        for person in ledger.counted if person.clinician.npi not in there
    ]  # fmt: skip


def days(ledger, out):
    """How the one range of days for CMS comes about."""
    first, last = out.days
    if first is None:
        return ""
    if not ledger.practice.many:
        return "Each clinician’s range runs from the first day of the windows that count to their last."
    counting = [each for each in ledger.tallies if each.activity in out.activities]
    began = next(each.activity for each in counting if each.attestation.first == first)
    ended = next(each.activity for each in counting if each.attestation.last == last)
    who = (
        f"{began} began first and ended last"
        if began == ended
        else f"{began} began first, and {ended} ended last"
    )
    return (
        f"CMS takes one range for everything that is sent: {day(first)} through {day(last)}. {who}. "
        "Each clinician’s own days stay in your records."
    )
