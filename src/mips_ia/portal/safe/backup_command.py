"""`mips-ia backup`: everything that an installation keeps, encrypted, in one file."""

import sys
from pathlib import Path

import click

from mips_ia.portal.safe.commands import home_option, keys_option, opened, refuse, show
from mips_ia.problems import Refused, counted

EPILOG = """\b
Exit codes: 0 all is in it; 1 something that it holds is damaged already; 2 there is no backup.
"""


@click.command(epilog=EPILOG)
@click.argument("to", type=click.Path(dir_okay=False, path_type=Path))
@home_option
@keys_option
def command(to, home, keys):
    """Write all rows, files of evidence and checkpoints into the new file TO. The portal may run meanwhile.

    The master keys are not in it: without them nobody can restore it, so keep a copy of them elsewhere.
    """
    try:
        opened(home, keys)
    except Refused as damaged:
        refuse(damaged)
    from django.utils import timezone  # noqa: PLC0415 - Django is an extra

    from mips_ia.portal import vaults  # noqa: PLC0415
    from mips_ia.portal.safe.backup import back_up  # noqa: PLC0415

    try:
        made = back_up(to, timezone.now())
    except Refused as refusal:
        refuse(refusal)
    show(made.problems)
    held = f"all rows, the log's checkpoints and {counted(made.files, 'file')} of evidence"
    click.echo(f"Wrote {to}: {held}, {made.size:,} bytes.")
    click.echo(f"Restoring it needs the master key {vaults.ring().current.id}, which is not in it.")
    sys.exit(bool(made.problems))
