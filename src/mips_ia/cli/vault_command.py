"""`mips-ia vault`: files kept under their hash, encrypted; made, filled, read, checked, given other keys."""

import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from mips_ia.cli.shared import format_option, progress, refuse, show_json, show_problems
from mips_ia.formats.plain import plain_problem
from mips_ia.problems import Problem, Refused, counted
from mips_ia.vault.check_store import check, leftovers
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import keyring, new_key, new_key_file
from mips_ia.vault.log import new_log
from mips_ia.vault.places import place
from mips_ia.vault.rotation import rotate, rotate_signer
from mips_ia.vault.signer import FILE, refuse_bad, signer
from mips_ia.vault.store import Store, new_store

EPILOG = """\b
Example:
  mips-ia vault init evidence --keys file:vault.key
  mips-ia vault put evidence samples/claims.csv --keys file:vault.key
  mips-ia vault check evidence --keys file:vault.key

\b
VAULT is a folder, or an address that fsspec knows, such as s3://bucket/evidence.
Exit codes: 0 all is well; 1 something is damaged or lacks; 2 it cannot run.
"""
HOUR = 3600
LOGLESS = "Found no log, so no signer was wrapped. Name its folder by --log: of a portal, HOME/records."
NEEDED = "are still needed: keep them"


def keys_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--keys`, or what the environment says."""
    option = click.option(
        "--keys",
        "source",
        required=True,
        envvar="MIPS_IA_VAULT_KEYS",
        metavar="SOURCE",
        help="Where the master keys come from: file:PATH, env:NAME or command:WORDS.",
    )
    return option(command)


log_option = click.option(
    "--log", type=click.Path(file_okay=False, path_type=Path), help="The log's folder; by default VAULT/log."
)
referenced_help = "A file with the digests that records name, one a line; - is standard input."


@click.group(
    "vault", epilog=EPILOG, short_help="Keep evidence files encrypted, and check that they are whole"
)
def command() -> None:
    """Keep files under the SHA-256 of their bytes, encrypted, so that anybody can check them later."""


@contextmanager
def refusing() -> Iterator[None]:
    """Say why it cannot run, and end with exit code 2."""
    try:
        yield
    except Refused as refusal:
        refuse(refusal)


@command.command("init")
@click.argument("vault")
@keys_option
@log_option
@click.option("--origin", help="The log's name in its checkpoints; by default one at random.")
@refusing()
def init(vault: str, source: str, log: Path | None, origin: str | None) -> None:
    """Make a vault in VAULT, and its log.

    A file of keys that is not there yet is made, with a new master key.
    """
    origin = origin or f"mips-ia/{secrets.token_hex(8)}"
    refuse_bad(origin)
    kind, _, path = source.partition(":")
    if kind == "file" and path and not Path(path).exists():
        new_key_file(Path(path))
        click.echo(f"Made a master key in {path}. Without it nothing can be read: keep a copy elsewhere.")
    ring = keyring(source)
    new_store(place(vault), ring)
    click.echo(f"Made a vault in {vault}, under the master key {ring.current.id}.")
    folder = _log_folder(vault, log)
    if folder:
        new_log(folder, origin, ring.current)
        click.echo(f"Made its log in {folder.address}. Keep a copy of public.pem elsewhere.")
    else:
        click.echo("Made no log: give --log a folder of this machine.")


@command.command("new-key")
def new() -> None:
    """Print a new master key, as a line for a file of keys."""
    click.echo(new_key().line())


@command.command("put")
@click.argument("vault")
@click.argument("files", nargs=-1, required=True, type=click.File("rb"))
@keys_option
@refusing()
def put(vault: str, files: tuple[BinaryIO, ...], source: str) -> None:
    """Keep FILES, and print the digest of each as sha256sum does."""
    store = _store(vault, source)
    for file in files:
        click.echo(f"{store.put(file).sha256}  {file.name}")


@command.command("get")
@click.argument("vault")
@click.argument("digest")
@keys_option
@click.option(
    "--out", type=click.File("wb", lazy=True), default="-", help="A file; standard output by default."
)
@refusing()
def get(vault: str, digest: str, source: str, out: BinaryIO) -> None:
    """Write the bytes of the file with this DIGEST, each checked before it is written."""
    pieces = _store(vault, source).read(digest)  # before the file is made
    out.writelines(pieces)


@command.command("check")
@click.argument("vault")
@keys_option
@click.option("--referenced", type=click.File(), help=referenced_help)
@format_option
@refusing()
def check_vault(vault: str, source: str, referenced: Any, as_format: str) -> None:
    """Read every byte of VAULT, and name what is damaged, lacks, or is named by no record."""
    store = _store(vault, source)
    named = _digests(referenced) if referenced else None
    problems = [*check(store, named, partial(progress, label="Checking"))]
    tell(problems, counted(len(store.digests()), "file"), as_format)


@command.command("forget")
@click.argument("vault")
@click.argument("digest")
@keys_option
@click.confirmation_option(prompt="Nobody can bring it back. Destroy it?")
@refusing()
def forget(vault: str, digest: str, source: str) -> None:
    """Destroy the file with this DIGEST for good: its key first, then its bytes."""
    _store(vault, source).forget(digest)
    click.echo(f"Destroyed {digest}.")


@command.command("rotate-keys")
@click.argument("vault")
@keys_option
@click.option(
    "--log",
    type=click.Path(file_okay=False, path_type=Path),
    help="The log's folder; by default VAULT/log, and records beside VAULT, where a portal has it.",
)
@refusing()
def rotate_keys(vault: str, source: str, log: Path | None) -> None:
    """Wrap every file's key, and the log's, by the first master key given, in place of those after it.

    No file's body is touched. It may be broken off and run again.
    """
    ring, logs = keyring(source), _signed_logs(vault, log)
    for folder in logs:
        signer(folder, ring)  # what cannot be opened is refused before anything is wrapped
    count, problems = rotate(Store(place(vault), ring), partial(progress, label="Wrapping"))
    show_problems(problems)
    click.echo(f"Wrapped the keys of {counted(count, 'file')} by {ring.current.id}.")
    for folder in logs:
        rotate_signer(folder, ring)
        click.echo(f"Wrapped the signer of the log in {folder.address} by {ring.current.id}.")
    if not logs:
        click.echo(LOGLESS)
    whole = logs and not problems
    click.echo(f"The keys after it {'are no longer needed, but for older backups' if whole else NEEDED}.")
    sys.exit(not whole)


@command.command("sweep")
@click.argument("vault")
@keys_option
@click.option("--referenced", type=click.File(), required=True, help=referenced_help)
@click.option("--hours", default=24, show_default=True, help="Leave what was written in the last so many.")
@refusing()
def sweep(vault: str, source: str, referenced: Any, hours: int) -> None:
    """Remove what uploads left that were broken off.

    Nothing is removed where a record's file lacks or a header is damaged.
    """
    store = _store(vault, source)
    names = leftovers(store, _digests(referenced), time.time() - hours * HOUR)
    for name in names:
        store.place.remove(name)
    click.echo(f"Removed {counted(len(names), 'leftover')}.")


def tell(problems: list[Problem], what: str, as_format: str) -> None:
    """What was checked and what was found, and the exit code that says whether there is a fault."""
    faults = [problem for problem in problems if problem.severity == "error"]
    if as_format == "json":
        show_json({"checked": what, "problems": [plain_problem(problem) for problem in problems]})
    else:
        show_problems(problems)
        click.echo(f"Checked {what}: {counted(len(faults), 'fault') if faults else 'all is whole'}.")
    sys.exit(bool(faults))


def _store(vault: str, source: str) -> Store:
    return Store(place(vault), keyring(source))


def _log_folder(vault: str, log: Path | None) -> Folder | None:
    """The folder of the log: the one given, or `log` in a vault that is a folder."""
    if log is None and "://" in vault:
        return None
    return Folder(log or Path(vault) / "log")


def _signed_logs(vault: str, log: Path | None) -> list[Folder]:
    """The logs whose signer goes with a vault: the one given, or those in its folder and beside it."""
    if log is not None or "://" in vault:
        return [Folder(log)] if log else []
    inside = Path(vault)
    found = (inside / "log", inside.absolute().parent / "records")
    return [Folder(each) for each in found if (each / FILE).exists()]


def _digests(file: Any) -> list[str]:
    """The first word of each line, so that what `put` and sha256sum print will do."""
    return [words[0] for line in file if (words := line.split())]
