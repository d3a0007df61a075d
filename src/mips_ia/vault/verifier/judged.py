"""The judgement of a binder: all that does not hold, what holds, and what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from mips_ia.vault.verifier.content import NAMED, Source, differences, misplaced, strays, sums, text_of
from mips_ia.vault.verifier.faults import ANOTHER_COPY, Fault, changed, few, numbered, sha256
from mips_ia.vault.verifier.manifest import (
    AUTHORITIES,
    CHECKPOINT,
    CONSISTENCY,
    INCLUSION,
    LEAVES,
    MANIFEST,
    MOST_CHECKPOINTS,
    PUBLIC,
    RECORDS,
    STAMP,
    Manifest,
    manifest_of,
)
from mips_ia.vault.verifier.openssl import Answer
from mips_ia.vault.verifier.proven import Leaf, included, leaves_of, logged, only_grown
from mips_ia.vault.verifier.records import differing, records_of
from mips_ia.vault.verifier.signed import Checkpoint, checkpoint_in, public_pem


class Checks(Protocol):
    """Who checks signatures and time stamps."""

    def signature(self, public: bytes, signed: bytes, signature: bytes) -> Answer:
        """Whether a key signed a text."""

    def stamp(self, stamp: bytes, stamped: bytes, authorities: bytes) -> Answer:
        """Whether a time stamp is of a text, by one of these authorities; and its time."""


class Own(NamedTuple):
    """What the person who verifies has from elsewhere: the public key and the authority's certificates."""

    public: bytes | None = None
    authorities: bytes | None = None


@dataclass
class Judgement:
    """What came out. A binder is whole where there is no fault."""

    faults: list[Fault] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


def judged(source: Source, checks: Checks, own: Own) -> Judgement:
    """All that can be said of a binder; a fault in one place does not hide those in another."""
    judgement = Judgement()
    try:
        manifest = manifest_of(text_of(source, MANIFEST))
    except ValueError as error:
        judgement.faults += source.faults
        judgement.faults.append(
            changed(MANIFEST, f"this cannot be read, and nothing can be said without it: {error}.")
        )
        return judgement
    _files(source, manifest, judgement)
    checkpoints = _checkpoints(source, manifest, judgement)
    leaves = _proofs(source, manifest, checkpoints, judgement)
    _records(source, manifest, leaves, judgement)
    _signatures(manifest, checkpoints, checks, own, judgement)
    _stamps(source, checkpoints, checks, own, judgement)
    _say(judgement, source.faults, "")
    judgement.faults += few(source.afterwards())
    return judgement


def _say(judgement: Judgement, found: list[Fault], holds: str) -> None:
    """Faults, or the sentence that holds where there are none."""
    judgement.faults.extend(found)
    if holds and not found:
        judgement.holds.append(holds)


def _files(source: Source, manifest: Manifest, judgement: Judgement) -> None:
    total = sum(file.size for file in manifest.files)
    said = f"{numbered(len(manifest.files), 'file')}, {numbered(total, 'byte')}"
    _say(judgement, few(strays(source, manifest)), "no file is missing and none was added")
    _say(judgement, few(misplaced(source, manifest)), "")
    _say(judgement, few(differences(source, manifest)), f"every file is as the manifest says: {said}")
    _say(judgement, few(sums(source, manifest)), "SHA256SUMS says the same")


def _checkpoints(source: Source, manifest: Manifest, judgement: Judgement) -> dict[int, Checkpoint]:
    """The checkpoints by their sizes, as far as they can be read."""
    found: dict[int, Checkpoint] = {}
    faults = []
    paths = sorted(path for path in source.paths() if CHECKPOINT.fullmatch(path))
    for path in paths[:MOST_CHECKPOINTS]:
        size = int(path[-12:])
        try:
            found[size] = checkpoint_in(text_of(source, path), size, manifest.origin, manifest.public)
        except ValueError as error:
            faults.append(changed(path, f"this is no checkpoint as it was signed: {error}."))
    if len(paths) > MOST_CHECKPOINTS:
        faults.append(changed(paths[-1], f"there are more than {MOST_CHECKPOINTS} checkpoints."))
    if not found and not faults:
        what = "no checkpoint of the log is here, so that nothing shows that the manifest was logged."
        faults.append(Fault("missing_from_binder", "proofs/checkpoints", what, ANOTHER_COPY))
    pem = _text(source, PUBLIC, judgement)
    if pem and pem != public_pem(manifest.public):
        faults.append(changed(PUBLIC, f"this is another key than {MANIFEST} names."))
    _say(judgement, faults, "")
    return found


