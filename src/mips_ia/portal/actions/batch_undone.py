"""Saved files of many practices taken back, practice by practice; what cannot be is named and stays."""

from datetime import date

from mips_ia.portal.actions import practice as practices
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.actions.uploads_undone import undone as rows_undone
from mips_ia.portal.log import note, writing
from mips_ia.portal.tenancy import practices_of, reached

_SINCE = "was changed since, and stays as it is."


def undone(person, every):
    """How many changes were taken back, and a sentence for each that was not."""
    held = {each.id: each for each in practices_of(person)}
    restored, kept = 0, []
    for changes in every:
        practice = held.get(changes["practice"])
        access = practice and reached(person, practice, changes["year"])
        if not access or access.how("edit") != "yes":
            kept.append(f"{changes['name']}: you can no longer change it, and it stays as it is.")
        elif locked(access.year):
            kept.append(f"{changes['name']}: {changes['year']} is locked, and stays as it is.")
        else:
            more, stays = _of_year(access, changes)
            restored += more
            kept += [f"{practice.name}: {each}" for each in stays]
    return restored, kept


def _of_year(access, changes):
    with writing(access.practice):
        restored, kept = rows_undone(access, changes)
        if said := changes.get("described"):
            ok = _described(access, said)
            restored, kept = restored + ok, kept if ok else [*kept, f"what is known of the year {_SINCE}"]
        if name := changes.get("renamed"):
            ok = access.practice.name == name["after"]
            if ok:
                practices.rename(access, name["before"])
            restored, kept = restored + ok, kept if ok else [*kept, f"its name {_SINCE}"]
        if changes["new"]:
            kept.append("it stays here with nothing known of it, since its log begins with this upload.")
        note(access, "files undone", f"year {access.year.year}", None, {"restored": restored})
    return restored, kept


def _described(access, said):
    """Whether what was said of the year was taken back."""
    now = practices.plain({name: getattr(access.year, name) for name in said["after"]})
    if now != said["after"]:
        return False
    before = said["before"]
    if before.get("statuses_checked_on"):
        before = before | {"statuses_checked_on": date.fromisoformat(before["statuses_checked_on"])}
    practices.describe(access, **before)
    return True
