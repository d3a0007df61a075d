"""The installation's log of records: each receipt, use, review, signature and submission is a leaf.

A leaf holds numbers and digests alone, so that it can be shown to anybody. The leaves are a Merkle tree,
whose root is signed from time to time: see `vaults`.
"""

from datetime import UTC

from mips_ia.portal import seals
from mips_ia.portal.log import LEAVES
from mips_ia.portal.models import Leaf
from mips_ia.portal.turns import one_at_a_time
from mips_ia.vault.canonical import canonical
from mips_ia.vault.merkle import leaf_hash


class Rows:
    """The leaves in the database, as a log of the vault takes them."""

    def __init__(self, practice=None):
        self.practice = practice

    def add(self, leaf):
        """Keep one more leaf, inside the transaction of what it tells of; says which it is, from zero."""
        return add([(self.practice and self.practice.pk, leaf)])

    def read(self, start=0):
        """The leaves from one on."""
        rows = Leaf.objects.filter(index__gte=start).order_by("index")
        for content in rows.values_list("content", flat=True).iterator():
            yield content.encode()


def add(told):
    """Keep leaves, each with the key of its practice, in one transaction; says which the first of them is."""
    one_at_a_time(LEAVES)
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    first = 0 if last is None else last + 1
    Leaf.objects.bulk_create(
        Leaf(index=index, practice_id=practice, content=leaf.decode(), digest=leaf_hash(leaf).hex())
        for index, (practice, leaf) in enumerate(told, first)
    )
    return first


def keep(practice, row, **more):
    """The leaf of a record that was made now, inside its transaction."""
    return Rows(practice).add(canonical(told(row) | more))


def told(row):
    """What the leaf of a record says of it."""
    return {
        "kind": type(row).__name__.lower(), "record": row.pk, "digest": seals.of(row), "at": made_at(row),
    }  # fmt: skip


def made_at(row):
    """When a record was made, as leaves have it."""
    names = ("signed_at", "given_at", "received_at", "at")
    return moment(next(getattr(row, name) for name in names if hasattr(row, name)))


def ended(practice, row):
    """The leaf that says that a record does not hold any more, since when and by whom, as it is kept now."""
    row.refresh_from_db(fields=["ended_at", "ended_by"])
    value = {
        "kind": f"{type(row).__name__.lower()} ended", "record": row.pk, "at": moment(row.ended_at),
        "by": row.ended_by_id,
    }  # fmt: skip
    return Rows(practice).add(canonical(value))


def moment(at):
    """A moment as leaves have it."""
    return at.astimezone(UTC).isoformat()
