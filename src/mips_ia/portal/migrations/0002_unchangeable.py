"""The database itself refuses to change or delete what was signed, sent or logged."""

from django.db import migrations

RECORDS = ("entry", "signature", "final", "download")


def _made(apps, schema):
    for name in RECORDS:
        table = f"portal_{name}"
        for what in ("update", "delete"):
            says = f"{table} keeps what it has: no {what}"
            if schema.connection.vendor == "sqlite":
                schema.execute(
                    f"create trigger {table}_no_{what} before {what} on {table} "
                    f"begin select raise(abort, '{says}'); end"
                )
            else:
                schema.execute(
                    f"create function {table}_no_{what}() returns trigger language plpgsql as "
                    f"$$ begin raise exception '{says}'; end $$"
                )
                schema.execute(
                    f"create trigger {table}_no_{what} before {what} on {table} "
                    f"for each row execute function {table}_no_{what}()"
                )


def _gone(apps, schema):
    for name in RECORDS:
        table = f"portal_{name}"
        for what in ("update", "delete"):
            on = "" if schema.connection.vendor == "sqlite" else f" on {table}"
            schema.execute(f"drop trigger {table}_no_{what}{on}")
            if on:
                schema.execute(f"drop function {table}_no_{what}()")


class Migration(migrations.Migration):
    """After the tables are there."""

    dependencies = [("portal", "0001_initial")]
    operations = [migrations.RunPython(_made, _gone)]
