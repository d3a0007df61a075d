"""What the portal takes as so where nobody said it: each assumption by its key, as a sentence."""

from datetime import date

from mips_ia.planning.ledger import COUNTING
from mips_ia.portal.described import STATUSES
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told import readings
from mips_ia.standing import words

# Who reports as one over several practices, or over a part of one.
BEYOND = {"virtual_group": "virtual group", "subgroup": "subgroup", "apm_entity": "APM Entity"}
OCTOBER = 10  # with which the last three months of a year begin


def assumed(ledger):
    """What today's answer assumes of the practice, or of all who report as individuals."""
    if not ledger.practice.many:
        late, stays = _late(ledger, ledger.counted), _stays(ledger, ledger.counted)
        return _said(late=late, stays=stays, statuses=statuses(ledger))
    return _said(
        entity=whole(ledger), denominator=readings.assumed(ledger), stays=_stays(ledger, ledger.counted)
    )


def of_one(ledger, person):
    """What one clinician's own score assumes."""
    late, stays = _late(ledger, [person]), _stays(ledger, [person])
    return _said(late=late, stays=stays, statuses=_own(ledger, person))


def _said(**each):
    return {key: says for key, says in each.items() if says}


def whole(ledger):
    """That the roster is that of a whole virtual group, subgroup or APM Entity; empty where nobody is one."""
    named = BEYOND.get(ledger.practice.entity)
    if not named:
        return ""
    return (
        f"The roster of this practice is taken to be everybody of the {named}. Who is counted, how many are "
        "needed and each verdict rest on that."
    )


def _late(ledger, people):
    """That those count who joined in the last three months and whom CMS, as individuals, does not score."""
    rule, since = ledger.rules.note.get("late_joiners"), date(ledger.year, OCTOBER, 1)
    late = [person for person in people if person.joined_on and person.joined_on >= since]
    if not late or rule is None:
        return ""
    count, them = ("counts", "that one") if len(late) == 1 else ("count", "them")
    return (
        f"{many(len(late), 'clinician')} joined on {day(since)} or later and {count} here. Of those who "
        f"report as individuals CMS does not score {them} in this practice ({rule.cite}): say on the roster "
        "that they did not bill, and nothing is asked of them."
    )


def _stays(ledger, people):
    """That somebody was there already, or still is, where a window that counts rests on a blank day."""
    blank = [_blanks(person, _counting(ledger, person)) for person in people]
    first, last = (sum(days) for days in zip(*blank, strict=True)) if blank else (0, 0)
    found = []
    if first:
        found.append(f"no first day for {_who(people, first)}, taken as before {ledger.year}")
    if last:
        found.append(f"no last day for {_who(people, last)}, taken as still here")
    return f"Of those whose windows count, the roster has {', and '.join(found)}." if found else ""


def _who(people, count):
    return people[0].clinician.spoken if len(people) == 1 else many(count, "clinician")


def _counting(ledger, person):
    cells = (each.cells.get(person.id) or ledger.cell(person.id, each.activity) for each in ledger.tallies)
    return [cell.window for cell in cells if cell.state in COUNTING]


def _blanks(person, windows):
    """Whether one of the windows is in a stay without a first day, and in one without a last day."""
    stays = [stay for stay in person.stays if any(_holds(stay, window) for window in windows)]
    return any(stay.joined_on is None for stay in stays), any(stay.left_on is None for stay in stays)


def _holds(stay, window):
    begun = stay.joined_on is None or stay.joined_on <= window.last
    return begun and (stay.left_on is None or stay.left_on >= window.first)


# ---- Special statuses of individuals


def statuses(ledger):
    """Whence those statuses are that the roster does not have of a clinician; empty where it has all."""
    if ledger.row.statuses is None or not any(_missing(ledger, person) for person in ledger.counted):
        return ""
    return (
        "A clinician’s special statuses are their own where the roster has them (42 CFR 414.1305). Where it "
        "has none they are taken to be those recorded for the practice."
    )


def _own(ledger, person):
    if ledger.row.statuses is None:
        return ""
    who, missing, other = person.clinician.spoken, _missing(ledger, person), _other(ledger, person)
    found = []
    if missing:
        found.append(
            f"The roster does not have of {who} whether these special statuses are theirs: {_named(missing)}."
            " They are taken to be as recorded for the practice."
        )
    if other:
        found.append(
            f"The roster has of {who} otherwise than was recorded for the practice: {_named(other)}. For an "
            "individual their own counts (42 CFR 414.1305)."
        )
    return " ".join(found)


def _asked(ledger):
    """The statuses that double points in the year and that a clinician has of their own."""
    found = ((name, ledger.rules.special.get(name)) for name in STATUSES)
    return [name for name, rule in found if rule and rule.special and rule.everybody is None]


def _missing(ledger, person):
    return [name for name in _asked(ledger) if person.own(name) is None]


def _other(ledger, person):
    held = ledger.row.statuses
    return [name for name in _asked(ledger) if person.own(name) not in (None, name in held)]


def _named(names):
    return ", ".join(words(name) for name in names)
