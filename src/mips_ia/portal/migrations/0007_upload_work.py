"""What became of each row of a saved upload, and how far one is that is read or saved in the background."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns beside what undoing needs."""

    dependencies = [("portal", "0006_considered")]
    operations = [
        migrations.AddField("upload", "results", models.JSONField(default=dict)),
        migrations.AddField(
            "upload", "work", models.CharField(max_length=10, blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("upload", "step", models.PositiveIntegerField(default=0)),
        migrations.AddField("upload", "moved_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "upload", "told", models.CharField(max_length=500, blank=True, default=""), preserve_default=False
        ),
    ]
