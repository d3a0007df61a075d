"""What can go wrong with a backup, each with where it is, what is wrong and what to do."""

import errno

from mips_ia.problems import Problem, Refused


def there_already(path):
    """A backup is never written over another file."""
    what = "there is a file of this name, and a backup replaces none."
    return Refused(
        [Problem("backup_there_already", str(path), what, "Give another name, such as one with the day.")]
    )


def not_written(path, error):
    """What the disk said while a backup was written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what, fix = (
            "there is no room left for this backup. Nothing of it was kept.",
            "Make room, then try again.",
        )
    else:
        what = f"this backup could not be written: {error.strerror or error}. Nothing of it was kept."
        fix = "See to the folder and its disk, then try again."
    return Refused([Problem("backup_not_written", str(path), what, fix)])


def cannot_be_read(path, error):
    """A backup that is not there, or cannot be read."""
    what = f"this cannot be read: {error.strerror or error}."
    return Refused([Problem("no_backup", str(path), what, "Name a file that mips-ia backup wrote.")])


def no_backup(path):
    """Something else than a backup."""
    what = "this is no backup, or its end was cut off, or its manifest is damaged."
    return Refused([Problem("no_backup", str(path), what, "Name a file that mips-ia backup wrote.")])


def damaged(path, names):
    """Parts of a backup that are not as they were written."""
    fix = "Nothing was restored. Take another copy of this backup, or another backup."
    what = "this part was changed, lacks, or was put in after the backup was made."
    return Refused([Problem("damaged_backup", f"{path}, {name}", what, fix) for name in names])


def not_whole(where, digest):
    """A file that is damaged in the vault is in the backup as it is there."""
    what = f"the vault has no whole header and body of {digest}; the backup has what there is."
    return Problem("backup_not_whole", where, what, "Run mips-ia check, and mend the file.")


def keys_changed(where):
    """Somebody gave the vault another master key meanwhile."""
    what = "the vault got another master key while it was copied. Nothing of the backup was kept."
    return Refused([Problem("keys_changed", where, what, "Wait until that is done, then back up again.")])


def not_empty(where):
    """A restore never mixes with what is there."""
    what = (
        "there is something here already, and a backup is restored into an empty place. Nothing was written."
    )
    return Refused(
        [Problem("home_not_empty", str(where), what, "Give another --home, or empty it yourself.")]
    )


def other_database(kept, here):
    """A backup of SQLite is not restored into PostgreSQL, nor the other way."""
    what = (
        f"the backup holds a database of {kept}, and DATABASE_URL names one of {here}. Nothing was written."
    )
    fix = "Set DATABASE_URL to an empty database of the same kind, or unset it for SQLite."
    return Refused([Problem("other_database", "DATABASE_URL", what, fix)])


def other_log(path, kept, here):
    """What came back is not what went in."""
    what = (
        f"the log of records had {kept['size']} leaves with the root {kept['root']} when this was written, "
        f"and has {here['size']} with the root {here['root']} now that it is restored."
    )
    return Problem("other_log", str(path), what, "Restore it again, or restore another backup.")


def no_program(name):
    """PostgreSQL's own programs do the copying."""
    what = f"{name} is not on the PATH, and PostgreSQL's rows are copied by it."
    fix = "Install PostgreSQL's client programs, of the server's version or newer."
    return Refused([Problem("no_program", name, what, fix)])


def program_ended(name, said):
    """One of them said no."""
    what = f"it did not do it: {said.strip() or 'it said nothing'}"
    fix = "See to what it says, then try again."
    return Refused([Problem("program_ended", name, what, fix)])
