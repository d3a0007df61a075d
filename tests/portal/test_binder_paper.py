"""The paper of a binder: each chapter, and what it prints of the log of records."""

import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pypdfium2
import pytest
from bound import P, accepted, on_paper, taken, unpacked  # noqa: F401 - a fixture
from django.test import Client
from pdf_text import squeezed

from mips_ia.portal import clock
from mips_ia.portal.actions import evidence
from mips_ia.portal.models import Signature, Use
from mips_ia.portal.statements import KINDS
from mips_ia.portal.templatetags.words import moment
from mips_ia.portal.tenancy import Access

# What each chapter of the paper must say, by the words with which it begins.
CHAPTERS = {
    "What was needed, and the score": (
        "Improvement activities score: 20 of 40 points.",
        "What the rule asks", "9 of 18 clinicians, each 90 days in a row within 2026.",
        "42 CFR 414.1360(a)(2); 86 FR 65671; 42 CFR 414.1320; Assumption C",
        "11 of 18 clinicians; 9 needed.", "Share of the final score: 20 ÷ 40 × 15%",
        "Assumptions in this score", "Assumption C. CMS does not say on which day those who bill",
    ),
    "The ledger: who did what": (
        "18 NPIs billed in 2026; 1 left and still counts. At least 9 of them must do each activity.",
        "Adeyemi, Grace, MD 9000000007 IA_BE_16: Signed, IA_PSPA_21: Signed",
        "Novak, Petra, MD 9000000148 IA_BE_16: Under way, IA_BMH_12: Dates missing",
    ),
    "Implementation of fall screening and assessment programs": (
        "Run a falls program: screen patients with a tested tool", "Our summary. Source of the wording:",
        "Counts: Not met. 7 of 18 clinicians",
        "Checklist: Not met", "1. The falls program as it is run:", "On file E-1", "Missing",
        "Who did it, and when", "Johnson, Paul, PA-C 9000000106 July 1, 2026 – September 22, 2026 Too short",
        "Signatures", "What each statement says and means stands in “What was signed, word for word”",
        "E-1 Falls policy Shows item 1, as: policy. Date: May 15, 2026.", "Accepted by Dana Whitfield",
        "files/IA_PSPA_21/E-1-Falls-policy.txt",
    ),
    "What was signed, word for word": (
        "I, Grace Adeyemi, MD, personally took part in", "CMS may audit it. Grace Adeyemi (clinician)",
        "Identity verified by: password.",
        "Recorded under a delegation", "Who let whom record for them",
        "I, Jules Moreau, allow Dana Whitfield",
    ),
    "The roster of the year": ("Moreau, Jules, MD 9000000130 – June 30, 2026 Billed",),
    "The log of records": (
        "What was signed of it last", "proofs/inclusion.txt has the hashes that prove each line",
        "proofs/consistency.txt those that prove that the log only grew",
        "The lines of this binder", "Line Record Made at (UTC) SHA-256",
    ),
}  # fmt: skip


def chapters(binder: zipfile.ZipFile) -> dict[str, str]:
    """The words of each chapter of its PDF, by its heading; each begins on a page of its own."""
    found, now = {}, ""
    for page in pypdfium2.PdfDocument(binder.read("binder.pdf")):
        text = " ".join(page.get_textpage().get_text_range().replace("\ufffe", "-").split())
        now = next((each for each in CHAPTERS if text.startswith(each)), now)
        found[now] = found.get(now, "") + text
    return found


@pytest.mark.usefixtures("kept")
def test_the_paper_reads_like_a_case_and_prints_what_the_log_came_to(browse: Callable[[str], Client]) -> None:
    binder = unpacked(taken(browse("manager")))
    told = chapters(binder)
    for chapter, words in CHAPTERS.items():
        for each in words:
            assert squeezed(each) in squeezed(told[chapter]), (chapter, each)

    log = squeezed(told["The log of records"])
    path, own = sorted(name for name in binder.namelist() if name.startswith("proofs/checkpoints/"))
    origin, size, root, _, note = binder.read(path).decode().splitlines()
    assert (
        f"Standsin{path}Linesofthelog{size},withthenumbers0to{int(size) - 1}Root{root}Signedby{origin}" in log
    )
    assert f"{sha256(binder.read('proofs/public.pem')).hexdigest()}Signature{note.split()[-1]}" in log
    assert "TimestampNone." in log
    every = json.loads(binder.read("records.json"))
    assert max(each["leaf"] for each in every) < int(size) < int(own[-12:])
    for each in every:
        assert f"{each['leaf']}{each['kind'].capitalize()}" in log
        assert each["digest"] in log


