"""Master keys: where they come from, how one is known again, and how they wrap other keys."""

import hashlib
import os
import secrets
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mips_ia.vault.faults import bad_key, no_keys, wrong_key

BYTES = 32
NONCE = 12
PATIENCE = 30  # seconds for a command that gives the keys


@dataclass(frozen=True, slots=True)
class MasterKey:
    """256 bits that wrap the keys of files; never shown, and known by an id made of them."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """16 hexadecimal digits that tell one key from another and say nothing of it."""
        return hashlib.sha256(b"mips-ia master key\0" + self.secret).digest()[:8].hex()

    def line(self) -> str:
        """The key as it stands in a file of keys."""
        return f"{self.id}:{self.secret.hex()}"

    def wrapped(self, key: bytes, about: bytes) -> bytes:
        """A key encrypted by this one, bound to what is said of it."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, key, about)

    def unwrapped(self, wrapped: bytes, about: bytes) -> bytes | None:
        """The key again; None where it, or what is said of it, was changed."""
        try:
            return AESGCM(self.secret).decrypt(wrapped[:NONCE], wrapped[NONCE:], about)
        except (InvalidTag, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Keyring:
    """The master keys that were given: the first wraps, all of them unwrap."""

    keys: tuple[MasterKey, ...]

    @property
    def current(self) -> MasterKey:
        """The key that wraps what is new."""
        return self.keys[0]

    def __str__(self) -> str:
        return ", ".join(key.id for key in self.keys)

    def key(self, id: str, where: str) -> MasterKey:
        """The key of an id; refused where it was not given."""
        for key in self.keys:
            if key.id == id:
                return key
        raise wrong_key(where, id, str(self))


def new_key() -> MasterKey:
    """A master key that nobody had before."""
    return MasterKey(secrets.token_bytes(BYTES))


def new_key_file(path: Path) -> None:
    """A new master key in a new file that only its owner reads; refused where it cannot be made."""
    text = f"# A master key of a vault of mips-ia. Keep a copy elsewhere.\n{new_key().line()}\n"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123 - a descriptor
            file.write(text)
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        raise no_keys(f"file:{path}", f"it cannot be made: {error.strerror}") from error


def keyring(source: str) -> Keyring:
    """The keys of `file:PATH`, `env:NAME` or `command:WORDS`: a line each, the current one first."""
    kind, _, rest = source.partition(":")
    read = {"file": _of_file, "env": _of_environment, "command": _of_command}.get(kind)
    if read is None or not rest:
        raise no_keys(kind, "it must begin with file:, env: or command:")
    keys = tuple(_keys(read(source, rest).splitlines(), source))
    if not keys:
        raise no_keys(source, "it is empty")
    return Keyring(keys)


def _keys(lines: Iterable[str], source: str) -> Iterator[MasterKey]:
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if text:
            yield _key(text, f"{source}, line {number}")


def _key(text: str, where: str) -> MasterKey:
    try:
        key = MasterKey(bytes.fromhex(text.partition(":")[2]))
    except ValueError:
        raise bad_key(where) from None
    if len(key.secret) != BYTES or key.line() != text:
        raise bad_key(where)
    return key


def _of_file(source: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except OSError as error:
        raise no_keys(source, error.strerror) from error
    except UnicodeDecodeError:
        raise bad_key(source) from None


def _of_environment(source: str, name: str) -> str:
    if name not in os.environ:
        raise no_keys(source, "there is no such variable")
    return os.environ[name]


def _of_command(source: str, words: str) -> str:
    """What a command prints; what it says beside goes where our own errors go."""
    try:
        done = subprocess.run(  # noqa: S603 - who sets the source of the keys names the command
            shlex.split(words), stdout=subprocess.PIPE, check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL
        )
    except subprocess.CalledProcessError as error:
        raise no_keys(source, f"the command ended with {error.returncode}") from None
    except subprocess.TimeoutExpired:
        raise no_keys(source, f"the command gave nothing for {PATIENCE} seconds") from None
    except (OSError, ValueError) as error:
        raise no_keys(source, error) from error
    return done.stdout.decode("ascii", errors="replace")
