"""Clinicians whose signature is waited for, and managers who learn that a window ended or nobody answers."""

from collections import defaultdict

from mips_ia.attestation import length, period_of
from mips_ia.portal.asked import asked
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import page
from mips_ia.portal.templatetags.words import many

SIGN = (0, 3, 7, 14)  # days since somebody was asked to sign; after the last of them the managers are told
CATCH_UP = 3  # days for which an ended window is still news to a manager


def to_sign(ledger, roles):
    """Clinicians who are asked to sign; managers when a window ended, and when nobody answered."""
    practice, ended, silent = ledger.row.practice, defaultdict(list), []
    for each in asked(ledger):
        since, id = (ledger.today - each.since).days, each.window.id
        stage = max(stage for stage in SIGN if stage <= since)
        period = length(period_of(each.activity, ledger.rules))
        if each.clinician.person_id:
            says = f"Your {period} of {each.activity} are complete. Sign."
            about = (f"sign {id} {stage}",)
            yield Due("sign", each.clinician.person, practice, "signer", about, says, f"sign/{id}/")
        if since <= CATCH_UP:
            ended[each.activity].append(id)
        if since > SIGN[-1]:
            silent.append(id)
    to = page(ledger, "signatures/")
    for person in roles["manager"]:
        for activity, ids in ended.items():
            says = f"{many(len(ids), 'window')} of {activity} ended and can be signed."
            yield Due("ended", person, practice, "manager", tuple(f"ended {id}" for id in ids), says, to)
        if silent:
            says = f"Waiting for more than {SIGN[-1]} days: {many(len(silent), 'signature')}."
            yield Due("silent", person, practice, "manager", tuple(f"silent {id}" for id in silent), says, to)
