"""Who bills under the practice's TIN in a year."""

from django.forms.models import model_to_dict

from mips_ia.portal import clock
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Clinician, Site, Stay

NAMES = ("last_name", "first_name", "credential", "email")


def put(access, npi, *, names, site=None, joined_on=None, left_on=None, billed=None, row_id="", **statuses):
    """A clinician on the year's roster: new, or changed. Returns `new`, `changed` or `same`.

    `names` gives what is known of `NAMES`; what it leaves blank stays as it is.
    """
    with writing(access.practice):
        not_locked(access.year)
        return put_within(
            access, npi, names=names, site=site, joined_on=joined_on, left_on=left_on, billed=billed,
            row_id=row_id, **statuses,
        )  # fmt: skip


def put_within(access, npi, *, names, site=None, joined_on=None, row_id="", **known):
    """The same inside a transaction of the caller's, such as a whole file."""
    clinician, new = Clinician.objects.get_or_create(
        practice=access.practice, npi=npi, defaults={name: names.get(name, "") for name in NAMES}
    )
    given = {name: value for name in NAMES if (value := names.get(name, ""))}
    renamed = {name: value for name, value in given.items() if getattr(clinician, name) != value}
    if renamed:
        before = {name: getattr(clinician, name) for name in renamed}
        Clinician.objects.filter(pk=clinician.pk).update(**renamed)
        note(access, "clinician renamed", f"clinician {npi}", before, renamed)
    known |= {"site": _site(access.practice, site), "row_id": row_id}
    stay = _stay(access.year, clinician, joined_on, row_id)
    if stay is None:
        stay = Stay.objects.create(year=access.year, clinician=clinician, joined_on=joined_on, **known)
        note(access, "clinician added", f"clinician {npi}", None, plain(stay))
        return "new"
    known["joined_on"] = joined_on
    changed = {name: value for name, value in known.items() if getattr(stay, name) != value}
    if not changed:
        return "changed" if renamed or new else "same"
    before = plain(stay)
    for name, value in changed.items():
        setattr(stay, name, value)
    stay.save()
    note(access, "clinician changed", f"clinician {npi}", before, plain(stay))
    return "changed"


def _stay(year, clinician, joined_on, row_id):
    here = Stay.objects.filter(year=year, ended_at=None)
    if row_id and (found := here.filter(row_id=row_id).first()):
        return found
    found = list(here.filter(clinician=clinician))
    same = [stay for stay in found if stay.joined_on == joined_on]
    if same or joined_on is None:
        return (same or found or [None])[0]
    return next((stay for stay in found if stay.joined_on is None), None)


def _site(practice, name):
    return Site.objects.get_or_create(practice=practice, name=name)[0] if name else None


def take_off(access, stay):
    """Somebody who was never there; who left has a last day instead."""
    with writing(access.practice):
        not_locked(access.year)
        Stay.objects.filter(pk=stay.pk).update(ended_at=clock.now())
        note(access, "clinician taken off", f"clinician {stay.clinician.npi}", plain(stay), None)


def plain(stay):
    """A stay as the log has it."""
    found = model_to_dict(
        stay, ["joined_on", "left_on", "billed", "non_patient_facing", "rural", "hpsa", "site"]
    )
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()
    }
