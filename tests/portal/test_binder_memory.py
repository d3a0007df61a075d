"""A binder of 1,000 files as the portal makes it, in a process of its own: its memory stays small."""

import zipfile
from pathlib import Path

import databases
import pytest

from mips_ia.vault.binder.verified import verified
from mips_ia.vault.verifier.judged import Own

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
FILES, MEGABYTES = 1_000, 400  # of the process, and of the one beside it that sets the PDF, together


@pytest.mark.skipif(databases.ON_POSTGRES, reason="Its memory is not the database's.")
def test_a_binder_of_a_thousand_files_takes_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    from binders_of_portal import Portal

    plain = tmp_path / "plain"
    plain.mkdir()
    for number in range(FILES):
        (plain / f"{number:04}.bin").write_bytes(f"Document {number} of a practice. ".encode() * 40)
    portal = Portal(tmp_path)

    portal.making()()

    [(own, of_its_pdf)] = portal.peaks
    assert 0 < own + of_its_pdf < MEGABYTES
    binder = tmp_path / "portal.zip"
    names = zipfile.ZipFile(binder).namelist()
    assert len([each for each in names if each.startswith("files/")]) >= FILES
    assert verified(binder, Own()).faults == []
