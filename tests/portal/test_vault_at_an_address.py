"""A served portal whose vault lies behind an address, as on S3, and not in a folder that it opens itself."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
import warm
from served import SLUG, YEAR, Served
from test_backup import empty_place, keys, run, with_keys
from test_vault_s3 import BUCKET, s3  # noqa: F401 - a fixture

from mips_ia.vault.keys import keyring
from mips_ia.vault.places import place
from mips_ia.vault.remote import Remote
from mips_ia.vault.store import Store

HERE = f"/p/{SLUG}/{YEAR}/evidence/"
POLICY = b"Every patient over 65 is screened for falls.\n" * 40_000
WHOLE = "This is exactly what was received"
_READ = """
import hashlib
import django
django.setup()
from mips_ia.portal import vaults
print(hashlib.sha256(b"".join(vaults.store().read(DIGEST))).hexdigest())
"""


def checked(portal: Served) -> tuple[int, str]:
    done = warm.finished(["-m", "mips_ia.cli.main", "check"], portal.environment)
    return done.returncode, done.stderr


def uploaded(portal: Served) -> tuple[requests.Session, str]:
    """Somebody uploads the policy, finds it whole, and opens it: who does, and the address of its page."""
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
    assert WHOLE in browser.get(f"{one}?check=1", timeout=30).text
    assert browser.post(f"{one}files/1/", token, timeout=30).content == POLICY
    return browser, one


def test_evidence_is_kept_opened_and_checked_behind_an_address() -> None:
    served = Served().build()
    address = f"file://{served.home / 'evidence'}"
    served.told = {"MIPS_IA_VAULT": address}
    vault = place(address)
    assert isinstance(vault, Remote)
    with served as portal:
        browser, one = uploaded(portal)

        digest = sha256(POLICY).hexdigest()
        store = Store(vault, keyring(f"file:{portal.home / 'vault.key'}"))
        assert b"".join(store.read(digest)) == POLICY
        assert checked(portal) == (0, "")

        (held,) = (portal.home / "evidence/files").glob(f"{digest}*")
        held.write_bytes(held.read_bytes()[:-1])
        code, said = checked(portal)
        assert code == 1
        assert digest in said
        assert WHOLE not in browser.get(f"{one}?check=1", timeout=30).text


def test_evidence_in_a_bucket_is_kept_opened_checked_backed_up_and_restored(
    s3: Any,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    served = Served().build()
    vault = served.home / "evidence"
    for each in (path for path in vault.rglob("*") if path.is_file()):
        s3.upload_file(str(each), BUCKET, f"portal/{each.relative_to(vault)}")
    served.told = {"MIPS_IA_VAULT": f"s3://{BUCKET}/portal"}
    copy, digest = tmp_path / "backup.zip", sha256(POLICY).hexdigest()
    with served as portal, empty_place() as back:
        browser, one = uploaded(portal)
        assert checked(portal) == (0, "")
        assert not [*vault.glob(f"files/{digest}*")]
        made = run(portal, "backup", copy)
        assert (made.returncode, made.stderr) == (0, "")

        back.told = {"MIPS_IA_VAULT": f"s3://{BUCKET}/restored"}
        again = run(back, "restore", copy, "--home", back.home, "--keys", keys(portal))
        assert (again.returncode, again.stderr) == (0, "")
        assert ": all is whole.\n" in again.stdout
        read = with_keys(back, portal).python(_READ.replace("DIGEST", repr(digest)))
        assert read.strip() == digest

        (held,) = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"portal/files/{digest}")["Contents"]
        s3.put_object(Bucket=BUCKET, Key=held["Key"], Body=b"{}")
        code, said = checked(portal)
        assert (code, digest in said) == (1, True)
        assert WHOLE not in browser.get(f"{one}?check=1", timeout=30).text
