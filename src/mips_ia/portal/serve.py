"""`mips-ia serve`: the portal with everything it needs, until Ctrl-C."""

import errno
import os
import socket
from importlib.util import find_spec
from pathlib import Path

import click

from mips_ia.portal.background import Background
from mips_ia.problems import Refused

DEMONSTRATION = Path(".demo")
PACKAGES = (
    "django", "allauth", "argon2", "cryptography", "dj_database_url", "django_htmx", "django_tasks_db",
    "granian", "ninja", "pypdfium2", "whitenoise",
)  # fmt: skip
AT_HOME = ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option("--host", default=AT_HOME[0], show_default=True, help="The address on which it listens.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Its port.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder in which everything is kept. By default MIPS_IA_HOME, or ./mips-ia-home.",
)
@click.option("--demo", is_flag=True, help="An invented practice to look at, in a folder of its own.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes that answer."
)
def command(host, port, home, demo, workers):
    """Start the web portal: people sign in, enter what they did, sign, and see the score.

    It makes its database, or brings it up to date, and tells the address. Ctrl-C ends it.
    """
    if said := deaf(host, port):
        raise Cannot(said)
    if missing := lacking(PACKAGES):
        raise Cannot(f"The portal needs {', '.join(missing)}. Install them: pip install 'mips-ia[portal]'.")
    address = f"http://{'localhost' if host in AT_HOME else host}:{port}"  # passkeys want a name
    os.environ.setdefault("MIPS_IA_ADDRESS", address)
    surround(_of_a_demonstration(home) if demo else home)
    os.umask(0o077)  # what is made here is nobody's who shares the machine
    import django  # noqa: PLC0415 - it is an extra

    from mips_ia.portal.begun import in_words  # noqa: PLC0415 - as above

    with in_words():
        django.setup()
        _made_ready(demo)
        _tell(host, address, demo)
    with Background(remind=not demo):
        _answer(host, port, workers)


class Cannot(click.ClickException):
    """It cannot run."""

    exit_code = 2


def lacking(packages):
    """Those of the packages that are not installed."""
    return [name for name in packages if find_spec(name) is None]


def deaf(host, port):
    """Why it cannot listen there, None where it can; the server itself would share a port without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        try:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
        except OSError as error:
            match error.errno:
                case errno.EADDRINUSE:
                    return f"Another program has port {port} already. Give another --port."
                case errno.EACCES:
                    return f"Only an administrator of this machine may use port {port}. Give another --port."
            return f"This machine has no address {host}. Give one that it has as --host."
    return None


def surround(home):
    """What the settings read, for this process and those it starts."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "mips_ia.portal.settings"
    if home:
        os.environ["MIPS_IA_HOME"] = str(home.absolute())


def _of_a_demonstration(home):
    """The folder of a demonstration; nobody invented goes into a database of real ones."""
    from mips_ia.portal.invented import DAY  # noqa: PLC0415 - only for a demonstration

    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"MIPS_IA_TODAY": DAY.isoformat(), "MIPS_IA_SECOND_FACTOR": "optional"}
    return home or DEMONSTRATION


def _made_ready(demo):
    """The design system is there, the tables are those of this version, and so are the years."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from mips_ia.portal.actions.practice import open_years  # noqa: PLC0415
    from mips_ia.portal.models import Practice  # noqa: PLC0415
    from mips_ia.portal.vaults import made_ready  # noqa: PLC0415

    if not settings.DESIGN_SYSTEM.is_dir():
        raise Cannot(
            f"CMS's design system is not in {settings.DESIGN_SYSTEM}. Run npm ci in the project's folder, "
            "or name its folder in MIPS_IA_DESIGN_SYSTEM."
        )
    click.echo("Bringing the tables up to date …", err=True)
    call_command("migrate", verbosity=0, interactive=False)
    try:
        for said in made_ready():
            click.echo(said)
    except Refused as refused:
        raise Cannot("\n".join(map(str, refused.problems))) from None
    if demo:
        _invent()
    for practice in Practice.objects.all():
        open_years(practice)


def _invent():
    """The invented practices, once; never beside people who exist."""
    from django.db import transaction  # noqa: PLC0415

    from mips_ia.portal import demo  # noqa: PLC0415
    from mips_ia.portal.models import Person, Practice  # noqa: PLC0415

    if not Person.objects.exists():
        click.echo("Inventing practices to look at …", err=True)
        with transaction.atomic():
            demo.build()
            demo.keep()
            demo.others()
    elif not Practice.objects.filter(name=demo.NAME).exists():
        raise Cannot("There are people in that folder who are not invented. Give --demo another --home.")


def _tell(host, address, demo):
    """Where it is, who gets in, and what is still to be done."""
    from django.conf import settings  # noqa: PLC0415

    from mips_ia.portal.models import Person  # noqa: PLC0415
    from mips_ia.portal.ready import lacks  # noqa: PLC0415
    from mips_ia.portal.vaults import unguarded  # noqa: PLC0415
    from mips_ia.portal.web.start import code  # noqa: PLC0415

    click.echo(f"Improvement Activities: {address}/  (Ctrl-C ends it)")
    click.echo(f"Everything is kept in {settings.HOME}.")
    if demo:
        _tell_of_the_invented()
    elif not Person.objects.exists():
        click.echo(f"It is empty. Open the address and give this set-up code: {code()}")
    if host not in AT_HOME and not settings.TLS:
        click.echo("Others can reach it, and what they type can be read on the way: see docs/serving.md.")
    if host not in AT_HOME and "MIPS_IA_HOSTS" not in os.environ:
        click.echo("Set MIPS_IA_HOSTS to the names by which browsers reach it; others are refused.")
    for problem in unguarded():
        click.echo(f"Time stamps by {problem}")
    if said := lacks():
        click.echo(said)


def _tell_of_the_invented():
    from mips_ia.portal import clock, demo  # noqa: PLC0415
    from mips_ia.portal.templatetags.words import day  # noqa: PLC0415

    click.echo(f"Nobody in it exists, and it is always {day(clock.today())}. Sign in as")
    click.echo("  manager@demo.example  who runs the practice")
    click.echo("  admin@demo.example    who decides who gets in")
    click.echo("  kim@demo.example      a clinician; the others are there by their last names too")
    click.echo("  registrar@demo.example  who looks after several practices")
    click.echo(f"with the password: {demo.PASSWORD}")


def _answer(host, port, workers):
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    Granian(
        "mips_ia.portal.wsgi:application", host, port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=2 * (os.cpu_count() or 1) + 1, websockets=False, log_level=LogLevels.warning,
    ).serve()  # fmt: skip
