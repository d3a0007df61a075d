"""Whether everything that this installation keeps is as it was written."""

from dataclasses import dataclass

from django.conf import settings

from mips_ia.portal.forgetting import leaving
from mips_ia.portal.models import Entry, Practice
from mips_ia.portal.safe import copies, database, files, lines, records, traces
from mips_ia.portal.safe.leaves import leaves
from mips_ia.portal.safe.rows import at_one_moment, practices
from mips_ia.problems import counted


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, in words, and every fault."""

    what: str
    problems: list


def checked(watched=iter):
    """Look at all of it. The portal may be in use meanwhile: the rows are those of one moment."""
    signed = files.Listed(settings.NOTARY)  # first: the leaves of each are rows by then
    with at_one_moment():
        names = practices(Practice.objects.all())
        told = leaves()
        problems = [
            *database.problems(),
            *(
                each
                for chain in lines.CHAINS
                for each in lines.problems(chain, names, told.newest[chain.kind])
            ),
            *told.problems,
            *records.problems(told, names),
            *traces.problems(names),
            *copies.problems(names),
        ]
        named, count = files.referenced(), Entry.objects.count()
        problems += files.of_the_checkpoints(signed, told.hashes)
        problems += files.not_signed(signed, told.newest)
    problems += [*files.of_the_secret(), *files.of_the_vault(files.still(named), watched, leaving)]
    what = (
        f"{counted(len(names), 'practice')}, {counted(count, 'line')} of the activity log, "
        f"{counted(len(told.made), 'record')} with a leaf, and {counted(len(named), 'file')}"
    )
    return Checked(what, problems)
