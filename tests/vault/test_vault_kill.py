"""A process that is killed at any step: nothing acknowledged is lost, nothing half-stored is seen."""

import io
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mips_ia.problems import Problem
from mips_ia.vault.check_log import check_log
from mips_ia.vault.check_store import check, leftovers
from mips_ia.vault.chunks import CHUNK
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.log import Log, opened_log
from mips_ia.vault.rotation import rotate
from mips_ia.vault.signer import Signer
from mips_ia.vault.store import Store

STEPS = ("open", "write", "fsync", "replace", "unlink", "truncate", "ftruncate", "close")
CONTENT = bytes(CHUNK) + b"the last of it"
NEVER = 10.0**12  # a moment that does not come
Action = Callable[[], object]


def killed(action: Action, at: int, when: str) -> bool:
    """Run an action in a process that is killed before, in or after its so-many-th call of the system.

    Whether it came to its end, which it acknowledges, before that call.
    """
    read, write = os.pipe()
    acknowledge = os.write
    child = os.fork()
    if child == 0:
        _mortal(at, when)
        try:
            action()
            acknowledge(write, b"done")
        finally:
            os._exit(0)
    os.close(write)
    _, status = os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        done = pipe.read() == b"done"
    assert done is not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)
    return done


def _mortal(at: int, when: str) -> None:
    """From now on the calls of the system are counted, and one is the last; of a write perhaps its half."""
    left = [at]

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: Any, **named: object) -> object:
            left[0] -= 1
            if left[0] == 0 and when == "in":
                real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            answer = real(*arguments, **named) if left[0] or when == "after" else None
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return call

    for name in ("write",) if when == "in" else STEPS:
        setattr(os, name, counted(getattr(os, name)))


def every_step(action: Action, ways: Sequence[str] = ("before", "in", "after")) -> Iterator[bool]:
    """The action, killed at each of its steps in each way, until it comes to its end: whether it did."""
    for when in ways:
        at = 0
        done = False
        while not done:
            at += 1
            done = killed(action, at, when)
            yield done
        assert at > (1 if when == "in" else 5)


def errors(found: Iterator[Problem]) -> set[str]:
    return {problem.code for problem in found if problem.severity == "error"}


def test_an_upload(store: Store, tmp_path: Path) -> None:
    kept = store.put(io.BytesIO(b"a roster"))
    new = store.put(io.BytesIO(CONTENT)).sha256
    store.forget(new)

    for done in every_step(lambda: store.put(io.BytesIO(CONTENT))):
        seen = Store(Folder(tmp_path / "evidence"), store.ring)
        assert b"".join(seen.read(kept.sha256)) == b"a roster"
        assert {kept.sha256} <= {*seen.digests()} <= {kept.sha256, new}
        if done or new in seen.digests():
            assert b"".join(seen.read(new)) == CONTENT
        assert errors(check(seen)) <= {"unused_body"}
        for name in leftovers(seen, seen.digests(), NEVER):
            seen.place.remove(name)
        assert [*check(seen)] == []
        if new in seen.digests():
            assert seen.put(io.BytesIO(CONTENT)).known
            seen.forget(new)


def test_the_mending_of_a_damaged_file(store: Store) -> None:
    digest = store.put(io.BytesIO(CONTENT)).sha256

    def damaged() -> None:
        store.place.put(f"files/{digest}", b"nothing that it was")

    damaged()
    for done in every_step(lambda: store.put(io.BytesIO(CONTENT))):
        assert not done or b"".join(store.read(digest)) == CONTENT
        assert errors(check(store)) <= {"unused_body", "damaged_header"}
        damaged()


def test_a_rotation(store: Store) -> None:
    digests = [store.put(io.BytesIO(bytes([each]))).sha256 for each in range(3)]
    rings = [Keyring((new_key(), store.ring.current))]

    for done in every_step(lambda: rotate(Store(store.place, rings[-1]))):
        seen = Store(store.place, rings[-1])
        assert [b"".join(seen.read(digest)) for digest in digests] == [bytes([each]) for each in range(3)]
        assert errors(check(seen)) == set()
        if done:
            assert seen.key_ids() == [rings[-1].current.id]
            rings.append(Keyring((new_key(), rings[-1].current)))
    assert len(rings) == 4


def test_a_file_that_is_forgotten(store: Store) -> None:
    kept = store.put(io.BytesIO(b"a roster"))
    digest = store.put(io.BytesIO(CONTENT)).sha256

    for done in every_step(lambda: store.forget(digest), ("before", "after")):
        assert b"".join(store.read(kept.sha256)) == b"a roster"
        gone = digest not in store.digests()
        assert gone or not done
        assert errors(check(store)) <= {"unused_body"}
        if gone:
            store.put(io.BytesIO(CONTENT))


def test_a_leaf(log: Log, folder: Folder, ring: Keyring) -> None:
    log.add({"number": 0})

    for done in every_step(lambda: opened_log(folder).add({"number": 1})):
        leaves = [*opened_log(folder).leaves.read()]
        assert leaves[0] == b'{"number":0}'
        assert {*leaves[1:]} <= {b'{"number":1}'}
        assert not done or len(leaves) > 1
        assert errors(check_log(folder, ring)) <= {"unfinished_leaf"}
        opened_log(folder).add({"number": 1})
        assert errors(check_log(folder, ring)) == set()


def test_a_checkpoint(log: Log, folder: Folder, signer: Signer, ring: Keyring) -> None:
    for done in every_step(lambda: log.checkpoint(signer)):
        assert errors(check_log(folder, ring)) == set()
        size = len(log.hashes())
        if done:
            assert log.checkpoints.sizes()[-1] == size
        if size in log.checkpoints.sizes():
            log.add({"number": size})
