"""How often a binder was begun, so that one which stops its maker each time is not begun for ever."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more column of binders."""

    dependencies = [("portal", "0017_trace")]

    operations = [migrations.AddField("binder", "begun", models.PositiveSmallIntegerField(default=0))]
