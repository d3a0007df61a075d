"""What the commands of this folder share: an installation that is opened, and problems that are told."""

import json
import os
import sys
from pathlib import Path

import click

from mips_ia.formats.plain import plain_problem
from mips_ia.portal.serve import Cannot, surround
from mips_ia.problems import counted

MOST = 50
RANKS = {"error": 0, "unknown": 1, "warning": 2, "note": 3}
home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder in which everything is kept. By default MIPS_IA_HOME, or ./mips-ia-home.",
)
keys_option = click.option(
    "--keys",
    metavar="SOURCE",
    help="Where the master keys come from. By default MIPS_IA_VAULT_KEYS, or vault.key in the folder.",
)
format_option = click.option(
    "--format",
    "as_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Text for people, JSON for programs.",
)


def opened(home, keys=None):
    """The installation of a folder, for this process; nothing is made where there is none.

    `Refused` where its database is damaged so that nothing can be read.
    """
    home = home or Path(os.environ.get("MIPS_IA_HOME", "mips-ia-home"))
    none = Cannot(
        f"There is no portal in {home.absolute()}. Start one with mips-ia serve, or name its --home."
    )
    if not home.is_dir():
        raise none
    if keys:
        os.environ["MIPS_IA_VAULT_KEYS"] = keys
    surround(home)
    import django  # noqa: PLC0415 - it is an extra

    from mips_ia.portal.begun import in_words  # noqa: PLC0415

    with in_words():
        django.setup()
    from django.db import connection  # noqa: PLC0415

    from mips_ia.portal.safe import database  # noqa: PLC0415

    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        raise none
    try:
        if not any(name.startswith("portal_") for name in connection.introspection.table_names()):
            raise none
        _refuse_another_version(connection)
    except database.UNREADABLE as error:
        raise database.unreadable(error) from None


def _refuse_another_version(connection):
    """What looks at rows looks at those of its own version."""
    from mips_ia.portal import ready  # noqa: PLC0415 - as above

    made = ready.applied(connection)
    if not ready.needed() <= made:
        unknown = sorted(made - ready.needed())
        raise Cannot(
            "The tables are those of another version"
            + (f", which knows {unknown[0][0]} {unknown[0][1]}" if unknown else "")
            + ". Start this one once with mips-ia serve, which brings them up to date. If mips-ia was not "
            "changed since they were made, somebody changed the database: restore it from the backup."
        )


def refuse(refusal):
    """Say why it cannot run, and end with exit code 2."""
    for problem in refusal.problems:
        click.echo(f"Error: {problem}", err=True)
    sys.exit(2)


def tell(problems, what, as_format="text"):
    """What was looked at and what was found; whether there is a fault is the exit code."""
    faults = [problem for problem in problems if problem.severity == "error"]
    if as_format == "json":
        plain = {"checked": what, "problems": [plain_problem(each) for each in problems]}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        show(problems)
        click.echo(f"Checked {what}: {counted(len(faults), 'fault') if faults else 'all is whole'}.")
    sys.exit(bool(faults))


def show(problems):
    """Problems on standard error, errors first, the rest counted where there are many."""
    ranked = sorted(problems, key=lambda problem: RANKS[problem.severity])
    for problem in ranked[:MOST]:
        click.echo(f"{problem.severity.capitalize()}: {problem}", err=True)
    if len(ranked) > MOST:
        left = len(ranked) - MOST
        click.echo(f"… and {left} more; mips-ia check --format json lists them all.", err=True)
