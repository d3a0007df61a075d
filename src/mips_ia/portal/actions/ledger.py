"""Choosing activities, and entering the days in which clinicians do them."""

from mips_ia.portal import clock
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Chosen, Window
from mips_ia.problems import Problem, Refused


def choose(access, activity):
    """The practice does this activity in this year; choosing it again changes nothing."""
    with writing(access.practice):
        not_locked(access.year)
        held = access.year.chosen.filter(activity=activity, ended_at=None).first()
        if held is None:
            held = Chosen.objects.create(year=access.year, activity=activity, chosen_by=access.person)
            note(access, "activity chosen", activity, None, {"year": access.year.year})
    return held


def take_back(access, activity):
    """The practice does not do it after all; its windows stay, and count again if it is chosen again."""
    with writing(access.practice):
        not_locked(access.year)
        ended = access.year.chosen.filter(activity=activity, ended_at=None).update(ended_at=clock.now())
        if ended:
            note(access, "activity taken back", activity, {"year": access.year.year}, None)


def enter(
    access, clinician, activity, first, last, *, taking_part=True, window=None, note_text="", row_id=""
):
    """The days of one clinician; a change of `window` makes a new one, which must be signed again.

    The same days again change nothing. `Refused` where the year is locked, where `window` was changed by
    somebody else meanwhile, and where another window begins on the same day: nothing is replaced unseen.
    """
    with writing(access.practice):
        not_locked(access.year)
        known = {
            "first": first,
            "last": last,
            "taking_part": taking_part,
            "note": note_text,
            "row_id": row_id,
        }
        held = access.year.windows.filter(
            clinician=clinician, activity=activity, first=first, replaced_at=None
        ).first()
        if window is not None:
            _not_changed(window)
        elif held is not None:
            known |= {name: known[name] or getattr(held, name) for name in ("note", "row_id")}
            if _same(held, known):
                return held
        _not_twice(window, held)
        return _entered(access, clinician, activity, window, known)


def enter_all(access, clinicians, activity, first, last, note_text=""):
    """The same days for several clinicians, or for none of them; `Refused` names everybody it stops."""
    wrong = []
    with writing(access.practice):
        for clinician in clinicians:
            try:
                enter(access, clinician, activity, first, last, note_text=note_text)
            except Refused as refusal:
                wrong += refusal.problems
        if wrong:
            raise Refused(wrong)


def _not_changed(window):
    window.refresh_from_db()
    if window.replaced_at is not None:
        what = "Somebody changed this window since the page was shown."
        raise Refused([Problem("changed", f"window {window.id}", what, "Read the new days, and choose.")])


def _not_twice(window, held):
    if held is not None and (window is None or held.pk != window.pk):
        begins = "starts on this day" if held.first else "has no start date"
        what = f"{held.clinician.spoken} has another window of {held.activity} that {begins}."
        raise Refused([Problem("same_start", f"window {held.id}", what, "Change that one instead.")])


def _same(window, known):
    return all(getattr(window, name) == value for name, value in known.items())


def _entered(access, clinician, activity, window, known):
    if window is not None and _same(window, known):
        return window
    if window is not None:
        Window.objects.filter(pk=window.pk).update(replaced_at=clock.now())
    found = Window.objects.create(
        year=access.year, clinician=clinician, activity=activity, entered_by=access.person, replaces=window,
        **known,
    )  # fmt: skip
    note(
        access, "window changed" if window else "window entered", f"window {found.id}",
        window and plain(window), plain(found),
    )  # fmt: skip
    return found


def plain(window):
    """A window as the log has it."""
    return {
        "clinician": window.clinician.npi, "activity": window.activity,
        "first": window.first and window.first.isoformat(), "last": window.last and window.last.isoformat(),
        "taking_part": window.taking_part,
    }  # fmt: skip


def locked(year):
    """What locked the year to be sent; None where it is open."""
    last = year.finals.order_by("-id").select_related("person").first()
    return last if last is not None and last.kind == "locked" else None


def not_locked(year):
    """`Refused` where the year is locked: what was sent must stay what was signed."""
    last = locked(year)
    if last is not None:
        what = f"{year.year} was locked by {last.person.name} on {last.at:%Y-%m-%d}."
        raise Refused([Problem("locked", str(year.year), what, "Unlock it with a reason to change it.")])
