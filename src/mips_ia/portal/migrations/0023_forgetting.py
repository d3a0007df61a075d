"""What binders hold, whether their bytes went, and bytes that are on their way out of the vault."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two more columns of binders, and a table. Of binders from before it is not known what they hold."""

    dependencies = [("portal", "0022_gaps")]

    operations = [
        migrations.AddField("binder", "holds", models.JSONField(null=True)),
        migrations.AddField("binder", "gone_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("body", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.practice"
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
    ]
