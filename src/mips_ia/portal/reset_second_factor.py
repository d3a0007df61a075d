"""`mips-ia reset-second-factor`: a way back for somebody whom no administrator can help."""

import click

from mips_ia.portal.safe.commands import home_option, opened, refuse
from mips_ia.portal.serve import Cannot
from mips_ia.problems import Refused


@click.command()
@click.argument("email")
@home_option
def command(email, home):
    """Take somebody's app, passkeys and recovery codes away, by the e-mail address of their account.

    For whom no administrator can do it under People, such as the only one. They are signed out everywhere,
    sign in with the password alone, and set up a new second factor. The log keeps that it was done here.
    """
    try:
        opened(home)
    except Refused as damaged:
        refuse(damaged)
    from mips_ia.portal.actions.people import reset_at_the_machine  # noqa: PLC0415 - Django is an extra
    from mips_ia.portal.models import Person  # noqa: PLC0415

    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise Cannot(f"No account has the address {email}. Give the one that they sign in with.")
    if not reset_at_the_machine(person):
        raise Cannot(f"{person.name} has no second factor: the password alone is asked for.")
    click.echo(f"{person.name} signs in with the password alone now, and sets up a new second factor.")
