"""A power cut at each step of more than one file: a stop, a decision on it, a revision, two at once."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import requests
from evidence_given import PATIENT, POLICY
from mortal import MortalServed
from served import SLUG, YEAR

from mips_ia.vault.check_store import check
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import keyring
from mips_ia.vault.store import Store

HERE = f"/p/{SLUG}/{YEAR}/evidence/"
ITEM = f"{HERE}new/?activity=IA_PSPA_21&leaf=screening_program"
SHOWS = {"kind": "policy", "first": "05/15/2026"}
LEFT = {"unused_file", "unused_body", "unfinished_file"}  # what a kill may leave, which no row names
WHEN = pytest.mark.parametrize("when", ["before", "in"])  # what is behind a step is before the next one
Rows = dict[int, tuple[str, bool, bool, int]]


@pytest.fixture(scope="module")
def portal() -> Iterator[MortalServed]:
    with MortalServed().build() as found:
        yield found


class Person:
    """Somebody with a browser, whose request can be the last of its process."""

    def __init__(self, portal: MortalServed) -> None:
        self._portal, self._browser = portal, requests.Session()
        self._browser.cookies.set("sessionid", portal.sessions["manager"])
        assert self._browser.get(f"{portal.address}{HERE}new/", timeout=20).status_code == 200

    def sends(self, to: str, fields: dict[str, str], *files: bytes, killed: str = "") -> tuple[int, str]:
        """The status and the page; 0 where nothing was answered."""
        told = {"csrfmiddlewaretoken": self._browser.cookies["csrftoken"], **fields}
        named = [("files", (f"file-{number}.txt", each)) for number, each in enumerate(files)]
        try:
            answer = self._browser.post(
                f"{self._portal.address}{to}", told, files=named, timeout=20, allow_redirects=False,
                headers={"X-Killed": killed} if killed else {},
            )  # fmt: skip
        except requests.ConnectionError:
            return 0, ""
        return answer.status_code, answer.text

    def stopped(self, content: bytes) -> dict[str, str]:
        """The hidden fields of the page on which a file waits."""
        status, page = self.sends(ITEM, SHOWS, content)
        assert status == 422
        return dict(re.findall(r'<input type="hidden" name="(waits|file)" value="([^"]+)"', page))


@pytest.fixture
def person(portal: MortalServed) -> Person:
    return Person(portal)


def revisions(portal: MortalServed) -> Rows:
    """What is kept, by its row: its digest, whether it names patients or is masked, and what it shows."""
    with closing(portal.opened()) as found:
        rows = found.execute(
            "select r.id, r.sha256, r.phi, r.masked, (select count(*) from portal_use u where "
            "u.evidence_id = r.evidence_id) from portal_revision r"
        )
        return {
            int(number): (str(sha256), bool(phi), bool(masked), int(uses))
            for number, sha256, phi, masked, uses in rows
        }  # fmt: skip


def waiting(portal: MortalServed) -> dict[str, str]:
    """What waits: where each is, by its number."""
    with closing(portal.opened()) as found:
        rows = found.execute("select id, place from portal_waiting")
        return {str(number): str(place) for number, place in rows}


def whole(portal: MortalServed, new: Rows, every: Rows) -> list[bytes]:
    """What is new, read back; no row is without its bytes, and what is in no row is named."""
    store = Store(Folder(portal.home / "evidence"), keyring(f"file:{portal.home / 'vault.key'}"))
    assert {each.code for each in check(store, {sha256 for sha256, *_ in every.values()})} <= LEFT
    assert all((portal.home / "waiting" / place).exists() for place in waiting(portal).values())
    return [b"".join(store.read(sha256)) for sha256, *_ in new.values()]


def steps(portal: MortalServed, when: str, act: Callable[[int, str], bool]) -> Iterator[tuple[bool, Rows]]:
    """Each step at which an act is killed, until it is answered: whether it was, and what is new."""
    at, done = 0, False
    while not done:
        at, before = at + 1, revisions(portal)
        done = act(at, f"{at} {when}")
        after = revisions(portal)
        assert after.items() >= before.items()
        yield done, {number: each for number, each in after.items() if number not in before}
    assert at > 4 or when == "in"  # what is withdrawn writes no file


@WHEN
def test_a_kill_at_each_step_of_a_stop_keeps_nothing(portal: MortalServed, person: Person, when: str) -> None:
    def stopped(_: int, killed: str) -> bool:
        return person.sends(ITEM, SHOWS, PATIENT, killed=killed)[0] == 422

    for done, new in steps(portal, when, stopped):
        assert not new
        assert whole(portal, new, revisions(portal)) == []
        assert waiting(portal) or not done
        for each in (portal.home / "waiting").iterdir():
            assert b"1951" not in each.read_bytes()


@WHEN
@pytest.mark.parametrize(("said", "kept"), [
    ({"do": "mask", "original": "on", "reason": "Asked for."}, [(True, False), (False, True)]),
    ({"do": "keep", "reason": "Asked for."}, [(True, False)]), ({"do": "withdraw"}, []),
])  # fmt: skip
def test_a_kill_at_each_step_of_a_decision_does_all_of_it_or_leaves_the_file_waiting(
    portal: MortalServed, person: Person, when: str, said: dict[str, str], kept: list[tuple[bool, bool]]
) -> None:
    fields = dict[str, str]()

    def decided(at: int, killed: str) -> bool:
        if fields.get("file") not in waiting(portal):
            fields.update(person.stopped(PATIENT + f"{said['do']}, {when}, {at}\n".encode()))
        return person.sends(f"{HERE}waiting/", fields | said, killed=killed)[0] == 303

    for done, new in steps(portal, when, decided):
        waits = fields["file"] in waiting(portal)
        assert not (done and waits)
        assert [(phi, masked) for _, phi, masked, _ in new.values()] == ([] if waits else kept)
        assert all(uses == 1 for *_, uses in new.values())
        read = whole(portal, new, revisions(portal))
        assert [b"1951" in each for each in read] == [phi for _, phi, _, _ in new.values()]


@WHEN
@pytest.mark.parametrize(("to", "files"), [("revise", 1), ("new", 2)])
def test_a_kill_at_each_step_of_a_revision_and_of_two_files_at_once(
    portal: MortalServed, person: Person, when: str, to: str, files: int
) -> None:
    person.sends(ITEM, SHOWS, POLICY)
    address = f"{HERE}1/revise/" if to == "revise" else ITEM
    sent = list[bytes]()

    def added(at: int, killed: str) -> bool:
        sent[:] = [f"{to}, {when}, {at}, {number}.\n".encode() for number in range(files)]
        return person.sends(address, SHOWS, *sent, killed=killed)[0] == 303

    for done, new in steps(portal, when, added):
        assert whole(portal, new, revisions(portal)) == (sent if done else sent[: len(new)])
        assert all(uses >= 1 for *_, uses in new.values())
    assert person.sends(f"{HERE}new/", {}, POLICY)[0] == 303
