# ruff: noqa: INP001 - beside the script that uses it
"""What a binder costs as the portal makes it: rows gathered, PDF set, ZIP written, and kept in the vault."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "portal"))

from served import Served

_READY = """
import json, resource, sys
from datetime import date
from pathlib import Path
import django
from memory import highest
django.setup()
from mips_ia.portal import vaults
from mips_ia.portal.actions import binders, evidence
from mips_ia.portal.models import Binder, Person, Practice
from mips_ia.portal.tenancy import access_of
manager = Person.objects.get(email="manager@demo.example")
access = access_of(manager, Practice.objects.get().slug, 2026)
"""
# Each plain file is evidence of one item; three items of two activities take turns. All rows are one change.
_FILL = """
from django.db import transaction
items = [("IA_PSPA_21", "screening_program"), ("IA_PSPA_21", "risk_factors"), ("IA_BE_16", "techniques_2022")]
with transaction.atomic():
    for number, path in enumerate(sorted(Path(sys.argv[1]).iterdir())):
        told = {"name": path.name, "media_type": "application/octet-stream", "title": f"Document {number}"}
        kept = evidence.receive(access, path.read_bytes(), told).evidence
        activity, item = items[number % len(items)]
        evidence.use(access, kept, activity, item, kind="policy", first=date(2026, 5, 15))
"""
_MAKE = """
row = Binder.objects.create(year=access.year, asked_by=manager, role="manager")
binders.make(access, row)
row.refresh_from_db()
assert row.made_at, row.told
of_its_pdf = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps([row.pk, highest(), of_its_pdf]))
"""
_TAKE_AWAY = """
row = Binder.objects.get(pk=int(sys.argv[1]))
with Path(sys.argv[2]).open("wb") as file:
    file.writelines(vaults.store().read(row.sha256))
vaults.store().forget(row.sha256)
"""


class Portal:
    """A portal in which each of the plain files is evidence."""

    def __init__(self, root: Path) -> None:
        self._root, self._served = root, Served(root / "portal").build()
        self.peaks: list[tuple[float, float]] = []
        self._ran(_FILL, root / "plain")

    def making(self) -> Callable[[], float]:
        """Measures a binder as a whole process; afterwards it is in `portal.zip` and not in the vault."""

        def measured() -> float:
            begun = perf_counter()
            pk, own, child = json.loads(self._ran(_MAKE))
            taken = perf_counter() - begun
            self.peaks.append((own, child))
            self._ran(_TAKE_AWAY, pk, self._root / "portal.zip")
            return taken

        return measured

    def _ran(self, code: str, *given: Any) -> str:
        command = [sys.executable, "-c", _READY + code, *map(str, given)]
        environment = self._served.environment
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout
