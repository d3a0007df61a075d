"""A backup of a portal that is written to becomes, elsewhere, what it was; what is not whole is refused."""

import fcntl
import json
import os
import random
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event

import databases
import pytest
import requests
import warm
from served import SLUG, YEAR, Served, free_port
from test_vault_disk import calls_of

from mips_ia.portal.safe.archive import Reading, Writing, writing
from mips_ia.portal.secret import kept
from mips_ia.vault.keys import keyring

# Each of these runs in a process of its own.
_SETUP = """
import json, random, sys
from datetime import date
import django
django.setup()
from mips_ia.portal import vaults
from mips_ia.portal.actions import evidence
from mips_ia.portal.models import Person, Practice, Revision, Window
from mips_ia.portal.tenancy import access_of
manager = access_of(Person.objects.get(email="manager@demo.example"), "harbor-rehabilitation-group", 2026)
def one(number):
    told = {"name": f"{number}.txt", "media_type": "text/plain", "title": f"Policy {number}"}
    kept = evidence.receive(manager, random.Random(number).randbytes(1000 + number % 7 * 100_000), told)
    shows = {"kind": "policy", "first": date(2026, 5, 15)}
    use = evidence.use(manager, kept.evidence, "IA_PSPA_21", "screening_program", **shows)
    evidence.review(manager, use, kept, accepted=True)
"""
_FIRST = f"""{_SETUP}
from mips_ia.portal import demo
demo.others()
for number in range(12):
    one(number)
filled = {{"form": "minutes", "fields": {{"topic": "Falls"}}}}
told = {{"name": "minutes.txt", "media_type": "text/plain", "filled": filled}}
evidence.receive(manager, b"Minutes of a meeting about falls.", told)
vaults.checkpoint()
"""
_SIGNS = """
import django
django.setup()
from mips_ia.portal import vaults
print(vaults.checkpoint().size)
"""
ADD = f"/p/{SLUG}/{YEAR}/evidence/new/?activity=IA_PSPA_21&leaf=screening_program"
_HOLDS = f"""{_SETUP}
from hashlib import sha256
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Leaf
def scored(score):
    return score.points, score.most, score.full, [each.points for each in score.steps]
size = vaults.log().checkpoints.sizes()[-1]
files = {{}}
for each in Revision.objects.all():
    files[each.receipt] = sha256(b"".join(vaults.store().read(each.sha256))).hexdigest()
print(json.dumps({{
    "filled": [evidence.fields_of(each) for each in Revision.objects.exclude(form="")],
    "files": files, "size": size, "leaves": Leaf.objects.count(),
    "stated": dict(Revision.objects.values_list("receipt", "sha256")),
    "scores": [
        [each.slug, year.year, *scored(Ledger(year).assessment.score)]
        for each in Practice.objects.order_by("slug") for year in each.years.order_by("year")
    ],
    "roots": {{size: vaults.log().root(size).hex() for size in vaults.log().checkpoints.sizes()}},
}}))
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """The demonstration with twelve files, each used and accepted, and a checkpoint."""
    found = Served().build()
    found.python(_FIRST)
    yield found
    found.remove()


@contextmanager
def empty_place() -> Iterator[Served]:
    """A folder that is not there yet, and an empty database."""
    found = Served(databases.folder("mips-ia-restored-") / "home")
    found.database = databases.another() if databases.ON_POSTGRES else ""
    try:
        yield found
    finally:
        found.remove()


def run(portal: Served, *words: object) -> subprocess.CompletedProcess[str]:
    """A command of `mips-ia`, with the programs of this PostgreSQL."""
    around = portal.environment
    if databases.ON_POSTGRES:
        around["PATH"] = f"{databases.programs()}{os.pathsep}{around['PATH']}"
    return warm.finished(["-m", "mips_ia.cli.main", *map(str, words)], around)


def keys(portal: Served) -> str:
    return f"file:{portal.home / 'vault.key'}"


@contextmanager
def uploading(portal: Served) -> Iterator[list[str]]:
    """The portal is served, and somebody adds file after file: the SHA-256 of those taken."""
    taken: list[str] = []
    over = Event()

    def work() -> None:
        token = "a" * 32
        with requests.Session() as browser:
            browser.cookies.update({"sessionid": portal.sessions["manager"], "csrftoken": token})
            while not over.is_set():
                content = f"Policy {len(taken)} of falls. ".encode() * (1_000 + len(taken) % 7 * 10_000)
                told = {"csrfmiddlewaretoken": token, "kind": "policy", "first": "05/15/2026"}
                sent = {"files": (f"policy-{len(taken)}.txt", content)}
                answer = browser.post(
                    portal.address + ADD, told, files=sent, allow_redirects=False, timeout=30
                )
                assert answer.status_code == 303, answer.text
                taken.append(sha256(content).hexdigest())

    portal.start()
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        try:
            while len(taken) < 2 and not working.done():
                time.sleep(0.05)
            yield taken
        finally:
            over.set()
            working.exception()
            portal.stop()
    working.result()


def test_a_copy_that_a_killed_backup_left_behind_is_gone_after_the_next(
    served: Served, tmp_path: Path
) -> None:
    left, needed = (served.home / f"copying-{each}" for each in ("left", "needed"))
    for each in (left, needed):
        each.mkdir()
        (each / "portal.sqlite3").write_bytes(b"rows")
        os.utime(each, (0, 0))
    with (needed / "portal.sqlite3").open("rb") as copy:  # by another backup, which runs
        fcntl.flock(copy, fcntl.LOCK_SH)
        assert run(served, "backup", tmp_path / "swept.zip").returncode == 0
    copies = {each.name for each in served.home.glob("copying-*")}
    assert copies == ({left.name, needed.name} if databases.ON_POSTGRES else {needed.name})
    for each in (left, needed):
        shutil.rmtree(each, ignore_errors=True)


def test_what_is_restored_is_what_was_kept_while_somebody_went_on_writing(
    served: Served, tmp_path: Path
) -> None:
    copy = tmp_path / "backup.zip"
    with uploading(served) as taken:
        served.python(_SIGNS)
        first = len(taken)
        made = run(served, "backup", copy)
        over, until = len(taken), time.monotonic() + 120
        while len(taken) < over + 2 and time.monotonic() < until:  # the second began after the backup
            time.sleep(0.05)
        served.python(_SIGNS)
        looked_at = run(served, "check")
    assert (made.returncode, made.stderr) == (0, "")
    assert looked_at.returncode == 0, looked_at
    before = json.loads(served.python(_HOLDS))

    with empty_place() as place:
        back = run(place, "restore", copy, "--home", place.home, "--keys", keys(served))
        after = json.loads(with_keys(place, served).python(_HOLDS))

    assert (back.returncode, back.stderr) == (0, "")
    assert ": all is whole.\n" in back.stdout
    assert len(before["files"]) > len(after["files"]) > 12
    assert {*taken} <= {*before["files"].values()}
    assert {*taken[:first]} <= {*after["files"].values()}
    assert after["files"] == after["stated"]
    assert after["files"].items() <= before["files"].items()
    assert after["filled"] == before["filled"] == [{"topic": "Falls"}]
    assert after["scores"] == before["scores"]
    assert after["roots"].items() <= before["roots"].items()
    assert 0 < after["size"] <= after["leaves"]


def with_keys(place: Served, source: Served) -> Served:
    """The restored portal, with a copy of the master keys where it looks for them."""
    (place.home / "vault.key").write_text((source.home / "vault.key").read_text())
    return place


def test_a_backup_and_the_key_of_sessions_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut right after leaves both whole."""

    def backed_up() -> None:
        with writing(tmp_path / "backup") as made:
            made.zip.close()

    assert calls_of(monkeypatch, backed_up) == ["fsync", "fsync"]  # the file, then its folder
    assert calls_of(monkeypatch, lambda: kept(tmp_path)) == ["fsync", "replace"]


