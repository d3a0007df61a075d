"""The binder among the samples: whole, and as this version makes one."""

import zipfile
from pathlib import Path

from mips_ia.vault.binder.standalone import verifier
from mips_ia.vault.binder.verified import verified
from mips_ia.vault.binder.writing import how_to_verify
from mips_ia.vault.verifier.judged import Own

SAMPLES = Path(__file__).parents[2] / "samples"


def test_it_is_whole_and_of_its_key() -> None:
    found = verified(SAMPLES / "binder.zip", Own((SAMPLES / "binder.pem").read_bytes()))

    assert found.faults == []


def test_it_tells_how_to_verify_it_as_this_version_does() -> None:
    """Otherwise: scripts/sample-binder."""
    with zipfile.ZipFile(SAMPLES / "binder.zip") as binder:
        assert binder.read("VERIFY.md") == how_to_verify()
        assert binder.read("verify.py") == verifier()
