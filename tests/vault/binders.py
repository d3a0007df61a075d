"""An installation with evidence of two activities, and the binder that is made of it."""

import hashlib
import io
import random
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import authority

from mips_ia.vault.binder.contents import Contents, Document, Page
from mips_ia.vault.binder.names import Names
from mips_ia.vault.binder.records import Sealed, records_page
from mips_ia.vault.binder.seal import Seal
from mips_ia.vault.binder.verified import Libraries
from mips_ia.vault.binder.writing import Written, write_binder
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.log import new_log, opened_log
from mips_ia.vault.store import Store, new_store
from mips_ia.vault.timestamps import Stamps, authorities
from mips_ia.vault.verifier.container import Entry, central_header, ending, local_header
from mips_ia.vault.verifier.judged import Judgement, Own, judged
from mips_ia.vault.verifier.manifest import RECORDS, SUMS
from mips_ia.vault.verifier.zipped import Zip

SIZES = {"Minutes of March": 300_000, "Roster.csv": 50, "Screen shot": 600_000, "Nothing yet": 0}
SIGNED = (
    r'{"activity": "IA_BE_4", "statement": "I took part \u2013 \"myself\".", "typed_name": "Dana  Invented"}'
)
MADE = ("binder.pdf", "score.json", "ledger.csv", "roster.csv", RECORDS)
with zipfile.ZipFile(Path(__file__).parents[2] / "samples/binder.zip") as _sample:  # which the portal made
    PAGES = tuple(Page(path, _sample.read(path)) for path in MADE if path != RECORDS)


@dataclass(frozen=True)
class Installation:
    """A vault with its log, and what a binder of it holds."""

    root: Path
    store: Store
    seal: Seal
    contents: Contents

    def binder(self, name: str = "binder.zip") -> Written:
        return write_binder(self.root / name, self.contents, self.store, self.seal)


def installed(root: Path, stampers: Path | None = None) -> Installation:
    """Four files, each received by a leaf, other leaves between them, and three checkpoints, one stamped."""
    ring = Keyring((new_key(),))
    store = new_store(Folder(root / "evidence"), ring)
    signer = new_log(Folder(root / "log"), "example.org/log", ring.current)
    log = opened_log(Folder(root / "log"))
    trusted = authorities((stampers / "ca.pem").read_bytes(), "ca.pem") if stampers else []
    stamps, chance, names, documents = Stamps(Folder(root / "log"), trusted), random.Random(1), Names(), []
    for number, (title, size) in enumerate(SIZES.items()):
        digest = store.put(io.BytesIO(chance.randbytes(size))).sha256
        leaf = log.add({"kind": "receipt", "sha256": digest, "title": title})
        path = names.path(f"files/IA_BE_{4 + number % 2}", title)
        documents.append(Document(path, digest, {"title": title}, leaf))
        log.add({"kind": "of another practice", "number": number})
        if number in (1, 2):
            stamps.want(log.checkpoint(signer).size)
    if stampers:
        with authority.answering(stampers) as url:
            assert stamps.ask(url, now=0) == []
    signed = log.add(
        {"kind": "signature", "record": 3, "digest": hashlib.sha256(SIGNED.encode()).hexdigest()}
    )
    pages = (*PAGES, records_page([Sealed("signature", 3, signed, SIGNED)]))
    about = {"title": "Evidence of an invented practice"}
    return Installation(
        root, store, Seal(log, signer, stamps), Contents(about, tuple(documents), pages, (signed,))
    )


def files_of(binder: bytes) -> dict[str, bytes]:
    """The files of a binder by their paths."""
    found = Zip(io.BytesIO(binder))
    return {path: b"".join(found.pieces(path, 1 << 20)) for path in found.paths()}


def packed(files: Mapping[str, bytes], *, honest: bool = True) -> bytes:
    """A ZIP of these files as a binder's is written; with sums that fit, where it is honest."""
    files = dict(files)
    if honest:
        sums = {path: hashlib.sha256(text).hexdigest() for path, text in files.items() if path != SUMS}
        files[SUMS] = "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode()
    body, listed = b"", b""
    for path, text in files.items():
        entry = Entry(path, len(text), zlib.crc32(text), len(body))
        body += local_header(entry) + text
        listed += central_header(entry)
    return body + listed + ending(len(files), len(body), len(listed))


def with_records(made: Installation, *records: Sealed) -> Installation:
    """The same installation, whose next binder has other records: each digest fits, and so does each sum."""
    pages = (*PAGES, records_page(records))
    return replace(made, contents=replace(made.contents, pages=pages))


def judgement(binder: bytes, own: Own | None = None) -> Judgement:
    """What our own verifier says of a ZIP."""
    return judged(Zip(io.BytesIO(binder)), Libraries(), own or Own())


def flipped(text: bytes, place: int, by: int = 1) -> bytes:
    """The same bytes but one."""
    return text[:place] + bytes([text[place] ^ by]) + text[place + 1 :]
