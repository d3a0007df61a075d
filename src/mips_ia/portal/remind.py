"""`mips-ia remind`: the reminders of today, for who runs a server and a timer of their own."""

from pathlib import Path

import click

from mips_ia.portal.serve import Cannot, surround


@click.command()
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder in which everything is kept. By default MIPS_IA_HOME, or ./mips-ia-home.",
)
@click.option("--show", is_flag=True, help="Say what is due and for whom, and send nothing.")
def command(home, show):
    """Send what is due today: at most one message a person a day, and never the same twice.

    A portal that `mips-ia serve` started does this by itself, each hour. MIPS_IA_ADDRESS says where its
    links lead.
    """
    surround(home)
    import django  # noqa: PLC0415 - it is an extra

    from mips_ia.portal.begun import in_words  # noqa: PLC0415 - as above

    with in_words():
        django.setup()
        _send(show)


def _send(show):
    """What is due, or what would be said of it."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from mips_ia.portal import reminders  # noqa: PLC0415
    from mips_ia.portal.templatetags.words import many  # noqa: PLC0415
    from mips_ia.portal.undelivered import why  # noqa: PLC0415

    if "portal_reminder" not in connection.introspection.table_names():
        raise Cannot(
            f"There is no portal in {settings.HOME}. Start one with mips-ia serve, or name its --home."
        )
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
