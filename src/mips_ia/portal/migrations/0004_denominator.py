from django.db import migrations, models


class Migration(migrations.Migration):
    """Which reading of who is counted a practice goes by, and why."""

    dependencies = [("portal", "0003_records")]
    operations = [
        migrations.AddField(
            "year", "denominator", models.CharField(blank=True, default="", max_length=10), False
        ),
        migrations.AddField(
            "year", "denominator_reason", models.CharField(blank=True, default="", max_length=500), False
        ),
    ]
