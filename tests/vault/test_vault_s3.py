"""A vault in a bucket: the client that installations use, and a server of moto's that speaks S3."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
import s3fs
from moto.server import ThreadedMotoServer

from mips_ia import Refused
from mips_ia.vault.check_store import check
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.places import place
from mips_ia.vault.rotation import rotate
from mips_ia.vault.store import Store, new_store

BUCKET = "evidence-of-a-practice"
MEGABYTE = 1024**2
PART = 5 * MEGABYTE  # the least that S3 takes of an upload in parts
LARGE = bytes(range(256)) * (11 * MEGABYTE // 256) + b"!"


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """A server with one bucket; whatever this process asks of S3 goes there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    told = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.items():
            patch.setenv(name, value)
        patch.setattr(s3fs.S3FileSystem, "default_block_size", PART)
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client
        s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture
def store(s3: Any, tmp_path: Path, ring: Keyring) -> Store:  # noqa: ARG001 - it must be there
    return new_store(place(f"s3://{BUCKET}/{tmp_path.name}"), ring)


def got(store: Store, digest: str) -> bytes:
    return b"".join(store.read(digest))


def refusal(call: object, *arguments: object) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments)  # type: ignore[operator]
    [problem] = refused.value.problems
    return problem.code


@pytest.mark.parametrize("content", [b"", b"a roster", LARGE], ids=["nothing", "little", "in parts"])
def test_what_is_stored_is_read_back_whole_and_once(store: Store, content: bytes) -> None:
    first, second = (store.put(io.BytesIO(content)) for _ in range(2))

    assert (first.known, second.known, second.sha256) == (False, True, first.sha256)
    assert got(store, first.sha256) == content
    assert [*check(store, {first.sha256})] == []
    assert len(store.place.names("bodies")) == 1


def test_what_lies_in_the_bucket_says_nothing_of_what_it_is(store: Store, s3: Any) -> None:
    store.put(io.BytesIO(b"Kim: 30 minutes" * 100))

    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=store.place.address.rpartition("/")[2])
    bodies = [s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in listed["Contents"]]

    assert len(bodies) == 3  # of the vault, of the file's head, of its bytes
    assert not any(b"Kim" in each for each in bodies)


def test_a_bucket_that_is_not_there_is_refused_and_never_made(s3: Any, ring: Keyring) -> None:
    for address in ("s3://evidense-of-a-practice/2026", "s3://evidense-of-a-practice"):
        assert refusal(new_store, place(address), ring) == "vault_bucket"

    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == [BUCKET]


def test_a_second_vault_is_not_made_over_the_first(store: Store) -> None:
    assert refusal(new_store, place(store.place.address), store.ring) == "vault_there_already"


def test_a_file_that_breaks_off_leaves_nothing(store: Store, s3: Any) -> None:
    class BrokenOff(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 2 * PART:
                raise ConnectionError("the browser is gone")
            return super().read(size)

    with pytest.raises(ConnectionError):
        store.put(BrokenOff(LARGE))

    assert [*store.place.names("bodies"), *store.place.names("files")] == []
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)
    assert [*check(store, set())] == []


def test_the_same_bytes_from_several_at_once_are_one_file(store: Store) -> None:
    others = [Store(place(store.place.address), store.ring) for _ in range(4)]
    together = threading.Barrier(len(others))

    def put(other: Store) -> str:
        together.wait()
        return other.put(io.BytesIO(b"minutes")).sha256

    with ThreadPoolExecutor(len(others)) as threads:
        [digest] = {*threads.map(put, others)}

    assert got(store, digest) == b"minutes"
    assert store.place.names("files") == [digest]
    assert [*check(store, {digest})] == []


def test_what_another_machine_put_there_is_seen_at_once(store: Store) -> None:
    other = Store(place(store.place.address), store.ring)
    assert other.place.names("files") == []

    digest = store.put(io.BytesIO(b"a certificate")).sha256

    assert other.place.names("files") == [digest]
    assert got(other, digest) == b"a certificate"


def test_keys_are_changed_without_touching_what_they_wrap(store: Store) -> None:
    digest = store.put(io.BytesIO(b"a training record")).sha256
    [body] = store.place.names("bodies")
    before = store.place.content(f"bodies/{body}")
    new = new_key()

    assert rotate(Store(store.place, Keyring((new, store.ring.current)))) == (1, [])

    assert got(Store(store.place, Keyring((new,))), digest) == b"a training record"
    assert store.place.content(f"bodies/{body}") == before


def test_a_byte_that_changed_in_the_bucket_is_named(store: Store, s3: Any) -> None:
    digest = store.put(io.BytesIO(b"minutes of a meeting")).sha256
    [body] = store.place.names("bodies")
    key = f"{store.place.address.rpartition('/')[2]}/bodies/{body}"
    held = bytearray(store.place.content(f"bodies/{body}"))
    held[-1] ^= 1
    s3.put_object(Bucket=BUCKET, Key=key, Body=bytes(held))

    found = [*check(store, {digest})]

    assert found
    assert any(digest[:8] in str(each) or body[:8] in str(each) for each in found)


def test_keys_that_are_not_let_in_are_told_in_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As S3 says it to whoever has the wrong ones."""

    async def denied(*_: object, **__: object) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", denied)

    with pytest.raises(Refused, match="answered: Access Denied") as refused:
        store.put(io.BytesIO(b"minutes"))
    assert [each.code for each in refused.value.problems] == ["vault_trouble"]
