"""What reviewers leave by their links, kept as it is."""

import django.db.models.deletion
from django.db import migrations, models

from mips_ia.portal.triggers import free, unchangeable


def _closed(apps, schema):
    unchangeable(schema, "portal_reviewnote")


def _opened(apps, schema):
    free(schema, "portal_reviewnote")


class Migration(migrations.Migration):
    """Their table, with triggers by which no row is changed or deleted."""

    dependencies = [("portal", "0015_newest_line")]

    operations = [
        migrations.CreateModel(
            name="ReviewNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("activity", models.CharField(blank=True, max_length=20)),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "evidence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.evidence",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="portal.reviewerlink",
                    ),
                ),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.RunPython(_closed, _opened),
    ]
