"""A binder is verified with nothing of ours: by VERIFY.md's commands, and by its verify.py."""

import ast
import base64
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import authority
import pytest
import stranger
from binders import Installation, files_of, flipped, installed, packed

from mips_ia.vault.binder.standalone import verifier
from mips_ia.vault.binder.writing import how_to_verify

WHOLE = r"""6 lines are in the log of size 10, and line 9 is of this manifest.
Signature Verified Successfully
Signature Verified Successfully
Signature Verified Successfully
[0-9a-f]{64}  proofs/public.pem
proofs/stamps/000000000004.tsr: \w{3} .* \d{4} GMT
Verification: OK
proofs/stamps/000000000006.tsr: \w{3} .* \d{4} GMT
Verification: OK
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    root = tmp_path_factory.mktemp("installation")
    made = installed(root, authority.made(root / "authority"))
    made.binder()
    return made


@pytest.fixture
def folder(made: Installation, tmp_path: Path) -> Path:
    """The binder, unpacked."""
    with zipfile.ZipFile(made.root / "binder.zip") as zipped:
        zipped.extractall(tmp_path / "binder")
    return tmp_path / "binder"


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    return stranger.bare(tmp_path)


def alone(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """verify.py in a Python that finds none of our packages."""
    command = [sys.executable, "-I", "-S", *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_stranger_verifies_it_with_the_commands_of_its_page(
    folder: Path, bare: dict[str, str], shell: str
) -> None:
    printed, said = stranger.by_hand(folder, bare, shell)

    assert re.fullmatch(WHOLE, printed)
    assert not said
    assert list(Path(bare["HOME"]).iterdir()) == []


def test_its_page_says_exactly_which_commands_it_needs(folder: Path) -> None:
    text = (folder / "VERIFY.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"everything below is done with (.*)\.\n", text)

    assert tuple(re.findall(r"`(\w+)`", told)) == stranger.COMMANDS


def test_its_page_counts_the_seconds_of_a_stamp_as_the_calendar_does(folder: Path) -> None:
    text = (folder / "VERIFY.md").read_text(encoding="utf-8")
    (counts,) = re.findall(r"^seconds\(\) \{.*?^\}\n", text, re.DOTALL | re.MULTILINE)
    chance = random.Random(6)
    edges = [0, 951782400, 951868799, 1709164799, 1709251200, 1767225599, 4102444799]
    moments = [*edges, *(chance.randrange(2**32) for _ in range(150))]
    lines = [f"seconds {time.strftime('%b %e %H:%M:%S %Y', time.gmtime(each))} GMT" for each in moments]
    lines[0] = lines[0].replace(":00 ", ":00.125 ")  # as an authority may tell parts of seconds

    done = subprocess.run(["sh", "-c", counts + "\n".join(lines)], capture_output=True, check=True)

    assert [*map(int, done.stdout.split())] == moments


@pytest.mark.parametrize(
    ("path", "place", "without", "with_"),
    [
        ("files/IA_BE_5/Roster.csv", 3, None, "files/IA_BE_5/Roster.csv: FAILED"),
        ("manifest.json", 30, None, "and line NONE is of this manifest"),
        ("proofs/leaves.txt", -80, "and line 9 is of this", "proofs/leaves.txt: FAILED"),
        ("proofs/leaves.txt", 30, "6 lines are", "Line 0 is NOT in the log of size 10."),
        ("proofs/inclusion.txt", 30, "6 lines are", "Line 0 is NOT in the log of size 10."),
        ("proofs/inclusion.txt", -20, "and line 9 is of this", "Line 9 is NOT in the log of size 10."),
        ("records.json", 200, None, "The signature 3 is NOT as line 8 of the log has it."),
        ("proofs/checkpoints/000000000010", -20, None, "Signature Verification Failure"),
        ("proofs/stamps/000000000004.tsr", -20, None, "Verification: FAILED"),
    ],
)
def test_the_commands_say_what_was_changed(
    folder: Path, bare: dict[str, str], path: str, place: int, without: str | None, with_: str
) -> None:
    text = (folder / path).read_bytes()
    (folder / path).write_bytes(flipped(text, place % len(text)))

    printed, said = stranger.by_hand(folder, bare)

    assert with_ in printed + said
    assert without is None or without not in printed


def test_the_commands_say_what_was_changed_though_the_sums_were_mended(
    folder: Path, bare: dict[str, str]
) -> None:
    changed, gone = folder / "files/IA_BE_5/Roster.csv", folder / "score.json"
    old, gone_sum = (hashlib.sha256(each.read_bytes()).hexdigest() for each in (changed, gone))
    changed.write_bytes(flipped(changed.read_bytes(), 3))
    gone.unlink()
    sums = folder / "SHA256SUMS"
    text = sums.read_text().replace(old, hashlib.sha256(changed.read_bytes()).hexdigest())
    sums.write_text(text.replace(f"{gone_sum}  score.json\n", ""))

    printed, _ = stranger.by_hand(folder, bare)

    assert "files/IA_BE_5/Roster.csv: FAILED\n" in printed
    assert "score.json: FAILED open or read\n" in printed


def test_what_somebody_put_beside_the_verifier_is_not_run_and_is_named(folder: Path) -> None:
    how = re.findall(r"`python3 ([^`]*)`", (folder / "VERIFY.md").read_text(encoding="utf-8"))
    assert [each.split() for each in how] == [["-I", "verify.py"], ["-I", "verify.py", "BINDER.zip"]]
    (folder / "argparse.py").write_text("raise SystemExit(0)")

    done = alone(folder / "verify.py", PATH=os.environ["PATH"])

    assert done.returncode == 1
    assert "FAULT: argparse.py: this file is not of the binder" in done.stdout


def test_the_verifier_in_it_needs_nothing_but_python(made: Installation, folder: Path) -> None:
    path = os.environ["PATH"]
    own = ["--public-key", made.root / "log/public.pem", "--authorities", made.root / "authority/ca.pem"]

    for words in ([folder / "verify.py"], [folder / "verify.py", made.root / "binder.zip"]):
        done = alone(*words, *own, PATH=path)
        assert (done.returncode, done.stderr) == (0, "")
        *lines, last = done.stdout.splitlines()
        assert last == "This binder is whole."
        assert len(lines) == 9
        assert all(line.startswith("Holds: ") for line in lines)
        assert re.fullmatch(
            r"Holds: the log of size 6 was there at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, by a time stamp\.",
            lines[-1],
        )
    assert not (folder / "__pycache__").exists()


def test_without_openssl_it_says_what_it_did_not_check(folder: Path) -> None:
    done = alone(folder / "verify.py", PATH=str(folder))

    assert done.returncode == 0
    why = "there is no openssl on this machine's PATH"
    assert f"Not checked: the signatures of the checkpoints: {why}.\n" in done.stdout
    assert f"Not checked: proofs/stamps/000000000004.tsr: {why}.\n" in done.stdout
    assert done.stdout.endswith("This binder is whole, as far as it was checked.\n")


def test_an_openssl_that_cannot_check_such_signatures_is_said_and_blames_nobody(
    folder: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old" / "openssl"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    done = alone(folder / "verify.py", PATH=str(old.parent))

    assert done.returncode == 0
    assert f"{old} is too old for it (OpenSSL 3.0 or newer is needed)" in done.stdout


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "files/IA_BE_4/Screen-shot",
            "FAULT: files/IA_BE_4/Screen-shot: chunk 2 (bytes 524288 to 599999) changed",
        ),
        ("proofs/checkpoints/000000000010", "proofs/checkpoints/000000000010: "),
        (
            "proofs/stamps/000000000004.tsr",
            "FAULT: proofs/stamps/000000000004.tsr: this is no good time stamp",
        ),
        ("verify.py", "FAULT: verify.py: chunk 0 (bytes 0 to "),
    ],
)
def test_the_verifier_in_it_names_what_was_changed(
    made: Installation, folder: Path, tmp_path: Path, path: str, said: str
) -> None:
    tool = Path(shutil.copy(folder / "verify.py", tmp_path / "verify.py"))
    text = (folder / path).read_bytes()
    (folder / path).write_bytes(flipped(text, -20 % len(text), 2))

    done = alone(tool, folder, "--authorities", made.root / "authority/ca.pem", PATH=os.environ["PATH"])

    assert done.returncode == 1
    assert said in done.stdout
    assert done.stdout.splitlines()[-1].startswith("This binder is NOT whole: ")


def test_a_signature_that_is_not_the_keys_is_named_though_all_sums_fit(
    made: Installation, tmp_path: Path
) -> None:
    files = files_of((made.root / "binder.zip").read_bytes())
    path = "proofs/checkpoints/000000000010"
    *lines, last = files[path].decode().splitlines()
    head, _, line = last.rpartition(" ")
    mark = base64.b64encode(flipped(base64.b64decode(line), 20)).decode()
    forged = "\n".join([*lines, f"{head} {mark}", ""]).encode()
    (tmp_path / "forged.zip").write_bytes(packed({**files, path: forged}))
    tool = tmp_path / "verify.py"
    tool.write_bytes(verifier())

    done = alone(tool, tmp_path / "forged.zip", PATH=os.environ["PATH"])

    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("FAULT")] == [
        f"FAULT: {path}: it was changed, or another key signed it. "
        "Take another copy of the binder, or ask the practice for one."
    ]


@pytest.mark.parametrize("words", [["nowhere.zip"], ["--public-key", "nowhere.pem"], ["--unknown"]])
def test_what_it_cannot_run_on_has_an_exit_code_of_its_own(folder: Path, words: list[str]) -> None:
    done = alone(folder / "verify.py", *words, PATH="")

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


# ---- The file itself


def test_it_is_one_file_that_old_pythons_read_and_that_names_nothing_twice() -> None:
    tree = ast.parse(verifier(), feature_version=(3, 8))

    names = Counter(name for node in tree.body for name in _defined(node))
    assert [name for name, often in names.items() if often > 1] == []
    imported = {
        alias.name.split(".")[0] if isinstance(node, ast.Import) else str(node.module).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names
    newer = r"removeprefix|removesuffix|pairwise|strict=|is_relative_to|slots=|\bmatch \w+:"
    assert re.findall(newer, verifier().decode()) == []


def _defined(node: ast.stmt) -> list[str]:
    """The names that a statement of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return []


def test_its_page_names_only_what_a_binder_has(folder: Path) -> None:
    named = re.findall(r"`((?:proofs/|files/|[a-zA-Z]+\.)[\w./]*|SHA256SUMS)`", how_to_verify().decode())

    assert len(named) > 8
    for path in named:
        assert (folder / path).exists(), path
