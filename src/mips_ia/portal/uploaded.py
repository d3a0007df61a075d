"""The files that were uploaded, of a year or of many practices, so that one is gone on with or undone."""

from django.http import Http404

from mips_ia.portal.tenancy import may_add_in

HISTORY = 20
LARGE = ("table", "content", "mended", "results")
LARGE_OF_BATCH = ("tables", "found", "content", "mended", "changes")


def history(access, kind):
    """The newest uploads of one kind, without what is in them."""
    return access.year.uploads.filter(kind=kind).select_related("uploaded_by").defer(*LARGE)[:HISTORY]


def numbered(access, kind, number):
    """One upload of the year; 404 where there is none of that number."""
    upload = access.year.uploads.filter(kind=kind, pk=number).first()
    if upload is None:
        raise Http404
    return upload


def own_batches(person):
    """Files of many practices that a person uploaded, where they may still add practices; newest first."""
    within = {each.organization_id for each in may_add_in(person)}
    return person.batches.filter(organization__in=within).select_related("organization")


def own_batch(person, id):
    """One of these; 404 where it is none of theirs."""
    batch = own_batches(person).select_related("uploaded_by").filter(pk=id).first()
    if batch is None:
        raise Http404
    return batch
