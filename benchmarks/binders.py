# ruff: noqa: INP001 - beside the script that uses it
"""What a binder of 1,000 files and 1 GB costs, against `zip -0` and `sha256sum` over the same plain files."""

import json
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from timing import Line, medians

from memory import highest
from mips_ia.vault.binder.contents import Contents, Document
from mips_ia.vault.binder.seal import Seal
from mips_ia.vault.binder.verified import verified
from mips_ia.vault.binder.writing import write_binder
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import keyring, new_key_file
from mips_ia.vault.log import new_log, opened_log
from mips_ia.vault.signer import signer
from mips_ia.vault.store import Store, new_store
from mips_ia.vault.verifier.judged import Own

FILES, BYTES = 1_000, 1_000_000_000
MOST = 400  # MB of memory


def binders() -> Iterator[Line]:
    """A binder written from an encrypted vault, as a whole process, by turns with the plain tools."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        _fill(root)
        peaks: list[float] = []
        ours, plain = medians(_ours(root, peaks), _plain(root), rounds=3)
        name = "zip -0 + sha256sum" if shutil.which("zip") else "Python's zipfile, stored + sha256sum"
        measured, goal = f"{ours:.1f} s, {plain / ours:.2f} of the speed", "at least 0.33"
        yield Line(f"(h) a binder of 1,000 files, 1 GB : {name}", measured, goal, plain / ours >= 1 / 3)
        yield Line("(h) the most memory of it", f"{max(peaks):.0f} MB", f"under {MOST} MB", max(peaks) < MOST)
        begun = perf_counter()
        if verified(root / "binder.zip", Own()).faults:
            raise AssertionError("the binder is not whole")
        yield Line("(h) `mips-ia verify` of it", f"{perf_counter() - begun:.1f} s")
        (root / "binder.zip").unlink()
        yield from _of_portal(root, name)


def _of_portal(root: Path, name: str) -> Iterator[Line]:
    """The same files as evidence of a portal, which makes the binder its own way."""
    from binders_of_portal import Portal  # noqa: PLC0415 - the process that only writes needs none of it

    portal = Portal(root)
    ours, plain = medians(portal.making(), _plain(root), rounds=3)
    if verified(root / "portal.zip", Own()).faults:
        raise AssertionError("the portal's binder is not whole")
    measured = f"{ours:.1f} s, {plain / ours:.2f} of the speed"
    yield Line(f"(h) the portal's binder of them : {name}", measured, "at least 0.33", plain / ours >= 1 / 3)
    own, child = (max(each) for each in zip(*portal.peaks, strict=True))
    measured = f"{own:.0f} MB, and {child:.0f} MB for its PDF"
    yield Line("(h) the most memory of that", measured, f"under {MOST} MB", own + child < MOST)


def _fill(root: Path) -> None:
    """The plain files, of sizes at random, and the same in a vault, each received by a leaf of its log."""
    chance = random.Random(1)  # noqa: S311 - no secret
    cuts = sorted(chance.randrange(BYTES) for _ in range(FILES - 1))
    new_key_file(root / "key")
    ring = keyring(f"file:{root / 'key'}")
    store, folder = new_store(Folder(root / "evidence"), ring), Folder(root / "log")
    new_log(folder, "example.org/log", ring.current)
    log, leaves = opened_log(folder), []
    (root / "plain").mkdir()
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, BYTES], strict=True)):
        path = root / "plain" / f"{number:04}.bin"
        path.write_bytes(chance.randbytes(end - start))
        with path.open("rb") as file:
            digest = store.put(file).sha256
        leaves.append([path.name, digest, log.add({"kind": "receipt", "sha256": digest})])
    (root / "documents.json").write_text(json.dumps(leaves))


def _write(root: Path) -> None:
    """The binder of what was filled; prints the most memory that the process had, in MB."""
    ring, folder = keyring(f"file:{root / 'key'}"), Folder(root / "log")
    named = json.loads((root / "documents.json").read_text())
    documents = tuple(Document(f"files/{name}", digest, {}, leaf) for name, digest, leaf in named)
    seal = Seal(opened_log(folder), signer(folder, ring))
    write_binder(root / "binder.zip", Contents({}, documents), Store(Folder(root / "evidence"), ring), seal)
    print(highest())  # noqa: T201 - the answer


def _ours(root: Path, peaks: list[float]) -> Callable[[], float]:
    def measured() -> float:
        (root / "binder.zip").unlink(missing_ok=True)
        begun = perf_counter()
        command = [sys.executable, __file__, str(root)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
        taken = perf_counter() - begun
        peaks.append(float(done.stdout))
        return taken

    return measured


def _plain(root: Path) -> Callable[[], float]:
    """Seconds of `zip -0` and of `sha256sum` over the plain files; where there is no zip, of Python's."""
    target, names = root / "plain.zip", sorted(path.name for path in (root / "plain").iterdir())

    def measured() -> float:
        target.unlink(missing_ok=True)
        begun = perf_counter()
        if zip_ := shutil.which("zip"):
            subprocess.run([zip_, "-0", "-q", "-r", str(target), "plain"], check=True, cwd=root)  # noqa: S603
        else:
            with zipfile.ZipFile(target, "w") as zipped:
                for name in names:
                    zipped.write(root / "plain" / name, name)
        with (root / "SHA256SUMS").open("w") as sums:
            subprocess.run(["sha256sum", *names], check=True, cwd=root / "plain", stdout=sums)  # noqa: S603, S607
        return perf_counter() - begun

    return measured


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