def _proofs(
    source: Source, manifest: Manifest, checkpoints: dict[int, Checkpoint], judgement: Judgement
) -> dict[int, Leaf]:
    """The leaves by their numbers, as far as they can be read."""
    leaves, faults = leaves_of(_text(source, LEAVES, judgement))
    faults += few(logged(manifest, leaves))
    if checkpoints:
        last = checkpoints[max(checkpoints)]
        faults += few(
            included(_text(source, INCLUSION, judgement).decode("latin-1"), leaves, last.size, last.root)
        )
        roots = {size: each.root for size, each in checkpoints.items()}
        faults += few(only_grown(_text(source, CONSISTENCY, judgement).decode("latin-1"), roots))
        of = f"{numbered(len(leaves), 'line')} of the log, the manifest's among them"
        _say(judgement, faults, f"{of}, are in the log of size {last.size}, which only grew")
    else:
        _say(judgement, faults, "")
    return leaves


def _records(source: Source, manifest: Manifest, leaves: dict[int, Leaf], judgement: Judgement) -> None:
    """The sealed records, where the binder has any."""
    if RECORDS not in {file.path for file in manifest.files} & set(source.paths()):
        return
    try:
        records = records_of(text_of(source, RECORDS))
    except ValueError as error:
        judgement.faults.append(changed(RECORDS, f"this cannot be read: {error}."))
        return
    alone = [each.name for each in records if each.leaf is None]
    said = f"{numbered(len(records) - len(alone), 'record')} of {RECORDS}, each as its line of the log has it"
    _say(judgement, few(differing(records, leaves)), said)
    if alone:
        more = ", ..." if len(alone) > NAMED else ""
        of = f"{numbered(len(alone), 'record')} of which no line of the log tells"
        judgement.unchecked.append(f"{of}: {', '.join(alone[:NAMED])}{more}")


def _text(source: Source, path: str, judgement: Judgement) -> bytes:
    """A file of the proofs; one that is missing was named already."""
    try:
        return text_of(source, path)
    except ValueError as error:
        if path in source.paths():
            judgement.faults.append(changed(path, f"this cannot be read: {error}."))
        return b""


def _signatures(
    manifest: Manifest, checkpoints: dict[int, Checkpoint], checks: Checks, own: Own, judgement: Judgement
) -> None:
    faults, unchecked, good = [], "", 0
    for size, each in sorted(checkpoints.items()):
        answer = checks.signature(manifest.public, each.signed, each.signature)
        good += answer.holds is True
        if answer.holds is None:
            unchecked = f"the signatures of the checkpoints: {answer.said}"
        elif not answer.holds:
            faults.append(
                Fault("bad_signature", f"proofs/checkpoints/{size:012}", f"{answer.said}.", ANOTHER_COPY)
            )
    _say(judgement, faults, "")
    if good:
        judgement.holds.append(
            f"{numbered(good, 'checkpoint')} of the log {manifest.origin} signed by its key"
        )
    judgement.unchecked += [unchecked] if unchecked else []
    pem = public_pem(manifest.public)
    if own.public is None:
        said = f"compare it with a copy from elsewhere (its SHA-256: {sha256(pem)})"
        judgement.unchecked.append(f"whether {PUBLIC} is the practice's: {said}")
    elif own.public != pem:
        what = f"the log of this binder has another key than yours. Its key's SHA-256 is {sha256(pem)}."
        fix = "Do not rely on this binder until the practice says which key is its own."
        judgement.faults.append(Fault("other_key", PUBLIC, what, fix))
    else:
        judgement.holds.append("the public key is the one that you have")


def _stamps(
    source: Source, checkpoints: dict[int, Checkpoint], checks: Checks, own: Own, judgement: Judgement
) -> None:
    found = sorted(path for path in source.paths() if STAMP.fullmatch(path))
    authorities = own.authorities
    if authorities is None and AUTHORITIES in source.paths():
        authorities = _text(source, AUTHORITIES, judgement)
        said = (
            f"whether {AUTHORITIES} is of an authority that you trust: compare it with a copy from elsewhere"
        )
        judgement.unchecked += [said] if found else []
    if not found:
        judgement.unchecked.append("when the log was seen: there is no time stamp here")
    for path in found:
        size = int(path[-16:-4])
        if size not in checkpoints:
            what = "this time stamp is of a checkpoint that is not here or was changed."
            judgement.faults.append(Fault("bad_stamp", path, what, ANOTHER_COPY))
        elif authorities is None:
            judgement.unchecked.append(
                f"{path}: no certificates of its authority are here; give --authorities"
            )
        else:
            checkpoint = _text(source, f"proofs/checkpoints/{size:012}", judgement)
            answer = checks.stamp(_text(source, path, judgement), checkpoint, authorities)
            _stamp(path, size, answer, judgement)


def _stamp(path: str, size: int, answer: Answer, judgement: Judgement) -> None:
    if answer.holds:
        judgement.holds.append(f"the log of size {size} was there at {answer.said}, by a time stamp")
    elif answer.holds is None:
        judgement.unchecked.append(f"{path}: {answer.said}")
    else:
        what = f"this is no good time stamp of its checkpoint: {answer.said}."
        judgement.faults.append(Fault("bad_stamp", path, what, ANOTHER_COPY))
