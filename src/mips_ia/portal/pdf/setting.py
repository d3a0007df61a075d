"""Sets plain data as PDF: a template of this folder says how, and every PDF has the same frame.

The data go to the template as JSON, so that a name is never read as markup. The same data of the same
moment give the same bytes.
"""

import json
from functools import cache
from pathlib import Path

import typst

from mips_ia.portal.templatetags.words import moment

HERE = Path(__file__).parent


def setting(template, data, at):
    """The bytes of a PDF. `data` has its `title`, the `practice`, the `year`, the `edition`, and what is set.

    `at` is the moment at which it was made, which stands at the foot of each page.
    """
    made = {"made": moment(at), **data}
    return typst.compile(
        str(HERE / f"{template}.typ"), root=str(HERE), format="pdf", font_paths=_fonts(),
        sys_inputs={"data": json.dumps(made)}, timestamp=int(at.timestamp()),
    )  # fmt: skip


@cache
def _fonts():
    """Those that ship with typst, which are the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
