"""Who can sign for a practice, and what every signed record keeps; the database refuses the rest."""

from django.db import migrations, models

OFFICIALS = ("manager", "clinician", "admin")


def _unmarked(apps, schema):
    """A registry or a reviewer that was marked by mistake signs for nobody."""
    for name in ("Membership", "Invitation"):
        rows = apps.get_model("portal", name).objects.using(schema.connection.alias)
        rows.exclude(role__in=OFFICIALS).update(signing_official=False)


def _only_officials(model, name):
    condition = models.Q(("signing_official", False), ("role__in", OFFICIALS), _connector="OR")
    return migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    """After the records cannot be changed."""

    dependencies = [("portal", "0002_unchangeable")]
    operations = [
        migrations.RunPython(_unmarked, migrations.RunPython.noop),
        _only_officials("membership", "who_may_be_an_official"),
        _only_officials("invitation", "who_may_be_invited_as_an_official"),
    ]
