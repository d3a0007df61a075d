"""The verifier as a command: python3 -I verify.py [BINDER.zip | FOLDER]."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from mips_ia.vault.verifier.faults import numbered
from mips_ia.vault.verifier.judged import Checks, Judgement, Own, judged
from mips_ia.vault.verifier.openssl import Openssl
from mips_ia.vault.verifier.unpacked import Unpacked
from mips_ia.vault.verifier.zipped import Zip

SHOWN = 50


def judged_at(path: str, checks: Checks, own: Own) -> Judgement:
    """The judgement of a ZIP, or of a folder into which one was unpacked; OSError where it cannot be read."""
    if os.path.isdir(path):
        return judged(Unpacked(path), checks, own)
    with open(path, "rb") as file:
        return judged(Zip(file), checks, own)


def findings(judgement: Judgement) -> list[str]:
    """What holds, and what could not be checked, a line each."""
    holds = [f"Holds: {each}." for each in judgement.holds]
    return holds + [f"Not checked: {each}." for each in judgement.unchecked]


def conclusion(judgement: Judgement) -> str:
    """Whether the binder is whole, in one line."""
    if judgement.faults:
        return f"This binder is NOT whole: {numbered(len(judgement.faults), 'fault')}."
    return "This binder is whole" + (", as far as it was checked." if judgement.unchecked else ".")


def told(judgement: Judgement) -> str:
    """The judgement for a person."""
    lines = findings(judgement) + [f"FAULT: {each}" for each in judgement.faults[:SHOWN]]
    if len(judgement.faults) > SHOWN:
        lines.append(f"... and {numbered(len(judgement.faults) - SHOWN, 'fault')} more.")
    return "\n".join([*lines, conclusion(judgement), ""])


def main(words: list[str]) -> int:
    """0 where the binder is whole, 1 where it is not, 2 where that cannot be said."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Says whether a binder is whole.")
    parser.add_argument("binder", nargs="?", help="a ZIP or a folder; by default the folder of this file")
    parser.add_argument("--public-key", help="your own copy of public.pem")
    parser.add_argument("--authorities", help="certificates, as PEM, of the time stamps' authority")
    given = parser.parse_args(words)
    try:
        own = Own(
            *[Path(each).read_bytes() if each else None for each in (given.public_key, given.authorities)]
        )
        judgement = judged_at(given.binder or os.path.dirname(os.path.abspath(__file__)), Openssl(), own)
    except (OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"It cannot run: {error}\n")
        return 2
    sys.stdout.write(told(judgement))
    return 1 if judgement.faults else 0
