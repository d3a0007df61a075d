"""Improvement activities in Medicare's MIPS: what is needed, what counts, the score, and why."""

from mips_ia.assessment import Assessment, assess
from mips_ia.attestation import Attestation, Verdict
from mips_ia.catalogue import Activity, Catalogue, Changes, catalogue, changes
from mips_ia.evidence import Evidence, Proof, proof
from mips_ia.planning.ways import ways
from mips_ia.problems import Problem, Refused
from mips_ia.reading.files import DataFault
from mips_ia.reading.yearbook import years
from mips_ia.rules import Rules, rules
from mips_ia.scoring import Alternative, Profile, Score, Step, score
from mips_ia.standing import Fact, Practice

__all__ = [
    "Activity",
    "Alternative",
    "Assessment",
    "Attestation",
    "Catalogue",
    "Changes",
    "DataFault",
    "Evidence",
    "Fact",
    "Practice",
    "Problem",
    "Profile",
    "Proof",
    "Refused",
    "Rules",
    "Score",
    "Step",
    "Verdict",
    "assess",
    "catalogue",
    "changes",
    "proof",
    "rules",
    "score",
    "ways",
    "years",
]
