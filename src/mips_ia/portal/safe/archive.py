"""A backup as a file: a ZIP of parts that are encrypted or signed already, and a manifest bound to a key."""

import hashlib
import os
import re
import secrets
import zipfile
from contextlib import contextmanager, suppress
from pathlib import Path

from mips_ia.portal.safe import faults
from mips_ia.vault import chunks
from mips_ia.vault.canonical import canonical, parsed
from mips_ia.vault.keys import Keyring

FORMAT = "mips-ia backup 1"
MANIFEST, DATABASE = "manifest.json", "database.enc"
NAME = re.compile(r"database\.enc|vault/vault\.json|vault/(files/[0-9a-f]{64}|bodies/[0-9a-f]{32})"
                  r"|records/[a-z]+\.(json|pem)|records/[a-z]+/[0-9a-z]+(\.[0-9a-z]+)*")  # fmt: skip
MOST = 2_000_000_000  # bytes of a manifest


class Writing:
    """A backup that is being written: parts one behind the other, and at the end what they must be."""

    def __init__(self, file):
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self.parts = {}

    def add(self, name, pieces):
        """A part of these bytes, hashed on the way."""
        told, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as part:
            for piece in pieces:
                told.update(piece)
                size += len(piece)
                part.write(piece)
        self.parts[name] = {"sha256": told.hexdigest(), "size": size}

    def add_sealed(self, name, stream, key):
        """A part that is encrypted on the way, in the chunks of the vault."""
        cut = chunks.pieces(stream, chunks.CHUNK)
        self.add(name, (chunks.sealed(key, *piece) for piece in cut))

    def close(self, about, key, master):
        """Write the manifest, which the wrapped key binds: no hash in it changes without the master key."""
        told = {"format": FORMAT, "key": master.id, "parts": listed(self.parts), **about}
        told["wrapped"] = master.wrapped(key, canonical(told)).hex()
        self.zip.writestr(MANIFEST, canonical(told) + b"\n")
        self.zip.close()


def listed(parts):
    """The parts as the manifest has them, in the order of their names."""
    return [{"name": name, **parts[name]} for name in sorted(parts)]


@contextmanager
def writing(target: Path):
    """A new backup; seen under its name when it is whole and on the disk, and gone where that fails."""
    part = target.with_name(f"{target.name}.{secrets.token_hex(8)}.part")  # no other backup's
    if target.exists():
        raise faults.there_already(target)
    try:
        try:
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            with open(descriptor, "w+b") as file:  # noqa: PTH123 - a descriptor
                yield Writing(file)
                file.flush()
                os.fsync(descriptor)
            if target.exists():
                raise faults.there_already(target)
            part.rename(target)
            _fsync_folder(target.absolute().parent)
        except OSError as error:
            raise faults.not_written(target, error) from error
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


class Reading:
    """A backup that is there. `Refused` where it is none, or the master key that it needs was not given."""

    def __init__(self, path: Path, ring: Keyring):
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
            info = self.zip.getinfo(MANIFEST)
            text = self.zip.read(info) if info.file_size < MOST else b""
            told = parsed(text.removesuffix(b"\n"))
            wrapped = bytes.fromhex(told.pop("wrapped"))
            self.parts = {each["name"]: each for each in told["parts"]}
            master = ring.key(told["key"], str(path)) if told["format"] == FORMAT else None
        except OSError as error:
            raise faults.cannot_be_read(path, error) from error
        except UNREADABLE as error:
            if hasattr(error, "problems"):
                raise
            raise faults.no_backup(path) from error
        self.about, self.master = told, master
        self.key = master and master.unwrapped(wrapped, canonical(told))
        if self.key is None or not all(NAME.fullmatch(name) for name in self.parts):
            raise faults.damaged(path, [MANIFEST])

    def prove(self):
        """Read every part; `Refused` where one is not as it was written, lacks, or was put in."""
        held = {each.filename for each in self.zip.infolist()} - {MANIFEST}
        off = {name for name in self.parts if name not in held or not self._holds(name)}
        if off := off | (held - {*self.parts}):
            raise faults.damaged(self.path, sorted(off))

    def _holds(self, name):
        told, size = hashlib.sha256(), 0
        try:
            for piece in self.pieces(name):
                told.update(piece)
                size += len(piece)
        except (*UNREADABLE, OSError):
            return False
        return (told.hexdigest(), size) == (self.parts[name]["sha256"], self.parts[name]["size"])

    def pieces(self, name):
        """The bytes of a part."""
        with self.zip.open(name) as part:
            while piece := part.read(chunks.CHUNK):
                yield piece

    def opened(self, name):
        """The plain bytes of a part that is encrypted, each only after it was checked."""
        with self.zip.open(name) as part:
            yield from chunks.opened(self.key, part)

    def content(self, name):
        """A small part as a whole."""
        return b"".join(self.pieces(name))

    def secret(self):
        """The key that signs sessions; None where the backup has none."""
        return self.master.unwrapped(bytes.fromhex(self.about["secret"]), b"secret.key")

    def under(self, folder):
        """The names of the parts in a folder, without its name."""
        return [name.removeprefix(folder) for name in sorted(self.parts) if name.startswith(folder)]


UNREADABLE = (
    zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError, EOFError, NotImplementedError,
    RuntimeError,
)  # fmt: skip


def _fsync_folder(path):
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
