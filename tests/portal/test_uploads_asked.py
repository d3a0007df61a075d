"""Rows that say `attested_by=self`: no signature, and one request to sign."""

from collections.abc import Callable
from html import unescape

from django.test import Client

from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Entry, Practice, Reminder, Signature, Upload

TIN, ROSSI = "000123456", npi_of(17)
HEADER = "performance_year,tin,npi,activity_id,start_date,end_date,attested_by,evidence_ref,basis\n"


def test_who_attests_themselves_is_asked_to_sign(
    browse: Callable[[str], Client],
    harbor: Practice,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    client, signed = browse("manager"), Signature.objects.count()
    text = f"{HEADER}2026,{TIN},{ROSSI},IA_BE_16,2026-01-05,2026-05-05,self,proof.pdf,\n"
    place = f"/p/{harbor.slug}/2026/participation/upload/"
    page = unescape(client.post(place, {"pasted": text}, follow=True).content.decode())
    assert "The column evidence_ref is read and not kept." in page
    assert "The column basis" not in page  # nothing stands in it

    here = f"/p/{harbor.slug}/2026/participation/uploads/{Upload.objects.get().id}/"
    page = client.post(here, {"save": "1"}, follow=True).content.decode()
    assert "Ask 1 clinician to sign" in page
    assert Signature.objects.count() == signed
    assert not Reminder.objects.filter(about__startswith="asked ").exists()

    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(f"{here}ask/", follow=True).content.decode()
    assert "Sent. 1 clinician was asked to sign." in page
    assert Reminder.objects.filter(about__startswith="asked ").count() == 1
    assert Signature.objects.count() == signed
    assert Entry.objects.filter(action="asked to sign").count() == 1

    page = client.post(f"{here}ask/", follow=True).content.decode()
    assert "Sent." not in page
    assert "1 clinician was asked today already." in page
    assert browse("kim").post(f"{here}ask/").status_code == 403
