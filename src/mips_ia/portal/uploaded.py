"""The files of a year that were uploaded, so that one is gone on with or undone."""

from django.http import Http404

HISTORY = 20
LARGE = ("table", "content", "mended", "results")


def history(access, kind):
    """The newest uploads of one kind, without what is in them."""
    return access.year.uploads.filter(kind=kind).select_related("uploaded_by").defer(*LARGE)[:HISTORY]


def numbered(access, kind, number):
    """One upload of the year; 404 where there is none of that number."""
    upload = access.year.uploads.filter(kind=kind, pk=number).first()
    if upload is None:
        raise Http404
    return upload
