"""Sets plain data as PDF: a template of this folder says how, and every PDF has the same frame.

The data go to the template as JSON, so that a name is never read as markup. The same data of the same
moment give the same bytes.
"""

import json
import os
import subprocess
import sys

from mips_ia.portal.pdf import compiled
from mips_ia.portal.templatetags.words import moment

OFTEN = 1.0  # seconds between two words that it is still being set
ONE_BY_ONE = {"RAYON_NUM_THREADS": "1"}  # or each core of a machine would take memory of its own


def setting(template, data, at):
    """The bytes of a PDF. `data` has its `title`, the `practice`, the `year`, the `edition`, and what is set.

    `at` is the moment at which it was made, which stands at the foot of each page.
    """
    return compiled.compiled(*_asked(template, data, at))


def setting_apart(template, data, at, waiting):
    """The same by a process of its own, for what is long: typst keeps its memory as long as a process lives.

    `waiting` is called every now and then until it is there.
    """
    command = [sys.executable, "-P", compiled.__file__]
    asked = json.dumps(_asked(template, data, at)).encode()
    given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": os.environ | ONE_BY_ONE}
    with subprocess.Popen(command, **given) as process:  # noqa: S603 - our own
        while True:
            waiting()
            try:
                made, _ = process.communicate(asked, OFTEN)
            except subprocess.TimeoutExpired:
                asked = None  # it was given already
            else:
                break
    if process.returncode:
        raise RuntimeError(f"the PDF could not be set: the process ended with {process.returncode}")
    return made


def _asked(template, data, at):
    return template, json.dumps({"made": moment(at), **data}), int(at.timestamp())
