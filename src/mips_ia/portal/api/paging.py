"""Long lists in parts: every list takes `limit` and `offset`, and says how many there are in all."""

from typing import Generic, TypeVar

from django.db.models import QuerySet
from ninja import Field, Schema

MOST = 100  # in one answer
Item = TypeVar("Item")


class Part(Schema):
    """Which part of a list is wanted: at most so many, after so many."""

    limit: int = Field(MOST, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=9_000_000)


class Listed(Schema, Generic[Item]):
    """A part of a list, and how many there are in all."""

    count: int
    items: list[Item]


def part(found, asked):
    """The rows of the part that is asked for; only these are read."""
    return found[asked.offset : asked.offset + asked.limit]


def listed(found, asked, items=None):
    """The answer: `items` in the place of the rows of the part, where they are told in other words."""
    count = found.count() if isinstance(found, QuerySet) else len(found)
    return {"count": count, "items": part(found, asked) if items is None else [*items]}
