"""What the page says of the log's seals: each line is hashed once, and all of them where somebody asks."""

import re
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tampering import past_the_portal

from mips_ia.portal import chained as module
from mips_ia.portal import log
from mips_ia.portal.chained import chained
from mips_ia.portal.models import Entry, Practice
from mips_ia.portal.web import log as log_page

Browse = Callable[[str], Client]


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines that are hashed, as they are."""
    real, found = log.sealed, list[int]()

    def sealed(line: Entry, before: str) -> str:
        found.append(line.pk)
        return str(real(line, before))

    monkeypatch.setattr(log, "sealed", sealed)
    monkeypatch.setattr(module, "_known", {})
    return found


def more(access: Callable[..., Any], many: int) -> None:
    log.notes(
        access("manager"), (("looked", f"line {each}", None, {"much": "x" * 60}) for each in range(many))
    )


def test_only_new_lines_are_hashed_again(
    harbor: Practice, access: Callable[..., Any], hashed: list[int]
) -> None:
    every = harbor.entries.count()
    assert (chained(harbor).lines, len(hashed)) == (every, every)
    more(access, 3)
    hashed.clear()

    found = chained(harbor)

    assert (found.lines, found.broken, len(hashed)) == (every + 3, None, 3)
    assert (chained(harbor).lines, len(hashed)) == (every + 3, 3)
    chained(harbor, anew=True)
    assert len(hashed) == 3 + every + 3
    assert chained(None).lines == Entry.objects.filter(practice=None).count()


def test_a_line_that_was_hashed_and_changed_is_found_where_all_are_checked(
    harbor: Practice, browse: Browse
) -> None:
    page, at = browse("manager"), f"/p/{harbor.slug}/2026/log/"
    assert "lines fit" in page.get(at).content.decode()
    first = harbor.entries.first()
    with past_the_portal():
        Entry.objects.filter(pk=first.pk).update(action="forged")
        shown = page.get(at, {"action": "own"}).content.decode()
        assert "Each was checked once since September 16, 2026, " in shown
        address = re.search(r'href="(\?[^"]*check=all)"', shown)
        assert address is not None

        anew = page.get(at + address[1].replace("&amp;", "&")).content.decode()  # by whichever process
        assert f"Line {first.pk} of " in anew
        assert "Each was checked once" not in anew
        assert "lines fit" not in anew
        assert f'href="{at}log.csv?action=own"' in anew
        assert anew.count("check=") == 1
    assert "lines fit" in page.get(at).content.decode()


def test_a_look_that_began_before_does_not_undo_what_was_checked_anew(
    harbor: Practice, access: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    chained(harbor)
    more(access, 1)
    real, kept = module.looked_at, list[module.Chained]()

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(module, "looked_at", real)
        kept.append(chained(harbor, anew=True))
        return real(*given)

    monkeypatch.setattr(module, "looked_at", meanwhile)

    assert chained(harbor).lines == kept[0].lines
    assert module._known[harbor.pk] is kept[0]  # noqa: SLF001


@pytest.mark.parametrize("place", [5, -1])
def test_a_line_that_is_gone_is_missed_at_once(
    harbor: Practice, access: Callable[..., Any], hashed: list[int], place: int
) -> None:
    every = [*harbor.entries.order_by("pk").values_list("pk", flat=True)]
    chained(harbor)
    with past_the_portal():
        Entry.objects.filter(pk=every[place]).delete()
        more(access, 1)
        hashed.clear()

        broken = chained(harbor).broken

        assert hashed[0] == every[0]
        assert broken is None if place == -1 else broken.pk == every[place + 1]


def test_who_sees_only_their_own_lines_has_nothing_checked(
    harbor: Practice, browse: Browse, hashed: list[int]
) -> None:
    page = browse("kim").get(f"/p/{harbor.slug}/2026/log/?check=all")

    assert (page.status_code, hashed) == (200, [])
    assert "check=all" not in page.content.decode()


def test_the_lines_about_accounts_are_checked_anew_too(harbor: Practice, browse: Browse) -> None:
    at = f"/p/{harbor.slug}/2026/log/sign-ins/"

    assert "?check=all" in browse("admin").get(at).content.decode()
    assert browse("admin").get(f"{at}?check=all").content.decode().count("check=") == 1


@pytest.mark.parametrize("read", ["page", "file"])
def test_a_long_log_is_never_held_whole(
    harbor: Practice, browse: Browse, access: Callable[..., Any], read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for read_by in (log, log_page):
        monkeypatch.setattr(read_by, "AT_ONCE", 100)
    client, at = browse("manager"), f"/p/{harbor.slug}/2026/log/"

    def most() -> int:
        client.get(at)
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        if read == "page":
            chained(harbor, anew=True)
        else:
            for _ in client.get(f"{at}log.csv"):
                pass
        return tracemalloc.get_traced_memory()[1] - before

    more(access, 4 * log.AT_ONCE)
    tracemalloc.start()
    try:
        few = most()
        more(access, 12 * log.AT_ONCE)
        assert most() < 1.5 * few + 200_000
    finally:
        tracemalloc.stop()
