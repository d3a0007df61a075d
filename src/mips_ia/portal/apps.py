"""The portal as Django's one app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from mips_ia.portal.forms import wording


class Portal(AppConfig):
    """Its label is what tables and the model of people are called by."""

    name = "mips_ia.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Sign-ins become lines of the log, and forms refuse in the words of all pages."""
        from mips_ia.portal import folding, packages, signins, tables  # noqa: PLC0415 - models are there only now

        folding.connect()
        packages.connect()
        signins.connect()
        post_migrate.connect(tables.trace, sender=self)
        wording.speak()
