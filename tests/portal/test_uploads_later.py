"""Large files in the background: how far they are, and what to do where nothing moves or something breaks."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mips_ia.portal import saving
from mips_ia.portal.actions import uploads, uploads_later
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Membership, Practice, Stay, Upload

TIN, NEW = "000123456", npi_of(900)
ROW = f"performance_year,tin,npi\n2026,{TIN},{NEW}\n"
BROKEN = "a fault that nobody foresaw"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is large."""
    monkeypatch.setattr(uploads, "is_large", bool)
    monkeypatch.setattr(uploads_later, "AT_ONCE", 0)


def _broken(*given: Any) -> None:
    raise RuntimeError(BROKEN, *given)


def test_saving_many_rows_is_given_the_time_that_it_takes() -> None:
    began = timezone.now() - timedelta(seconds=90)

    assert Upload(work="save", rows_read=100, moved_at=began).stalled
    assert not Upload(work="save", rows_read=10_000, moved_at=began).stalled
    assert Upload(work="read", rows_read=10_000, moved_at=began).stalled


def test_while_it_saves_it_says_how_long_that_usually_takes(
    browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice
) -> None:
    upload = uploads.keep(access("manager"), "roster", "a.csv", ROW.encode())
    here = f"/p/{harbor.slug}/2026/roster/uploads/{upload.id}/"

    for rows, seconds in ((2_500, 5), (10_000, 10)):
        Upload.objects.update(work="save", rows_read=rows, moved_at=timezone.now())
        page = browse("manager").get(here).content.decode()
        assert f"{rows:,} rows. All of them are saved, or none" in page
        assert f"It usually takes about {seconds} seconds" in page
        assert "you can also leave and come back" in page


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", ["roster", "participation"])
def test_while_it_saves_it_says_with_how_many_rows_it_is_done(
    kind: str, browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    who, client = access("manager"), browse("manager")
    monkeypatch.setattr(saving, "OFTEN", 2)
    tail = {"roster": "", "participation": ",IA_BE_4,2026-01-05,2026-05-05"}[kind]
    head = "performance_year,tin,npi" + (tail and ",activity_id,start_date,end_date")
    people = [each.npi for each in harbor.clinicians.order_by("npi")[:2]]
    npis = [NEW, npi_of(901), npi_of(902)] if kind == "roster" else [*people, harbor.clinicians.last().npi]
    text = "\n".join([head, *(f"2026,{TIN},{each}{tail}" for each in npis)])
    upload = uploads.keep(who, kind, "a.csv", text.encode())
    uploads.read_now(upload)
    uploads_later.begin_saving(who, upload)
    here = f"/p/{harbor.slug}/2026/{kind}/uploads/{upload.id}/"
    found, place = [], saving._place(upload.id)  # noqa: SLF001 - where others read it

    def looked(tell: Callable[..., None]) -> Callable[..., None]:
        def told(*given: Any) -> None:
            tell(*given)
            page = client.get(here).content.decode()
            found.append(re.search(r"Step [^.]*\.", page)[0])

        return told

    @contextmanager
    def watched(number: int) -> Iterator[Callable[..., None]]:
        with saving.progress(number) as tell:
            yield looked(tell)

    monkeypatch.setattr(uploads_later, "progress", watched)
    uploads_later.save_later.call(upload.id, who.person.id)

    lines = 3 if kind == "roster" else 4  # the activity is chosen by it, too
    assert found == [
        *(f"Step 1 of 3: {done} of 3 rows checked once more." for done in (0, 2, 3)),
        *(f"Step 2 of 3: {done} of 3 rows written." for done in (0, 2, 3)),
        *(f"Step 3 of 3: {done} of {lines} lines entered in the activity log." for done in (0, 2, lines)),
    ]
    assert not place.exists()
    assert "This upload is saved" in client.get(here).content.decode()


def test_a_look_while_it_saves_writes_nothing_and_does_not_put_off_the_end_of_the_session(
    browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice
) -> None:
    """With SQLite it would wait for the very work that it asks about."""
    client, upload = browse("manager"), uploads.keep(access("manager"), "roster", "a.csv", ROW.encode())
    here = f"/p/{harbor.slug}/2026/roster/uploads/{upload.id}/"
    rows, ends = Session.objects.filter(pk=client.session.session_key), timezone.now() + timedelta(seconds=9)

    def ends_after(place: str) -> Any:
        rows.update(expire_date=ends)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(place).status_code == 200
        wrote = [each["sql"] for each in asked if not each["sql"].lower().startswith("select")]
        return rows.get().expire_date, wrote

    Upload.objects.update(work="save", moved_at=timezone.now())
    assert ends_after(here) == (ends, [])
    Upload.objects.update(work="")
    assert ends_after(here)[0] > ends + timedelta(minutes=5)


def test_a_count_that_cannot_be_kept_stops_nothing(tmp_path: Path, settings: Any) -> None:
    settings.SAVING = tmp_path / "a file"
    settings.SAVING.write_text("in the place of the folder")

    with saving.progress(1) as tell:
        tell("writing", 1, 2)
        assert saving.seen(1) is None

    assert settings.SAVING.read_text() == "in the place of the folder"


@pytest.mark.usefixtures("large")
def test_what_stands_still_says_so_and_is_done_while_somebody_waits(
    browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice
) -> None:
    """The page does not look for ever, which would keep the session alive."""
    client, upload = browse("manager"), uploads.keep(access("manager"), "roster", "a.csv", ROW.encode())
    here = f"/p/{harbor.slug}/2026/roster/uploads/{upload.id}/"
    Upload.objects.update(step=5000)
    page = client.get(here).content.decode()
    assert 'http-equiv="refresh"' in page
    assert "5,000 rows read so far." in page
    client.post(here)  # while it moves nothing is begun again
    assert Upload.objects.get().table is None

    for says in ("Reading your file stands still", "Saving your file stands still"):
        Upload.objects.update(moved_at=timezone.now() - timedelta(seconds=61))
        page = client.get(here).content.decode()
        assert says in page
        assert 'http-equiv="refresh"' not in page
        client.post(here)
        client.post(here, {"save": "1"})

    assert "This upload is saved" in client.get(here).content.decode()
    assert Stay.objects.filter(clinician__npi=NEW).count() == 1


@pytest.mark.usefixtures("large")
def test_a_fault_in_the_background_is_told(
    browse: Callable[[str], Client], access: Callable[..., Any], harbor: Practice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    who, client = access("manager"), browse("manager")
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "read", _broken)
        upload = uploads.keep(who, "roster", "a.csv", ROW.encode())
        uploads.read_later.call(upload.id)
    page = client.get(f"/p/{harbor.slug}/2026/roster/uploads/{upload.id}/").content.decode()
    assert "It could not be read, for a reason that the log of the server has." in page

    upload = uploads.keep(who, "roster", "a.csv", ROW.encode())
    here = f"/p/{harbor.slug}/2026/roster/uploads/{upload.id}/"
    uploads.read_later.call(upload.id)
    upload.refresh_from_db()
    with monkeypatch.context() as broken:
        broken.setattr(uploads_later, "save", _broken)
        uploads_later.begin_saving(who, upload)
        uploads_later.save_later.call(upload.id, who.person.id)
    assert "Nothing was saved. Something stopped it" in client.get(here).content.decode()

    uploads_later.begin_saving(who, upload)
    Membership.objects.filter(person=who.person).delete()
    uploads_later.save_later.call(upload.id, who.person.id)
    assert "You may not change this practice any more." in Upload.objects.get(pk=upload.pk).told
    assert not Stay.objects.filter(clinician__npi=NEW).exists()
