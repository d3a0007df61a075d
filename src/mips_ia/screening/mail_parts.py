"""How the parts of a message are packed: each in one way that every program knows, or it is refused."""

from email.message import EmailMessage, MIMEPart

_ONCE = ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition")
_PACKED = "Content-Transfer-Encoding"
_WAYS = {"7bit", "8bit", "binary", "base64", "quoted-printable"}
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OTHERS = bytes(each for each in range(256) if each not in _LETTERS)
_ROUND = 3  # bytes by which a packed part and what comes of it may differ


def put_in_order(message: EmailMessage) -> str:
    """Unpack its parts as programs do who are lenient; why they would disagree, where they would."""
    for part in message.walk():
        if any(len(part.get_all(head, [])) > 1 for head in _ONCE):
            return "A part of it says twice what it is, so that programs disagree."
        packed = part.get(_PACKED)
        if packed is None:
            continue
        if packed.defects or packed.cte not in _WAYS:
            return "A part of it is packed as no program packs."
        part.replace_header(_PACKED, packed.cte)  # without blanks and remarks
        if packed.cte == "base64" and not part.is_multipart() and _cut(part):
            return "A part of it goes on behind its end, so that programs disagree."
    return ""


def bytes_of(part: MIMEPart) -> bytes:
    """What a part holds, unpacked."""
    held = part.get_payload(decode=True)
    return held if isinstance(held, bytes) else b""


def _cut(part: MIMEPart) -> bool:
    """Whether more is packed in a part than comes of it."""
    packed = str(part.get_payload()).encode("ascii", "replace").translate(None, _OTHERS)
    return len(bytes_of(part)) + _ROUND < len(packed) * 3 // 4
