"""The journeys of a manager and a clinician, click by click, with and without JavaScript, at both widths."""

import csv
import hashlib
import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from hand import Hand
from hows import ALL_FOUR
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served
from test_passkeys import READER, add_passkey, sign_in, sign_out

from mips_ia.portal.demo import PASSWORD, npi_of
from mips_ia.vault.binder.verified import verified
from mips_ia.vault.verifier.judged import Own

HERE = f"/p/{SLUG}/{YEAR}/"
Open = Callable[..., Page]
THREE = ("IA_PSPA_21", "IA_BE_4", "IA_PM_16")


# Somebody of a registry, who may do at every practice what a registry can be granted.
_REGISTRY = """
from mips_ia.portal.forms.people import grants_of
from mips_ia.portal.models import Membership, Person, Practice
rae = Person.objects.create_user("registry@demo.example", None, name="Rae Registry")
house = Practice.objects.get(slug="harbor-rehabilitation-group").organization
Membership.objects.create(person=rae, organization=house, role="registry", grants=grants_of("registry"))
"""

# Dr. Kim, who signs in with a password and a code, is asked to sign for what waits and for more activities.
_ASKED = """
import django
django.setup()
from datetime import date
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from mips_ia.portal import reminders
from mips_ia.portal.actions import ledger
from mips_ia.portal.asked import asked
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Person
from mips_ia.portal.tenancy import access_of
secret, kim = generate_totp_secret(), Person.objects.get(email="kim@demo.example")
TOTP.activate(kim, secret)
access = access_of(Person.objects.get(email="manager@demo.example"), "harbor-rehabilitation-group", 2026)
clinician = kim.clinicians.get()
for activity in MORE:
    ledger.choose(access, activity)
    ledger.enter(access, clinician, activity, date(2026, 1, 5), date(2026, 5, 5))
reminders.ask(access, asked(ledger_of(access.year), clinician), ADDRESS)
print(secret)
"""


def roster(folder: Path) -> Path:
    """Twenty invented clinicians in the layout of the manual."""
    path = folder / "roster.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["performance_year", "tin", "npi", "last_name", "first_name", "billed_in_year"])
        for number in range(20):
            rows.writerow([YEAR, "000777777", npi_of(500 + number), f"Invented{number}", "Someone", "yes"])
    return path


@ALL_FOUR
def test_from_nothing_to_an_explained_score(
    at: str, script: bool, open_page: Open, own_server: Served, tmp_path: Path
) -> None:
    """At most 14 clicks and 7 pages; where windows are missing the score says so."""
    page = open_page("admin", at, own_server, java_script_enabled=script)
    page.goto("/practices/")
    hand = Hand(page, script)
    hand.there("^Practices$")

    hand.press("Set up a practice", "link")
    hand.there("^Set up a practice$")
    page.get_by_label("Practice name").fill("Example Rehabilitation")
    page.get_by_label("TIN").fill("000-777777")
    page.get_by_label("ZIP").fill("04101")
    hand.press("Continue")
    hand.there(f"^How do you report for {YEAR}")
    hand.tick("A group")
    hand.tick("Traditional MIPS")
    hand.press("Continue")
    hand.there("^Upload your roster$")
    hand.clicks += 1  # the file is chosen
    page.get_by_label("File").set_input_files(roster(tmp_path))
    hand.press("Upload")
    hand.there("^All 20 rows are ready$")
    hand.press("Save 20 clinicians")
    hand.there("^What does CMS’s look-up say")
    hand.tick("None of these")
    hand.press("Continue")
    hand.there(f"^What did you do in {YEAR}")
    hand.tick("Promote Self-management in Usual Care")
    hand.tick("Implementation of fall screening and assessment programs")
    hand.press("Show my score")

    hand.there(f"^Your {YEAR} score, step by step$")
    expect(page.get_by_text("10 of 20 clinicians, each").first).to_be_visible()
    assert hand.clicks <= 14
    assert hand.loads <= 7
    assert not hand.wrong, "\n".join(hand.wrong)


