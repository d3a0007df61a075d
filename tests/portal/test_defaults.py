"""What a portal is told where nobody tells it anything."""

import json

import databases
import warm

_DEFAULTS = """
import json, django
django.setup()
from django.conf import settings
from django.db import connection
def pragma(name):
    with connection.cursor() as db:
        return db.execute(f"pragma {name}").fetchone()[0]
print(json.dumps({
    "database": connection.vendor,
    "journal": pragma("journal_mode"),
    "foreign keys": pragma("foreign_keys"),
    "synchronous": pragma("synchronous"),
    "busy timeout": pragma("busy_timeout"),
    "transactions": connection.transaction_mode,
    "idle minutes": settings.SESSION_COOKIE_AGE / 60,
    "mail": settings.EMAIL_BACKEND,
    "second factor": settings.SECOND_FACTOR_REQUIRED,
    "of a token in a minute": settings.API_A_MINUTE,
}))
"""


def test_what_a_portal_does_by_default() -> None:
    """SQLite that loses nothing and waits for its turn; 15 idle minutes; messages on the console."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "mips_ia.portal.settings",
        "MIPS_IA_HOME": str(databases.folder("mips-ia-defaults-")),
        "PYTHONPATH": warm.PATHS,
    }
    done = warm.finished(["-c", _DEFAULTS], environment)

    assert json.loads(done.stdout or done.stderr) == {
        "database": "sqlite",
        "journal": "wal",
        "foreign keys": 1,
        "synchronous": 2,
        "busy timeout": 30_000,
        "transactions": "IMMEDIATE",
        "idle minutes": 15,
        "mail": "django.core.mail.backends.console.EmailBackend",
        "second factor": True,
        "of a token in a minute": 600,
    }
