"""`mips-ia convert`: a submission in another of CMS's formats, or as CMS's own converter would write it."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from mips_ia.cli.shared import progress, refuse, show_problems
from mips_ia.formats import cms_errors, like_cms, qpp_json_write, qrda3_write
from mips_ia.formats.bundles import are_documents, documents
from mips_ia.formats.intake import kind_of, read
from mips_ia.formats.safe_xml import content
from mips_ia.formats.submissions import Submission, derived, submissions
from mips_ia.problems import Problem, Refused, counted

EPILOG = f"""\b
Example:
  mips-ia convert samples/submission.json --to qrda3
  mips-ia convert samples/group.xml
  mips-ia convert samples/practices --to qpp-json
  mips-ia convert samples/group.xml --like-cms {like_cms.converter_years()[-1]}

From QPP Submissions JSON, QRDA III, or bulk tables; of these, what counts is sent, and how its range
of days comes about is said. Several documents go into a folder: -o FOLDER.
Exit code 0: converted; 1: refused, and the problems say why; 2: it cannot run.
"""
ENDINGS = {"qpp-json": ".json", "qrda3": ".xml"}


@click.command("convert", epilog=EPILOG, short_help="Write a submission in another of CMS's formats")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="IN…")
@click.option("--to", type=click.Choice(["qpp-json", "qrda3"]), help="The other one of the two, unless said.")
@click.option(
    "--like-cms", "year", type=int, metavar="YEAR", help="As CMS's converter of that reporting year."
)
@click.option(
    "-o",
    "out",
    type=click.Path(path_type=Path),
    help="A file (.json, .xml), or a folder for several documents.",
)
def command(files: tuple[Path, ...], to: str | None, year: int | None, out: Path | None) -> None:
    """Write the submissions of IN… in another format, on standard output unless -o is given."""
    with tempfile.TemporaryDirectory() as room:
        try:
            tables = not are_documents(files)
            if year is not None:
                _check_like_cms(year, to, tables=tables)
            if tables:
                written = [*_from_tables(files, to or "qpp-json")]
            else:
                found, lost = documents(files, Path(room))
                show_problems(lost)
                written = [
                    each for path in progress(found, "Converting") for each in _converted(path, to, year)
                ]
                written += [("", None)] * len(lost)
        except Refused as refusal:
            refuse(refusal)
    _put(written, out)


def _check_like_cms(year: int, to: str | None, *, tables: bool) -> None:
    """`--like-cms` takes QRDA III of a year that is known, and gives JSON; else it cannot run."""
    if tables or to == "qrda3":
        raise click.UsageError("--like-cms makes QPP JSON of QRDA III documents, and nothing else.")
    if year not in like_cms.converter_years():
        like_cms.answer(b"", "", year)


Written = tuple[str, bytes | None]  # the name of a document and what it holds; None: refused


def _converted(path: Path, to: str | None, year: int | None) -> Iterator[Written]:
    """One file converted: by CMS's converter of a year, or by ours."""
    if year is not None:
        yield _by_cms(path, year)
        return
    kind = kind_of(path)
    intake = read([path])
    show_problems(intake.problems)
    if not intake.participants or any(problem.severity == "error" for problem in intake.problems):
        yield path.stem, None
        return
    wanted = to or ("qrda3" if kind == "qpp-json" else "qpp-json")
    yield from _as(wanted, submissions(intake.participants), path.stem)


def _by_cms(path: Path, year: int) -> Written:
    try:
        given = like_cms.answer(content(path), path.name, year)
    except Refused as refusal:
        show_problems(refusal.problems)
        return path.stem, None
    if given.submission is not None:
        return f"{path.stem}.json", cms_errors.as_text(given.submission).encode()
    show_problems([error.problem(path.name) for error in given.errors])
    plain = cms_errors.errors_as_plain(path.name, given.errors)
    click.echo(cms_errors.as_text(plain))
    return path.stem, None


def _from_tables(files: Sequence[Path], to: str) -> Iterator[Written]:
    """What the ledgers of practices come to, each submission with how its range of days comes about."""
    intake = read(files)
    show_problems(intake.problems)
    found: list[Submission] = []
    told: list[Problem] = []
    for who in intake.participants:
        try:
            one, notes = derived(who)
        except Refused as refusal:
            told += refusal.problems
            continue
        told += notes
        if one.sets[0].activities and one.sets[0].first:
            found.append(one)
        else:
            what = "None of its activities counts, so that there is nothing to send."
            told.append(Problem("nothing_to_send", who.where, what, "See why: mips-ia explain."))
    show_problems(told)
    yield from _as(to, found, "submissions")
    wrong = any(problem.severity == "error" for problem in intake.problems)
    if not found or len(found) < len(intake.participants) or intake.left_out or wrong:
        yield "", None


def _as(to: str, found: Sequence[Submission], stem: str) -> Iterator[Written]:
    if to == "qpp-json" and found:
        yield f"{stem}.json", qpp_json_write.write(found).encode()
        return
    for place, each in enumerate(found, 1):
        for number, one in enumerate(each.sets, 1):
            several = f"-{place}" * (len(found) > 1) + f"-{number}" * (len(each.sets) > 1)
            alone = replace(each, sets=(one,))
            try:
                yield f"{stem}{several}.xml", qrda3_write.write(alone, datetime.now().astimezone())
            except Refused as refusal:
                show_problems(refusal.problems)
                yield stem, None


def _put(written: Sequence[Written], out: Path | None) -> None:
    """Write what came out, and end with 0, or with 1 where something was refused."""
    good = [(name, text) for name, text in written if text is not None]
    refused = len(written) - len(good)
    file = out is not None and not out.is_dir() and (out.is_file() or out.suffix in ENDINGS.values())
    if len(good) > 1 and (out is None or file):
        raise click.UsageError(f"There are {len(good)} documents: give -o with a folder for them.")
    if out is None:
        for _, text in good:
            click.echo(text.decode(), nl=sys.stdout.isatty() and not text.endswith(b"\n"))
    elif good:
        _put_into(good, out, folder=out.is_dir() or (len(written) > 1 and not file))
    if out is not None or refused:
        click.echo(f"{counted(len(good), 'document')} written, {refused} refused.", err=True)
    sys.exit(bool(refused))


def _put_into(good: Sequence[tuple[str, bytes]], out: Path, *, folder: bool) -> None:
    """Write documents as files of a folder, or the only one as the file itself."""
    try:
        (out if folder else out.parent).mkdir(parents=True, exist_ok=True)
        for name, text in _told_apart(good):
            (out / name if folder else out).write_bytes(text)
    except OSError as fault:
        raise click.UsageError(f"{out} cannot be written: {fault.strerror}.") from None


def _told_apart(documents: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Documents whose names differ: the second of the same name ends in -2, so that none is overwritten."""
    taken: set[str] = set()
    for name, text in documents:
        given, number = Path(name), 1
        while name.lower() in taken:
            number += 1
            name = f"{given.stem}-{number}{given.suffix}"  # noqa: PLW2901 - until it is free
        taken.add(name.lower())
        yield name, text
