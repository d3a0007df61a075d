"""What no text has, or more digits than a number has, is no fault of any page with a search box."""

from collections.abc import Callable

import pytest
from django.test import Client
from evidence_given import P

Browse = Callable[[str], Client]
PAGES = (
    f"{P}/evidence/", f"{P}/roster/", f"{P}/activities/", f"{P}/setup/activities/", "/practices/",
)  # fmt: skip
ASKED = {
    "a null character": ("%00", ""), "a null character in words": ("fa%00ll", ""),
    "very many digits": ("E-" + "9" * 5000, ""), "very many digits alone": ("9" * 5000, ""),
    "half a character": ("%ED%A0%80", ""),
    "half a character in an encoding of its own": ("%5Cud800", "text/plain; charset=raw_unicode_escape"),
}  # fmt: skip


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize("page", PAGES)
def test_whatever_is_searched_for_is_answered(browse: Browse, page: str, what: str) -> None:
    asked, content_type = ASKED[what]
    told = {"CONTENT_TYPE": content_type} if content_type else {}

    answer = browse("manager").generic("GET", page, QUERY_STRING=f"q={asked}", **told)

    assert answer.status_code == 200


def test_a_search_finds_what_was_pasted_with_a_tab(browse: Browse) -> None:
    page = browse("manager").get("/practices/", {"q": "\tHarbor\tRehabilitation "})

    assert 'value="Harbor Rehabilitation"' in page.content.decode()