def many(folder: Path) -> dict[str, Path]:
    """The three files of two practices, one of which is new; the second clinician's row is to be mended."""
    texts = {
        "practices": "performance_year,tin,practice_name,report_as,pathway,statuses\n"
        f"{YEAR},000888881,Cove Family Practice,group,traditional,small_practice\n",
        "roster": "performance_year,tin,npi,last_name,first_name,billed_in_year\n"
        f"{YEAR},000888881,{npi_of(700)},Reed,Invented,yes\n"
        f"{YEAR},000888881,12,Sedge,Invented,yes\n{YEAR},000123456,{npi_of(701)},Tule,Invented,yes\n",
        "participation": "performance_year,tin,npi,activity_id,start_date,end_date\n"
        f"{YEAR},000888881,{npi_of(700)},IA_BE_4,{YEAR}-01-05,{YEAR}-05-05\n",
    }
    paths = {name: folder / f"{name}.csv" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    return paths


@ALL_FOUR
def test_a_registry_loads_many_practices(
    at: str, script: bool, open_page: Open, own_server: Served, tmp_path: Path
) -> None:
    """At most 7 clicks to Save, with a row to fix, and 2 to remind all; the same files change nothing."""
    own_server.add(_REGISTRY)
    page = open_page("registry", at, own_server, java_script_enabled=script)
    page.goto("/practices/")
    hand, paths = Hand(page, script), many(tmp_path)

    hand.press("Upload", "link")
    hand.there("^Upload practices$")
    for name, path in paths.items():
        hand.clicks += 1
        page.get_by_label(name.capitalize(), exact=False).first.set_input_files(path)
    hand.press("Check")
    expect(page.get_by_text("5 rows read: 4 new, 0 changed, 0 same, 1 to fix.").first).to_be_visible()
    hand.there("^4 of 5 rows are ready$")
    page.get_by_label("NPI of row 3").fill(npi_of(702))
    hand.press("Check again")
    hand.there("^All 5 rows are ready$")
    hand.press("Save 2 practices")

    expect(page.get_by_text("Saved. 5 rows read: 5 new, 0 changed, 0 same.")).to_be_visible()
    hand.there("^This upload is saved$")
    assert hand.clicks <= 7
    assert not hand.wrong, "\n".join(hand.wrong)

    paths["roster"].write_text(paths["roster"].read_text().replace(",12,", f",{npi_of(702)},"))
    page.goto("/practices/upload/")
    for name, path in paths.items():
        page.get_by_label(name.capitalize(), exact=False).first.set_input_files(path)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("5 rows read: 0 new, 0 changed, 5 same.").first).to_be_visible()

    page.goto("/practices/")
    clicks = hand.clicks
    hand.press("Send reminders to all unsigned", "link")
    hand.there("^Send reminders to all unsigned")
    hand.press("Send reminders")
    expect(page.get_by_text("Sent. 1 clinician was asked to sign.")).to_be_visible()
    assert hand.clicks - clicks <= 2
    assert not hand.wrong, "\n".join(hand.wrong)


def code(secret: str) -> str:
    """What an authenticator shows at this moment."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def asked_to_sign(server: Served, page: Page, script: bool, *more: str) -> tuple[Hand, str]:
    """Dr. Kim follows the last link of the message that came, which asks to sign in; and the app's secret."""
    server.mail = "filebased"
    told = f"MORE, ADDRESS = {more!r}, '{server.address}/'\n"
    secret = server.python(told + _ASKED).strip()
    message = next((server.home / "mail").iterdir()).read_text(encoding="utf-8")
    hand = Hand(page, script)
    hand.follow(re.findall(r"http://\S+/sign/\w+/", message)[-1])
    hand.there("^Sign in$")
    return hand, secret


def by_password_and_code(hand: Hand, secret: str) -> None:
    hand.page.get_by_label("E-mail address").fill("kim@demo.example")
    hand.page.get_by_label("Password").fill(PASSWORD)
    hand.press("Sign in")
    hand.there("^Your second factor$")
    hand.page.get_by_label("Code", exact=False).first.fill(code(secret))
    hand.press("Sign in")


def with_a_passkey(server: Served, open_page: Open, at: str) -> Page:
    """A browser in which Dr. Kim made a passkey before; the portal is at a name, as passkeys need it."""
    server.stop()
    server.address = f"http://localhost:{server.port}"
    server.start()
    page = open_page(None, at, server)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": READER})
    sign_in(page, "kim")
    page.goto("/account/passkeys/add/")
    add_passkey(page)
    sign_out(page)
    return page


