"""The key that signs a log's checkpoints, kept beside the log, wrapped by a master key."""

from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from mips_ia.vault.canonical import canonical, parsed
from mips_ia.vault.faults import bad_origin, damaged_signer, missing
from mips_ia.vault.headers import is_hex
from mips_ia.vault.keys import Keyring, MasterKey
from mips_ia.vault.places import Place

FORMAT = "mips-ia log signer 1"
FILE, PUBLIC = "signer.json", "public.pem"
FIELDS = {"format", "origin", "public", "key", "wrapped"}


@dataclass(frozen=True, slots=True)
class Signer:
    """A log's name, as its checkpoints have it, and the key that signs them."""

    origin: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> Ed25519PublicKey:
        """The key that checks what was signed."""
        return self.private.public_key()

    def text(self, master: MasterKey) -> bytes:
        """What is stored of it, under a master key."""
        about = _about(self.origin, self.public, master.id)
        wrapped = master.wrapped(self.private.private_bytes_raw(), canonical(about))
        return canonical({**about, "wrapped": wrapped.hex()}) + b"\n"

    def store(self, place: Place, master: MasterKey) -> None:
        """Keep it in a log's place under a master key, or under another one than before."""
        place.put(FILE, self.text(master))


def refuse_bad(origin: str) -> None:
    """Refuse a name that a checkpoint cannot have: signed notes allow no blank and no plus sign in one."""
    if not origin or not origin.isprintable() or set(origin) & {" ", "+"}:
        raise bad_origin(origin)


def new_signer(place: Place, origin: str, master: MasterKey) -> Signer:
    """A signer for a new log, with the public key in a file of its own."""
    signer = Signer(origin, Ed25519PrivateKey.generate())
    place.put(PUBLIC, pem(signer.public))
    signer.store(place, master)
    return signer


def signer(place: Place, ring: Keyring) -> Signer:
    """The signer of a log; refused where it was changed, or its master key was not given."""
    where = f"{place.address}/{FILE}"
    found = _parsed(place, where)
    about = {name: value for name, value in found.items() if name != "wrapped"}
    key = ring.key(found["key"], where).unwrapped(bytes.fromhex(found["wrapped"]), canonical(about))
    if key is None:
        raise damaged_signer(where, "the signer was changed after it was written")
    return Signer(found["origin"], Ed25519PrivateKey.from_private_bytes(key))


def stated_public(place: Place) -> Ed25519PublicKey:
    """The public key that a log's signer says it has, which needs no master key and is not checked by one."""
    stated = _parsed(place, f"{place.address}/{FILE}")["public"]
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(stated))


def public_key(place: Place) -> Ed25519PublicKey:
    """The public key that stands beside a log."""
    try:
        text = place.content(PUBLIC)
    except FileNotFoundError:
        raise missing(f"{place.address}/{PUBLIC}") from None
    return public_key_of(text, f"{place.address}/{PUBLIC}")


def public_key_of(text: bytes, where: str) -> Ed25519PublicKey:
    """An Ed25519 public key as PEM; refused where it is not exactly that."""
    try:
        found = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, Ed25519PublicKey) or pem(found) != text:
        raise damaged_signer(where, "this is no Ed25519 public key in PEM, as it was written")
    return found


def pem(key: Ed25519PublicKey) -> bytes:
    """A public key as OpenSSL reads it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _about(origin: str, public: Ed25519PublicKey, key: str) -> dict[str, Any]:
    return {"format": FORMAT, "origin": origin, "public": public.public_bytes_raw().hex(), "key": key}


def _parsed(place: Place, where: str) -> dict[str, Any]:
    try:
        text = place.content(FILE)
        found = parsed(text.removesuffix(b"\n"))
    except FileNotFoundError:
        raise missing(where) from None
    except ValueError as error:
        raise damaged_signer(where, str(error)) from None
    whole = (
        isinstance(found, dict)
        and found.keys() == FIELDS
        and found["format"] == FORMAT
        and is_hex(found["public"], 64)
        and is_hex(found["key"], 16)
        and is_hex(found["wrapped"], 2 * (12 + 32 + 16))
        and text.endswith(b"\n")
    )
    if not whole:
        raise damaged_signer(where, f"it has not the fields of {FORMAT}")
    return dict(found)
