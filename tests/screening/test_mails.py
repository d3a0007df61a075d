"""A message is unpacked as lenient programs do, and refused where they would disagree on what is in it."""

from base64 import b64encode

import pytest
from making import mail

from mips_ia import Refused
from mips_ia.screening.looking import looked, masked

YEAR = 2026
HEAD = b"From: a@demo.example\nTo: b@demo.example\nSubject: x\nDate: Mon, 5 Jan 2026\n"
SAID = b"Her SSN is 219-45-6783."
PACKED = b"Content-Transfer-Encoding: %s\nContent-Type: text/plain; charset=utf-8\n\n"


def message(packed: bytes, content: bytes) -> bytes:
    return HEAD + PACKED % packed + content


def said(content: bytes) -> set[str]:
    """The kinds of what is found, and the codes of what is noted or speaks against it."""
    try:
        found = looked(content, "a.eml", YEAR)
    except Refused as refusal:
        return {each.code for each in refusal.problems}
    return {kind for kind, _ in found.findings} | {each.code for each in found.notes}


@pytest.mark.parametrize("packed", [b"base64", b"BASE64 ", b" base64\t", b"base64 (as usual)"])
def test_blanks_and_remarks_beside_how_it_is_packed_hide_nothing(packed: bytes) -> None:
    content = message(packed, b64encode(SAID))

    assert said(content) == {"ssn"}
    assert said(masked(content, "a.eml", YEAR)) == set()


@pytest.mark.parametrize("content", [
    message(b'"base64"', b64encode(SAID)), message(b"base64;", b64encode(SAID)), message(b"x-uuencode", b"x"),
    HEAD + b"Content-Transfer-Encoding: 7bit\n" + PACKED % b"base64" + b64encode(SAID),
    HEAD + b"Content-Type: multipart/mixed; boundary=b\n" + PACKED % b"7bit" + b"--b\n\nHi\n--b--\n",
    message(b"base64", b64encode(b"A note.") + b64encode(SAID)),
])  # fmt: skip
def test_a_part_that_programs_would_unpack_in_two_ways_is_refused(content: bytes) -> None:
    assert said(content) == {"file_broken"}


def test_signs_of_two_bytes_that_are_called_one_are_read() -> None:
    assert said(message(b"base64", b64encode(SAID.decode().encode("utf-16-le")))) == {"ssn"}


@pytest.mark.parametrize("begins", ["begin 644 a.exe", "begin-base64 644 a.exe", "=ybegin line=128 size=9"])
def test_a_file_that_is_written_into_the_text_is_noted(begins: str) -> None:
    assert said(mail(f"Hi\n\n{begins}\n#35J0\n")) == {"text_unread"}
    assert said(mail(f"They {begins} now.")) == set()


@pytest.mark.parametrize("page", [
    "<img src=x onerror=x()>", "<body onload='x()'>", "<a href='java&#115;cript:x()'>x</a>",
    "<a href='java&#9;script:x()'>x</a>", "<a href='data:text/html,x'>x</a>",
    "<!--><img src=x onerror=x()>-->",
    "<!--><script>x()</script>-->", "<form action='https://far.example/'>x</form>",
    "<button formaction=x>x</button>",
    "<math><mi href='x'>x</mi></math>",
])  # fmt: skip
def test_a_page_that_runs_or_sends_is_refused(page: str) -> None:
    assert said(mail("Hi", page=page)) == {"file_active"}


@pytest.mark.parametrize("page", [
    "<p>On Monday = on time.</p>", "<p title='on = off'>x</p>", "<form>x</form>", "<p data-note='x'>x</p>",
    "<a href='https://far.example/?online=1'>x</a>",
])  # fmt: skip
def test_a_page_that_only_looks_like_it_is_taken(page: str) -> None:
    assert said(mail("Hi", page=page)) == set()


@pytest.mark.parametrize("page", [
    "<style>/* {} */</style>", "<p data-note='{}'>x</p>", "<p aria-label='{}'>x</p>", "<![CDATA[{}]]>",
    "<?x {}?>",    "<!DOCTYPE {}>",
])  # fmt: skip
def test_what_a_page_says_where_nobody_looks_is_found(page: str) -> None:
    assert said(mail("Hi", page=page.format(SAID.decode()))) == {"ssn"}


@pytest.mark.parametrize("name", [
    "run.bat.", "run.js . .", "x.py", "x.sh", "x.iqy", "x.slk", "x.settingcontent-ms", "x.ba\u200bt",
])  # fmt: skip
def test_a_file_that_runs_by_its_name_is_refused_though_it_is_text(name: str) -> None:
    assert said(mail("Hi", files=[(name, b"a line of text\n")])) == {"file_active"}
    assert said(mail("Hi", files=[(name + "_notes", b"a line of text\n")])) == set()
