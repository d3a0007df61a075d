"""Who is being scored: counts and look-ups become facts, each true, false or unknown.

CMS decides the special statuses from claims that a practice does not have, so its look-up comes
first; counts only estimate, and every fact says by which rule it holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mips_ia.problems import Problem, counted
from mips_ia.reading.clauses import CATEGORIES, ENTITIES, PATHWAYS, Status
from mips_ia.rules import Rules

APMS = ("mips_apm", "other_apm", "none")
_FOR_MIPS_APMS = ("app", "apm_scoring_standard")
_OF_GROUP = ("subgroup", "apm_entity")  # their statuses are not estimated from their own counts
LOOK_UP = "CMS's QPP Participation Status look-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What is known of a practice, clinician, group or entity in one performance year.

    None means not known, which is never the same as no. `statuses` is what CMS's look-up says
    (empty: it says none); the counts below it serve only where it is None. `clinicians` counts
    the NPIs that bill under the TIN or TINs, or that are in the subgroup or APM Entity.
    `medical_home_sites` is (recognized, all); `apm` is `mips_apm`, `other_apm` or `none`;
    `not_scored` names the categories that CMS reweights to zero; `earlier` lists the
    (performance year, activity id) of credit taken before. `extreme_circumstances` and `study`
    are grants of CMS that it tells to those concerned: they are no unless stated.
    """

    performance_year: int
    entity: str
    pathway: str = "traditional"
    mvp: str | None = None
    clinicians: int | None = None
    statuses: frozenset[str] | None = None
    patient_facing_encounters: int | None = None
    non_patient_facing_clinicians: int | None = None
    rural_clinicians: int | None = None
    hpsa_clinicians: int | None = None
    medical_home_sites: tuple[int, int] | None = None
    apm: str | None = None
    quality_and_pi_submitted: bool | None = None
    not_scored: frozenset[str] | None = None
    extreme_circumstances: bool = False
    study: bool = False
    earlier: frozenset[tuple[int, str]] = frozenset()

    @property
    def many(self) -> bool:
        """Whether the practice reports as more than one clinician."""
        return self.entity != "individual"


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One thing about the practice: true, false or unknown (None), why, and who says so.

    `estimated` is true where counts stand in for CMS's look-up.
    """

    name: str
    value: bool | None
    says: str
    cite: str
    assumption: str = ""
    estimated: bool = False


def standing(who: Practice, rules: Rules) -> Mapping[str, Fact]:
    """Every fact that the rules of the year ask for, by name."""
    facts = {name: _status(name, who, rules) for name in rules.special}
    facts["special_status"] = _special(facts, rules)
    facts["medical_home_sites"] = medical_home_sites(who, rules)
    facts |= {fact.name: fact for fact in _participation(who)}
    return facts


def problems(who: Practice, rules: Rules) -> list[Problem]:
    """What stops the practice from being scored by these rules; all of it, not only the first."""
    asked = (
        ("unknown_entity", "entity", {who.entity}, ENTITIES),
        ("unknown_pathway", "pathway", {who.pathway}, PATHWAYS),
        ("unknown_status", "statuses", who.statuses or (), rules.special),
        ("unknown_apm", "apm", {who.apm or "none"}, APMS),
        ("unknown_category", "not_scored", who.not_scored or (), CATEGORIES),
    )
    unknown = [
        Problem(code, where, f"There is no {name!r}.", f"Use one of: {', '.join(allowed)}.")
        for code, where, given, allowed in asked
        for name in sorted({*given} - {*allowed})
    ]
    return [*unknown, *_wrong_pathway(who, rules), *_wrong_counts(who), *_look_up_and_count(who, rules)]


def _wrong_pathway(who: Practice, rules: Rules) -> Iterator[Problem]:
    pathway = rules.pathway.get(who.pathway)
    if pathway is None and who.pathway in PATHWAYS:
        what = f"There is no {who.pathway} pathway in {rules.year}."
        yield Problem("pathway_not_in_year", "pathway", what, f"Use one of: {', '.join(rules.pathway)}.")
    elif pathway and who.entity in ENTITIES and who.entity not in pathway.entities:
        what = f"In {rules.year}, reporting as {who.entity} is not open on the {who.pathway} pathway."
        fix = f"Use one of: {', '.join(pathway.entities)}."
        yield Problem("entity_not_on_pathway", "entity", what, fix, pathway.cite, "warning")
    if who.pathway in _FOR_MIPS_APMS and who.apm in ("other_apm", "none"):
        what = f"The {who.pathway} pathway is for participants in a MIPS APM; apm says {who.apm}."
        yield Problem("not_in_mips_apm", "apm", what, "Correct the APM or choose another pathway.")
    if who.mvp and who.pathway != "mvp":
        what = f"The MVP {who.mvp} is given, and the pathway is {who.pathway}."
        yield Problem("mvp_ignored", "pathway", what, "Say mvp, or leave the MVP out.", "", "warning")


def _look_up_and_count(who: Practice, rules: Rules) -> Iterator[Problem]:
    """A warning where the look-up and the number of clinicians say different things of the size."""
    rule = rules.special["small_practice"]
    most = rule.at_most_clinicians if rule.everybody is None else None
    if who.statuses is None or not who.clinicians or not most or who.entity in _OF_GROUP:
        return
    small = "small_practice" in who.statuses
    if small != (who.clinicians <= most):
        said = "says small" if small else "does not say small"
        what = f"There are {counted(who.clinicians, 'clinician')}, and the look-up {said}."
        fix = "The look-up is used; check that it was read in full."
        yield Problem("size_and_status", "statuses", what, fix, rule.cite, "warning")


def _wrong_counts(who: Practice) -> Iterator[Problem]:
    for name, least in (("clinicians", 1), ("patient_facing_encounters", 0)):
        if (value := getattr(who, name)) is not None and value < least:
            yield Problem("impossible_count", name, f"{value} is too small.", "Give the real count.")
    for name in ("non_patient_facing_clinicians", "rural_clinicians", "hpsa_clinicians"):
        if (value := getattr(who, name)) is not None and not 0 <= value <= (who.clinicians or value):
            what = f"{value} is not between 0 and the {who.clinicians} clinicians there are."
            yield Problem("impossible_count", name, what, "Correct one of the two.")
    recognized, sites = who.medical_home_sites or (1, 1)
    if not 0 <= recognized <= sites or sites < 1:
        what = f"{recognized} of {sites} sites cannot be."
        yield Problem("impossible_count", "medical_home_sites", what, "Give recognized/all, as 2/6.")


def _status(name: str, who: Practice, rules: Rules) -> Fact:
    rule = rules.special[name]
    if rule.everybody is not None:
        return Fact(name, rule.everybody, f"{'Everybody' if rule.everybody else 'Nobody'} has it", rule.cite)
    if who.statuses is not None:
        held = name in who.statuses
        return Fact(name, held, f"{LOOK_UP} {'shows' if held else 'does not show'} it", rule.cite)
    value, why = _estimate(name, rule, who)
    if value is None:
        return Fact(name, None, why, rule.cite)
    assumption = rule.assumption or f"The status {words(name)} is estimated from counts; {LOOK_UP} decides"
    return Fact(name, value, why, rule.cite, assumption, estimated=True)


def _estimate(name: str, rule: Status, who: Practice) -> tuple[bool | None, str]:
    """What counts suggest of a status where the look-up is not known, and why."""
    if who.entity in _OF_GROUP:
        return None, "It comes from the look-up of the group"
    if rule.at_most_clinicians is not None and who.clinicians is not None:
        small = who.clinicians <= rule.at_most_clinicians
        return small, f"{counted(who.clinicians, 'clinician')}; {rule.at_most_clinicians} or fewer is small"
    seen = None if who.many else who.patient_facing_encounters
    if rule.at_most_encounters is not None and seen is not None:
        least = f"{rule.at_most_encounters} or fewer is non-patient facing"
        return seen <= rule.at_most_encounters, f"{seen} patient-facing encounters; {least}"
    count = getattr(who, f"{name}_clinicians", None)
    if count is None or (who.many and rule.more_than_percent is not None and who.clinicians is None):
        return None, f"{LOOK_UP} has not been recorded, and no count tells"
    return _share(rule, count, who)


def _share(rule: Status, count: int, who: Practice) -> tuple[bool, str]:
    if not who.many:
        return count > 0, f"{'true' if count else 'not true'} of the clinician"
    if rule.at_least_clinicians is not None:
        least = rule.at_least_clinicians
        return count >= least, f"{counted(count, 'clinician')} practice there; {least} is enough"
    whole = who.clinicians or 0
    held = f"{count} of {counted(whole, 'clinician')}"
    limit = rule.more_than_percent or 0
    return 100 * count > limit * whole, f"{held}; more than {limit}% is needed"


def _special(facts: Mapping[str, Fact], rules: Rules) -> Fact:
    """Whether any status doubles the points; several do not multiply."""
    asked = [facts[name] for name, rule in rules.special.items() if rule.special]
    cite = next((s.cite for s in rules.scale if "special_status" in s.when), "")
    if held := next((fact for fact in asked if fact.value), None):
        return Fact("special_status", True, f"{words(held.name)}: {held.says}", held.cite, held.assumption)
    if unknown := [words(fact.name) for fact in asked if fact.value is None]:
        return Fact("special_status", None, f"Not known: {', '.join(unknown)}", cite)
    return Fact("special_status", False, "None of the statuses that double the points", cite)


def _participation(who: Practice) -> Iterator[Fact]:
    on_mips_apm = who.apm == "mips_apm" or who.pathway in _FOR_MIPS_APMS
    known = who.apm is not None or on_mips_apm
    says = f"APM participation: {who.apm or 'mips_apm'}" if known else "Not known: whether there is an APM"
    cite = "42 CFR 414.1305"
    yield Fact("apm", (on_mips_apm or who.apm == "other_apm") if known else None, says, cite)
    yield Fact("mips_apm", on_mips_apm if known else None, says, cite)
    submitted = who.quality_and_pi_submitted
    answer = {None: "Not known", True: "Stated", False: "Stated that not"}
    yield Fact("quality_and_pi_submitted", submitted, answer[submitted], "42 CFR 414.1380(b)(3)(i)")
    for name, stated in (("extreme_circumstances", who.extreme_circumstances), ("study", who.study)):
        says = "Stated" if stated else "Not stated; CMS tells those to whom it applies"
        yield Fact(name, stated, says, "42 CFR 414.1380")


def medical_home_sites(who: Practice, rules: Rules) -> Fact:
    """Whether enough practice sites are recognized as medical homes; it counts once it is attested."""
    threshold = next(t for t in rules.medical_home if t.fits(frozenset([who.entity])))
    if who.medical_home_sites is None:
        says = "How many of the practice's sites are recognized as medical homes is not known"
        return Fact("medical_home_sites", None, says, threshold.cite)
    recognized, sites = who.medical_home_sites
    needed = threshold.needed(sites)
    says = f"{recognized} of {counted(sites, 'site')} recognized, and {needed} needed"
    return Fact("medical_home_sites", recognized >= needed, says, threshold.cite)


def words(name: str) -> str:
    """A fact's name as a person reads it: `non_patient_facing` is `non-patient facing`."""
    known = {
        "non_patient_facing": "non-patient facing", "hpsa": "HPSA", "asc_based": "ASC-based",
        "hospital_based": "hospital-based", "facility_based": "facility-based", "apm": "APM",
        "mips_apm": "MIPS APM", "quality_and_pi_submitted": "quality and PI submitted",
    }  # fmt: skip
    return known.get(name, name.replace("_", " "))
