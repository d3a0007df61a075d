"""`mips-ia remind`: the reminders of today, for who runs a server and a timer of their own."""

import click

from mips_ia.portal.safe.commands import home_option, opened, refuse
from mips_ia.portal.serve import Cannot
from mips_ia.problems import Refused


@click.command()
@home_option
@click.option("--show", is_flag=True, help="Say what is due and for whom, and send nothing.")
def command(home, show):
    """Send what is due today: at most one message a person a day, and never the same twice.

    A portal that `mips-ia serve` started does this by itself, each hour. MIPS_IA_ADDRESS says where its
    links lead.
    """
    try:
        opened(home)
    except Refused as damaged:
        refuse(damaged)
    from django.conf import settings  # noqa: PLC0415 - it is an extra

    from mips_ia.portal import reminders  # noqa: PLC0415
    from mips_ia.portal.templatetags.words import many  # noqa: PLC0415
    from mips_ia.portal.undelivered import why  # noqa: PLC0415

    if show:
        for each in reminders.due():
            click.echo(f"{each.person.email}: {each.says}")
        return
    try:
        click.echo(f"{many(reminders.remind(settings.ADDRESS), 'message')} sent.")
    except OSError as problem:
        raise Cannot(
            f"Not all messages could be sent, and those are tried again the next time: {why(problem)}."
        ) from None
