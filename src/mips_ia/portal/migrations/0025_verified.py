"""How somebody had just shown who they are stands in what they sign, and in a digest made in a third way."""

from django.db import migrations, models

from mips_ia.portal.triggers import ended_once, free, unchangeable

RECORDS = ("signature", "final")
DELEGATION = "portal_delegation"
BEFORE = ("id", "clinician_id", "year_id", "delegate_id", "until", "statement", "version", "typed_name",
          "person_id", "role", "given_at", "digest", "seal")  # fmt: skip


def _opened(apps, schema):
    """The records take a new column, which SQLite does by copying them; no trigger stands by."""
    for table in RECORDS:
        free(schema, f"portal_{table}")
    free(schema, DELEGATION)


def _closed(fixed):
    """They are as unchangeable as before; of a delegation the columns in `fixed` never change."""

    def made(apps, schema):
        for table in RECORDS:
            unchangeable(schema, f"portal_{table}")
        ended_once(schema, DELEGATION, fixed)

    return made


def _columns(model):
    """What is there has none and its digest of before; what comes has today's."""
    return [
        migrations.AddField(
            model, "verified", models.CharField(blank=True, default="", max_length=20), preserve_default=False
        ),
        migrations.AlterField(model, "seal", models.PositiveSmallIntegerField(default=3)),
    ]


class Migration(migrations.Migration):
    """A column of three tables; it never changes, as all else of them."""

    dependencies = [("portal", "0024_once_each")]

    operations = [
        migrations.RunPython(_opened, _closed(BEFORE)),
        *_columns("signature"),
        *_columns("delegation"),
        *_columns("final"),
        migrations.RunPython(_closed((*BEFORE, "verified")), _opened),
    ]
