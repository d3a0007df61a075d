# ruff: noqa: INP001, T201 - a script by itself
"""What the list of 10,000 practices costs from stored results, on a real server: filters and the last page.

Run it by hand: `python benchmarks/practices_page.py`. It takes some minutes to build the practices.
"""

import sys
import urllib.request
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "portal"))

from served import YEAR, Served

COUNT, CALLS = 10_000, 7
ADDRESSES = ("", "?page=200", "?answer=notyet", "?within=30", "?q=practice+77", f"?year={YEAR - 1}")
_MANY = """
import django
django.setup()
from mips_ia.portal import clock, models
from mips_ia.portal.actions.results import RANKS
from mips_ia.rules import rules
house = models.Organization.objects.get()
kinds, today = list(RANKS), clock.today()
made = models.Practice.objects.bulk_create(
    models.Practice(organization=house, name=f"Practice {n}", slug=f"practice-{n}", tin=f"0{n:08d}")
    for n in range(1, COUNT + 1)
)
lines = models.Entry.objects.bulk_create(
    models.Entry(at=clock.now(), practice=each, action="practice added", record="", role="admin",
                 digest="0" * 64)
    for each in made for _ in range(5)
)
last = {each.practice_id: each.id for each in lines}
for year in (YEAR - 1, YEAR):
    years = models.Year.objects.bulk_create(models.Year(practice=each, year=year) for each in made)
    models.Result.objects.bulk_create(
        models.Result(year=each, entry=last[each.practice_id], day=today, edition=rules(year).edition,
                      kind=kinds[n % 4], rank=n % 4, certain=20, possible=40, unsigned=n % 3,
                      next_on=today.replace(day=28), next_what="The last day to start")
        for n, each in enumerate(years)
    )
"""


def main() -> None:
    """Print the median of each address, in milliseconds."""
    with Served().build() as server:
        server.python(_MANY.replace("COUNT", str(COUNT)).replace("YEAR", str(YEAR)))
        for address in ADDRESSES:
            asked = urllib.request.Request(  # noqa: S310 - our own server
                f"{server.address}/practices/{address}",
                headers={"Cookie": f"sessionid={server.sessions['admin']}"},
            )
            times = []
            for _ in range(CALLS):
                start = perf_counter()
                with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
                    size = len(answer.read())
                times.append(perf_counter() - start)
            print(f"/practices/{address:16} {median(times) * 1000:7.0f} ms, {size:,} bytes")


if __name__ == "__main__":
    main()
