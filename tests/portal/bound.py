"""Binders of the demonstration as somebody takes them: their bytes, what is in them, their words on paper."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from mips_ia.portal.actions import evidence
from mips_ia.portal.models import Use

P = "/p/harbor-rehabilitation-group/2026/export/binders/"


@pytest.fixture(name="kept")
def accepted(access: Callable[..., Any]) -> Use:
    """A policy that is accepted for the first item of the falls activity."""
    manager = access("manager")
    told = {"name": "falls.txt", "media_type": "text/plain", "title": "Falls policy"}
    revision = evidence.receive(manager, b"Everybody over 65 is screened.\n", told)
    found = evidence.use(
        manager, revision.evidence, "IA_PSPA_21", "screening_program", kind="policy", first=date(2026, 5, 15)
    )
    evidence.review(manager, found, revision, accepted=True)
    return found


def taken(client: Client, **asked: str) -> bytes:
    """The bytes of a binder that is asked for."""
    page = client.post(P, asked)
    answer = client.post(page.headers["Location"])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content)


def unpacked(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def on_paper(binder: zipfile.ZipFile) -> str:
    """The words of its PDF."""
    paper = pypdfium2.PdfDocument(binder.read("binder.pdf"))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in paper).split())
