"""What is bounded: the memory of who writes a binder, and what a hostile one costs who verifies it."""

import io
import json
import os
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from binders import files_of, installed, judgement, packed

from mips_ia.vault.binder.standalone import verifier
from mips_ia.vault.binder.verified import Libraries
from mips_ia.vault.verifier.container import Entry, central_header, ending
from mips_ia.vault.verifier.judged import Own, judged
from mips_ia.vault.verifier.manifest import INCLUSION, LEAVES, MANIFEST, RECORDS, SUMS
from mips_ia.vault.verifier.strict import parsed
from mips_ia.vault.verifier.unpacked import Unpacked
from pace import soon

MB = 1_000_000
# A process that may have 64 MB more than it has when all is imported writes a binder of 300 MB.
WRITE = """
import json, resource, sys
from pathlib import Path
from mips_ia.vault.binder.contents import Contents, Document
from mips_ia.vault.binder.seal import Seal
from mips_ia.vault.binder.writing import write_binder
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, new_key
from mips_ia.vault.log import new_log, opened_log
from mips_ia.vault.store import new_store

root, ring = Path(sys.argv[1]), Keyring((new_key(),))
store, folder = new_store(Folder(root / "evidence"), ring), Folder(root / "log")
signer = new_log(folder, "example.org/log", ring.current)

class Zeros:
    left = 300_000_000
    def read(self, size):
        piece = bytes(min(size, self.left))
        self.left -= len(piece)
        return piece

digest = store.put(Zeros()).sha256
contents = Contents({}, (Document("files/large.bin", digest),))
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + 64_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
print(write_binder(root / "binder.zip", contents, store, Seal(opened_log(folder), signer)).size)
"""


