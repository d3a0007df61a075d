"""A power cut at each step of an upload: what was acknowledged is there, and nothing is there by half."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests
import warm
from aged import DAY, HOUR, aged
from mortal import MortalServed
from served import SLUG, YEAR

from mips_ia.vault.check_store import check
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import keyring
from mips_ia.vault.store import Store

HERE = f"/p/{SLUG}/{YEAR}/evidence/"
ITEM = f"{HERE}new/?activity=IA_PSPA_21&leaf=screening_program"
# What a kill may leave, which no row names: the manual says what to do with each.
LEFT = {"unused_file", "unused_body", "unfinished_file"}


@pytest.fixture(scope="module")
def portal() -> Iterator[MortalServed]:
    with MortalServed().build() as found:
        yield found


@pytest.fixture
def browser(portal: MortalServed) -> requests.Session:
    found = requests.Session()
    found.cookies.set("sessionid", portal.sessions["manager"])
    assert found.get(f"{portal.address}{HERE}new/", timeout=20).status_code == 200
    return found


def upload(portal: MortalServed, browser: requests.Session, said: str, killed: str = "") -> bool:
    """Add a policy that shows an item; whether that was acknowledged."""
    fields = {
        "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        "kind": "policy",
        "first": "05/15/2026",
        "title": said,
    }
    try:
        answer = browser.post(
            f"{portal.address}{ITEM}", fields, files={"files": ("policy.txt", f"{said}\n".encode())},
            headers={"X-Killed": killed} if killed else {}, timeout=20, allow_redirects=False,
        )  # fmt: skip
    except requests.ConnectionError:
        return False
    assert answer.status_code == 303, answer.text
    return True


def kept(portal: MortalServed) -> dict[str, tuple[str, int, int]]:
    """Each thing that is kept, by its title: its digest, what it shows, and lines of the log about it."""
    with closing(portal.opened()) as found:
        rows = found.execute(
            "select e.title, r.sha256, (select count(*) from portal_use u where u.evidence_id = e.id), "
            "(select count(*) from portal_entry n where n.record = 'evidence ' || e.number and n.practice_id "
            "= e.practice_id) from portal_evidence e left join portal_revision r on r.evidence_id = e.id"
        )
        return {str(title): (str(digest), int(uses), int(lines)) for title, digest, uses, lines in rows}


@pytest.mark.parametrize("when", ["before", "in", "after"])
def test_a_kill_at_each_step_of_an_upload(portal: MortalServed, browser: requests.Session, when: str) -> None:
    store = Store(Folder(portal.home / "evidence"), keyring(f"file:{portal.home / 'vault.key'}"))
    before, at, done = kept(portal), 0, False
    while not done:
        at += 1
        said = f"Everybody is screened, {when} {at}."
        done = upload(portal, browser, said, f"{at} {when}")

        found = kept(portal)
        assert found.items() >= before.items()
        assert found.keys() - before.keys() <= {said}
        assert said in found or not done
        for digest, uses, lines in (found[each] for each in found.keys() - before.keys()):
            assert b"".join(store.read(digest)) == f"{said}\n".encode()
            assert (uses, lines) == (1, 2)
        assert {each.code for each in check(store, {digest for digest, *_ in found.values()})} <= LEFT
        before = found
    assert at > (2 if when == "in" else 9)

    assert upload(portal, browser, f"Everybody is screened, {when} 1.")
    page = browser.get(f"{portal.address}{HERE}", timeout=20)
    assert page.status_code == 200
    left = {each.where for each in check(store, named(portal)) if each.code == "unused_file"}
    assert left or when == "in"
    aged(portal.home / "evidence", HOUR)
    assert unused(portal) == left

    aged(portal.home / "evidence", DAY)
    assert unused(portal, "--forget-unnamed") == set()
    assert {*store.digests()} == named(portal)


def named(portal: MortalServed) -> set[str]:
    """The digests of the files that rows name."""
    return {digest for digest, *_ in kept(portal).values()}


def unused(portal: MortalServed, *more: str) -> set[str]:
    """The files that `mips-ia check` says no row names, beside what else a kill may leave."""
    words = ["-m", "mips_ia.cli.main", "check", "--format", "json", "--home", str(portal.home), *more]
    checked = warm.finished(words, portal.environment)
    problems = json.loads(checked.stdout)["problems"]
    assert {each["code"] for each in problems} <= LEFT, checked.stdout
    assert checked.returncode == int(any(each["severity"] == "error" for each in problems))
    return {each["where"] for each in problems if each["code"] == "unused_file"}


def test_the_same_bytes_from_several_at_once_are_kept_once_and_acknowledged_to_each(
    portal: MortalServed, browser: requests.Session
) -> None:
    store = Store(Folder(portal.home / "evidence"), keyring(f"file:{portal.home / 'vault.key'}"))
    before = store.digests()

    with ThreadPoolExecutor(4) as people:
        done = [*people.map(lambda _: upload(portal, browser, "The same for all."), range(4))]

    assert done == 4 * [True]
    [digest] = {*store.digests()} - {*before}
    assert b"".join(store.read(digest)) == b"The same for all.\n"
    with closing(portal.opened()) as found:
        shown = found.execute(
            f"select count(*) from portal_revision where sha256 = '{digest}' and number = 1"
        ).fetchone()
    assert shown == (4,)
    assert {each.code for each in check(store, named(portal))} <= LEFT
    assert "are the same file." in browser.get(f"{portal.address}{HERE}", timeout=20).text
