"""Evidence is as unchangeable as signatures, and what was signed and sent before is in the log of records."""

from datetime import UTC

from django.db import migrations

from mips_ia.portal.triggers import ended_once, free, unchangeable
from mips_ia.vault.canonical import canonical
from mips_ia.vault.merkle import leaf_hash

UNCHANGEABLE = ("revision", "review", "leaf", "notary")
# What never changes of what is ended once, and by which column it is ended.
ENDED = {
    "use": ("ended_at", ("id", "evidence_id", "year_id", "activity", "leaf", "kind", "first", "last", "numerator",
                         "denominator", "clinician_id", "note", "person_id", "role", "at", "digest")),
    "hold": ("lifted_at", ("id", "year_id", "reason", "person_id", "at")),
    "destruction": ("agreed_at", ("id", "evidence_id", "reason", "person_id", "at")),
}  # fmt: skip
# Where the time and the practice of each record stand.
BEFORE = (
    ("Delegation", "given_at", "year__practice"),
    ("Signature", "signed_at", "window__year__practice"),
    ("Final", "at", "year__practice"),
)


def _closed(apps, schema):
    for name in UNCHANGEABLE:
        unchangeable(schema, f"portal_{name}")
    for name, (ended, fixed) in ENDED.items():
        ended_once(schema, f"portal_{name}", fixed, ended)


def _opened(apps, schema):
    for name in (*UNCHANGEABLE, *ENDED):
        free(schema, f"portal_{name}")


def _leaves(apps, schema):
    """A leaf for each record that has a digest, in the order in which they were made."""
    alias, found = schema.connection.alias, []
    for name, at, practice in BEFORE:
        rows = apps.get_model("portal", name).objects.using(alias).filter(seal__gt=0)
        found += [
            (when, name.lower(), *rest) for when, *rest in rows.values_list(at, "pk", "digest", practice)
        ]
    leaf = apps.get_model("portal", "Leaf")
    made = []
    for index, (at, kind, record, digest, practice) in enumerate(sorted(found)):
        told = {"kind": kind, "record": record, "digest": digest, "at": at.astimezone(UTC).isoformat()}
        text = canonical(told)
        made.append(
            leaf(index=index, practice_id=practice, content=text.decode(), digest=leaf_hash(text).hex())
        )
    leaf.objects.using(alias).bulk_create(made, batch_size=1000)


class Migration(migrations.Migration):
    """After the tables of evidence are there."""

    dependencies = [("portal", "0010_evidence")]
    operations = [
        migrations.RunPython(_leaves, migrations.RunPython.noop),
        migrations.RunPython(_closed, _opened),
    ]