def test_nothing_in_a_backup_can_be_read_without_the_master_keys(served: Served, tmp_path: Path) -> None:
    copy = tmp_path / "backup.zip"
    assert run(served, "backup", copy).returncode == 0
    content = copy.read_bytes()

    for secret in (b"Harbor", b"Adeyemi", b"demo.example", (served.home / "secret.key").read_bytes()):
        assert secret not in content
    assert (served.home / "vault.key").read_text().split(":")[-1].strip().encode() not in content
    assert copy.stat().st_mode & 0o077 == 0
    assert not [*tmp_path.glob("*.part"), *served.home.glob("copying-*")]


def test_a_backup_that_was_changed_is_refused_and_writes_nothing(served: Served, tmp_path: Path) -> None:
    copy, changed, chance = tmp_path / "backup.zip", tmp_path / "changed.zip", random.Random(4)
    assert run(served, "backup", copy).returncode == 0
    with zipfile.ZipFile(copy) as whole:
        parts = {each: whole.read(each) for each in whole.namelist()}
    body = next(name for name in parts if "bodies/" in name)
    for name in ("manifest.json", "database.enc", body, "records/signer.json"):
        at = chance.randrange(len(parts[name]))
        bad = parts[name][:at] + bytes([parts[name][at] ^ 1]) + parts[name][at + 1 :]
        with zipfile.ZipFile(changed, "w") as other:
            for each, content in parts.items():
                other.writestr(each, bad if each == name else content)
        with empty_place() as place:
            said = run(place, "restore", changed, "--home", place.home, "--keys", keys(served))

            assert said.returncode == 2
            assert name in said.stderr or "no backup" in said.stderr
            assert not place.home.exists()


