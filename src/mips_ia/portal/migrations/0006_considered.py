from django.db import migrations, models


class Migration(migrations.Migration):
    """The MVPs that a practice thinks of, which is not yet its pathway."""

    dependencies = [("portal", "0005_drafts")]
    operations = [migrations.AddField("year", "considered", models.JSONField(default=list))]
