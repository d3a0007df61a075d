"""The certificates of a time stamp, in the order in which a strict reader wants them.

OpenSSL's authority puts them in the order of its settings, and DER wants a set sorted. No signature covers
that order, so that a sorted copy proves the same; what is kept is what the authority sent.
"""

PATH = (0, 1, 1, 0)  # TimeStampResp, its ContentInfo, what that holds, and SignedData
CERTIFICATES = 0xA0
LONG = 0x80


def with_sorted_certificates(stamp: bytes) -> bytes:
    """The answer of an authority with its certificates sorted; as it is where it does not look like one."""
    try:
        start, end = 0, len(stamp)
        for which in PATH:
            _, _, start, end = _elements(stamp, start, end)[which]
        held = [each for each in _elements(stamp, start, end) if each[0] == CERTIFICATES]
        [(_, _, start, end)] = held
        certificates = [stamp[first:last] for _, first, _, last in _elements(stamp, start, end)]
    except (IndexError, ValueError):
        return stamp
    return b"".join([stamp[:start], *sorted(certificates), stamp[end:]])


def _elements(data: bytes, at: int, end: int) -> list[tuple[int, int, int, int]]:
    """The elements between two places: the tag of each, where it begins, where its content does and ends."""
    found = []
    while at < end:
        first, tag, length, content = at, data[at], data[at + 1], at + 2
        if length >= LONG:
            content += length - LONG
            length = int.from_bytes(data[at + 2 : content], "big")
        at = content + length
        if at > end:
            raise ValueError("it ends too early")
        found.append((tag, first, content, at))
    return found
