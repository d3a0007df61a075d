"""Packages of an auditor's request, and links that are made for one."""

import django.db.models.deletion
from django.db import migrations, models

from mips_ia.portal.triggers import ended_once, free

LINK = "portal_reviewerlink"
BEFORE = ("id", "year_id", "name", "until", "files", "phi", "activities", "secret", "person_id", "role", "at",
          "digest")  # fmt: skip


def _freed(apps, schema):
    free(schema, LINK)


def _as_before(apps, schema):
    ended_once(schema, LINK, BEFORE)


def _fixed(apps, schema):
    ended_once(schema, LINK, (*BEFORE, "audit_id"))


def _to_audit(related):
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name=related, to="portal.audit"
    )


class Migration(migrations.Migration):
    """Their columns; for which request a link is never changes, as all else of it."""

    dependencies = [("portal", "0019_more_traces")]

    operations = [
        migrations.AddField("binder", "audit", _to_audit("packages")),
        migrations.AddField("binder", "answered", models.JSONField(default=list)),
        migrations.RunPython(_freed, _as_before),
        migrations.AddField("reviewerlink", "audit", _to_audit("links")),
        migrations.RunPython(_fixed, _freed),
    ]