def test_a_log_that_comes_back_with_another_root_is_named(served: Served, tmp_path: Path) -> None:
    """Leaves that no checkpoint covers yet are compared, too."""
    copy, other = tmp_path / "backup.zip", tmp_path / "other.zip"
    assert run(served, "backup", copy).returncode == 0
    kept = Reading(copy, keyring(keys(served)))
    log = kept.about["log"]
    assert log["size"] > 0
    with other.open("wb") as file:
        draft = Writing(file)
        for name in kept.parts:
            draft.add(name, kept.pieces(name))
        about = {each: kept.about[each] for each in ("at", "database", "secret")}
        draft.close({**about, "log": log | {"size": log["size"] + 1}}, kept.key, kept.master)
    with empty_place() as place:
        said = run(place, "restore", other, "--home", place.home, "--keys", keys(served))

    assert (said.returncode, said.stdout.endswith(": 1 fault.\n")) == (1, True)
    assert f"had {log['size'] + 1} leaves with the root {log['root']} when" in said.stderr
    assert f"has {log['size']} with the root {log['root']} now" in said.stderr


def test_places_that_are_not_empty_and_keys_of_another_are_refused(served: Served, tmp_path: Path) -> None:
    copy, other = tmp_path / "backup.zip", tmp_path / "other.key"
    assert run(served, "backup", copy).returncode == 0
    assert "there is a file of this name" in run(served, "backup", copy).stderr

    here = run(served, "restore", copy, "--home", served.home, "--keys", keys(served))
    assert (here.returncode, "something here already" in here.stderr) == (2, True)
    other.write_text(run(served, "vault", "new-key").stdout)
    with empty_place() as place:
        said = run(place, "restore", copy, "--home", place.home, "--keys", f"file:{other}")
        assert (said.returncode, "this needs the master key" in said.stderr) == (2, True)
        assert "or for a backup the one that it was made with." in said.stderr
        cut = tmp_path / "cut.zip"
        cut.write_bytes(copy.read_bytes()[:-100])
        said = run(place, "restore", cut, "--home", place.home, "--keys", keys(served))
        assert (said.returncode, "this is no backup" in said.stderr) == (2, True)
        empty = place.database
        for place.database in (f"postgres://nobody:a-secret@127.0.0.1:{free_port()}/d", "postgres//d"):
            said = run(place, "restore", copy, "--home", place.home, "--keys", keys(served))
            assert (said.returncode, "Error: " in said.stderr, "DATABASE_URL" in said.stderr) == (
                2,
                True,
                True,
            )
            assert "Traceback" not in said.stderr
            assert not place.home.exists()  # so that the next one finds it empty
        place.database = served.database or f"sqlite:///{served.file}"
        said = run(place, "restore", copy, "--home", place.home, "--keys", keys(served))
        place.database = empty
        assert (said.returncode, "the database: there is something" in said.stderr) == (2, True)
        assert not place.home.exists()


def test_a_file_that_is_damaged_already_is_named_when_it_is_copied(served: Served, tmp_path: Path) -> None:
    bodies = served.home / "evidence" / "bodies"
    body = next(bodies.iterdir())
    content = body.read_bytes()
    body.unlink()
    try:
        made = run(served, "backup", tmp_path / "backup.zip")
    finally:
        body.write_bytes(content)

    assert made.returncode == 1
    assert "the vault has no whole header and body of" in made.stderr


def test_everything_is_whole_by_another_master_key_alone(served: Served) -> None:
    file, records = served.home / "vault.key", served.home / "records"
    file.write_text(run(served, "vault", "new-key").stdout + file.read_text())
    old = (records / "signer.json").read_bytes()

    said = run(served, "vault", "rotate-keys", served.home / "evidence", "--keys", keys(served))

    assert (said.returncode, said.stderr) == (0, "")
    assert f"Wrapped the signer of the log in {records} by " in said.stdout
    assert said.stdout.endswith("The keys after it are no longer needed, but for older backups.\n")
    assert (records / "signer.json").read_bytes() != old
    file.write_text(file.read_text().splitlines()[0])
    looked_at = run(served, "check")
    assert (looked_at.returncode, looked_at.stderr) == (0, "")
