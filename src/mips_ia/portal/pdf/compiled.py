"""Data and a template become a PDF by typst. This file also runs by itself, as a process of its own.

It imports nothing of ours, so that such a process starts quickly and has no more memory than typst needs.
"""

import json
import sys
from functools import cache
from pathlib import Path

import typst

HERE = Path(__file__).parent


def compiled(template, data, timestamp):
    """The bytes of a PDF of data, as JSON, by a template of this folder, with the moment that it names."""
    return typst.compile(
        str(HERE / f"{template}.typ"), root=str(HERE), format="pdf", font_paths=_fonts(),
        sys_inputs={"data": data}, timestamp=timestamp,
    )  # fmt: skip


@cache
def _fonts():
    """Those that ship with typst, which are the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def main():
    """What is asked comes in, and the PDF goes out."""
    sys.stdout.buffer.write(compiled(*json.load(sys.stdin)))


if __name__ == "__main__":
    main()
