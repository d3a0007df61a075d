"""Time stamps of the log of records, by a real authority whose certificates are set, or are not."""

import io
import random
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import authority
import pytest
import stranger
from binders import flipped
from bound import on_paper

from mips_ia.portal import log, serve, vaults
from mips_ia.portal.actions import binders, evidence
from mips_ia.portal.safe import files, whole
from mips_ia.problems import Refused
from mips_ia.vault.binder.verified import verified
from mips_ia.vault.verifier.judged import Own

FLIPS = 20


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The one that the installation trusts, and another one."""
    folder = tmp_path_factory.mktemp("authorities")
    return authority.made(folder / "own"), authority.made(folder / "other")


@pytest.fixture
def manager(access: Callable[..., Any]) -> Any:
    """Somebody whose evidence is a record that no checkpoint has yet."""
    found = access("manager")
    told = {"name": "falls.txt", "media_type": "text/plain", "title": "Falls policy"}
    evidence.receive(found, b"Everybody over 65 is screened.\n", told)
    return found


@pytest.fixture
def trusting(settings: Any, authorities: tuple[Path, Path]) -> Any:
    """The settings, with an authority that is not there, and the certificates of the one that is trusted."""
    settings.TIME_STAMPS = "http://127.0.0.1:9/"
    settings.TIME_STAMP_AUTHORITIES = str(authorities[0] / "ca.pem")
    return settings


def stamped(settings: Any, folder: Path) -> None:
    """Sign and stamp what is new, with this authority."""
    with authority.answering(folder) as url:
        settings.TIME_STAMPS = url
        vaults.notarize()


def faults() -> list[Any]:
    """What a check finds wrong."""
    return [each for each in whole.checked().problems if each.severity == "error"]


@pytest.mark.usefixtures("manager")
def test_an_authority_that_is_away_is_asked_again_until_it_stamps(
    trusting: Any, authorities: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    vaults.notarize()
    (size,) = vaults.stamps().wanted()
    assert "Connection refused>. It is asked for again in 1 minute" in caplog.text
    stamped(trusting, authorities[0])
    assert vaults.stamps().wanted() == [size]  # it is not due yet

    monkeypatch.setattr(vaults, "time", SimpleNamespace(time=lambda: time.time() + 61))
    stamped(trusting, authorities[0])

    assert (vaults.stamps().wanted(), vaults.stamps().sizes()) == ([], [size])
    assert abs(vaults.stamps().moment(size).timestamp() - time.time()) < 60
    assert whole.checked().problems == []


@pytest.mark.usefixtures("manager")
def test_a_stamp_by_another_authority_is_refused(
    trusting: Any, authorities: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    stamped(trusting, authorities[1])

    assert vaults.stamps().sizes() == []
    assert len(vaults.stamps().wanted()) == 1
    assert "Error while verifying certificates" in caplog.text


@pytest.mark.usefixtures("manager")
def test_a_check_names_a_stamp_by_another_authority_that_somebody_laid_there(
    trusting: Any, authorities: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    trusting.TIME_STAMP_AUTHORITIES = ""
    stamped(trusting, authorities[1])
    (warning,) = whole.checked().problems
    assert (warning.code, warning.severity) == ("stamps_unguarded", "warning")
    assert str(warning) == (
        f"{trusting.TIME_STAMPS}: no certificates are set by which its time stamps could be checked: whoever "
        "answers is believed. Set MIPS_IA_TIME_STAMP_AUTHORITIES to a PEM file with the authority's "
        "certificates."
    )
    serve._tell("127.0.0.1", "http://localhost:8000", demo=False)  # noqa: SLF001 - what a start says
    assert capsys.readouterr().out.endswith(f"\nTime stamps by {warning}\n")

    trusting.TIME_STAMP_AUTHORITIES = str(authorities[0] / "ca.pem")

    assert [each.code for each in whole.checked().problems] == ["damaged_stamp"]


def test_a_binder_has_the_stamps_and_a_stranger_checks_them(
    manager: Any, trusting: Any, authorities: tuple[Path, Path], tmp_path: Path
) -> None:
    stamped(trusting, authorities[0])
    (size,) = vaults.stamps().sizes()
    row = binders.ask(manager)
    row.refresh_from_db()
    content = b"".join(vaults.store().read(row.sha256))
    (tmp_path / "binder.zip").write_bytes(content)
    with zipfile.ZipFile(io.BytesIO(content)) as binder:
        binder.extractall(tmp_path / "binder")
        paper = on_paper(binder)

    public = (trusting.NOTARY / "public.pem").read_bytes()
    found = verified(tmp_path / "binder.zip", Own(public, (authorities[0] / "ca.pem").read_bytes()))
    assert (found.faults, found.unchecked) == ([], [])
    assert found.holds[-1].startswith(f"the log of size {size} was there at ")
    proofs = tmp_path / "binder/proofs"
    assert (proofs / "authorities.pem").read_bytes() == (authorities[0] / "ca.pem").read_bytes()

    for number, (name, moment) in enumerate(
        [("What was signed of it last", "None yet:"),
         ("What an authority stamped last", f"{vaults.stamps().moment(size):%Y-%m-%d %H:%M:%S} UTC")]
    ):  # fmt: skip
        told = paper.split(name)[1]
        (path,) = re.findall(r"Stands in (\S+)", told)[:1]
        assert (tmp_path / "binder" / path).is_file()
        assert path.endswith(f"{size:012}") == bool(number)
        assert re.search(r"Time stamp (.*)", told)[1].startswith(moment)

    printed, said = stranger.by_hand(tmp_path / "binder", stranger.bare(tmp_path))

    assert said == ""
    assert re.search(r"lines are in the log of size \d+, and line \d+ is of this manifest\.\n", printed)
    assert printed.count("Signature Verified Successfully\n") == len([*(proofs / "checkpoints").iterdir()])
    assert f"proofs/stamps/{size:012}.tsr: " in printed
    assert printed.endswith("\nVerification: OK\n")


def test_a_change_of_any_byte_of_a_stamp_or_its_sum_is_named(
    manager: Any, trusting: Any, authorities: tuple[Path, Path]
) -> None:
    stamped(trusting, authorities[0])
    (size,), chance = vaults.stamps().sizes(), random.Random(5)
    log.note(manager, "seen", "all")
    hashes = vaults.log().hashes()
    for name in (f"{size:012}.tsr", f"{size:012}.sha256"):
        path = trusting.NOTARY / "stamps" / name
        before = path.read_bytes()
        for _ in range(FLIPS):
            at = chance.randrange(len(before))
            path.write_bytes(flipped(before, at, chance.randint(1, 255)))
            found = [*files.of_the_checkpoints(files.Listed(trusting.NOTARY), hashes)]
            assert [each.code for each in found] == ["damaged_stamp"], at
            assert f"stamps/{size:012}" in found[0].where
        assert [each.code for each in faults()] == ["damaged_stamp"]
        path.write_bytes(before)
    assert faults() == []


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "it cannot be read (No such file or directory)"),
        (b"nothing", "Unable to load PEM file"),
        ("stamper.pem", "none of its certificates is a root"),
    ],
)
def test_a_file_without_certificates_is_said_wherever_it_is_used(
    trusting: Any, authorities: tuple[Path, Path], tmp_path: Path, content: Any, why: str
) -> None:
    held = tmp_path / "held.pem"
    if content:
        held.write_bytes(content if isinstance(content, bytes) else (authorities[0] / content).read_bytes())
    trusting.TIME_STAMP_AUTHORITIES = str(held)

    for asks in (vaults.made_ready, vaults.notarize):
        with pytest.raises(Refused) as refused:
            asks()
        (problem,) = refused.value.problems
        assert (problem.code, problem.where) == ("bad_authorities", str(held))
        assert why in problem.what
    assert [each.code for each in faults()] == ["bad_authorities"]
    assert len([*(trusting.NOTARY / "queue").iterdir()]) == 1  # it was signed all the same, and waits
