"""Every page of the portal, found in its URL configuration, with what may stand in an address."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from django.urls import URLResolver, get_resolver

# Pages of packages, which know nothing of practices; they are looked at in the browser.
OTHERS = ("allauth.", "ninja.", "django.", "whitenoise.")
_PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
MOST = 60  # addresses tried for one pattern
# Places in an address that are not called like the kind of row that they name.
BY = {"evidence": "number", "revision": "number"}  # by what an address names these, counted in each practice
COUNTED = {"picture": [1]}
CALLED = {"number": ("upload",), "id": ("window", "delegation", "token"), "feed": ("calendarfeed",)}


@dataclass(frozen=True)
class Place:
    """One pattern: its name, its whole route, and the view behind it."""

    name: str
    route: str
    view: Any

    @property
    def rule(self) -> Any:
        """By which rule it opens; None where it does not say."""
        return getattr(self.view, "rule", None)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What an address of it must name: the name and the kind of each."""
        return [(found["name"], found["kind"] or "str") for found in _PART.finditer(self.route)]

    @property
    def of_a_practice(self) -> bool:
        """Whether the address names a practice."""
        return any(name == "practice" for name, _ in self.parts)

    @property
    def names_a_row(self) -> bool:
        """Whether it names more than a practice and a year."""
        return any(name not in ("practice", "year") for name, _ in self.parts)

    def filled(self, given: dict[str, Any]) -> str:
        """The address with something in each place."""
        return "/" + _PART.sub(lambda found: str(given[found["name"]]), self.route)

    def addresses(self, slug: str, words: Iterable[str], rows: dict[str, list[Any]]) -> Iterator[str]:
        """The addresses that may be meant: with each row of the kind that a place is called by."""
        held = [self._may_be(name, kind, slug, [*words], rows) for name, kind in self.parts]
        names = [name for name, _ in self.parts]
        found = (self.filled(dict(zip(names, each, strict=True))) for each in product(*held))
        yield from islice(dict.fromkeys(found), MOST)

    def _may_be(
        self, name: str, kind: str, slug: str, words: list[str], rows: dict[str, list[Any]]
    ) -> list[Any]:
        if name in ("practice", "year"):
            return [slug] if name == "practice" else [2026, 2025]
        if kind != "int":
            return words
        if name in COUNTED:
            return COUNTED[name]
        if name in BY:
            return [getattr(row, BY[name]) for row in rows.get(name, [])] or [1]
        kinds = CALLED.get(name, (name.replace("_", ""),))
        named = [row.pk for each in kinds for row in rows.get(each, [])]
        return named or [row.pk for each in rows.values() for row in each]


def places() -> list[Place]:
    """Every page of ours."""
    return [each for each in _within(get_resolver().url_patterns, "") if not _foreign(each.view)]


def _within(patterns: Iterable[Any], before: str) -> Iterator[Place]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _within(each.url_patterns, route)
        else:
            yield Place(each.name or route, route, each.callback)


def _foreign(view: Any) -> bool:
    return getattr(view, "func", view).__module__.startswith(OTHERS)
