"""A preview of each kind is pictures drawn anew or text: sealed, and with nothing from elsewhere."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from evidence_given import P, file, nothing_waits  # noqa: F401 - a fixture
from making import docx, jpg, mail, paragraph, pdf, png, xlsx

from mips_ia.portal.web import evidence_one
from mips_ia.problems import Problem
from mips_ia.screening.apart import Preview

Browse = Callable[[str], Client]
SAID = "All are screened: see http://elsewhere.example/p.png"
EVERY = {
    "a.pdf": pdf([SAID]), "a.png": png(Comment=SAID), "a.jpg": jpg(comment=SAID), "a.txt": SAID.encode(),
    "a.csv": f"What,Where\nPolicy,{SAID}\n".encode(), "a.docx": docx(paragraph(SAID)),
    "a.xlsx": xlsx([["What"], [SAID]]),
    "a.eml": mail(SAID, page=f'<p>{SAID}</p><img src="http://elsewhere.example/p.png">'),
}  # fmt: skip

LOADED = r'<(?:img|script|link|iframe|object|embed)[^>]*(?:src|href|data)="([^"]+)"'


@pytest.mark.parametrize("name", EVERY)
def test_a_preview_of_each_kind_is_drawn_anew_and_loads_nothing_from_elsewhere(
    browse: Browse, name: str
) -> None:
    manager = browse("manager")
    assert manager.post(f"{P}/evidence/new/", {"files": file(EVERY[name], name)}).status_code == 303

    page = manager.get(f"{P}/evidence/1/")
    picture = manager.get(f"{P}/evidence/1/files/1/1.webp")

    shown = page.content.decode().partition(">Preview</h2>")[2]
    loaded = re.findall(LOADED, page.content.decode())
    assert all(each.startswith(("/", "data:")) for each in loaded)
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    if name in ("a.pdf", "a.png", "a.jpg"):
        assert '<figure class="ia-preview"><img src="/p/' in shown
        assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/webp")
        assert picture.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert picture.content[:4] == b"RIFF"
        assert SAID.encode() not in picture.content
    else:
        assert SAID in shown.partition("<pre")[2].partition("</pre>")[0]
        assert picture.status_code == 404


def test_a_preview_that_took_too_long_is_tried_again(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, late = browse("manager"), "Looking at it took too long."
    manager.post(f"{P}/evidence/new/", {"files": file(b"A preview that is tried again.\n", "slow.txt")})

    with monkeypatch.context() as patched:
        problem = Problem("file_unread", "slow.txt", late, "Add it in parts.")
        patched.setattr(evidence_one, "preview", lambda *_: Preview(problems=(problem,)))
        assert late in manager.get(f"{P}/evidence/1/").content.decode()

    assert late not in manager.get(f"{P}/evidence/1/").content.decode()
