"""A served portal whose vault lies behind an address, as on S3, and not in a folder that it opens itself."""

from hashlib import sha256

import requests
import warm
from served import SLUG, YEAR, Served

from mips_ia.vault.keys import keyring
from mips_ia.vault.places import place
from mips_ia.vault.remote import Remote
from mips_ia.vault.store import Store

HERE = f"/p/{SLUG}/{YEAR}/evidence/"
POLICY = b"Every patient over 65 is screened for falls.\n" * 40_000


def checked(portal: Served) -> tuple[int, str]:
    done = warm.finished(["-m", "mips_ia.cli.main", "check"], portal.environment)
    return done.returncode, done.stderr


def test_evidence_is_kept_opened_and_checked_behind_an_address() -> None:
    served = Served().build()
    address = f"file://{served.home / 'evidence'}"
    served.told = {"MIPS_IA_VAULT": address}
    vault = place(address)
    assert isinstance(vault, Remote)
    with served as portal:
        browser = requests.Session()
        browser.cookies.set("sessionid", portal.sessions["manager"])
        browser.get(f"{portal.address}{HERE}new/", timeout=30)
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        kept = browser.post(
            f"{portal.address}{HERE}new/?activity=IA_PSPA_21&leaf=screening_program",
            token | {"kind": "policy", "first": f"05/15/{YEAR}"}, timeout=30, allow_redirects=False,
            files={"files": ("policy.txt", POLICY)},
        )  # fmt: skip
        assert kept.status_code == 303
        page = browser.get(f"{portal.address}{HERE}", timeout=30).text
        number = max(int(each) for each in range(1, 10) if f">E-{each} " in page)
        one = f"{portal.address}{HERE}{number}/"
        assert "This is exactly what was received" in browser.get(f"{one}?check=1", timeout=30).text
        assert browser.post(f"{one}files/1/", token, timeout=30).content == POLICY

        digest = sha256(POLICY).hexdigest()
        store = Store(vault, keyring(f"file:{portal.home / 'vault.key'}"))
        assert b"".join(store.read(digest)) == POLICY
        assert checked(portal) == (0, "")

        (held,) = (portal.home / "evidence/files").glob(f"{digest}*")
        held.write_bytes(held.read_bytes()[:-1])
        code, said = checked(portal)
        assert code == 1
        assert digest in said
        assert "This is exactly what was received" not in browser.get(f"{one}?check=1", timeout=30).text
