"""The days of the year itself: submission, registration for an MVP, and how long to keep records."""

from datetime import date, timedelta

from mips_ia.planning.deadlines import deadlines
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import page, stage_of
from mips_ia.portal.templatetags.words import day, many

OPEN = 5  # days for which it is news that submission opened
# Days of the year: the day's name in the rules, how many days before, to which roles, and what it is. When
# people are told is our choice, not a rule of CMS; the days themselves come from the rules of the year.
SENT_BY = ("manager", "official", "registry")
DEADLINES = (
    ("submission_closes", (30, 14, 7, 3, 1), SENT_BY, "Submission closes on"),
    ("mvp_registration_closes", (30, 7, 1), ("manager",), "MVP registration closes on"),
    ("keep_until", (90,), ("admin",), "The records of {year} must be kept until"),
)


def of_the_year(ledger, roles):
    """What is near of the days that the rules of the year name, until it is done or past."""
    known, practice, to = deadlines(ledger.rules), ledger.row.practice, page(ledger, "")
    sent = ledger.row.finals.filter(downloads__isnull=False).exists()
    done = {"submission_closes": sent, "mvp_registration_closes": not ledger.row.considers_mvp}
    opens = known.get("submission_opens", date(ledger.year + 1, 1, 1))
    if opens <= ledger.today <= opens + timedelta(days=OPEN) and not sent:
        for person, who in _each_once(roles, SENT_BY):
            about, says = (f"submission_opens {ledger.year}",), _opened(ledger.year, known)
            yield Due("submission_opens", person, practice, who, about, says, to)
    for name, stages, whom, words in DEADLINES:
        left = (known[name] - ledger.today).days if name in known else -1
        stage = stage_of(stages, left)
        if done.get(name) or stage is None:
            continue
        says = f"{words.format(year=ledger.year)} {day(known[name])}, {many(left, 'day')} from now."
        for person, who in _each_once(roles, whom):
            yield Due(name, person, practice, who, (f"{name} {ledger.year} {stage}",), says, to, left)


def _opened(year, known):
    """That submission is open; where CMS's day is not known, that the year is over."""
    if opens := known.get("submission_opens"):
        return f"Submission of {year} is open since {day(opens)}."
    until = day(known["submission_closes"])
    return f"{year} is over. Its data can be sent once CMS opens submission, through {until}."


def _each_once(roles, whom):
    """Everybody in some roles, each with the first of them that they have."""
    found = {}
    for who in whom:
        for person in roles[who]:
            found.setdefault(person, who)
    return found.items()
