"""The verifier as one file: its modules one behind the other, without what they import of one another."""

import ast
from functools import cache
from pathlib import Path

VAULT = Path(__file__).parents[1]
# In the order in which each stands on those before it.
MODULES = (
    "merkle", "verifier/faults", "verifier/container", "verifier/strict", "verifier/manifest",
    "verifier/content", "verifier/zipped", "verifier/unpacked", "verifier/proven", "verifier/records",
    "verifier/signed", "verifier/openssl", "verifier/judged", "verifier/command",
)  # fmt: skip
HEAD = '''#!/usr/bin/env python3
"""Says whether this binder is whole: python3 -I verify.py [BINDER.zip | FOLDER]

It needs Python 3.8 or newer and nothing else; OpenSSL, where it is there, checks signatures and time stamps.
-I keeps Python from running what lies beside this file, such as an argparse.py that somebody put there.
VERIFY.md says what is checked, and how to do it without this program.
"""

from __future__ import annotations
'''
FOOT = """

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


@cache
def verifier() -> bytes:
    """The text of verify.py."""
    return "".join([HEAD, *map(_part, MODULES), FOOT]).encode()


def _part(name: str) -> str:
    """A module, whose first sentence becomes a heading, without what stands before it anyway."""
    text = (VAULT / f"{name}.py").read_text(encoding="utf-8")
    lines, tree = text.splitlines(), ast.parse(text)
    for node in tree.body:
        if node is tree.body[0] or (isinstance(node, ast.ImportFrom) and _stands_before(node.module)):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    heading = (ast.get_docstring(tree) or "").splitlines()[0]
    left = "\n".join(lines).strip("\n")
    while "\n\n\n\n" in left:
        left = left.replace("\n\n\n\n", "\n\n\n")
    return f"\n\n# ==== {heading}\n\n{left}\n"


def _stands_before(module: str | None) -> bool:
    return module == "__future__" or str(module).startswith("mips_ia.")