def sign_three(hand: Hand) -> None:
    hand.there("^Sign for several activities$")
    for activity in THREE:
        hand.tick(f"personally took part in {activity} from")
    hand.page.get_by_label("Type your full name to sign").fill("soo-jin kim")
    hand.press("Sign")
    hand.there("^You have nothing to sign.$")
    assert not hand.wrong, "\n".join(hand.wrong)


def test_three_activities_are_signed_on_one_page(open_page: Open, own_server: Served) -> None:
    """Seven clicks with a password and a code, from the link of the message that asks for all of them."""
    hand, secret = asked_to_sign(own_server, open_page(None, "phone", own_server), True, *THREE[1:])
    by_password_and_code(hand, secret)
    sign_three(hand)
    assert hand.clicks == 7


def test_three_activities_are_signed_on_one_page_with_a_passkey(open_page: Open, own_server: Served) -> None:
    """Six clicks with a passkey."""
    page = with_a_passkey(own_server, open_page, "phone")
    hand, _ = asked_to_sign(own_server, page, True, *THREE[1:])
    hand.press("Sign in with a passkey")
    sign_three(hand)
    assert hand.clicks <= 6


@pytest.mark.parametrize("at", ["desk", "phone"])
def test_a_clinician_signs_with_a_passkey(at: str, open_page: Open, own_server: Served) -> None:
    """Three clicks: the link of the message, the passkey, Sign."""
    hand, _ = asked_to_sign(own_server, with_a_passkey(own_server, open_page, at), True)
    hand.press("Sign in with a passkey")
    hand.there("^Sign for one activity$")
    hand.page.get_by_label("Type your full name to sign").fill("soo-jin kim")
    hand.press("Sign")

    hand.there("^Your receipt$")
    assert hand.clicks <= 3
    assert not hand.wrong, "\n".join(hand.wrong)


@ALL_FOUR
def test_a_clinician_signs(at: str, script: bool, open_page: Open, own_server: Served) -> None:
    """Four clicks with a password and a code, each of which has a page of its own: the link, both, Sign."""
    page = open_page(None, at, own_server, java_script_enabled=script)
    hand, secret = asked_to_sign(own_server, page, script)
    by_password_and_code(hand, secret)
    hand.there("^Sign for one activity$")
    page.get_by_label("Type your full name to sign").fill("soo-jin kim")
    hand.press("Sign")

    expect(page.get_by_text("I, Soo-jin Kim, MD, personally took part in IA_PSPA_21").first).to_be_visible()
    hand.there("^Your receipt$")
    assert hand.clicks == 4
    assert not hand.wrong, "\n".join(hand.wrong)
    manager = open_page("manager", at, own_server, java_script_enabled=script)
    manager.goto(HERE)
    expect(manager.get_by_text("8 of 18 clinicians; 9 needed.").first).to_be_visible()


@ALL_FOUR
def test_are_we_safe_is_answered_at_a_glance_and_mended(
    at: str, script: bool, open_page: Open, own_server: Served
) -> None:
    page = open_page("manager", at, own_server, java_script_enabled=script)
    page.goto("/")

    expect(page).to_have_url(f"{own_server.address}{HERE}")
    for words in ("Not yet", "20 of 40 points", "October 3, 2026"):
        box = page.get_by_text(words).first.bounding_box()
        assert box
        assert box["y"] + box["height"] <= (page.viewport_size or {"height": 0})["height"]

    hand = Hand(page, script)
    hand.there(f"^Are we safe for {YEAR}")
    hand.press("Change the end date", "link")
    hand.there("^Johnson, Paul")
    last = page.get_by_label("End date").first
    expect(last).to_have_value("09/22/2026")
    last.fill("09/28/2026")
    hand.press("Save the window")

    expect(page).to_have_url(f"{own_server.address}{HERE}")
    expect(page.get_by_text("Extend Paul Johnson")).to_have_count(0)
    hand.there(f"^Are we safe for {YEAR}")
    assert hand.clicks == 2
    assert not hand.wrong, "\n".join(hand.wrong)


# What answers two items, accepted for what it shows of last year.
_KEPT = f"""
import datetime, django
django.setup()
from mips_ia.portal.actions import evidence, ledger
from mips_ia.portal.models import Person
from mips_ia.portal.tenancy import access_of
access = access_of(Person.objects.get(email="manager@demo.example"), "{SLUG}", {YEAR - 1})
ledger.choose(access, "IA_PSPA_21")
for title in ("Fall screening policy", "Screening log"):
    told = {{"name": f"{{title}}.txt", "media_type": "text/plain", "title": title}}
    made = evidence.receive(access, title.encode(), told)
    known = {{"kind": "policy", "first": datetime.date({YEAR - 1}, 5, 15)}}
    use = evidence.use(access, made.evidence, "IA_PSPA_21", "screening_program", **known)
    evidence.review(access, use, made, accepted=True)
    print(f"E-{{made.evidence.number}}")
"""


