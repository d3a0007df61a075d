"""The portal, which also writes down what was seen of each file, and the most memory in use so far."""

import json
import os
import resource
from pathlib import Path
from typing import Any

from mips_ia.portal.actions import looking
from mips_ia.portal.wsgi import application

__all__ = ["application"]
SAID = Path(os.environ["MIPS_IA_HOME"]) / "seen.jsonl"
_screened = looking.screened


def _written_down(content: bytes, name: str, *given: Any, **named: Any) -> Any:
    found = _screened(content, name, *given, **named)
    own, children = (
        resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    problems = [(each.where, each.what, each.fix) for each in found.problems]
    codes = [each.code for each in (*found.problems, *found.notes)]
    line = {"name": name, "problems": problems, "codes": codes, "memory": [own, children]}
    with SAID.open("a") as said:
        said.write(json.dumps(line) + "\n")
    return found


looking.screened = _written_down
