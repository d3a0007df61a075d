"""Who bills under the practice's TIN in a year."""

from datetime import date
from itertools import pairwise

from mips_ia.portal import clock
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.actions.practice import put_site
from mips_ia.portal.log import note, writing
from mips_ia.portal.meanwhile import unchanged
from mips_ia.portal.models import Clinician, Stay
from mips_ia.portal.templatetags.words import day
from mips_ia.problems import Problem, Refused

NAMES = ("last_name", "first_name", "credential", "email")
KNOWN = ("joined_on", "left_on", "billed", "non_patient_facing", "rural", "hpsa", "row_id")


def put(access, npi, *, names, site=None, joined_on=None, left_on=None, billed=None, row_id="", **statuses):
    """A clinician on the year's roster: new, or changed. Returns `new`, `changed` or `same`.

    `names` gives what is known of `NAMES`. What is left blank, of these or of a stay, is as it was.
    """
    with writing(access.practice):
        not_locked(access.year)
        return put_within(
            access, npi, names=names, site=site, joined_on=joined_on, left_on=left_on, billed=billed,
            row_id=row_id, **statuses,
        )  # fmt: skip


def put_within(access, npi, *, names, site=None, joined_on=None, row_id="", **known):
    """The same inside a transaction of the caller's."""
    clinician, new = Clinician.objects.get_or_create(
        practice=access.practice, npi=npi, defaults={name: names.get(name, "") for name in NAMES}
    )
    renamed = not new and rename(access, clinician, {name: value for name, value in names.items() if value})
    known |= {"site": _site(access, site), "row_id": row_id, "joined_on": joined_on}
    stay = _stay(access.year, clinician, row_id, joined_on, known.get("left_on"))
    if stay is None:
        stay = Stay(year=access.year, clinician=clinician, **known)
        _apart(stay)
        stay.save()
        note(access, "clinician added", f"clinician {npi}", None, plain(stay))
        return "new"
    known = {name: value for name, value in known.items() if value not in (None, "")}
    return "changed" if _changed(access, stay, known) or renamed else "same"


def change(access, stay, *, names, site=None, seen=None, **known):
    """Other days or facts of one stay, and other names of its clinician; blank names are taken off."""
    with writing(access.practice):
        not_locked(access.year)
        unchanged(access, seen, whole(stay), f"clinician {stay.clinician.npi}")
        renamed = rename(access, stay.clinician, names)
        kept = stay.site is not None and stay.site.name == site  # which may have ended meanwhile
        known["site"] = stay.site if kept else _site(access, site)
        return "changed" if _changed(access, stay, known) or renamed else "same"


def rename(access, clinician, names):
    """Another name, credential or address of a clinician; whether anything is different."""
    changed = {name: value for name, value in names.items() if getattr(clinician, name) != value}
    if changed:
        before = {name: getattr(clinician, name) for name in changed}
        Clinician.objects.filter(pk=clinician.pk).update(**changed)
        for name, value in changed.items():
            setattr(clinician, name, value)
        note(access, "clinician renamed", f"clinician {clinician.npi}", before, changed)
    return bool(changed)


def _changed(access, stay, known):
    changed = {name: value for name, value in known.items() if getattr(stay, name) != value}
    if changed:
        before = plain(stay)
        for name, value in changed.items():
            setattr(stay, name, value)
        if changed.keys() & {"joined_on", "left_on"}:
            _apart(stay)
        stay.save()
        note(access, "clinician changed", f"clinician {stay.clinician.npi}", before, plain(stay))
    return bool(changed)


def _stay(year, clinician, row_id, joined_on, left_on):
    """The stay that is meant; who left before one began was there before, which is another stay."""
    here = Stay.objects.filter(year=year, ended_at=None)
    if row_id and (found := here.filter(row_id=row_id).first()):
        return found
    stays = here.filter(clinician=clinician)
    if left_on:
        stays = stays.exclude(joined_on__gt=left_on)
    return meant(list(stays), joined_on)


def meant(stays, joined_on):
    """The stay that a day of joining means: the one of that day, else one whose day is not known.

    Who had left before that day has come back, which is another stay.
    """
    same = [stay for stay in stays if stay.joined_on == joined_on]
    if same or joined_on is None:
        return next(iter(same or stays), None)
    open_ones = (stay for stay in stays if stay.joined_on is None)
    return next((each for each in open_ones if not each.left_on or each.left_on >= joined_on), None)


def _site(access, name):
    """The site of a name; a new one where there is none."""
    if not name:
        return None
    return access.practice.open_sites.filter(name=name).first() or put_site(access, name)


def take_off(access, stay):
    """Somebody who was never there; who left has a last day instead."""
    with writing(access.practice):
        not_locked(access.year)
        Stay.objects.filter(pk=stay.pk).update(ended_at=clock.now())
        note(access, "clinician taken off", f"clinician {stay.clinician.npi}", plain(stay), None)


def plain(stay):
    """A stay as the log has it."""
    found = {name: getattr(stay, name) for name in KNOWN} | {"site": stay.site.name if stay.site else None}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()
    }


def whole(stay):
    """A stay as it is now, with the names of its clinician."""
    stay.refresh_from_db()
    return plain(stay) | {name: getattr(stay.clinician, name) for name in NAMES}


def _apart(stay):
    """`Refused` where a stay would overlap another one of its clinician on the roster of its year."""
    here = Stay.objects.filter(year=stay.year, clinician=stay.clinician, ended_at=None)
    if wrong := clash(stay, here.exclude(pk=stay.pk)):
        raise Refused([wrong])


def clash(stay, others):
    """What is wrong where a stay overlaps another one of the same clinician; None where all are apart.

    Its `where` is the day to correct.
    """
    found = next(filter(None, (overlapping([each, stay]) for each in others)), None)
    if found is None:
        return None
    before, after = found
    if before.left_on is None:
        other = before if after is stay else after
        since = f", which began on {day(other.joined_on)}," if other.joined_on else ""
        where = "left_on" if before is stay else "joined_on"
        fix = f"Enter the date left of the other stay{since} first."
    elif before is stay:
        where, fix = "left_on", "Enter a date before the other stay begins."
    else:
        where, fix = (
            "joined_on",
            f"Enter a date after {day(before.left_on)}, the last day of the stay before.",
        )
    return Problem("overlapping_stays", where, "Two stays of one clinician cannot overlap.", fix)


def overlapping(stays):
    """The first two stays of one clinician that overlap, the earlier first; None where all are apart."""
    ordered = sorted(stays, key=lambda each: each.joined_on or date.min)
    for before, after in pairwise(ordered):
        if before.left_on is None or after.joined_on is None or after.joined_on <= before.left_on:
            return before, after
    return None
