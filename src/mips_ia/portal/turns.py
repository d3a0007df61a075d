"""Turns of those who share no row that they could lock: each kind has a number."""

from django.db import connection


def one_at_a_time(number):
    """Wait, inside a transaction, until nobody else is at it; SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as db:
            db.execute("select pg_advisory_xact_lock(%s)", [number])
