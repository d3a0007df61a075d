"""What is there once at a time is so by SQLite too, which does not know that nothing equals nothing."""

from django.db import migrations, models

_MEMBERSHIP = ("person", "organization", "practice", "role")
_STAY = ("year", "clinician", "joined_on")
_WINDOW = ("year", "clinician", "activity", "first")


def _once(model, fields, name, **condition):
    return migrations.AddConstraint(
        model, models.UniqueConstraint(fields=fields, condition=models.Q(**condition), name=name)
    )


class Migration(migrations.Migration):
    """Each of three rules is two: one for what has a value, and one for what has none."""

    dependencies = [("portal", "0023_forgetting")]

    operations = [
        migrations.RemoveConstraint("membership", "one_membership_of_a_kind"),
        migrations.RemoveConstraint("stay", "one_stay_from_a_day"),
        migrations.RemoveConstraint("window", "one_window_from_a_day"),
        _once("membership", _MEMBERSHIP, "one_membership_of_a_kind", ended_at=None),
        _once(
            "membership", ("person", "organization", "role"), "one_membership_of_all_practices",
            ended_at=None, practice=None,
        ),
        _once("stay", _STAY, "one_stay_from_a_day", ended_at=None),
        _once("stay", _STAY[:-1], "one_stay_from_no_day", ended_at=None, joined_on=None),
        _once("window", _WINDOW, "one_window_from_a_day", replaced_at=None),
        _once("window", _WINDOW[:-1], "one_window_from_no_day", replaced_at=None, first=None),
    ]  # fmt: skip
