"""`mips-ia vault` and `mips-ia log`, as a person calls them."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from called import run

from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import keyring
from mips_ia.vault.log import opened_log
from mips_ia.vault.signer import signer

KEYS = "file:vault.key"
CONTENT = b"a roster\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault with one file, in the folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIPS_IA_VAULT_KEYS", KEYS)
    Path("roster.txt").write_bytes(CONTENT)
    run("vault", "init", "evidence")
    run("vault", "put", "evidence", "roster.txt")
    return tmp_path / "evidence"


def test_a_vault_is_made_with_a_key_and_a_log(vault: Path) -> None:
    printed = run("vault", "init", "other", "--keys", "file:other.key", "--origin", "example.org/log").output

    assert "Made a master key in other.key. Without it nothing can be read: keep a copy elsewhere." in printed
    assert "Made its log in other/log. Keep a copy of public.pem elsewhere." in printed
    assert Path("other.key").stat().st_mode & 0o777 == 0o600
    assert '"origin":"example.org/log"' in Path("other/log/signer.json").read_text()
    assert vault.stat().st_mode & 0o777 == 0o700


def test_a_vault_elsewhere_has_its_log_where_it_is_told(tmp_path: Path) -> None:
    address = f"memory://{tmp_path.name}"

    assert "Made no log" in run("vault", "init", address).output
    assert "Made its log in here" in run("vault", "init", f"{address}2", "--log", "here").output


def test_a_vault_is_not_made_twice() -> None:
    assert (
        "Error: evidence: there is something here already" in run("vault", "init", "evidence", code=2).output
    )


def test_a_bad_name_of_the_log_is_refused_before_anything_is_made() -> None:
    said = run("vault", "init", "other", "--keys", "file:other.key", "--origin", "our log", code=2).output

    assert "Error: the name 'our log': a log's name is not empty and has no blank" in said
    assert not Path("other").exists()
    assert not Path("other.key").exists()


def test_a_key_is_not_made_where_it_cannot_be() -> None:
    said = run("vault", "init", "other", "--keys", "file:nowhere/vault.key", code=2).output

    assert "it cannot be made: No such file or directory" in said
    assert not Path("other").exists()


def test_what_was_put_is_printed_as_sha256sum_does_and_comes_back() -> None:
    assert run("vault", "put", "evidence", "roster.txt").output == f"{DIGEST}  roster.txt\n"
    assert run("vault", "get", "evidence", DIGEST).stdout_bytes == CONTENT
    run("vault", "get", "evidence", DIGEST, "--out", "back.txt")
    assert Path("back.txt").read_bytes() == CONTENT


def test_an_unknown_digest_is_refused() -> None:
    said = run("vault", "get", "evidence", "0" * 64, "--out", "back.txt", code=2).output

    assert f"Error: evidence: no file has the SHA-256 {'0' * 64}." in said
    assert not Path("back.txt").exists()


def test_a_whole_vault_is_said_to_be_whole() -> None:
    assert run("vault", "check", "evidence").stdout == "Checked 1 file: all is whole.\n"


def test_a_changed_byte_is_named_and_changes_the_exit_code(vault: Path) -> None:
    (body,) = (vault / "bodies").iterdir()
    held = bytearray(body.read_bytes())
    held[3] ^= 1
    body.write_bytes(held)

    said = run("vault", "check", "evidence", code=1)

    assert said.stdout == "Checked 1 file: 1 fault.\n"
    assert f"Error: evidence/bodies/{body.name}: the file is damaged: chunk 0 (bytes 0 to 24" in said.stderr
    found = json.loads(run("vault", "check", "evidence", "--format", "json", code=1).stdout)
    assert [problem["code"] for problem in found["problems"]] == ["damaged_file"]


def test_orphans_are_named_both_ways() -> None:
    Path("digests.txt").write_text(f"{'0' * 64}  lost.pdf\n\n")

    said = run("vault", "check", "evidence", "--referenced", "digests.txt", code=1).stderr

    assert f"a record names the file {'0' * 64}, and it is not here" in said
    assert f"evidence/files/{DIGEST}: no record names this file." in said


def test_a_file_is_destroyed_only_when_that_is_confirmed() -> None:
    run("vault", "forget", "evidence", DIGEST, code=1)
    assert run("vault", "get", "evidence", DIGEST).stdout_bytes == CONTENT

    run("vault", "forget", "evidence", DIGEST, "--yes")

    run("vault", "get", "evidence", DIGEST, code=2)


def test_keys_are_rotated() -> None:
    Path("new.key").write_text(run("vault", "new-key").stdout + Path("vault.key").read_text())

    printed = run("vault", "rotate-keys", "evidence", "--keys", "file:new.key").output

    assert "Wrapped the keys of 1 file by " in printed
    assert "Wrapped the signer of the log in evidence/log by " in printed
    assert "The keys after it are no longer needed, but for older backups." in printed
    Path("vault.key").write_text(Path("new.key").read_text().splitlines()[0])
    run("vault", "check", "evidence")
    run("log", "check", "evidence/log")


def test_a_rotation_that_meets_a_damaged_header_says_so(vault: Path) -> None:
    (vault / "files" / DIGEST).write_text("nothing that it was")
    Path("new.key").write_text(run("vault", "new-key").stdout + Path("vault.key").read_text())

    said = run("vault", "rotate-keys", "evidence", "--keys", "file:new.key", code=1)

    assert "the header is damaged" in said.stderr
    assert "The keys after it are still needed: keep them." in said.stdout


def test_older_keys_are_still_needed_where_no_log_is_found(vault: Path) -> None:
    moved = vault.with_name("elsewhere")
    (vault / "log").rename(moved)
    Path("new.key").write_text(run("vault", "new-key").stdout + Path("vault.key").read_text())

    said = run("vault", "rotate-keys", "evidence", "--keys", "file:new.key", code=1).stdout
    assert "Found no log, so no signer was wrapped. Name its folder by --log: of a portal, HOME" in said
    assert "The keys after it are still needed: keep them." in said

    lacks = run("vault", "rotate-keys", "evidence", "--keys", "file:new.key", "--log", "nowhere", code=2)
    assert "nowhere/signer.json" in lacks.output
    said = run("vault", "rotate-keys", "evidence", "--keys", "file:new.key", "--log", "elsewhere").stdout
    assert "Wrapped the keys of 0 files" in said
    assert "no longer needed" in said
    new = f"file:{Path('only.key')}"
    Path("only.key").write_text(Path("new.key").read_text().splitlines()[0])
    run("log", "check", "elsewhere", "--keys", new)


def test_nothing_is_wrapped_where_the_signer_needs_a_key_that_is_not_given(vault: Path) -> None:
    run("vault", "init", "other", "--keys", "file:other.key")
    (vault / "log").rename(vault.with_name("own"))
    Path("other/log").rename("records")
    Path("new.key").write_text(run("vault", "new-key").stdout + Path("vault.key").read_text())

    said = run("vault", "rotate-keys", "evidence", "--keys", "file:new.key", code=2)

    assert "records/signer.json: this needs the master key" in said.output
    run("vault", "check", "evidence")


def test_what_was_broken_off_is_swept_when_it_is_old(vault: Path) -> None:
    left = vault / "bodies" / ("0" * 32)
    left.write_bytes(b"half")
    Path("digests.txt").write_text(DIGEST)

    assert run("vault", "sweep", "evidence", "--referenced", "digests.txt").output == "Removed 0 leftovers.\n"
    said = run("vault", "sweep", "evidence", "--referenced", "digests.txt", "--hours", "-1").output
    assert said == "Removed 1 leftover.\n"
    assert not left.exists()


def test_a_log_is_checked_with_and_without_keys(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(vault / "log")
    log = opened_log(folder)
    log.add({"kind": "receipt", "sha256": DIGEST})
    log.checkpoint(signer(folder, keyring(KEYS)))
    whole = "Checked a log of size 1 with 1 checkpoint: all is whole.\n"
    assert run("log", "check", "evidence/log").stdout == whole
    monkeypatch.delenv("MIPS_IA_VAULT_KEYS")
    assert run("log", "check", "evidence/log", "--public-key", "evidence/log/public.pem").stdout == whole
    path = vault / "log" / "leaves"
    path.write_bytes(path.read_bytes().replace(b"receipt", b"recept!"))

    said = run("log", "check", "evidence/log", code=1).stderr

    assert "evidence/log/leaves, leaf 0 (bytes 0 to " in said
    assert "evidence/log/checkpoints/000000000001: this was signed at size 1" in said


def test_a_folder_that_is_no_log_is_refused() -> None:
    assert "this is not a vault, or its folder vanished" in run("log", "check", "evidence", code=2).output


def test_certificates_that_are_none_are_refused() -> None:
    said = run("log", "check", "evidence/log", "--authorities", "roster.txt", code=2).output

    assert "roster.txt: this is no file of certificates" in said


def test_the_packages_that_lack_are_named_with_how_they_are_installed() -> None:
    without = "import sys; sys.modules['fsspec'] = None; from mips_ia.cli.main import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", without, "vault", "check", "x"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "It needs fsspec: pip install 'mips-ia[evidence]'." in done.stderr
