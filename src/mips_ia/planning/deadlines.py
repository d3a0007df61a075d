"""The days that matter in a performance year and after it, and the sizes of validation samples."""

from collections.abc import Mapping
from datetime import date, timedelta

from mips_ia.attestation import last_start
from mips_ia.problems import Problem, Refused
from mips_ia.rules import Rules


def deadlines(rules: Rules) -> Mapping[str, date]:
    """Every day that the rules of the year name or imply, by name.

    `last_start` is the last day to begin a period of the general length; `NAME_opens` and
    `NAME_closes` are the ends of each window; records are kept through `keep_until`.
    """
    found = {"known_on": rules.known_on, "last_start": last_start(rules.period[-1], rules.year)}
    for name, window in rules.window.items():
        if window.opens:
            found[f"{name}_opens"] = window.opens
        found[f"{name}_closes"] = window.closes
    end = date(rules.year, 12, 31)
    found["keep_until"] = end.replace(year=end.year + rules.number["keep_years"].value)
    found["keep_until_advised"] = end.replace(year=end.year + rules.number["keep_years_advised"].value)
    return found


def audit_due(received: date, rules: Rules) -> date:
    """The day by which an audit request is answered (calendar days from its receipt)."""
    return received + timedelta(days=rules.number["audit_days"].value)


def audit_first_reply_due(received: date, rules: Rules) -> date | None:
    """The day of the first reply, in business days, where the year asks for one."""
    left = rules.number.get("audit_first_reply_business_days")
    if left is None:
        return None
    day, count = received, left.value
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5  # Monday is 0
    return day


def sample(participants: int, rules: Rules) -> int:
    """How many of a registry's participants its data validation looks at; all of them if fewer."""
    return _sample(participants, "validation", rules)


def patients_sample(patients: int, rules: Rules) -> int:
    """How many patients of each clinician sampled it looks at; all of them if fewer."""
    return _sample(patients, "validation_patients", rules)


def _sample(whole: int, name: str, rules: Rules) -> int:
    if f"{name}_percent" not in rules.number:
        what = f"The rules of {rules.year} ask registries for no sample."
        raise Refused([Problem("no_sample", "validation", what, "Ask for a later year.")])
    percent, least, most = (rules.number[f"{name}_{part}"].value for part in ("percent", "least", "most"))
    return min(whole, max(least, min(most, -(-whole * percent // 100))))
