"""Files of rows in every state: to be mended, ready, saved, waiting, standing still, and unreadable."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from mips_ia.portal.actions import batches
from mips_ia.portal.actions import uploads as actions
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Batch, Person, Upload
from mips_ia.portal.tenancy import Access, access_of, may_add_in
from unlinked import Built, Page

TIN, SLUG = "000123456", "harbor-rehabilitation-group"
HERE = f"/p/{SLUG}/2026/"
LATER = timedelta(hours=1)  # so that no page that waits stands still while others are looked at
ROSTER = ("performance_year", "tin", "npi", "last_name", "first_name", "joined_on", "billed_in_year")
WINDOWS = ("performance_year", "tin", "npi", "activity_id", "start_date", "end_date", "attested_by")
PRACTICE = ("performance_year", "tin", "practice_name", "report_as", "pathway", "statuses")


def uploads(built: Built) -> None:
    """Each of them, for a roster, for windows, and for many practices."""
    access = access_of(Person.objects.get(email="manager@demo.example"), SLUG, 2026)
    _rosters(built, access)
    _windows(built, access)
    _many(built)


def _written(head: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    lines = [",".join(str(cell) for cell in row) for row in (head, *rows)]
    return "\n".join([*lines, ""]).encode()


def _rosters(built: Built, access: Access) -> None:
    def kept(rows: list[tuple[object, ...]], replace: bool = False, head: Iterable[str] = ROSTER) -> Upload:
        return actions.keep(access, "roster", "roster.csv", _written(head, rows), replace)

    there = [
        (2026, TIN, each.npi, each.last_name, each.first_name, "", "yes")
        for each in access.practice.clinicians.order_by("last_name")
    ]
    new = [
        (2026, TIN, npi_of(900 + place), f"Newcomer{place}", "Invented", "2026-07-01", "yes")
        for place in (0, 1)
    ]
    wrong = [
        (2026, TIN, "015118638", "Farouk", "Lena", "", "yes"),
        (2026, TIN, npi_of(910), "Patel", "Nisha", "2026-13-04", "yes"),
        (2026, TIN, there[2][2], "Alvarez", "T.", "", "yes"),
        (2026, TIN, "9876543210", "Unchecked", "Invented", "", "yes"),
    ]
    mend, ready = kept(there[:14] + new + wrong), kept(there + new)
    saved, replace = kept([new[0]]), kept(there[:12] + new, replace=True)
    actions.save(access, saved)
    nothing, strange = kept([]), kept([("a", "b")], head=("Column1", "Column2"))
    waits, stands, saving = _large(access, LATER), _large(access, -LATER), _large(access, LATER, "save")
    settings.SAVING.mkdir()
    (settings.SAVING / str(saving.id)).write_text("writing 1000 2400")
    every = {
        "to mend": mend, "ready": ready, "saved": saved, "ends somebody": replace, "empty": nothing,
        "unreadable": strange, "waits": waits, "stands still": stands, "is being saved": saving,
    }  # fmt: skip
    for called, one in every.items():
        more = "?confirm=1" if one is replace else ""
        built.pages.append(
            Page("roster_check", "manager", f"{HERE}roster/uploads/{one.id}/{more}", called=called)
        )
    built.pages.append(Page("roster_undo", "manager", f"{HERE}roster/uploads/{saved.id}/undo/"))


def _large(access: Access, moved: timedelta, work: str = "read") -> Upload:
    """One that is worked on in the background, and moved last so long after now."""
    return Upload.objects.create(
        practice=access.practice, year=access.year, kind="roster", name="large.csv", content=b"npi\n",
        uploaded_by=access.person, work=work, moved_at=timezone.now() + moved, step=1200, rows_read=2400,
    )  # fmt: skip


def _windows(built: Built, access: Access) -> None:
    def kept(*rows: tuple[object, ...]) -> Upload:
        content = _written(WINDOWS, [(2026, TIN, *row) for row in rows])
        return actions.keep(access, "participation", "windows.csv", content)

    here = {each.last_name: each.npi for each in access.practice.clinicians.all()}
    done = (date(2026, 1, 5), date(2026, 5, 5))
    mend = kept(
        (here["Rossi"], "IA_CC_1", *done, ""), (here["Rossi"], "IA_BE_16", "2026-07-01", "2026-09-22", "")
    )
    saved = kept((here["Rossi"], "IA_BE_16", *done, "self"))
    actions.save(access, saved)
    for called, one in (("to mend", mend), ("saved, and asks", saved)):
        address = f"{HERE}participation/uploads/{one.id}/"
        built.pages.append(Page("participation_check", "manager", address, called=called))
    built.pages.append(Page("participation_undo", "manager", f"{HERE}participation/uploads/{saved.id}/undo/"))


def _many(built: Built) -> None:
    admin = Person.objects.get(email="admin@demo.example")
    member = may_add_in(admin)[0]
    member.person = admin

    def kept(tin: str, npi: str, replace: bool = False) -> Batch:
        row = (2026, tin, f"Practice {tin}", "group", "traditional", "small_practice")
        files = [("practices.csv", _written(PRACTICE, [row]))]
        people = [(2026, tin, npi, "Reed", "Invented", "", "yes")]
        return batches.keep(member, [*files, ("roster.csv", _written(ROSTER, people))], replace)

    mend, ready = kept("000888881", "12"), kept("000888882", npi_of(920))
    saved = kept("000888883", npi_of(921))
    batches.save(saved, saved.found["seal"])
    replace = kept(TIN, npi_of(3), replace=True)
    strange = batches.keep(member, [("strange.csv", _written(("Column1",), [("a",)]))])
    unchecked = kept("000888884", npi_of(922))
    Batch.objects.filter(pk=unchecked.pk).update(found=None, told="Somebody else changed the same rows.")
    known = {
        "organization": member.organization,
        "uploaded_by": admin,
        "name": "practices.csv",
        "work": "check",
    }
    now = timezone.now()
    waits = Batch.objects.create(**known, moved_at=now + LATER, step=20, steps=90)
    stands = Batch.objects.create(**known, moved_at=now - LATER, step=20, steps=90)
    every = {
        "to mend": mend, "ready": ready, "saved": saved, "ends somebody": replace, "unreadable": strange,
        "unchecked": unchecked,
        "waits": waits, "stands still": stands,
    }  # fmt: skip
    for called, one in every.items():
        more = "?confirm=1" if one is replace else ""
        built.pages.append(
            Page("practices_batch", "admin", f"/practices/uploads/{one.pk}/{more}", called=called)
        )
    built.pages.append(Page("practices_batch_undo", "admin", f"/practices/uploads/{saved.pk}/undo/"))
