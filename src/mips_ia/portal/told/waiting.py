"""Who has not answered, when they were last asked, and what was declined or withdrawn."""

from collections import defaultdict

from mips_ia.portal import reminders


def refused(ledger):
    """Every cell that a clinician declined or withdrew."""
    return [
        {"clinician": person.clinician, "activity": tally.activity, "cell": tally.cells[person.id]}
        for tally in ledger.tallies for person in ledger.counted
        if tally.cells[person.id].word in ("Declined", "Withdrawn")
    ]  # fmt: skip


def rows(access, waiting):
    """A row for each clinician who has not answered."""
    of = defaultdict(list)
    for each in waiting:
        of[each.clinician].append(each)
    told = reminders.last_asked(access.practice)
    answers = {}
    signed = access.practice.clinicians.filter(
        windows__year=access.year, windows__signatures__kind__isnull=False
    )
    for clinician, at in signed.values_list("id", "windows__signatures__signed_at"):
        answers[clinician] = max(at, answers.get(clinician, at))
    return [
        {"clinician": clinician, "asked": every, "last_asked": told.get(clinician.person_id),
         "last_answer": answers.get(clinician.id), "since": min(each.since for each in every)}
        for clinician, every in sorted(of.items(), key=lambda pair: pair[0].name)
    ]  # fmt: skip
