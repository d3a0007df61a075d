"""`mips-ia verify`: whether a binder is whole, and what of it could not be checked."""

import sys
from pathlib import Path

import click

from mips_ia.cli.shared import format_option, show_json, show_problems
from mips_ia.cli.vault_command import refusing
from mips_ia.formats.plain import plain_problem
from mips_ia.vault.binder.standalone import verifier
from mips_ia.vault.binder.verified import problems_of, verified
from mips_ia.vault.signer import public_key_of
from mips_ia.vault.timestamps import authorities
from mips_ia.vault.verifier.command import conclusion, findings
from mips_ia.vault.verifier.judged import Own

EPILOG = """\b
Example:
  mips-ia verify samples/binder.zip --public-key samples/binder.pem
  mips-ia verify --print-program

Exit codes: 0 it is whole; 1 it is not; 2 it cannot be read.
Each binder has a verify.py of its own, which says the same and needs nothing but Python.
"""


def print_program(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the verifier that each binder has, for who would rather have it from here, and end."""
    if wanted:
        click.echo(verifier(), nl=False)
        context.exit()


a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify", epilog=EPILOG)
@click.argument("binder", type=click.Path(path_type=Path))
@click.option(
    "--public-key",
    "public",
    type=a_file,
    help="Your own copy of the log's public.pem, to compare its key with.",
)
@click.option("--authorities", "trusted", type=a_file, help="Certificates, as PEM, to check time stamps by.")
@click.option(
    "--print-program",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_program,
    help="Print verify.py, the verifier that needs nothing but Python, and end.",
)
@format_option
@refusing()
def command(binder: Path, public: Path | None, trusted: Path | None, as_format: str) -> None:
    """Say whether BINDER, a ZIP or the folder it was unpacked into, is as it was made.

    Every file, hash, proof, signature and time stamp is looked at, and every byte of the ZIP itself.
    """
    own = Own(public.read_bytes() if public else None, trusted.read_bytes() if trusted else None)
    if public and own.public is not None:
        public_key_of(own.public, str(public))
    if trusted and own.authorities is not None:
        authorities(own.authorities, str(trusted))
    judgement = verified(binder, own)
    problems = [*problems_of(judgement)]
    if as_format == "json":
        plain = [plain_problem(problem) for problem in problems]
        found = {"holds": judgement.holds, "unchecked": judgement.unchecked, "problems": plain}
        show_json({"whole": not problems, **found})
    else:
        for line in findings(judgement):
            click.echo(line)
        show_problems(problems)
        click.echo(conclusion(judgement))
    sys.exit(bool(problems))
