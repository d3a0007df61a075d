"""Who can sign for a practice, and what every signed record keeps; the database refuses the rest."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

(UNCHANGEABLE,) = import_module("mips_ia.portal.migrations.0002_unchangeable").Migration.operations
DELEGATION = "portal_delegation"
# What of a delegation never changes; it is ended once, and who ended it is kept.
FIXED = (
    "id", "clinician_id", "year_id", "delegate_id", "until", "statement", "version", "typed_name",
    "person_id", "role", "given_at", "digest", "seal",
)  # fmt: skip
OFFICIALS = ("manager", "clinician", "admin")


def _unmarked(apps, schema):
    """A registry or a reviewer that was marked by mistake signs for nobody."""
    for name in ("Membership", "Invitation"):
        rows = apps.get_model("portal", name).objects.using(schema.connection.alias)
        rows.exclude(role__in=OFFICIALS).update(signing_official=False)


def _only_officials(model, name):
    condition = models.Q(("signing_official", False), ("role__in", OFFICIALS), _connector="OR")
    return migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))


def _first_version(apps, schema):
    """What was locked before had the first version of its statement; what was unlocked has none."""
    finals = apps.get_model("portal", "Final").objects.using(schema.connection.alias)
    finals.filter(kind="locked").update(version="1")


def _opened(apps, schema):
    """The records take new columns, which SQLite does by copying them; no trigger stands by."""
    UNCHANGEABLE.reverse_code(apps, schema)


def _closed(apps, schema):
    """They are as unchangeable as before."""
    UNCHANGEABLE.code(apps, schema)


def _kept(apps, schema):
    sqlite = schema.connection.vendor == "sqlite"
    differs = "is not" if sqlite else "is distinct from"
    changed = " or ".join(f'old."{name}" {differs} new."{name}"' for name in FIXED)
    for what, when in (("update", f"when (old.ended_at is not null or {changed})"), ("delete", "")):
        says = f"{DELEGATION} keeps what it has: no {what}"
        name = f"{DELEGATION}_no_{what}"
        if sqlite:
            schema.execute(
                f"create trigger {name} before {what} on {DELEGATION} {when} "
                f"begin select raise(abort, '{says}'); end"
            )
        else:
            schema.execute(
                f"create function {name}() returns trigger language plpgsql as "
                f"$$ begin raise exception '{says}'; end $$"
            )
            schema.execute(
                f"create trigger {name} before {what} on {DELEGATION} "
                f"for each row {when} execute function {name}()"
            )


def _free(apps, schema):
    for what in ("update", "delete"):
        on = "" if schema.connection.vendor == "sqlite" else f" on {DELEGATION}"
        schema.execute(f"drop trigger {DELEGATION}_no_{what}{on}")
        if on:
            schema.execute(f"drop function {DELEGATION}_no_{what}()")


def _added(model, name, field, **kept):
    return migrations.AddField(model, name, field, **kept)


def _seal(model, before):
    """How digests are made: what is there has those of before, and what comes has today's."""
    return [
        _added(model, "seal", models.PositiveSmallIntegerField(default=before)),
        migrations.AlterField(model, "seal", models.PositiveSmallIntegerField(default=2)),
    ]


def _person():
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
        to=settings.AUTH_USER_MODEL,
    )  # fmt: skip


class Migration(migrations.Migration):
    """After the records cannot be changed."""

    dependencies = [("portal", "0002_unchangeable")]
    operations = [
        migrations.RunPython(_unmarked, migrations.RunPython.noop),
        _only_officials("membership", "who_may_be_an_official"),
        _only_officials("invitation", "who_may_be_invited_as_an_official"),
        migrations.RunPython(_opened, _closed),
        _added("delegation", "version", models.CharField(max_length=20, default="1"), preserve_default=False),
        _added(
            "delegation", "role", models.CharField(max_length=40, default="clinician"), preserve_default=False
        ),
        _added("delegation", "person", _person()),
        _added("delegation", "ended_by", _person()),
        _added(
            "delegation",
            "digest",
            models.CharField(max_length=64, blank=True, default=""),
            preserve_default=False,
        ),
        _added(
            "final",
            "version",
            models.CharField(max_length=20, blank=True, default=""),
            preserve_default=False,
        ),
        *_seal("delegation", 0),
        *_seal("signature", 1),
        *_seal("final", 1),
        migrations.RunPython(_first_version, migrations.RunPython.noop),
        migrations.RunPython(_closed, _opened),
        migrations.RunPython(_kept, _free),
    ]