def test_a_binder_without_any_record_says_so_in_each_chapter(browse: Callable[[str], Client]) -> None:
    manager = browse("manager")
    page = manager.post(P.replace("2026", "2025"), {}).headers["Location"]

    told = on_paper(unpacked(b"".join(manager.post(page).streaming_content)))

    for words in ("Nothing was signed.", "Nobody is on the roster.", "No record is in this binder."):
        assert words in told, words


def test_an_activity_is_described_in_cms_s_own_text_where_it_was_loaded(
    browse: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MIPS_IA_DATA", str(tmp_path))
    (tmp_path / "texts").mkdir()
    wording = {"IA_PSPA_21": {"title": "Falls", "description": "Invented words in the place of CMS's."}}
    (tmp_path / "texts" / "2026.json").write_text(json.dumps(wording))

    told = squeezed(on_paper(unpacked(taken(browse("manager"), activity="IA_PSPA_21"))))

    assert squeezed("Invented words in the place of CMS's. CMS's own text, inventory of 2026.") in told
    assert squeezed("Run a falls program") not in told


def test_whoever_signed_an_activity_stands_beside_it_with_the_number_of_the_statement(
    browse: Callable[[str], Client],
) -> None:
    binder = unpacked(taken(browse("manager")))
    told = chapters(binder)
    signed = squeezed(told["What was signed, word for word"])
    found = Signature.objects.filter(window__activity="IA_PSPA_21")

    assert found.exists()
    for each in found:
        line = f"{each.window.clinician.name} {KINDS[each.kind]} {moment(each.signed_at)} {each.number}"
        assert squeezed(line) in squeezed(told["Implementation of fall screening and assessment programs"])
        assert squeezed(each.number) in signed


def test_a_review_of_an_earlier_revision_is_not_one_of_the_newest(
    kept: Use, browse: Callable[[str], Client], access: Callable[..., Access]
) -> None:
    manager, told = access("manager"), {"name": "falls.txt", "media_type": "text/plain"}
    words = re.compile("E-1 Falls policy .*?, 2026. ([^.]*) by Dana Whitfield, [^)]*?[)]?. Received")

    def review() -> str:
        paper = on_paper(unpacked(taken(browse("manager"))))
        found = words.search(paper)
        assert found, paper
        return found[1]

    assert review() == "Accepted"
    newest = evidence.receive(manager, b"Everybody over 60 is screened.\n", told, kept.evidence)
    assert review() == "Not reviewed (an earlier revision was accepted"
    evidence.review(manager, kept, newest, accepted=False, reason="Say how often.")
    assert review() == "Change asked"
    evidence.receive(manager, b"Everybody over 60 is screened yearly.\n", told, kept.evidence)
    assert review() == "Not reviewed (a change of an earlier revision was asked for"


@pytest.mark.usefixtures("kept")
def test_each_file_of_the_binder_is_named_in_its_paper(
    browse: Callable[[str], Client], access: Callable[..., Access]
) -> None:
    manager = access("manager")
    look_up = evidence.receive(
        manager, b"Rural.\n", {"name": "look-up.txt", "media_type": "text/plain"}
    ).evidence
    evidence.use(manager, look_up, "statuses", "look-up", kind="screenshot", first=date(2026, 9, 1))
    evidence.use(manager, look_up, "IA_BMH_12", "gone", kind="log", first=date(2026, 9, 1))
    note = evidence.receive(manager, b"A note.\n", {"name": "note.txt", "media_type": "text/plain"}).evidence
    evidence.use(manager, note, "statuses", "look-up", kind="correspondence", first=date(2026, 9, 2))
    access("manager").year.chosen.filter(activity="IA_PSPA_21").update(ended_at=clock.now())

    binder = unpacked(taken(browse("manager")))

    names = [each for each in binder.namelist() if each.startswith("files/")]
    assert len(names) == 3
    paper = squeezed(on_paper(binder))
    for each in names:
        assert squeezed(each) in paper, each
        assert sha256(binder.read(each)).hexdigest() in paper
    assert "Otherevidence" in paper
    assert "IA_PSPA_21,whichisnotchosenanymoreE-1Fallspolicy" in paper
    assert "Specialstatusesof2026E-2look-up.txt" in paper
    assert "E-3note.txt" in paper
