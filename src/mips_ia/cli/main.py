"""`mips-ia`: the commands, and what they share."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mips_ia.reading.yearbook import REFORM

COMMANDS = {
    "score": "Score everybody in a file",
    "explain": "Say why one practice or clinician has the score it has",
    "requirements": "Say what is needed for full credit",
    "activities": "List and search a year's activities",
    "changes": "Say what changed in the inventory between two years",
    "preflight": "Say what CMS would object to, before it is sent",
    "convert": "Write a submission in another of CMS's formats",
    "guide": "Say what an activity takes and what to keep",
    "specialty": "List the activities and MVPs that fit a specialty",
    "drift": "Say what became of a list of activities",
    "measure": "Count a number that an activity asks for, from your own rows",
    "check-evidence": "Say whether what is kept proves what is attested",
    "population": "Score millions of clinicians on a database",
    "texts": "Load CMS's own wording, and show what it changed",
    "rules": "Print a year's rules as a page to read",
    "cases": "Run worked examples and say which fail",
    "vault": "Keep evidence files encrypted, and check that they are whole",
    "log": "Check the log of what was received, signed and submitted",
    "verify": "Say whether a binder of evidence is whole",
    "serve": "Start the web portal",
    "remind": "Send the portal's reminders of today",
    "reset-second-factor": "Let somebody in again who lost their second factor",
    "check": "Say whether all that the portal keeps is as it was written",
    "backup": "Write all that the portal keeps into one encrypted file",
    "restore": "Make an installation of the portal from a backup",
}
# Commands that stand with what they start, and those that need what is not always installed.
ELSEWHERE = {
    "serve": "mips_ia.portal.serve",
    "remind": "mips_ia.portal.remind",
    "reset-second-factor": "mips_ia.portal.reset_second_factor",
    "check": "mips_ia.portal.safe.check_command",
    "backup": "mips_ia.portal.safe.backup_command",
    "restore": "mips_ia.portal.safe.restore_command",
}
EXTRAS = {"vault": "evidence", "log": "evidence", "verify": "evidence"}


class Commands(click.Group):
    """The group of commands; each is imported only when it is called or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a newcomer would meet them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, None where there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        beside = f"mips_ia.cli.{cmd_name.replace('-', '_')}_command"
        try:
            module = importlib.import_module(ELSEWHERE.get(cmd_name, beside))
        except ModuleNotFoundError as lacking:
            if cmd_name not in EXTRAS:
                raise
            needed = f"It needs {lacking.name}: pip install 'mips-ia[{EXTRAS[cmd_name]}]'."
            raise click.UsageError(needed) from lacking
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help, without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


EPILOG = """\b
Start here:
  mips-ia requirements --size 9
  mips-ia score samples/practices
  mips-ia COMMAND --help

\b
Exit codes: 0 all is well; 1 there are problems in the data; 2 it cannot run.
Tab completion: eval "$(_MIPS_IA_COMPLETE=bash_source mips-ia)"  (or zsh_source)
"""


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mips-ia")
def main() -> None:
    """Improvement activities in Medicare's MIPS: what is needed, what counts, the score, and why."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., Any] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
    if path := os.environ.get(REFORM):
        importlib.import_module("mips_ia.cli.reform_in_force").tell(Path(path))


if __name__ == "__main__":
    main()
