"""What tests of evidence give: a policy, a note that names an invented patient, and where they add them."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mips_ia.portal.models import Evidence

P = "/p/harbor-rehabilitation-group/2026"
ITEM = f"{P}/evidence/new/?activity=IA_PSPA_21&leaf=screening_program"
SHOWS = {"kind": "policy", "first": "05/15/2026"}
POLICY = b"Every patient over 65 is screened for falls at each visit.\n"
PATIENT = b"Seen today: Pat Invented, date of birth 03/04/1951, MRN 4471182.\n"


def text(content: bytes) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content.decode())).replace("&#x27;", "'")


def file(content: bytes = POLICY, name: str = "policy.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def sealed() -> list[str]:
    """The files that wait."""
    return [each.name for each in settings.WAITING.glob("*")]


@pytest.fixture(autouse=True)
def nothing_waits() -> Iterator[None]:
    """What a test lets wait is gone with it."""
    yield
    for each in sealed():
        (settings.WAITING / each).unlink()


def added(client: Client, content: bytes = POLICY, **more: object) -> Evidence:
    """A policy that is said to show the first item of the falls activity."""
    client.post(ITEM, {"files": file(content), **SHOWS, **more})
    return Evidence.objects.order_by("-id").first()


def stopped(client: Client) -> dict[str, str]:
    """The hidden fields of the page on which a file waits."""
    page = client.post(ITEM, {"files": file(PATIENT, "note.txt"), **SHOWS}).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(waits|file)" value="([^"]+)"', page))
