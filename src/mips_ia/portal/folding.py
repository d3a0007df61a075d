"""Texts that have what somebody looks for in whatever case either is written, on both databases alike."""

from django.db.backends.signals import connection_created
from django.db.models import Func, Value
from django.db.models.lookups import Contains


class Folded(Func):
    """A text without its case. SQLite's own way knows the letters of ASCII alone."""

    function = "upper"

    def as_sqlite(self, compiler, connection, **how):
        return self.as_sql(compiler, connection, function="folded", **how)


def having(field, words):
    """Whether the text of a field has the words in it."""
    return Contains(Folded(field), Folded(Value(words)))


def connect():
    """From now on each connection to SQLite can fold every letter."""
    connection_created.connect(_teach, dispatch_uid="folded")


def _teach(connection, **rest):
    if connection.vendor == "sqlite":
        connection.connection.create_function("folded", 1, lambda text: text and text.casefold())
