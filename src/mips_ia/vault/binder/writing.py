"""A binder is written: in one pass, in bounded memory, whole or not at all."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mips_ia.problems import Problem, Refused
from mips_ia.vault.binder.contents import VERIFIER, VERIFY, Contents, Document, Page, refuse_bad_paths
from mips_ia.vault.binder.part import part
from mips_ia.vault.binder.seal import Seal
from mips_ia.vault.binder.standalone import verifier
from mips_ia.vault.binder.veil import Veil
from mips_ia.vault.binder.zipping import Hashed, Zipping
from mips_ia.vault.canonical import canonical
from mips_ia.vault.chunks import CHUNK
from mips_ia.vault.faults import asked, binder_too_large, damaged_file
from mips_ia.vault.merkle import leaf_hash
from mips_ia.vault.store import Store
from mips_ia.vault.verifier.manifest import FORMAT, MANIFEST, MOST, SUMS

# What is wrong with one file of the vault, so that the others are looked at too before it is said.
OF_ONE_FILE = {"damaged_file", "damaged_header", "unknown_digest"}
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Written:
    """A binder that is there: the SHA-256 of its manifest, and the leaf of the log that has it."""

    path: Path
    size: int
    manifest: str
    leaf: int


def write_binder(
    target: Path,
    contents: Contents,
    store: Store,
    seal: Seal,
    progress: Progress = lambda _done, _all: None,
    veil: Veil | None = None,
) -> Written:
    """Write a binder, and say how many bytes of how many are done, again and again.

    Refused, and nothing of it kept, where a file is missing or damaged, naming each, or the disk says no.
    A binder of that name which is there already is replaced when the new one is whole. With a veil it is no
    ZIP to anybody who has only the file.
    """
    refuse_bad_paths(contents)
    leaves = seal.leaves(contents.named_leaves())
    sizes = _sizes(contents.documents, store)
    with part(target, veil) as draft:
        zipping, sums = Zipping(draft), dict[str, str]()
        pages = (Page(VERIFY, how_to_verify()), Page(VERIFIER, verifier()), *contents.pages)
        total = sum(sizes) + sum(len(page.content) for page in pages)
        told = _Told(progress, total)
        files = [_page(page, zipping, told) for page in pages]
        files += _documents(contents.documents, sizes, store, zipping, told)
        sums |= {each["path"]: each["sha256"] for each in files}
        manifest = _manifest(contents.about, files, leaves, seal)
        digest = hashlib.sha256(manifest).hexdigest()
        index = seal.logged(digest)
        leaves |= seal.leaves([index])
        beside = [(MANIFEST, manifest), *seal.proofs(dict(sorted(leaves.items())))]
        sums |= {path: _add(zipping, path, text) for path, text in beside}
        _add(zipping, SUMS, "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode())
        zipping.close()
    return Written(target, draft.size, digest, index)


def how_to_verify() -> bytes:
    """The text of VERIFY.md."""
    return (Path(__file__).parents[1] / "verifier" / VERIFY).read_bytes()


class _Told:
    """Bytes that pass, counted."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def passing(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            yield piece
            self._done += len(piece)
            self._progress(self._done, self._total)


def _sizes(documents: Iterable[Document], store: Store) -> list[int]:
    """The sizes of the documents; refused where the vault does not have one of them."""
    sizes, problems = list[int](), list[Problem]()
    for each in documents:
        header, lacking = asked(store.header, each.sha256)
        sizes.append(header.size if header else 0)
        problems += _of_document(lacking, each)
    if problems:
        raise Refused(problems)
    return sizes


def _documents(
    documents: Iterable[Document], sizes: Iterable[int], store: Store, zipping: Zipping, told: _Told
) -> list[dict[str, Any]]:
    """What the manifest says of each document, which was written; refused when all were read."""
    files, problems = list[dict[str, Any]](), list[Problem]()
    for each, size in zip(documents, sizes, strict=True):
        hashed, damage = asked(_document, each, size, store, zipping, told)
        problems += _of_document(damage, each)
        if hashed:
            files.append(_file(each.path, hashed, each.about, each.leaf))
    if problems:
        raise Refused(problems)
    return files


def _document(each: Document, size: int, store: Store, zipping: Zipping, told: _Told) -> Hashed:
    hashed = zipping.add(each.path, size, told.passing(store.read(each.sha256)))
    if hashed.sha256 != each.sha256:
        raise damaged_file(store.place.address, f"its bytes have the SHA-256 {hashed.sha256}")
    return hashed


def _of_document(problems: Iterable[Problem], each: Document) -> Iterator[Problem]:
    """The same problems with the document's path; raised at once where they are not of this file alone."""
    found = [*problems]
    if any(problem.code not in OF_ONE_FILE for problem in found):
        raise Refused(found)
    yield from (replace(problem, where=f"{each.path}, {problem.where}") for problem in found)


def _page(page: Page, zipping: Zipping, told: _Told) -> dict[str, Any]:
    _refuse_long(page.path, page.content)
    hashed = zipping.add(page.path, len(page.content), told.passing([page.content]))
    return _file(page.path, hashed, page.about, None)


def _file(path: str, hashed: Hashed, about: Mapping[str, Any], leaf: int | None) -> dict[str, Any]:
    return {
        "path": path,
        "size": hashed.size,
        "sha256": hashed.sha256,
        "chunks": hashed.chunks,
        "leaf": leaf,
        "about": dict(about),
    }


def _manifest(
    about: Mapping[str, Any], files: list[dict[str, Any]], leaves: Mapping[int, bytes], seal: Seal
) -> bytes:
    """The manifest's one line."""
    named = [{"index": index, "sha256": leaf_hash(leaf).hex()} for index, leaf in leaves.items()]
    log = {"origin": seal.signer.origin, "public": seal.signer.public.public_bytes_raw().hex()}
    found = {
        "format": FORMAT,
        "chunk": CHUNK,
        "about": dict(about),
        "files": files,
        "leaves": named,
        "log": log,
    }
    text = canonical(found) + b"\n"
    if len(text) > MOST[MANIFEST]:
        raise binder_too_large(MANIFEST, MOST[MANIFEST])
    return text


def _add(zipping: Zipping, path: str, text: bytes) -> str:
    """Add a file that the manifest does not name; its SHA-256."""
    _refuse_long(path, text)
    return zipping.add(path, len(text), [text]).sha256


def _refuse_long(path: str, text: bytes) -> None:
    """Refuse what no verifier would read."""
    most = MOST.get(path, len(text))
    if len(text) > most:
        raise binder_too_large(path, most)
