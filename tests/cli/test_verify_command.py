"""`mips-ia verify`, as a person calls it."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from called import run

SAMPLES = Path(__file__).parents[2] / "samples"
BEFORE = Path(__file__).parent / "made_before"
BINDER, KEY = BEFORE / "binder.zip", BEFORE / "binder.pem"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copy(BINDER, tmp_path / "binder.zip"))


def test_a_binder_that_was_made_before_is_whole() -> None:
    """It is never made anew for another version: what was handed out must verify for years."""
    printed = run("verify", BINDER, "--public-key", KEY).stdout.splitlines()

    assert printed == [
        "Holds: no file is missing and none was added.",
        f"Holds: every file is as the manifest says: 4 files, {printed[1].split()[-2]} bytes.",
        "Holds: SHA256SUMS says the same.",
        "Holds: 3 lines of the log, the manifest's among them, are in the log of size 5, which only grew.",
        "Holds: 1 checkpoint of the log invented.example/log signed by its key.",
        "Holds: the public key is the one that you have.",
        "Not checked: when the log was seen: there is no time stamp here.",
        "This binder is whole, as far as it was checked.",
    ]


def test_a_changed_byte_is_named_and_changes_the_exit_code(copy: Path) -> None:
    evidence = (SAMPLES / "evidence.csv").read_bytes()
    copy.write_bytes(copy.read_bytes().replace(evidence, b"X" + evidence[1:]))

    said = run("verify", copy, code=1)

    assert f"files/IA_BE_4/evidence.csv: chunk 0 (bytes 0 to {len(evidence) - 1}) changed: its" in said.stderr
    assert said.stdout.splitlines()[-1].startswith("This binder is NOT whole: ")


def test_the_folder_into_which_it_was_unpacked_is_judged_too(copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(copy) as zipped:
        zipped.extractall(folder)
    assert run("verify", folder).exit_code == 0
    (folder / "files" / "IA_BE_4" / "more.pdf").write_bytes(b"")

    found = json.loads(run("verify", folder, "--format", "json", code=1).stdout)

    assert found["whole"] is False
    assert [(each["code"], each["where"]) for each in found["problems"]] == [
        ("not_of_binder", "files/IA_BE_4/more.pdf")
    ]
    assert len(found["holds"]) == 4
    assert len(found["unchecked"]) == 2


def test_the_program_that_each_binder_has_is_printed(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(run("verify", "--print-program").stdout_bytes)

    done = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "verify.py", BINDER],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "This binder is whole, as far as it was checked." in done.stdout


def test_a_binder_that_is_not_there_cannot_be_judged(tmp_path: Path) -> None:
    said = run("verify", tmp_path / "none.zip", code=2).stderr

    assert f"Error: {tmp_path / 'none.zip'}: this cannot be read: No such file or directory." in said


def test_what_is_no_key_and_no_certificate_is_refused(copy: Path) -> None:
    assert "this is no Ed25519 public key" in run("verify", copy, "--public-key", copy, code=2).stderr
    assert "this is no file of certificates" in run("verify", copy, "--authorities", copy, code=2).stderr


def test_the_key_of_another_log_is_named(copy: Path, tmp_path: Path) -> None:
    run("vault", "init", tmp_path / "evidence", "--keys", f"file:{tmp_path / 'key'}")

    said = run("verify", copy, "--public-key", tmp_path / "evidence" / "log" / "public.pem", code=1).stderr

    assert "Error: proofs/public.pem: the log of this binder has another key than yours." in said
