"""The portal as Django's one app."""

from django import forms
from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Portal(AppConfig):
    """Its label is what tables and the model of people are called by."""

    name = "mips_ia.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Sign-ins become lines of the log, and forms ask for what is missing in the words of all pages."""
        from mips_ia.portal import packages, signins, tables  # noqa: PLC0415 - models are there only now

        packages.connect()
        signins.connect()
        post_migrate.connect(tables.trace, sender=self)
        forms.Field.default_error_messages["required"] = "Fill this in."
        forms.ChoiceField.default_error_messages["required"] = "Choose one."