@pytest.fixture(scope="module")
def binder(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return installed(tmp_path_factory.mktemp("installation")).binder().path.read_bytes()


@pytest.fixture
def watched() -> Iterator[None]:
    """What is done takes less than 10 seconds of the processor."""
    with soon(10):
        yield


def small() -> None:
    """From now on the process has no more than 500 MB."""
    resource.setrlimit(resource.RLIMIT_AS, (500 * MB, 500 * MB))


def codes(binder: bytes) -> set[str]:
    return {fault.code for fault in judgement(binder).faults}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says how large a process is")
def test_memory_stays_small_whatever_the_size_of_a_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITE, str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert 300 * MB < int(done.stdout) < 301 * MB


# ---- ZIPs that mean harm

NAMES = [
    "../../etc/passwd", "/etc/passwd", "C:\\windows\\win.ini", "files/../../up", "files//two", "files/./one",
    "", "con", "files/aux.txt", "files/a\0b", "files/\u202egnp.exe", "x" * 60_000, "-rf", "files/\x1b[2J",
    "files/.htaccess",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_that_leads_elsewhere_is_named_and_nothing_is_written(
    binder: bytes, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stream = io.BytesIO(binder)
    with zipfile.ZipFile(stream, "a") as zipped:
        zipped.writestr(zipfile.ZipInfo(name), b"something")

    found = judgement(stream.getvalue()).faults

    assert {"changed_zip", "not_of_binder"} & {fault.code for fault in found}
    assert all("\x1b" not in str(fault) and "\0" not in str(fault) for fault in found)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_stands_twice_is_named(binder: bytes) -> None:
    stream = io.BytesIO(binder)
    with zipfile.ZipFile(stream, "a") as zipped, pytest.warns(UserWarning, match="Duplicate name"):
        zipped.writestr("binder.pdf", b"another")

    said = [str(fault) for fault in judgement(stream.getvalue()).faults]

    assert any(each.startswith("the ZIP: the name 'binder.pdf' stands twice in it.") for each in said)


def test_a_zip_that_another_program_packed_again_is_not_whole_and_says_what_to_do(binder: bytes) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, text in files_of(binder).items():
            zipped.writestr(path, text)

    said = " ".join(str(fault) for fault in judgement(stream.getvalue()).faults)

    assert "If somebody packed it again, unpack it and run verify.py in its folder." in said


def test_a_bomb_is_not_unpacked(watched: None) -> None:
    del watched
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(MANIFEST, bytes(200 * MB))

    assert "changed_zip" in codes(stream.getvalue())


def test_sizes_that_no_file_has_are_not_believed(binder: bytes, watched: None) -> None:
    del watched
    start = binder.rindex(b"PK\1\2")
    for size in (0, 1, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF):
        said = binder[: start + 20] + struct.pack("<2L", size, size) + binder[start + 28 :]
        assert "changed_zip" in codes(said), size


def test_sizes_that_add_up_to_more_than_any_number_are_not_believed(watched: None) -> None:
    del watched
    entries = [Entry(f"files/{number}", 2**64 - 1, 0, 0) for number in range(4)]
    listed = b"".join(central_header(entry) for entry in entries)

    assert "changed_zip" in codes(listed + ending(4, 0, len(listed)))


@pytest.mark.parametrize(
    "change",
    [
        {"chunk": 2**40},
        {"chunk": 0},
        {"chunk": True},
        {"format": "mips-ia binder 2"},
        {"files": [{}]},
        {"files": "none"},
        {"leaves": [{"index": 3, "sha256": "0" * 64}, {"index": 3, "sha256": "0" * 64}]},
        {"log": {"origin": "a\x1b[2J", "public": "0" * 64}},
        {"log": {"origin": "a", "public": "0"}},
        {"more": 1},
    ],
    ids=str,
)
def test_a_manifest_of_another_form_is_said_to_be_none(binder: bytes, change: dict[str, object]) -> None:
    files = files_of(binder)
    value = {**json.loads(files[MANIFEST]), **change}
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"

    (fault,) = judgement(packed({**files, MANIFEST: text})).faults

    assert "this cannot be read, and nothing can be said without it" in str(fault)


def test_very_many_files_are_counted_and_no_more(watched: None) -> None:
    del watched
    assert codes(packed({f"files/{number}": b"" for number in range(30_000)})) == {"changed_file"}


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 5 * MB,
        b'{"a":' * MB,
        b"[" + b"0," * 4 * MB + b"0]",
        b"[" + b"{}," * 3 * MB + b"{}]",
        b"1" * 10 * MB,
        b'"' + b"\\u0000" * MB + b'"',
        b"\xff" * MB,
        b"NaN",
        b"1.5",
        b'{"a":1,"a":1}',
        bytes(17 * MB),
    ],
    ids=range(11),
)
def test_a_manifest_that_means_harm_is_said_to_be_none(binder: bytes, text: bytes, watched: None) -> None:
    del watched
    (fault,) = judgement(packed({**files_of(binder), MANIFEST: text + b"\n"})).faults

    assert (fault.code, fault.where) == ("changed_file", MANIFEST)
    assert "nothing can be said without it" in str(fault)


@pytest.mark.parametrize("path", [LEAVES, INCLUSION, SUMS, RECORDS])
def test_lists_that_mean_harm_cost_little(binder: bytes, path: str, watched: None) -> None:
    del watched
    for text in (b"0 " * 5 * MB, b"\n" * MB, b"1 " + b"00" * 32 * 100_000 + b"\n", b"\xff" * 5 * MB):
        assert "changed_file" in codes(packed({**files_of(binder), path: text}, honest=path != SUMS))


def test_json_in_any_other_form_is_refused() -> None:
    assert parsed(b'{"a":[1,null,true],"b":"\xc3\xa9"}') == {"a": [1, None, True], "b": "é"}
    for text, said in {
        b'{"a":1,"a":2}': "the name 'a' stands twice",
        b'{"b":1,"a":2}': "one form",
        b'{"a": 1}': "one form",
        b'"\\u00e9"': "one form",
        b"-0": "one form",
        b"1e3": "no whole number",
        b"Infinity": "no whole number",
        b"12345678901234567890": "too long",
        b"\xff": "byte 0 of it is no UTF-8",
        b'{"a"': "no JSON",
        b'"\\ud800"': "one form",
    }.items():
        with pytest.raises(ValueError, match=said):
            parsed(text)


# ---- Folders that mean harm


def test_links_pipes_and_devices_in_a_folder_are_named_and_not_opened(binder: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "binder"
    with zipfile.ZipFile(io.BytesIO(binder)) as zipped:
        zipped.extractall(folder)
    secret = tmp_path / "secret"
    secret.write_bytes(b"of this machine")
    (folder / "binder.pdf").unlink()
    (folder / "binder.pdf").symlink_to(secret)
    (folder / "files/link").symlink_to(tmp_path)
    os.mkfifo(folder / "files/pipe")

    found = judged(Unpacked(str(folder)), Libraries(), Own()).faults

    strays = {fault.where for fault in found if fault.code == "stray_in_folder"}
    assert strays == {"binder.pdf", "files/link", "files/pipe"}
    assert "binder.pdf" in {fault.where for fault in found if fault.code == "missing_from_binder"}


def test_the_verifier_ends_well_on_any_bytes(tmp_path: Path, binder: bytes) -> None:
    """The program itself, in 500 MB of memory, with what is no binder at all."""
    tool, path, files = tmp_path / "verify.py", tmp_path / "some.zip", files_of(binder)
    tool.write_bytes(verifier())
    lists = [b"[" + piece * (15 * MB // len(piece)) + b"]\n" for piece in (b"{},", b"0,", b'"",')]
    hostile = [packed({**files, MANIFEST: text[:-3] + text[-2:]}) for text in lists]
    hostile += [packed({**files, name: b"\n" * 15 * MB}) for name in (LEAVES, INCLUSION)]
    hostile.append(packed({**files, SUMS: b"\n" * 15 * MB}, honest=False))
    hostile += [packed({**files, RECORDS: b"[" + b'{"a":1},' * n + b"{}]"}) for n in (990_000, 8 * MB)]
    hostile += [b"", b"PK", bytes(1000), binder[:-1], packed({MANIFEST: b"[]\n"}), packed({})]
    for text in hostile:
        path.write_bytes(text)
        done = subprocess.run(
            [sys.executable, "-I", "-S", tool, path],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=small,
        )
        assert (done.returncode, done.stderr) == (1, ""), text[:100]
