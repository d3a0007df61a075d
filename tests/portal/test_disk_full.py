"""A served portal on a disk that is really full: what was taken is there, and each answer says what to do."""

import os
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from pathlib import Path

import databases
import pytest
import requests
import warm
from aged import HOUR, aged
from served import SLUG, YEAR, Served
from test_vault_disk import mounted

from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import keyring
from mips_ia.vault.store import Store

HERE = f"/p/{SLUG}/{YEAR}/evidence/"
ITEM = f"{HERE}new/?activity=IA_PSPA_21&leaf=screening_program"
LEFT = 600_000  # bytes that are free when the disk fills up
NO_ROOM = ("There is no room left on the disk. Tell whoever", "Make room or enlarge the disk, then give the")


@pytest.fixture(params=["the vault", "everything"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Served, Path, Path]]:
    """A portal, its vault, and the disk on which that lies, or all of it."""
    if request.param == "everything" and databases.ON_POSTGRES:
        pytest.skip("the database lies elsewhere")
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=9m", "tmpfs") as disk:
        served = Served(disk / "home" if request.param == "everything" else None).build()
        vault = served.home / "evidence"
        if request.param == "the vault":
            vault = Path(shutil.move(vault, disk))
            served.told = {"MIPS_IA_VAULT": str(vault)}
        with served:
            yield served, vault, disk


def test_a_disk_that_fills_up_loses_nothing_and_takes_the_same_file_when_there_is_room(
    portal: tuple[Served, Path, Path],
) -> None:
    served, vault, disk = portal
    store = Store(Folder(vault), keyring(f"file:{served.home / 'vault.key'}"))
    browser = requests.Session()
    browser.cookies.set("sessionid", served.sessions["manager"])
    browser.get(f"{served.address}{HERE}new/", timeout=30)
    assert said(served, browser, content(0)) == ""
    filled(disk)

    taken, refused = [content(0)], ""
    while not refused:
        assert len(taken) < 10
        refused = said(served, browser, content(len(taken)))
        taken += [] if refused else [content(len(taken))]
    small = said(served, browser, b"A small one.\n")

    assert any(each in refused for each in NO_ROOM)
    assert not small or any(each in small for each in NO_ROOM)
    aged(vault, HOUR)
    assert checked(served) == (0, "")
    assert not list(vault.rglob("*.part"))
    for each in taken:
        assert b"".join(store.read(sha256(each).hexdigest())) == each
    page = browser.get(f"{served.address}{HERE}", timeout=30)
    assert page.status_code == 200 or NO_ROOM[0] in page.text

    (disk / "filler").unlink()
    assert said(served, browser, content(len(taken))) == ""
    assert b"".join(store.read(sha256(content(len(taken))).hexdigest())) == content(len(taken))
    assert "Policy 0" in browser.get(f"{served.address}{HERE}", timeout=30).text
    aged(vault, HOUR)
    assert checked(served) == (0, "")


def content(number: int) -> bytes:
    return f"Policy {number}.\n".encode() * 12_000


def said(served: Served, browser: requests.Session, content: bytes) -> str:
    """What is answered when a file is added, empty where it was taken."""
    told = {"kind": "policy", "first": "05/15/2026", "title": content.partition(b".")[0].decode()}
    answer = browser.post(
        f"{served.address}{ITEM}", told | {"csrfmiddlewaretoken": browser.cookies["csrftoken"]},
        files={"files": ("policy.txt", content)}, allow_redirects=False, timeout=30,
    )  # fmt: skip
    if answer.status_code == 303:
        return ""
    assert answer.status_code in (500, 507)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def filled(disk: Path) -> None:
    """Little room is left."""
    free = os.statvfs(disk)
    (disk / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize - LEFT))


def checked(served: Served) -> tuple[int, str]:
    done = warm.finished(["-m", "mips_ia.cli.main", "check"], served.environment)
    return done.returncode, done.stderr
