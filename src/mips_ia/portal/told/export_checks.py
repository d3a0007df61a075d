"""What is looked at before a year is locked: each check with its verdict and what mends it."""

from collections import Counter
from dataclasses import replace

from mips_ia.planning.side_by_side import granted
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told.answer import Check
from mips_ia.portal.told.assumed import whole
from mips_ia.portal.told.shown import denominator
from mips_ia.portal.told.weight import voids

# Where a check leads that not everybody may open who exports, each with what opens it.
OPENED_BY = {
    "roster/": "see_names", "roster/#counted": "see_names", "roster/statuses/": "see_names",
    "signatures/": "remind", "plan/": "windows",
}  # fmt: skip


def open_to(access, found):
    """Checks, without the links to pages that somebody may not open."""
    return [
        each if access.may(OPENED_BY.get(each.address, "export")) else replace(each, address="")
        for each in found
    ]


def checks(ledger, out):
    """Roster, statuses, weight, activities, signatures, windows, days, and the pre-flight of both files."""
    return [
        _roster(ledger), _statuses(ledger), *_weight(ledger), _activities(ledger, out), _signatures(ledger),
        _ended(ledger), _range(ledger, out), _file("QPP JSON", out.qpp_json, out.json_problems, out),
        _file("QRDA III", out.documents, out.document_problems, out),
    ]  # fmt: skip


def _roster(ledger):
    if not ledger.people:
        return Check("Roster", "unknown", "Unknown", "Nobody is on the roster.", "roster/", "Add the roster")
    if not ledger.counted:
        return Check("Roster", "unknown", "Unknown", denominator(ledger), "roster/", "Correct the roster")
    if beyond := whole(ledger):
        return Check("Roster", "unknown", "Unknown", beyond, "roster/", "See the roster")
    unsaid = [p for p in ledger.counted if any(stay.billed is None for stay in p.stays)]
    if unsaid:
        who = many(len(unsaid), "clinician")
        note = f"Nobody has said whether {who} billed in {ledger.year}, so all count."
        return Check("Roster", "unknown", "Unknown", note, "roster/", "Complete the roster")
    return Check("Roster", "met", "Complete", f"{many(len(ledger.billing), 'NPI')} billed in {ledger.year}.")


def _statuses(ledger):
    if ledger.row.statuses is None:
        note = "CMS’s look-up is not recorded, so the score is not certain. The files do not depend on it."
        return Check(
            "Special statuses", "unknown", "Unknown", note, "roster/statuses/", "Record the statuses"
        )
    on = ledger.row.statuses_checked_on
    note = f"Looked up on {day(on)}." if on else "Recorded, without the day of the look-up."
    return Check("Special statuses", "met", "On file", note)


def _weight(ledger):
    """That sending may be what one does not want, where the category is recorded as not scored."""
    if not ledger.problem and (note := voids(ledger.assessment)):
        says = f"Improvement activities are recorded as not scored. {note}"
        yield Check("Weight", "unknown", "Unknown", says, "score/weights/", "See the weights")


def _counting(ledger):
    """How many activities count, for the group or for any of those who report as individuals."""
    if ledger.problem:
        return 0
    every = [each.verdict for each in ledger.tallies]
    if ledger.individuals:
        every = [verdict for own in ledger.individuals for verdict in own.found.verdicts]
    return len({each.attestation.activity for each in every if each.counts})


def _activities(ledger, out):
    count = len(out.activities) or _counting(ledger)  # of files that cannot be made yet
    if not count and not ledger.problem and granted(ledger.assessment.profile, ledger.rules):
        return Check("Activities", "none", "Not claimed", "None is needed for full credit.")
    if not ledger.activities:
        return Check(
            "Activities", "unknown", "Unknown", "Choose activities first.", "activities/", "Choose activities"
        )
    if not count:
        return Check(
            "Activities",
            "notmet",
            "Not met",
            "No activity counts, so there is nothing to send.",
            "score/",
            "See why",
        )
    note = f"{count} of {len(ledger.activities)} count{'s' if count == 1 else ''}."
    if open_ones := [each.activity for each in ledger.tallies if each.undecided]:
        does = "does, so it is" if len(open_ones) == 1 else "do, so they are"
        note += f" It depends on who is counted whether {' and '.join(open_ones)} {does} left out."
        return Check("Activities", "unknown", "Unknown", note, "roster/#counted", "See both readings")
    if count < len(ledger.activities):
        return Check("Activities", "met", "Met", f"{note} The others are left out.", "score/", "See why")
    return Check("Activities", "met", "Met", note)


def _words(ledger):
    return Counter(cell.word for tally in ledger.tallies for cell in tally.cells.values())


def _signatures(ledger):
    waiting = _words(ledger)["Not signed"]
    if waiting:
        note = f"{many(waiting, 'window')} ended without a signature. Nobody can sign after the lock."
        return Check("Signatures", "unknown", "Not signed", note, "signatures/", "Ask them")
    return Check("Signatures", "met", "Complete", "Every window that ended has an answer.")


def _ended(ledger):
    words = _words(ledger)
    open_ones = words["Under way"] + words["Planned"]
    if open_ones:
        has = "has" if open_ones == 1 else "have"
        note = f"{many(open_ones, 'window')} {has} not ended, and cannot count after the lock."
        return Check("Windows", "underway", "Under way", note, "plan/", "See the plan")
    return Check("Windows", "met", "Complete", "Every window has ended.")


def _range(ledger, out):
    first, last = out.days
    if first is None:
        return Check("Dates for CMS", "unknown", "Unknown", "There are no dates to send yet.")
    return Check("Dates for CMS", "met", "Complete", f"{day(first)} through {day(last)}.")


def _file(name, there, problems, out):
    label = f"{name} pre-flight"
    if not out.checked:
        note = "Not checked yet: there is a file for each clinician. "
        note += "They are checked before the lock, or when you ask."
        return Check(label, "unknown", "Unknown", note, "export/?check", "Check them now")
    worst = {each.severity for each in problems}
    told = " ".join(f"{each.what} {each.fix}".strip() for each in problems[:3])
    if len(problems) > 3:
        told += f" And {len(problems) - 3} more."
    if "error" in worst:
        return Check(label, "notmet", "Not met", told)
    if not there and not problems:
        return Check(label, "unknown", "Unknown", "It cannot be made yet. See the activities.")
    if "unknown" in worst or not there:
        return Check(label, "unknown", "Unknown", told)
    return Check(label, "met", "Met", told or "Nothing that CMS checks is objected to.")
