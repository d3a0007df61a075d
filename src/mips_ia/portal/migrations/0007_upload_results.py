"""What became of each row of a saved upload."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column beside what undoing needs."""

    dependencies = [("portal", "0006_considered")]
    operations = [migrations.AddField("upload", "results", models.JSONField(default=dict))]
