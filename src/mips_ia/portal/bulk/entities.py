"""Practices that report as one: rows of files that contradict each other, or what is here, are told so."""

from mips_ia.formats.bulk_people import ACROSS, units
from mips_ia.formats.bulk_rows import PracticeRow, practice_row
from mips_ia.formats.cells import Cells
from mips_ia.portal.described import known_of
from mips_ia.portal.models import Year
from mips_ia.portal.tenancy import practices_of
from mips_ia.standing import Practice


def compare(person, rows):
    """Warn each row that says something else of its virtual group or APM Entity than another practice of it.

    A blank contradicts nothing. What is here of a practice counts where the files have no row of it.
    """
    read, by_place = [], {}
    for row in rows:
        cells = Cells(f"row {row.line}", row.cells.cells)
        found = practice_row(cells, cells.year(), cells.tin())
        if found is not None and found.practice.entity in ACROSS and found.entity_id:
            read.append(found)
            by_place[f"{cells.where}, entity_id"] = row
    for problem in units([*read, *_here(person, read)])[1] if read else ():
        if row := by_place.get(problem.where):
            fix = "Enter the same in each row of the entity, or set it up the same in each practice."
            row.warn("entity_id", f"Warning: {problem.what} {fix}", prefix="")


def _here(person, read):
    """The other practices of the same entities, as they are known."""
    years = Year.objects.filter(
        practice__in=practices_of(person), year__in={each.year for each in read}, report_as__in=ACROSS,
        entity_id__in={each.entity_id for each in read},
    ).exclude(practice__tin__in=[each.tin for each in read])  # fmt: skip
    for row in years.select_related("practice"):
        practice = Practice(performance_year=row.year, entity=row.report_as, **known_of(row))
        yield PracticeRow(
            row.practice.name, row.year, row.practice.tin, row.practice.name, row.entity_id, row.pathway,
            practice,
        )  # fmt: skip
