"""How many activities lack evidence, of each practice's year; copies without it are made again."""

from django.db import migrations, models


def _forgotten(apps, schema):
    apps.get_model("portal", "result").objects.all().delete()


def _nothing(apps, schema):
    """A copy that is gone is made when somebody looks."""


class Migration(migrations.Migration):
    """One more column of copies."""

    dependencies = [("portal", "0021_never_emptied")]

    operations = [
        migrations.RunPython(_forgotten, _nothing),
        migrations.AddField("result", "gaps", models.PositiveIntegerField(default=0), False),
    ]
