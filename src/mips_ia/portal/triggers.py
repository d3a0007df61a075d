"""Triggers by which the database itself keeps records as they are; migrations make and remove them."""

SAYS = "{table} keeps what it has: no {what}"


def unchangeable(schema, table):
    """No row of a table is changed or deleted."""
    _made(schema, table, "update", "")
    _made(schema, table, "delete", "")


def ended_once(schema, table, fixed, ended="ended_at"):
    """No row is deleted; the columns in `fixed` never change, and none does once `ended` is set."""
    differs = "is not" if schema.connection.vendor == "sqlite" else "is distinct from"
    changed = " or ".join(f'old."{name}" {differs} new."{name}"' for name in fixed)
    _made(schema, table, "update", f"when (old.{ended} is not null or {changed})")
    _made(schema, table, "delete", "")


def never_emptied(schema, table):
    """No table is emptied at one stroke, for which PostgreSQL asks no trigger of a row."""
    if schema.connection.vendor != "sqlite":
        _made(schema, table, "truncate", "", "statement")


def emptied(schema, table):
    """The trigger against it is gone."""
    if schema.connection.vendor != "sqlite":
        _dropped(schema, table, "truncate")


def free(schema, table):
    """The triggers of a table's rows are gone."""
    for what in ("update", "delete"):
        _dropped(schema, table, what)


def _dropped(schema, table, what):
    on = "" if schema.connection.vendor == "sqlite" else f" on {table}"
    schema.execute(f"drop trigger {table}_no_{what}{on}")
    if on:
        schema.execute(f"drop function {table}_no_{what}()")


def _made(schema, table, what, when, each="row"):
    says, name = SAYS.format(table=table, what=what), f"{table}_no_{what}"
    if schema.connection.vendor == "sqlite":
        schema.execute(
            f"create trigger {name} before {what} on {table} {when} begin select raise(abort, '{says}'); end"
        )
        return
    schema.execute(
        f"create function {name}() returns trigger language plpgsql as "
        f"$$ begin raise exception '{says}'; end $$"
    )
    schema.execute(
        f"create trigger {name} before {what} on {table} for each {each} {when} execute function {name}()"
    )
