"""`mips-ia log`: whether the log of what was received, signed and submitted is whole."""

from pathlib import Path

import click

from mips_ia.cli.shared import format_option
from mips_ia.cli.vault_command import refusing, tell
from mips_ia.problems import counted
from mips_ia.vault.check_log import check_log
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import keyring
from mips_ia.vault.leaves import LeavesFile
from mips_ia.vault.log import opened_log
from mips_ia.vault.signer import public_key_of
from mips_ia.vault.timestamps import Stamps, authorities

EPILOG = """\b
Example:
  mips-ia log check evidence/log

Exit codes: 0 all is well; 1 something is damaged or was changed; 2 it cannot run.
"""
a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("log", epilog=EPILOG, short_help="Check the log of what was received, signed and submitted")
def command() -> None:
    """Check an append-only log: a Merkle tree, its signed checkpoints and their time stamps."""


@command.command("check")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--public-key", "public", type=a_file, help="Your own copy of public.pem, to check signatures by."
)
@click.option("--authorities", "trusted", type=a_file, help="Certificates, as PEM, to check time stamps by.")
@click.option(
    "--keys",
    "source",
    envvar="MIPS_IA_VAULT_KEYS",
    metavar="SOURCE",
    help="Master keys, to open the signer with.",
)
@format_option
@refusing()
def check(
    folder: Path, public: Path | None, trusted: Path | None, source: str | None, as_format: str
) -> None:
    """Read every leaf, checkpoint and time stamp of the log in FOLDER, and name what is not as it was."""
    place = Folder(folder)
    checkpoints = opened_log(place).checkpoints.sizes()
    certificates = authorities(trusted.read_bytes(), str(trusted)) if trusted else None
    key = public_key_of(public.read_bytes(), str(public)) if public else None
    ring = keyring(source) if source else None
    problems = [*check_log(place, ring, key, Stamps(place, certificates))]
    size, _ = LeavesFile(place).seen()
    told = f"a log of size {size} with {counted(len(checkpoints), 'checkpoint')}"
    tell(problems, told, as_format)
