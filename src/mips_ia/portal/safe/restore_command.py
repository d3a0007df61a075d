"""`mips-ia restore`: an installation as it was when a backup was made, in an empty place."""

import os
import shutil
from pathlib import Path

import click

from mips_ia.portal.safe import faults
from mips_ia.portal.safe.commands import refuse, tell
from mips_ia.portal.serve import surround
from mips_ia.problems import Refused

EPILOG = """\b
Exit codes: 0 all of it is there and whole; 1 something in it was damaged already; 2 nothing was restored.
"""


@click.command(epilog=EPILOG)
@click.argument("backup", metavar="FROM", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--home",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder in which everything is to be kept; it is empty, or not there yet.",
)
@click.option(
    "--keys", required=True, envvar="MIPS_IA_VAULT_KEYS", metavar="SOURCE",
    help="Where the master keys come from: file:PATH, env:NAME or command:WORDS.",
)  # fmt: skip
def command(backup, home, keys):
    """Make an installation of the backup FROM, and look at all of it as mips-ia check does.

    Every hash is checked before anything is written, and nothing is written where something is already.
    """
    from mips_ia.portal.safe.archive import Reading  # noqa: PLC0415 - the vault is an extra
    from mips_ia.vault.keys import keyring  # noqa: PLC0415

    try:
        found = Reading(backup, keyring(keys))
        found.prove()
        if home.exists() and any(home.iterdir()):
            raise faults.not_empty(home)
        _begin(found, home, keys)
        from mips_ia.portal.safe import restore  # noqa: PLC0415 - needs settings
        from mips_ia.portal.safe.whole import checked  # noqa: PLC0415

        restore.restore(found)
        click.echo(f"Restored what was kept at {found.about['at']} into {home}.")
        click.echo(f"Start it with MIPS_IA_VAULT_KEYS={keys}, or put the master keys into {home}/vault.key.")
        looked_at = checked()
    except Refused as refusal:
        refuse(refusal)
    tell([*restore.log_differs(found), *looked_at.problems], looked_at.what)


def _begin(found, home, keys):
    """The settings of the place, whose database and vault are empty; where not, nothing stays there."""
    from mips_ia.portal.begun import in_words  # noqa: PLC0415 - it is an extra

    try:
        with in_words():
            _surround(found, home, keys)
            from mips_ia.portal.safe import restore  # noqa: PLC0415 - needs settings

            restore.refuse_unless_empty(found)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)  # it has only what the settings made
        raise


def _surround(found, home, keys):
    """The settings of the place; its key that signs sessions is there before they ask."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if secret := found.secret():
        descriptor = os.open(home / "secret.key", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(secret)
    os.environ["MIPS_IA_VAULT_KEYS"] = keys
    surround(home)
    import django  # noqa: PLC0415 - it is an extra

    django.setup()
