"""PostgreSQL refuses to empty a table of records at one stroke, as it refuses to delete a row."""

from django.db import migrations

from mips_ia.portal.triggers import emptied, never_emptied

TABLES = (
    "audit", "auditanswer", "auditsent", "delegation", "destruction", "download", "entry", "final", "hold", "leaf", "notary",
    "review", "reviewerlink", "reviewnote", "revision", "signature", "trace", "use",
)  # fmt: skip


def _made(apps, schema):
    for table in TABLES:
        never_emptied(schema, f"portal_{table}")


def _gone(apps, schema):
    for table in TABLES:
        emptied(schema, f"portal_{table}")


class Migration(migrations.Migration):
    """Of every table whose rows are never deleted."""

    dependencies = [("portal", "0020_packages")]
    operations = [migrations.RunPython(_made, _gone)]
