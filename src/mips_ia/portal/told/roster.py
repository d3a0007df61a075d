"""The roster of a year as its pages list it: everybody with their dates, and who is counted."""

from django.db.models import prefetch_related_objects

from mips_ia.portal.templatetags.words import many
from mips_ia.portal.told import readings, shown
from mips_ia.portal.told.misfits import said
from mips_ia.portal.uploaded import LARGE


def stays(ledger):
    """Each stay with whose it is, by name; the sites are read once for all of them."""
    found = [(person, stay) for person in ledger.people for stay in person.stays]
    prefetch_related_objects([stay for _, stay in found], "site")
    return found


def rows(year, listed):
    """These stays, each with where it came from: a file, or somebody's hand.

    Of a file that was undone these are the ones that it brought and that could not go again.
    """
    from_file = {}
    for upload in year.uploads.filter(saved_at__isnull=False).defer(*LARGE):
        changes = upload.changes.get("stays", ())
        left = [each for each in changes if not (upload.undone_at and each["before"])]
        from_file |= dict.fromkeys((each["stay"] for each in left), upload)
    return [{"person": person, "stay": stay, "upload": from_file.get(stay.id)} for person, stay in listed]


def counted(ledger):
    """Who is counted: in a sentence, by both readings, and by which of them the practice goes."""
    return {
        "denominator": shown.denominator(ledger), "readings": readings.readings(ledger),
        "compared": readings.compared(ledger), "chosen": readings.chosen(ledger),
    }  # fmt: skip


def doubted(ledger, clinician):
    """What the roster says against windows that a clinician signed, a sentence for each activity."""
    for (whose, activity), windows in sorted(ledger.windows.items()):
        against = [each.doubt for each in windows if each.doubt and each.signed in ("own", "delegated")]
        if whose == clinician.id and against:
            count = many(len(against), "signed window")
            yield f"{count} of {clinician.spoken} for {activity} cannot count now. {said(against[0])}"
