"""Rows that a file replaces by leaving them out: ended, never deleted, and brought back when it is undone."""

from mips_ia.portal import clock
from mips_ia.portal.actions.ledger import plain as plain_window
from mips_ia.portal.actions.roster import plain
from mips_ia.portal.log import notes
from mips_ia.portal.models import Stay, Window

_AGAIN = "begins on the same day now, so this one stays ended."


def end_stays(access, stays):
    """Take clinicians off the roster; returns what undoing needs."""
    ids = [each.pk for each in stays]
    Stay.objects.filter(pk__in=ids).update(ended_at=clock.now())
    notes(access, [("clinician taken off", f"clinician {s.clinician.npi}", plain(s), None) for s in stays])
    return ids


def end_windows(access, windows):
    """End windows, with nothing in their place; what was signed of them stays in the record."""
    ids = [each.pk for each in windows]
    Window.objects.filter(pk__in=ids).update(replaced_at=clock.now())
    notes(access, [("window ended", f"window {each.pk}", plain_window(each), None) for each in windows])
    return ids


def revived(access, changes):
    """Bring back what a file ended; for each an empty text, or the sentence that says why it stays ended."""
    stays = _of(access.year.stays, changes.get("ended_stays", ()))
    windows = _of(access.year.windows, changes.get("ended_windows", ()))
    return [*(_stay(access, each) for each in stays), *(_window(access, each) for each in windows)]


def _of(rows, ids):
    return rows.filter(pk__in=ids).select_related("clinician") if ids else ()


def _stay(access, stay):
    here = access.year.stays.filter(ended_at=None, clinician=stay.clinician)
    if here.filter(joined_on=stay.joined_on).exists():
        return f"{stay.clinician.spoken}: another stay {_AGAIN}"
    Stay.objects.filter(pk=stay.pk).update(ended_at=None)
    notes(access, [("clinician undone", f"clinician {stay.clinician.npi}", None, plain(stay))])
    return ""


def _window(access, window):
    here = access.year.windows.filter(replaced_at=None, clinician=window.clinician, activity=window.activity)
    if here.filter(first=window.first).exists():
        return f"{window.clinician.spoken}, {window.activity}: another window {_AGAIN}"
    Window.objects.filter(pk=window.pk).update(replaced_at=None)
    notes(access, [("window undone", f"window {window.pk}", None, plain_window(window))])
    return ""
