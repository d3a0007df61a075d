"""The newest line of a practice's activity log is found at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of lines by their practice, the newest first."""

    dependencies = [("portal", "0014_dropped")]

    operations = [migrations.AddIndex("entry", models.Index(fields=["practice", "-id"], name="newest_line"))]
