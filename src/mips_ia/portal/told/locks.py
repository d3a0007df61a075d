"""What is told of a lock: its files with their fingerprints, and who reads why it was opened again."""

from mips_ia.portal.actions import sending
from mips_ia.portal.outgoing import fingerprint

LABELS = {sending.JSON: "QPP JSON", sending.XML: "QRDA III", sending.ZIP: "QRDA III, one for each clinician"}


def files_of(final):
    """Each file of a lock with its label and its fingerprint."""
    return [(name, LABELS[name], fingerprint(sending.file(final, name))) for name in sending.names(final)]


def may_see_reasons(access):
    """Why a year was unlocked is for those who answer for that, and for those who see the whole log."""
    return access.may("lock") or access.how("log") == "yes"
