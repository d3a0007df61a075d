"""What each change left in the tables; what is there already is traced as it was found."""

import django.db.models.deletion
from django.db import migrations, models

from mips_ia.portal.guarded import COLUMNS
from mips_ia.portal.traces import AT_ONCE, add, digests
from mips_ia.portal.triggers import free, unchangeable

FIRST = 1  # the way in which these are made, whatever comes later


def _found(apps, schema):
    trace = apps.get_model("portal", "trace")
    for table in COLUMNS[FIRST]:
        model = apps.get_model("portal", table)
        keys = [*model.objects.order_by("pk").values_list("pk", flat=True)]
        for start in range(0, len(keys), AT_ONCE):
            rows = digests(model, keys[start : start + AT_ONCE], FIRST)
            add(trace, None, {table: {str(key): each for key, each in rows.items()}}, FIRST)


def _nothing(apps, schema):
    """They go with their table."""


def _closed(apps, schema):
    unchangeable(schema, "portal_trace")


def _opened(apps, schema):
    free(schema, "portal_trace")


class Migration(migrations.Migration):
    """Their table, with triggers by which no row is changed or deleted."""

    dependencies = [("portal", "0016_review_notes")]

    operations = [
        migrations.CreateModel(
            name="Trace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("seal", models.PositiveSmallIntegerField()),
                ("rows", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "practice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.practice",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["practice", "-id"], name="newest_trace")]},
        ),
        migrations.RunPython(_found, _nothing),
        migrations.RunPython(_closed, _opened),
    ]
