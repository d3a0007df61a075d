"""What may name a patient in text that somebody typed."""

from mips_ia.screening.patients import findings
from mips_ia.screening.texts import Text


def found(text, year):
    """Each finding, as it would be in a file with this text."""
    return list(findings(Text(text.replace("\r\n", "\n").encode()).passages(), year))
