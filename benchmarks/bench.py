# ruff: noqa: INP001, T201 - a script, no package, and it prints
"""What this costs, as ratios taken in one run: `.venv/bin/python benchmarks/bench.py`.

Both sides of a ratio are measured by turns in the same process (or as whole processes by turns), and
each number is the median of its rounds, so that a busy machine slows both. `docs/benchmarks.md` says
what each line means. The exit code is 1 where a goal was missed, after all lines were printed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "src"))

from timing import Line, each, medians, told  # noqa: E402 - beside this file

from mips_ia import Profile, Rules, rules, score, scoring, years  # noqa: E402 - from this checkout
from mips_ia.catalogue import catalogue_of  # noqa: E402
from mips_ia.reading.yearbook import YEARS, yearbook  # noqa: E402
from mips_ia.rules import rules_of  # noqa: E402

WITH_OPENFISCA = HOME / ".venv-bench" / "bin" / "python"
COMMAND = HOME / ".venv" / "bin" / "mips-ia"


def nothing(who: Profile, by: Rules) -> None:
    """A call that does nothing, with the arguments of `score`."""


def profile(year: int) -> Profile:
    """A clinician of a rural practice with two activities, of which nothing is unknown."""
    kinds = sorted(rules(year).scale[0].points)
    facts = frozenset({"individual", "traditional", "special_status"})
    return Profile(facts, tuple((kind, 1) for kind in kinds))


def first_of_its_kind(who: Profile, by: Rules) -> None:
    """A score whose facts nobody had before, so that every clause is looked at."""
    scoring._fitting.cache_clear()  # noqa: SLF001 - what the cache saves is to be seen
    score(who, by)


def one_score() -> Iterator[Line]:
    """One score against an empty call, and against one whose clauses are not looked up yet."""
    found = []
    for year in years():
        given = profile(year), rules(year)
        one, empty = medians(each(score, *given), each(nothing, *given))
        found.append((one, one / empty, year))
    middle, ratio = median(one for one, _, _ in found), median(ratio for _, ratio, _ in found)
    goal = "under 15 µs"
    yield Line("(a) one score, median of the years", f"{middle * 1e6:.1f} µs", goal, middle < 15e-6)
    slowest, _, year = max(found)
    yield Line(f"(a) one score, the slowest year ({year})", f"{slowest * 1e6:.1f} µs", goal, slowest < 15e-6)
    yield Line("(a) one score : an empty Python call", f"{ratio:.0f} : 1")
    given = profile(year), rules(year)
    fresh, one = medians(each(first_of_its_kind, *given), each(score, *given))
    yield Line("(a) the first score of its facts", f"{fresh * 1e6:.1f} µs, {fresh / one:.1f} : 1")


def openfisca() -> Iterator[Line]:
    """The same sum done with OpenFisca, in the environment that has it."""
    if not WITH_OPENFISCA.exists():
        yield Line("(b) OpenFisca", "not installed; `make bench` does")
        return
    command = [str(WITH_OPENFISCA), __file__, "openfisca"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        yield Line("(b) OpenFisca", f"failed: {done.stderr.strip().splitlines()[-1]}")
        return
    one, whole, alone = json.loads(done.stdout)
    for name, taken in (("build from a dict, calculate", whole), ("calculate alone", alone)):
        measured = f"{taken * 1e6:.0f} µs, {taken / one:.0f} : 1"
        yield Line(f"(b) OpenFisca, {name} : one score", measured, "at least 100 : 1", taken >= 100 * one)


def against_openfisca() -> tuple[float, ...]:
    """Seconds of one score, of a fresh simulation with its result, and of the result alone."""
    from openfisca_core.simulations import SimulationBuilder  # noqa: PLC0415 - only this environment has it

    year = next(y for y in years() if "high" in rules(y).scale[0].points)
    system, by = _system(), rules(year)
    who = Profile(frozenset({"individual", "traditional", "special_status"}), (("high", 1), ("medium", 1)))
    when = str(year)
    given = {"clinicians": {"one": {"high": {when: 1}, "medium": {when: 1}, "special_status": {when: True}}}}

    def built() -> Any:
        return SimulationBuilder().build_from_entities(system, given)

    def whole() -> Any:
        return built().calculate("points", when)

    def alone() -> float:
        simulations = [built() for _ in range(50)]
        begun = perf_counter()
        for simulation in simulations:
            simulation.calculate("points", when)
        return (perf_counter() - begun) / 50

    if int(whole()[0]) != score(who, by).points:
        raise AssertionError("the two sides do not give the same points")
    return medians(each(score, who, by), each(whole, calls=50), alone)


def _system() -> Any:
    """A country of one entity and four variables: activities by points, doubled, at most full credit."""
    from openfisca_core import entities, periods, taxbenefitsystems, variables  # noqa: PLC0415

    clinician = entities.Entity("clinician", "clinicians", "One clinician", "")
    common = {"entity": clinician, "definition_period": periods.DateUnit.YEAR, "label": "-"}

    def points(people: Any, period: Any) -> Any:
        earned = people("high", period) * 20 + people("medium", period) * 10
        return (earned * (1 + people("special_status", period))).clip(0, 40)

    system = taxbenefitsystems.TaxBenefitSystem([clinician])
    for name, kind, more in (
        ("high", int, {}),
        ("medium", int, {}),
        ("special_status", bool, {}),
        ("points", int, {"formula": points}),
    ):
        system.add_variable(type(name, (variables.Variable,), {**common, "value_type": kind, **more}))
    return system


def loading() -> Iterator[Line]:
    """Every year's rules and activities from their files."""
    with tempfile.TemporaryDirectory() as place:
        compiled, fresh = Path(place) / "compiled", Path(place) / "fresh"
        shutil.copytree(YEARS, compiled, ignore=shutil.ignore_patterns("__pycache__"))
        _load(compiled)

        def first() -> float:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(YEARS, fresh, ignore=shutil.ignore_patterns("__pycache__"))
            return _load(fresh)

        again, once = medians(lambda: _load(compiled), first, rounds=9)
    count = len(years())
    yield Line(f"(c) {count} years loaded again", f"{again * 1e3:.0f} ms", "under 60 ms", again < 60e-3)
    yield Line(f"(c) {count} years loaded for the first time", f"{once * 1e3:.0f} ms")


