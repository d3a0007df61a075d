"""What a clinician says of a window of their own, by hand or by a program, with the messages that follow.

`verified` is how they have just shown who they are.
"""

from mips_ia.portal import receipts
from mips_ia.portal.actions import signing
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.statements import withdrawn


def sign(access, window, says, typed_name, *, verified):
    """They sign it in the words that they read, and get the receipt by mail."""
    signature = signing.sign(access, window, says, typed_name, verified=verified)
    receipts.send(signature)
    return signature


def withdraw(access, window, last, typed_name, reason, *, verified):
    """They withdraw the last signature of it; after a lock the signing officials learn it at once."""
    says = withdrawn(last, reason)
    signature = signing.withdraw(access, window, says, typed_name, reason, verified=verified)
    if locked(access.year):
        receipts.tell_officials(access, window)
    return signature
