"""Whom a file that replaces would end: what is here and no row of it is about."""

import re

from django.db.models import Count

from mips_ia.portal.templatetags.words import day, many


def stays_left(trial, rows):
    """The stays that no row is about."""
    spared = _spared(rows)
    return [
        stay for stays in trial.stays.values() for stay in stays
        if stay.pk and stay.pk not in trial.lines and stay.clinician.npi not in spared
    ]  # fmt: skip


def windows_left(trial, rows):
    """The windows that no row is about."""
    spared = _spared(rows)
    return [
        window for (npi, *_), window in trial.windows.items()
        if window.pk not in trial.lines and npi not in spared
    ]  # fmt: skip


def _spared(rows):
    """Whoever is named by a row that is left out or to fix: a mistake in a row ends nobody."""
    return {
        re.sub(r"\D", "", row.cells.text("npi")) for row in rows if row.result in ("fix", "left out")
    }  # fmt: skip


def stays_named(access, stays):
    """Each clinician who would be taken off, and what of theirs would count no longer."""
    windows = access.year.windows.filter(replaced_at=None).values_list("clinician_id")
    held = dict(windows.annotate(Count("id"))) if stays else {}
    return sorted(f"{stay.clinician.name}{_lost(held.get(stay.clinician_id, 0))}" for stay in stays)


def _lost(windows):
    return f": {many(windows, 'window')} would count no longer" if windows else ""


def windows_named(_, windows):
    """Each window that would be ended, and whether it was signed."""
    return sorted(f"{each.clinician.name}, {each.activity}, {_days(each)}{_signed(each)}" for each in windows)


def _days(window):
    return f"{day(window.first) or 'no first day'} to {day(window.last) or 'no last day'}"


def _signed(window):
    last = max(window.signatures.all(), key=lambda each: each.id, default=None)
    return {"own": ", signed", "delegated": ", delegated"}.get(last.kind if last else "", "")
