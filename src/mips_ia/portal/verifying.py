"""Whether bytes or a receipt are exactly what was received, said to anybody, and nothing else with it."""

from mips_ia.portal import seals
from mips_ia.portal.models import Revision, Signature
from mips_ia.portal.vaults import store
from mips_ia.problems import Refused


def received(sha256="", receipt=""):
    """When it was received exactly so; None where it was not, or is not so any more.

    With a fingerprint alone it is the first record of these bytes that is as it was sealed; with a receipt
    alone that record must be so, and its file as it came in; with both they must belong together.
    """
    if not receipt:
        found = Revision.objects.filter(sha256=sha256).order_by("received_at").iterator()
        return next((each.received_at for each in found if each.digest == seals.of(each)), None)
    revision = Revision.objects.filter(receipt=receipt).select_related("evidence__destruction").first()
    if revision is not None:
        whole = revision.sha256 == sha256 if sha256 else _is_there(revision)
        return revision.received_at if whole and revision.digest == seals.of(revision) else None
    signature = Signature.objects.filter(number=receipt).select_related("window__clinician").first()
    if signature is None or sha256 or signature.digest != seals.of(signature):
        return None
    return signature.signed_at


def _is_there(revision):
    """Whether the vault gives the bytes back as they came in; what was destroyed has its record alone."""
    if hasattr(revision.evidence, "destruction") and revision.evidence.destruction.agreed_at is not None:
        return True
    try:
        for _ in store().read(revision.sha256):
            pass
    except Refused:
        return False
    return True
