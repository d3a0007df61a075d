"""Evidence in a browser: what may name a patient is stopped, and what a locked year still takes."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hows import ALL_FOUR
from look import axe, busy
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

from mips_ia.portal.demo import PASSWORD

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
ITEM = f"{HERE}evidence/new/?activity=IA_PSPA_21&leaf=screening_program"
# What names an invented patient, and must be nowhere but in the files that somebody confirmed, encrypted.
SECRET = ("Pat Invented", "03/04/1951", "447118230917")


@pytest.fixture(scope="module")
def portal(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demonstration of these tests alone, with what it prints and the messages that it sends."""
    found = server.copy()
    found.printed, found.mail = tmp_path_factory.mktemp("printed") / "server.log", "filebased"
    with found:
        yield found


def referral(folder: Path, name: str) -> Path:
    """A PDF of one page with a birth date beside a name, and a record number."""
    said = f"BT /F1 11 Tf 60 740 Td (Referral {name}: {SECRET[0]}, born {SECRET[1]}, MRN {SECRET[2]}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        "/Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Length {len(said)} >>\nstream\n{said}\nendstream",
    ]  # fmt: skip
    made, places = "%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    path = folder / f"{name}.pdf"
    path.write_text(f"{made}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}", encoding="ascii")
    return path


def kept(portal: Served) -> tuple[int, int, int]:
    """How many revisions, files of the vault, and files that wait there are."""
    with closing(portal.opened()) as found:
        rows = found.execute("select count(*) from portal_revision").fetchone() or (0,)
    files, waits = portal.home / "evidence/files", portal.home / "waiting"
    return int(rows[0]), len([*files.iterdir()]), len([*waits.glob("*")])


def actions(portal: Served) -> list[tuple[str, str]]:
    """What the log says of evidence, oldest first: what was done, and what with."""
    with closing(portal.opened()) as found:
        rows = found.execute(
            "select action, after from portal_entry where action like 'evidence%' order by id"
        )
        return [(str(action), str(after)) for action, after in rows]


def told_anywhere(portal: Served) -> list[str]:
    """Where a word of the patient's stands: a row of any table, a file of any kind, or what was printed."""
    found = []
    tables = (
        "select tablename from pg_tables where schemaname = 'public'"
        if portal.database
        else "select name from sqlite_master where type = 'table'"
    )
    with closing(portal.opened()) as database:
        for (table,) in database.execute(tables).fetchall():
            rows = str(database.execute(f'select * from "{table}"').fetchall())
            found += [f"{table}: {word}" for word in SECRET if word in rows]
    assert portal.printed
    for path in (*portal.home.rglob("*"), portal.printed):
        content = path.read_bytes() if path.is_file() else b""
        found += [f"{path.name}: {word}" for word in SECRET if word.encode() in content]
    return found


def shown_and_original_to_be_kept(page: Page, name: str, looked: Callable[[], None]) -> None:
    """What was found in the first file is shown in its place, and its original is to be kept."""
    page.get_by_label("Why you keep the file as it is").first.fill("So far.")
    page.get_by_role("button", name="Show it in its place").first.click()
    shown = page.get_by_alt_text(f"Page 1 of {name}, with a frame around what we found")
    expect(shown).to_be_visible()
    assert shown.evaluate("each => each.complete && each.naturalWidth") > 900  # drawn, and let through
    assert "waits" not in page.url
    expect(page.get_by_label("Why you keep the file as it is").first).to_have_value("So far.")
    looked()
    page.get_by_label("Why you keep the file as it is").first.fill("")
    page.get_by_label("keep the original too").first.check()
    page.get_by_role("button", name="Choose a masked copy").first.click()
    expect(page.get_by_text("Say why, in a few words.").first).to_be_visible()
    expect(page.get_by_label("keep the original too").first).to_be_checked()
    page.get_by_label("Why you keep the file as it is").first.fill("The payer asks for the original.")


