"""What goes into a binder, as its maker says it: documents of a vault, pages, and leaves of a log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mips_ia.problems import Problem, Refused
from mips_ia.vault.faults import bad_path
from mips_ia.vault.verifier.container import doubled, is_path
from mips_ia.vault.verifier.manifest import MANIFEST, PROOFS, SUMS

VERIFY, VERIFIER = "VERIFY.md", "verify.py"


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the vault under a plain path. `leaf` is the number of the leaf that received it.

    `about` is what the manifest says of it: text, whole numbers, lists and objects.
    """

    path: str
    sha256: str
    about: Mapping[str, Any] = field(default_factory=dict)
    leaf: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A file that is made for the binder, such as its PDF, its score or its ledger."""

    path: str
    content: bytes
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a binder holds. `leaves` are the numbers of further leaves that concern it."""

    about: Mapping[str, Any]
    documents: tuple[Document, ...] = ()
    pages: tuple[Page, ...] = ()
    leaves: tuple[int, ...] = ()

    def named_leaves(self) -> list[int]:
        """The numbers of all leaves that it names, in order."""
        return sorted({*self.leaves, *(each.leaf for each in self.documents if each.leaf is not None)})


def refuse_bad_paths(contents: Contents) -> None:
    """Refuse paths that cannot be unpacked everywhere, stand twice, or are the binder's own."""
    if problems := [*_bad(contents)]:
        raise Refused(problems)


def _bad(contents: Contents) -> Iterator[Problem]:
    paths = [page.path for page in contents.pages] + [each.path for each in contents.documents]
    own = [MANIFEST, SUMS, VERIFY, VERIFIER]
    for path in paths:
        if not is_path(path):
            yield bad_path(path, "it has signs, a length or a name that cannot be unpacked everywhere")
        elif path.lower().startswith(PROOFS):
            yield bad_path(path, f"{PROOFS} is the binder's own")
    for path in doubled([*own, *paths]):
        yield bad_path(path, "another file has it, or differs only by large and small letters")