def _load(folder: Path) -> float:
    """Seconds for all rules and catalogues of a folder, past the caches of the process."""
    begun = perf_counter()
    for year in years(folder):
        rules_of(yearbook(year, folder))
        catalogue_of(yearbook(year, folder))
    return perf_counter() - begun


def starting() -> Iterator[Line]:
    """A whole run of the command line against a whole run of Python."""
    name = "(d) `mips-ia requirements` : `python -c pass`"
    if not COMMAND.exists():
        yield Line(name, "mips-ia is missing")
        return
    python = str(COMMAND.with_name("python"))
    ours, empty = medians(_process(str(COMMAND), "requirements"), _process(python, "-c", "pass"))
    measured = f"{ours * 1e3:.0f} ms, {ours / empty:.1f} : 1"
    yield Line(name, measured, "at most 12 : 1", ours <= 12 * empty)


def _process(*command: str) -> Callable[[], float]:
    def measured() -> float:
        begun = perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=os.environ)  # noqa: S603
        return perf_counter() - begun

    return measured


if __name__ == "__main__":
    if sys.argv[1:] == ["openfisca"]:
        print(json.dumps(against_openfisca()))
    else:
        print(f"{'what':<58} {'measured':>24}   {'goal':<18} verdict")
        from binders import binders
        from documents import documents
        from millions import millions

        from portal import portal

        sys.exit(told((one_score, openfisca, loading, starting, documents, millions, portal, binders)))