@ALL_FOUR
def test_what_may_name_a_patient_is_stopped_until_somebody_chose(
    at: str, script: bool, open_page: Open, portal: Served, tmp_path: Path
) -> None:
    """Three files at once: one is kept with a masked copy, one is confirmed, and one is withdrawn."""
    page = open_page("manager", at, portal, java_script_enabled=script, bypass_csp=script)  # for axe
    files = [referral(tmp_path, f"{name} {at} {script}") for name in ("first", "second", "third")]
    before, said, wrong = kept(portal), len(actions(portal)), []

    def looked() -> None:
        wrong.extend(busy(page))
        if script:  # without it the page is the same
            wrong.extend(axe(page))

    page.goto(ITEM)
    page.get_by_label("Files").set_input_files(files)
    page.get_by_role("button", name="Add file").click()
    expect(page.get_by_text("Choose what it is.").first).to_be_visible()
    expect(page.get_by_text("Nothing of it was kept.").first).to_be_visible()
    looked()
    page.get_by_label("Files").set_input_files(files)
    page.get_by_label("What it is").select_option("policy")
    page.get_by_label("First day that it shows").fill("05/15/2026")
    page.get_by_role("button", name="Add file").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("3 files may contain patient information")
    what = "Page 1 has what looks like 1 date of birth and 1 medical record number."
    expect(page.get_by_text(what)).to_have_count(3)
    assert kept(portal) == (before[0], before[1], before[2] + 3)
    page.get_by_text("Show what we found").first.click()
    looked()
    assert not any(word in page.content() for word in SECRET)
    shown_and_original_to_be_kept(page, files[0].name, looked)
    page.get_by_role("button", name="Choose a masked copy").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 files may contain patient information")
    expect(page.get_by_text("Saved with what we found blacked out.")).to_be_visible()
    expect(page.get_by_text("The original is kept with it.")).to_be_visible()
    page.get_by_role("button", name="It names no patient: save it").first.click()
    expect(page.get_by_text("Say why, in a few words.").first).to_be_visible()
    expect(page).to_have_title(re.compile("^Error: "))
    looked()
    page.get_by_label("Why you keep the file as it is").first.fill("The patient is invented.")
    page.get_by_role("button", name="It names no patient: save it").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This file may contain patient information")
    looked()
    page.get_by_role("button", name="Do not save it").click()

    expect(page.get_by_text("is kept.").first).to_contain_text("Not saved. Nothing of")
    looked()
    assert kept(portal) == (before[0] + 3, before[1] + 3, before[2])
    assert [action for action, _ in actions(portal)[said:]] == [
        *3 * ["evidence stopped"], "evidence received", "evidence used", "evidence received",
        "evidence received", "evidence used", "evidence withdrawn",
    ]  # fmt: skip
    assert all(re.search("birth_date.*1.*record_number.*1", after) for _, after in actions(portal)[said:][:3])
    assert told_anywhere(portal) == []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("at", ["desk", "phone"])
def test_several_files_are_dropped_on_a_large_field_with_and_without_script(
    at: str, open_page: Open, portal: Served, tmp_path: Path
) -> None:
    """A real drop, as the system's file manager makes it; a phone is offered its camera."""
    for script in (True, False):
        page = open_page("manager", at, portal, java_script_enabled=script)
        page.goto(f"{HERE}evidence/new/")
        field, files = page.get_by_label("Files"), []
        for name in ("minutes", "agenda"):
            files.append(tmp_path / f"{name}-{at}-{script}.txt")
            files[-1].write_text(f"The {name} of a meeting about falls, {at}, {script}.")
        box = field.bounding_box()
        assert box
        assert box["height"] >= 120
        assert box["width"] >= 0.9 * min(page.viewport_size["width"], 700)  # type: ignore[index]
        accepted = (field.get_attribute("accept") or "").split(",")
        assert {"image/jpeg", "image/png", "application/pdf", ".docx", ".eml"} <= {*accepted}
        assert field.get_attribute("capture") is None

        drop(page, files, box["x"] + box["width"] - 8, box["y"] + box["height"] - 8)  # at its very edge
        if script:
            chosen = page.locator("#main").get_by_text("Chosen: ")
            expect(chosen).to_have_text(f"Chosen: {files[0].name}, {files[1].name}")
            drop(page, files[:1], 5, 5)  # beside it
            expect(chosen).to_have_text(f"Chosen: {files[0].name}")
            drop(page, files, 5, 5)
        page.get_by_role("button", name="Add file").click()

        expect(page.locator("#main").get_by_text("Saved 2 files.")).to_be_visible()


def drop(page: Page, files: list[Path], x: float, y: float) -> None:
    """Files are dragged to a place of the page and let go there."""
    browser = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(each) for each in files], "dragOperationsMask": 1}
    for what in ("dragEnter", "dragOver", "drop"):
        browser.send("Input.dispatchDragEvent", {"type": what, "x": x, "y": y, "data": data})
    browser.detach()


