"""A link is kept as what it is: it says where something is, is marked everywhere, and proves nothing."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pypdfium2
import pytest
from bound import on_paper, taken, unpacked
from django.test import Client
from evidence_given import ITEM, P, file, nothing_waits, text  # noqa: F401 - a fixture

from mips_ia.portal import vaults
from mips_ia.portal.actions import audit, evidence
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Evidence, Practice, Review, Revision, Use, Waiting
from mips_ia.portal.told import ending
from mips_ia.portal.told.audits import standings
from mips_ia.portal.told.evidence import effect
from mips_ia.portal.told.proofs import checklist, leaves_of
from mips_ia.problems import Refused

Browse = Callable[[str], Client]
AccessOf = Callable[..., Any]
NEW = f"{P}/evidence/write/link/"
FOR_ITEM = f"{NEW}?{ITEM.partition('?')[2]}"
WHERE = "https://portal.example/policies?page=7&of=falls#top"
LINK = {
    "address": WHERE, "topic": "The falls policy", "held_on": "03/02/2026", "looked": "Dana Whitfield",
}  # fmt: skip
SHOWS = {"kind": "policy", "first": "05/15/2026"}
MARK = "A link: what it shows is not kept here"


def linked(client: Client, **other: str) -> Evidence:
    """A link that is said to show the first item of the falls activity."""
    client.post(FOR_ITEM, LINK | SHOWS | other)
    return Evidence.objects.latest("id")


def said(revision: Revision) -> str:
    return b"".join(vaults.store().read(revision.sha256)).decode()


def item(year: Any) -> Any:
    """The first item of the falls checklist, as pages show it."""
    every = [checklist(ledger_of(year), "IA_PSPA_21")["tree"]]
    while "leaf" not in every[0]:
        every = every[0]["parts"]
    return every[0]


def test_the_form_of_a_file_offers_a_link_instead_for_the_same_item(browse: Browse) -> None:
    page = browse("manager").get(ITEM).content.decode()

    address = re.search(r'<a href="([^"]+)">Add a link instead</a>', page)
    assert address
    assert address[1].replace("&amp;", "&") == FOR_ITEM
    assert page.count("/evidence/write/link/") == 1  # and not among what is written here

    form = browse("manager").get(FOR_ITEM).content.decode()
    assert "A link proves nothing by itself" in form
    assert 'value="Dana Whitfield"' in form  # whoever adds it looked at it, until they say otherwise


def test_a_link_is_kept_as_text_and_shows_an_item_without_proving_it(
    browse: Browse, access: AccessOf, harbor: Practice
) -> None:
    before = effect(ledger_of(access("manager").year), "IA_PSPA_21")
    answer = browse("manager").post(FOR_ITEM, LINK | SHOWS, follow=True)

    kept = Revision.objects.get()
    assert said(kept) == (
        f"Link\n\nAddress: {WHERE}\n\nWhat is there: The falls policy\n\n"
        "Day on which somebody looked at it: 2026-03-02\n\nWho looked at it: Dana Whitfield\n"
    )
    assert kept.is_link
    assert (kept.name, kept.media_type) == ("link-2026-03-02.txt", "text/plain")
    assert str(kept.evidence) == "E-1 Link, 2026-03-02: The falls policy"
    assert WHERE not in json.dumps(kept.fields)  # they lie in the vault
    assert evidence.address_of(kept) == WHERE
    assert f"Saved E-1. {before}" in text(answer.content)
    assert harbor.entries.filter(action="evidence received").count() == 1


def test_it_is_marked_in_the_checklist_with_the_way_to_make_it_a_proof(
    browse: Browse, access: AccessOf
) -> None:
    linked(browse("manager"))

    shown = item(access("manager").year)
    assert (shown["kind"], shown["word"]) == ("notmet", "Missing")
    page = browse("manager").get(f"{P}/activities/IA_PSPA_21/").content.decode()
    first = page.partition('id="item-screening_program"')[2].partition('class="ia-joiner"')[0]
    assert MARK in first
    assert "Only a link is kept for it" in first
    assert "Print or save what it shows as PDF, and upload that." in text(first.encode())
    assert first.count(f'href="{P}/evidence/1/revise/">Upload what it shows') == 1
    assert "Nobody has reviewed it yet" not in first


def test_beside_a_file_it_neither_proves_nor_hinders(browse: Browse, access: AccessOf) -> None:
    manager = browse("manager")
    linked(manager)
    manager.post(ITEM, {"files": file(), **SHOWS})
    assert item(access("manager").year)["word"] == "Unknown"
    assert item(access("manager").year)["link"] is None

    use = Use.objects.latest("id")
    manager.post(f"{P}/evidence/2/uses/{use.pk}/review/", {"revision": 1, "do": "accept"})
    assert item(access("manager").year)["word"] == "On file"
    assert len(item(access("manager").year)["uses"]) == 2


def test_nobody_accepts_it(browse: Browse, access: AccessOf) -> None:
    row = linked(browse("manager"))
    page = browse("manager").get(f"{P}/evidence/1/").content.decode()
    assert 'value="accept"' not in page
    assert "Does not count" in page

    use = row.uses.get()
    answer = browse("manager").post(
        f"{P}/evidence/1/uses/{use.pk}/review/", {"revision": 1, "do": "accept"}, follow=True
    )
    assert "It is a link, and what it shows is not kept here. Add what it shows as a file." in text(
        answer.content
    )
    with pytest.raises(Refused, match="It is a link"):
        evidence.review(access("manager"), use, row.revisions.get(), accepted=True)
    assert not Review.objects.exists()
    assert not [each for each in leaves_of(ledger_of(access("manager").year).proofs["IA_PSPA_21"].finding)
                if each.met and each.part.id == "screening_program"]  # fmt: skip


def test_its_page_leads_there_and_to_the_upload_of_what_it_shows(browse: Browse) -> None:
    linked(browse("manager"))

    page = browse("manager").get(f"{P}/evidence/1/").content.decode()

    shown = WHERE.replace("&", "&amp;")
    assert f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>' in page
    assert page.count(MARK) == 1
    assert page.count("ds-c-button--solid") == 1
    assert f'ds-c-button--solid" href="{P}/evidence/1/revise/">Upload what it shows</a>' in page
    assert MARK in browse("manager").get(f"{P}/evidence/").content.decode()


def test_what_it_shows_is_its_next_revision_and_is_reviewed_as_any_file(
    browse: Browse, access: AccessOf
) -> None:
    manager = browse("manager")
    use = linked(manager).uses.get()

    manager.post(f"{P}/evidence/1/revise/", {"files": file(b"Everybody over 65 is screened.\n")})
    assert item(access("manager").year)["word"] == "Unknown"
    manager.post(f"{P}/evidence/1/uses/{use.pk}/review/", {"revision": 2, "do": "accept"})

    assert item(access("manager").year)["word"] == "On file"
    page = manager.get(f"{P}/evidence/1/").content.decode()
    assert page.count(MARK) == 1  # the earlier revision stays what it was
    assert "Upload what it shows" not in page


def test_it_is_corrected_in_its_form_as_its_next_revision(browse: Browse) -> None:
    manager = browse("manager")
    linked(manager)
    correct = f"{P}/evidence/1/correct/"
    assert "Correct this link" in manager.get(f"{P}/evidence/1/").content.decode()
    form = manager.get(correct).content.decode()
    assert WHERE.replace("&", "&amp;") in form
    seen = dict(re.findall(r'name="(seen)" value="([^"]+)"', form))

    manager.post(correct, LINK | seen | {"address": "https://portal.example/moved"})

    first, second = Revision.objects.order_by("number")
    assert evidence.address_of(first) == WHERE
    assert evidence.address_of(second) == "https://portal.example/moved"
    assert second.is_link
    assert Evidence.objects.get().title == "Link, 2026-03-02: The falls policy"


WHOLE = "Enter the whole address, from https:// or http:// on"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("javascript:alert(1)", WHOLE),
        ("JavaScript:alert(1)//https://portal.example/", WHOLE),
        ("data:text/html,<script>alert(1)</script>", WHOLE),
        ("file:///etc/passwd", WHOLE),
        ("ftp://portal.example/policy.pdf", WHOLE),
        ("portal.example/policy", WHOLE),
        ("//portal.example/policy", WHOLE),
        ("https:///policy", WHOLE),
        ("https://[::1", WHOLE),
        ("https://portal.example:99999/", WHOLE),
        ("https://portal.example/a b", WHOLE),
        ("https://portal.example\\@evil.example/", WHOLE),
        ("https://portal.example/\u202egnp.exe", WHOLE),
        ("https://portal.example/\tpolicy", WHOLE),
        ('https://portal.example/"onclick', WHOLE),
        ("https://dana:secret@portal.example/", "Take out the name or password before the @"),
        ("https://dana@portal.example/", "Take out the name or password before the @"),
        ("https://portal.example/?to=pat@mail.example", "Take out the e-mail address"),
        ("https://portal.example/?to=pat%40mail.example", "Take out the e-mail address"),
        ("https://portal.example/?to=pat%2540mail.example", "Take out the e-mail address"),
        ("https://portal.example/?dob=03%2F04%2F1951", "Take out what looks like 1 date of birth"),
        ("https://portal.example/?mrn=4471182&dob=03%2F04%2F1951", "number and 1 date of birth; %"),
        ("https://portal.example/" + "a" * 1000, "Shorten this to 1000 characters"),
    ],
)
def test_an_address_that_is_none_of_the_web_or_may_name_somebody_is_refused(
    browse: Browse, address: str, says: str
) -> None:
    answer = browse("manager").post(FOR_ITEM, LINK | SHOWS | {"address": address})

    assert answer.status_code == 422
    assert says in text(answer.content)
    field = answer.content.decode().partition('name="address"')[2].partition(">")[0]
    assert 'aria-invalid="true"' in field
    assert not Evidence.objects.exists()
    assert not Waiting.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["http://intranet/policy", "https://portal.example:8443/?q=a%20b", "https://[2001:db8::1]/",
     "https://portal.example/@falls/%E2%9C%93", "HTTPS://Portal.Example/"],
)  # fmt: skip
def test_any_other_address_of_the_web_is_taken(browse: Browse, address: str) -> None:
    browse("manager").post(FOR_ITEM, LINK | SHOWS | {"address": address})

    assert evidence.address_of(Revision.objects.get()) == address


NAMING = "https://portal.example/chart?mrn=4471182"


def stopped(client: Client) -> dict[str, str]:
    answer = client.post(FOR_ITEM, LINK | SHOWS | {"address": NAMING})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 medical record number" in text(answer.content)
    assert "4471182" not in page
    assert not Evidence.objects.exists()
    return dict(re.findall(r'<input type="hidden" name="(waits|file)" value="([^"]+)"', page))


@pytest.mark.parametrize("do", ["confirm", "keep", "mask"])
def test_an_address_with_a_number_of_a_patient_is_stopped_and_stays_a_link_whatever_is_chosen(
    browse: Browse, access: AccessOf, do: str
) -> None:
    manager = browse("manager")
    hidden = stopped(manager)

    manager.post(f"{P}/evidence/waiting/", hidden | {"do": do, "reason": "The patient is invented."})

    kept = Revision.objects.get()
    assert kept.is_link
    assert evidence.address_of(kept) == (NAMING if do == "confirm" else "")
    assert item(access("manager").year)["word"] == "Missing"
    page = manager.get(f"{P}/evidence/1/").content.decode()
    assert MARK in page
    assert ("4471182" in page) is (do == "confirm")
    assert ("Correct this link" in page) is (do == "confirm")


def test_with_a_masked_copy_the_original_stays_a_link_too(browse: Browse) -> None:
    manager = browse("manager")
    hidden = stopped(manager)

    manager.post(
        f"{P}/evidence/waiting/", hidden | {"do": "mask", "original": "on", "reason": "It is invented."}
    )

    assert [each.is_link for each in Revision.objects.all()] == [True, True]


def test_the_audit_desk_says_that_there_is_only_a_link(
    browse: Browse, access: AccessOf, settings: Any
) -> None:
    settings.TODAY = "2027-05-17"
    row, manager = linked(browse("manager")), access("manager")
    asked = {"label": "1", "words": "Send the policy.", "activity": "IA_PSPA_21"}
    made = audit.record(manager, date(2027, 5, 3), "An auditor", "all", [asked])
    known = {"activity": "IA_PSPA_21", "clinician": None, "owner": None, "note": "", "done": False}
    audit.answer(manager, made.items.get(), known, [row])

    found = standings(made, ledger_of(manager.year))[0]
    assert found.word == "Unknown"
    assert [(each.says, each.page, each.holds) for each in found.gaps] == [
        ("E-1 is only a link: what it shows is not kept here.", "evidence_revise", (1,))
    ]
    page = browse("manager").get(f"{P}/audit/{made.pk}/").content.decode()
    assert MARK in page
    assert f'<a href="{P}/evidence/1/revise/">Upload what it shows' in page

    manager_page = browse("manager").post(f"{P}/audit/{made.pk}/package/", follow=True)
    assert MARK in manager_page.content.decode()


def ends(binder: Any) -> float:
    """Where the words of its PDF end on the right, at most."""
    found = 0.0
    for page in pypdfium2.PdfDocument(binder.read("binder.pdf")):
        words = page.get_textpage()
        found = max(found, *(words.get_rect(each)[2] for each in range(words.count_rects())))
    return found


def test_the_binder_prints_its_address_and_says_what_it_is(browse: Browse) -> None:
    address = f"{WHERE}&{'long' * 100}"
    linked(browse("manager"), address=address)

    binder = unpacked(taken(browse("manager")))

    paper = re.sub(r"[\s\u200b\ufffe]", "", on_paper(binder))
    assert f"Alinkforitem1,to{address}.Whatitshowsisnotkepthere." in paper
    assert ends(binder) < 595  # points: nothing stands beyond the sheet
    told = [each.get("about", {}) for each in json.loads(binder.read("manifest.json"))["files"]]
    assert [each["link"] for each in told if each.get("evidence") == "E-1"] == [True]


def test_a_reviewer_reads_that_it_is_a_link(browse: Browse) -> None:
    linked(browse("manager"))
    page = browse("manager").post(
        f"{P}/audit/links/new/", {"name": "A reviewer", "until": "12/01/2026"}
    ).content.decode()  # fmt: skip
    link = re.search(r'value="http://localhost(/review/[^"]+)"', page)
    assert link

    shown = Client(SERVER_NAME="localhost").get(f"{link[1]}evidence/").content.decode()

    assert MARK in shown
    assert "portal.example" not in shown


def test_it_is_no_document_of_the_statuses_and_none_that_ends(browse: Browse, access: AccessOf) -> None:
    look_up = f"{NEW}?activity=statuses&leaf=look-up"
    answer = browse("manager").post(look_up, LINK | {"kind": "screenshot"}, follow=True)

    assert "0 documents show the statuses of 2026." in text(answer.content)
    assert MARK in answer.content.decode()
    ledger = ledger_of(access("manager").year)
    assert len(ledger.kept["statuses"]) == 1
    assert not [each for each in ending.ending(ledger) if each.use.revision.is_link]


def test_nothing_is_fetched(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the portal went somewhere")

    monkeypatch.setattr("urllib.request.urlopen", never)
    monkeypatch.setattr("socket.getaddrinfo", never)
    row = linked(browse("manager"))
    browse("manager").get(f"{P}/evidence/{row.number}/?check=1")
