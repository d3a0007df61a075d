"""A draft's time is the portal's, which may stand still in a demonstration."""

from django.db import migrations, models

from mips_ia.portal import clock


class Migration(migrations.Migration):
    """Nothing changes in the database."""

    dependencies = [("portal", "0004_denominator")]
    operations = [migrations.AlterField("draft", "kept_at", models.DateTimeField(default=clock.now))]
