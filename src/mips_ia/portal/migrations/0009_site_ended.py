"""A site can be ended; its record stays, and its name is free again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0008_batches")]

    operations = [
        migrations.AddField("site", "ended_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("site", "one_site_of_a_name"),
        migrations.AddConstraint(
            "site",
            models.UniqueConstraint(
                fields=["practice", "name"], condition=models.Q(ended_at=None), name="one_site_of_a_name"
            ),
        ),
    ]
