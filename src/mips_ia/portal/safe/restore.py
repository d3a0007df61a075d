"""A backup becomes an installation again, in an empty place."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from mips_ia.portal.safe import dump, faults
from mips_ia.portal.safe.archive import DATABASE
from mips_ia.vault.folder import Folder
from mips_ia.vault.log import FOLDERS
from mips_ia.vault.places import place
from mips_ia.vault.store import BODIES, FILES, MARKER


def refuse_unless_empty(found):
    """`Refused` where the database, the vault's place or the log's is not empty, or cannot take a backup."""
    if found.about["database"] != connection.vendor:
        raise faults.other_database(found.about["database"], connection.vendor)
    if not dump.empty():
        raise faults.not_empty("the database")
    if settings.NOTARY.exists() and any(settings.NOTARY.iterdir()):
        raise faults.not_empty(settings.NOTARY)


def restore(found):
    """Write everything of a backup that was proven into empty places."""
    vault, records = place(settings.VAULT), Folder(settings.NOTARY)
    vault.make((FILES, BODIES))
    records.make(FOLDERS)
    for name in found.under("records/"):
        records.put(name, found.content(f"records/{name}"))
    for folder in (BODIES, FILES):  # a header counts only with its body
        for name in found.under(f"vault/{folder}/"):
            with vault.writing(f"{folder}/{name}") as draft:
                for piece in found.pieces(f"vault/{folder}/{name}"):
                    draft.write(piece)
    vault.put(MARKER, found.content(f"vault/{MARKER}"))
    dump.restored(found.opened(DATABASE))
    call_command("migrate", verbosity=0, interactive=False)


def log_differs(found):
    """The fault that the log of records is another than when the backup was made, in a list; none if not.

    Checkpoints tell of what was signed, and this of the leaves that came after the last, too.
    """
    kept, here = found.about.get("log"), dump.log_here()
    return [faults.other_log(found.path, kept, here)] if kept and kept != here else []