def added(page: Page, folder: Path) -> str:
    """A gap is mended by a file that was not here yet: on the item's checklist, accepted, and back."""
    item, file = page.url, folder / "training.txt"
    page.get_by_role("link", name="Open the checklist").click()
    expect(page.get_by_text("31 of 45 days left to answer.").first).to_be_visible()
    page.get_by_role("link", name="Add file").first.click()
    file.write_text("Who was trained in May to screen for falls.")
    page.get_by_label("Files").set_input_files(file)
    page.get_by_label("What it is").select_option("policy")
    page.get_by_label("First day that it shows").fill(f"05/15/{YEAR - 1}")
    page.get_by_role("button", name="Add file").click()
    saved = page.get_by_text(re.compile(r"Saved E-\d+")).first
    number = re.findall(r"E-\d+", saved.inner_text())[0]
    page.get_by_role("link", name=f"{number} training").first.click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted by Dana Whitfield").first).to_be_visible()
    page.goto(item)
    return number


@ALL_FOUR
def test_an_auditor_is_answered(
    at: str, script: bool, open_page: Open, own_server: Served, tmp_path: Path
) -> None:
    """At most 9 clicks from a request about last year, by three gaps, to a package that is marked as sent.

    What a file takes that is not here yet comes on top.
    """
    numbers = own_server.python(_KEPT).split()
    page = open_page("manager", at, own_server, java_script_enabled=script)
    last = f"/p/{SLUG}/{YEAR - 1}/"
    page.goto(last)
    if at == "phone":
        page.get_by_text("Menu", exact=True).click()
    hand = Hand(page, script)
    hand.press("Audit", "link")
    hand.there("^Audit$")
    hand.press("Record a request", "link")
    hand.there("^Record a request")
    page.get_by_label("Received on").fill(f"09/02/{YEAR}")
    page.get_by_label("Who asks").fill("An Invented Contractor")
    page.get_by_label("Items, one a line").fill(
        "The policy, IA_PSPA_21\nThe log, IA_PSPA_21\nTraining, IA_PSPA_21"
    )
    hand.press("Save and answer item 1")
    for number, save in enumerate(("Save and go on to item 2", "Save and go on to item 3", "Save"), 1):
        hand.there(f"^Item {number}$")
        expect(page.get_by_text("31 of 45 days left to answer.").first).to_be_visible()
        expect(page.get_by_text("No evidence is chosen.")).to_be_visible()
        if number > len(numbers):
            numbers.append(added(page, tmp_path))
        page.get_by_label("Other evidence, by number").fill(numbers[number - 1])
        hand.press(save)
    hand.there("^An Invented Contractor asks about")
    expect(page.get_by_text("3 of 3 items are ready.").first).to_be_visible()
    hand.press("Build the package")
    hand.there("^Package No. 1 is ready$")
    expect(page.get_by_text("31 of 45 days left to answer.").first).to_be_visible()
    with page.expect_download() as taken:
        hand.press(page.get_by_role("button", name="Download").inner_text())
    package = tmp_path / "package.zip"
    taken.value.save_as(package)
    page.get_by_label("Sent on").fill(f"09/16/{YEAR}")
    page.get_by_label("How").fill("Uploaded to the contractor’s portal")
    page.get_by_label("What was sent").fill("The package")
    hand.press("Mark as sent")

    hand.there("^Sent on September 16")
    expect(page.get_by_text("This is exactly what was recorded on")).to_be_visible()
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    expect(page.get_by_text(digest)).to_be_visible()
    assert hand.clicks <= 9
    assert verified(package, Own()).faults == []
    items = json.loads(zipfile.ZipFile(package).read("request.json"))["items"]
    assert [[f"E-{one['number']}" for one in each["evidence"]] for each in items] == [[n] for n in numbers]
    page.goto(f"/p/{SLUG}/{YEAR}/")
    expect(page.get_by_text("days left to answer")).to_have_count(0)
    assert not hand.wrong, "\n".join(hand.wrong)
