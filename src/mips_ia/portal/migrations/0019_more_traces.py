"""Traces of tables that had none: each row is traced as it is found. Copies have a digest of their own."""

from django.db import migrations, models

from mips_ia.portal.guarded import COLUMNS, model_of
from mips_ia.portal.traces import AT_ONCE, add, digests

BEFORE, NOW = 1, 2  # the ways in which traces were made and are


def _found(apps, schema):
    trace = apps.get_model("portal", "trace")
    for table in COLUMNS[NOW].keys() - COLUMNS[BEFORE].keys():
        model = model_of(apps, table)
        keys = [*model.objects.order_by("pk").values_list("pk", flat=True)]
        for start in range(0, len(keys), AT_ONCE):
            rows = digests(model, keys[start : start + AT_ONCE], NOW)
            add(trace, None, {table: {str(key): each for key, each in rows.items()}}, NOW)


def _forgotten(apps, schema):
    """Copies without a digest are made again."""
    apps.get_model("portal", "result").objects.all().delete()


def _nothing(apps, schema):
    """What was traced stays."""


class Migration(migrations.Migration):
    """One more column of copies."""

    dependencies = [
        ("portal", "0018_binder_begun"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        migrations.RunPython(_found, _nothing),
        migrations.RunPython(_forgotten, _nothing),
        migrations.AddField("result", "digest", models.CharField(max_length=64, default=""), False),
    ]
