"""Somebody who has a binder and nothing of ours: a shell with the commands that VERIFY.md asks for."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

# What the commands need beside a shell.
COMMANDS = ("sha256sum", "openssl", "sed", "tail", "mkdir", "rm")


def bare(folder: Path) -> dict[str, str]:
    """An environment in a folder with these commands, an empty home, and nothing else."""
    home, commands = folder / "home", folder / "commands"
    home.mkdir()
    commands.mkdir()
    for name in COMMANDS:
        (commands / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is not on this machine"))
    return {"PATH": str(commands), "HOME": str(home), "TMPDIR": str(home)}


def by_hand(folder: Path, environment: dict[str, str], shell: str = "sh") -> tuple[str, str]:
    """What the commands of VERIFY.md say in an unpacked binder, one block after the other."""
    text = (folder / "VERIFY.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 7
    done = subprocess.run(
        [shutil.which(shell) or f"/bin/{shell}", "-c", "\n".join(blocks)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "Using configuration" not in line]
    return done.stdout, "\n".join(said)
