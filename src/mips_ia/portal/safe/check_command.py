"""`mips-ia check`: whether everything that an installation keeps is as it was written."""

import click

from mips_ia.portal.safe.commands import format_option, home_option, opened, refuse, tell
from mips_ia.problems import Refused

EPILOG = """\b
Exit codes: 0 all is well; 1 something was changed, is damaged or lacks; 2 it cannot run.
"""


@click.command(epilog=EPILOG)
@home_option
@format_option
@click.option(
    "--forget-unnamed",
    is_flag=True,
    help="First take away each file that no record names and that came more than a day ago. Never where "
    "another installation, or another copy of this one, uses the same vault.",
)
def command(home, as_format, forget_unnamed):
    """Look at everything that the portal keeps, and name each thing that is not as it was written.

    Every line of the activity log, every signed record and every other row, every leaf of the log of records,
    its checkpoints and time stamps, and every byte of every file of evidence. The portal may run meanwhile.
    """
    try:
        opened(home)
    except Refused as damaged:
        tell(damaged.problems, "nothing", as_format)
    from mips_ia.portal import unnamed, vaults  # noqa: PLC0415 - Django is an extra
    from mips_ia.portal.safe import database  # noqa: PLC0415
    from mips_ia.portal.safe.whole import checked  # noqa: PLC0415

    try:
        vaults.ring()
        for digest in unnamed.forget_unnamed() if forget_unnamed else ():
            click.echo(f"Forgotten: {digest}", err=True)
        found = checked()
    except Refused as refusal:
        refuse(refusal)
    except database.UNREADABLE as error:
        tell([database.damaged(error)], "nothing", as_format)
    tell(found.problems, found.what, as_format)
