"""The files of a year that were uploaded, so that one is gone on with or undone."""

HISTORY = 20
LARGE = ("table", "content", "mended", "results")


def history(access, kind):
    """The newest uploads of one kind, without what is in them."""
    return access.year.uploads.filter(kind=kind).select_related("uploaded_by").defer(*LARGE)[:HISTORY]
