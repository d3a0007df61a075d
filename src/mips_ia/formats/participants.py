"""What a file of practices comes down to: who is to be scored, and what was wrong on the way."""

from dataclasses import dataclass

from mips_ia.attestation import Attestation
from mips_ia.problems import Problem
from mips_ia.standing import Practice


@dataclass(frozen=True, slots=True)
class Participant:
    """One clinician, group or entity to be scored, as a file tells of it.

    `name` is for people, `tin`, `npi` and `entity_id` identify it (empty where they do not
    apply); `where` says where in the input it stands. `attestations` None means that the input
    tells nothing of activities, which is not the same as none. `program` and `method` are CMS's
    words for what is reported and how, where the input is a submission.
    """

    name: str
    tin: str
    npi: str
    entity_id: str
    where: str
    practice: Practice
    attestations: tuple[Attestation, ...] | None
    program: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """All that was read: those who can be scored, and every problem, in the order met.

    `rows` counts the data rows read. Each row ends in a participant or in a problem that names it.
    `left_out` counts the practices and entities that were read and came to no participant.
    """

    participants: tuple[Participant, ...]
    problems: tuple[Problem, ...]
    rows: int
    left_out: int = 0
