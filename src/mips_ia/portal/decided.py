"""What an installation decides by its environment, read: what cannot be is named with what must be."""

import os
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TAKEN = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


def number(name, otherwise, most=10**6):
    """A whole number from 1 on."""
    given = os.environ.get(name) or str(otherwise)
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= most):
        raise ImproperlyConfigured(f"{name} is “{given}”. Give a whole number from 1 to {most}.")
    return int(given)


def day(name):
    """A day as it was given; empty where none was."""
    given = os.environ.get(name, "")
    try:
        return given and date.fromisoformat(given).isoformat()
    except ValueError:
        raise ImproperlyConfigured(f"{name} is “{given}”. Give a day as YYYY-MM-DD, or none.") from None


def zone(name, otherwise):
    """The name of a zone of hours."""
    given = os.environ.get(name) or otherwise
    try:
        return ZoneInfo(given).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        said = f"{name} is “{given}”. Give a zone such as America/Chicago."
        raise ImproperlyConfigured(said) from None


def needed(name, beside):
    """What must be there because something else is."""
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"{beside} is set, and {name} is not. Set both, or neither.")
    return os.environ[name]


def database(otherwise):
    """Where the tables are. The address has a password in it, so it is never repeated."""
    how = {"conn_max_age": 60, "conn_health_checks": True}
    try:
        found = dj_database_url.parse(os.environ.get("DATABASE_URL") or otherwise, **how)
    except ValueError:
        found = {"ENGINE": ""}
    if found["ENGINE"] not in TAKEN:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. Give postgres://USER:PASSWORD@HOST/NAME, where each character of "
            "the password that is no letter and no digit is % and two digits, or leave it out for a file."
        )
    return found