def signed_in(page: Page, who: str) -> Page:
    """Somebody who has just typed their password, so that they can sign."""
    page.goto("/sign-in/")
    page.get_by_label("E-mail").first.fill(f"{who}@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/p/**")
    return page


def window(portal: Served, last_name: str, activity: str) -> int:
    """The window of a clinician in an activity."""
    with closing(portal.opened()) as found:
        rows = found.execute(
            "select w.id from portal_window w join portal_clinician c on c.id = w.clinician_id "
            f"where c.last_name = '{last_name}' and activity = '{activity}' and replaced_at is null"
        )
        return int((rows.fetchone() or (0,))[0])


def exported(page: Page) -> bytes:
    """The file for CMS, taken once more."""
    page.goto(f"{HERE}export/")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download QPP JSON").click()
    return taken.value.path().read_bytes()


# Whose signature is withdrawn; they sign again in the end, since with two fewer nothing could be locked.
WITHDRAW = {
    ("desk", True): "Adeyemi", ("desk", False): "Bennett",
    ("phone", True): "Alvarez", ("phone", False): "Chen",
}  # fmt: skip


@ALL_FOUR
def test_a_locked_year_takes_evidence_and_withdrawals_and_nothing_else(
    at: str, script: bool, open_page: Open, portal: Served, tmp_path: Path
) -> None:
    who = WITHDRAW[at, script]
    manager = signed_in(open_page(None, at, portal, java_script_enabled=script), "manager")
    manager.goto(f"{HERE}export/lock/")
    manager.get_by_label("Type your full name to sign").fill("Dana Whitfield")
    manager.get_by_role("button", name=f"Lock {YEAR}").click()
    expect(manager.get_by_text("Locked by Dana Whitfield").first).to_be_visible()
    sent = exported(manager)

    kim = open_page("kim", at, portal, java_script_enabled=script)
    kims = window(portal, "Kim", "IA_PSPA_21")
    for page, address in (
        (manager, f"{HERE}plan/{kims}/"), (manager, f"{HERE}plan/new/"), (kim, f"/sign/{kims}/"),
    ):  # fmt: skip
        answer = page.goto(address)
        assert answer
        assert (address, answer.status) == (address, 403)
        expect(page.get_by_text("Dana Whitfield can unlock it, with a reason.")).to_be_visible()

    policy = tmp_path / "policy.txt"
    policy.write_text(f"Every patient over 65 is screened for falls, {at}, {script}.")
    manager.goto(ITEM)
    manager.get_by_label("Files").set_input_files(policy)
    manager.get_by_label("What it is").select_option("policy")
    manager.get_by_role("button", name="Add file").click()
    expect(manager.get_by_text("Saved E-").first).to_be_visible()

    theirs = signed_in(open_page(None, at, portal, java_script_enabled=script), who.lower())
    signed = f"/sign/{window(portal, who, 'IA_BE_16')}/"
    theirs.goto(f"{signed}withdraw/")
    expect(theirs.get_by_text("what was exported does not change")).to_be_visible()
    name = (theirs.locator("blockquote, .ia-statement").first.inner_text()).split(",")[1].strip()
    theirs.get_by_label("Reason").fill("I was away")
    theirs.get_by_label("Type your full name").fill(name)
    theirs.get_by_role("button", name="Withdraw", exact=True).click()
    expect(theirs.get_by_text("Withdrawn. IA_BE_16 now has 10 of 18")).to_be_visible()

    assert exported(manager) == sent
    told = [each.read_text() for each in (portal.home / "mail").iterdir()]
    news = f"{name} withdrew a signature for IA_BE_16"
    assert [news in each.replace("\n", " ") for each in told].count(True) == 1
    assert all("To: manager@demo.example" in each for each in told if "withdrew" in each)
    manager.goto(f"{HERE}export/unlock/")
    manager.get_by_label("Reason").fill(f"{name} withdrew.")
    manager.get_by_role("button", name=f"Unlock {YEAR}").click()
    expect(manager.get_by_text(f"{name} withdrew.")).to_be_visible()
    theirs.goto(signed)
    theirs.get_by_label("Type your full name to sign").fill(name)
    theirs.get_by_role("button", name="Sign", exact=True).click()
    expect(theirs.get_by_text("Receipt").first).to_be_visible()
