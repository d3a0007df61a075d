"""Tables of packages in which it stands how people sign in: their changes leave traces as the portal's do."""

from functools import partialmethod

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models.signals import post_delete

from mips_ia.portal.guarded import beside
from mips_ia.portal.traces import tracing

TRACED = (Authenticator, EmailAddress, SocialAccount)


def connect():
    """From now on each row that is saved or deleted leaves a trace, in the transaction that does it."""
    for model in TRACED:
        model.save_base = partialmethod(_saved, model.save_base)
        post_delete.connect(_deleted, sender=model, dispatch_uid="portal trace")


def _saved(row, save_base, *args, update_fields=None, **how):
    if update_fields is not None and set(update_fields) <= beside(type(row)):
        save_base(row, *args, update_fields=update_fields, **how)
        return
    with tracing() as written:
        save_base(row, *args, update_fields=update_fields, **how)
        written[type(row)].add(row.pk)


def _deleted(sender, instance, **rest):
    """Django sends this inside the transaction that deletes."""
    with tracing() as written:
        written[sender].add(instance.pk)
