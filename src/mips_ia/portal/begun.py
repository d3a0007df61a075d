"""What stops a command at its start, in a sentence: what was decided wrongly, a folder, or a database."""

from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from mips_ia.portal.safe.database import unreadable
from mips_ia.portal.serve import Cannot
from mips_ia.problems import Refused


@contextmanager
def in_words():
    """Instead of a trace of the program, which says nothing to whoever runs it."""
    try:
        yield
    except ImproperlyConfigured as error:
        raise Cannot(str(error)) from None
    except DatabaseError as error:
        found = unreadable(error)
        raise Cannot("\n".join(map(str, found.problems))) if isinstance(found, Refused) else found from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        said = f"{where}{error.strerror or error}"
        raise Cannot(f"{said}. See that the folder of --home can be written to and has room.") from None
