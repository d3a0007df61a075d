"""What changed under a practice: another number of clinicians that is needed, and what CMS did."""

from mips_ia.planning.deadlines import deadlines
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import page


def half_moved(ledger, roles):
    """Managers learn that another number is needed than when they were last told, or first looked at.

    A roster is still being set up until somebody's days are entered. The first number is kept and not told.
    """
    tally = next((each for each in ledger.tallies if each.needed is not None), None)
    if ledger.lacking or not ledger.windows or tally is None:
        return
    start = f"half {ledger.year} "
    known = {}
    kept = ledger.row.practice.reminders.filter(about__startswith=start).order_by("id")
    for person, about in kept.values_list("person_id", "about"):
        known[person] = tuple(int(each) for each in about.removeprefix(start).split())
    for person in roles["manager"]:
        number, before = known.get(person.id, (0, None))
        if before != tally.needed:
            about = (f"{start}{number + 1} {tally.needed}",)
            says = "" if before is None else _moved(tally, before)
            to = page(ledger, "roster/")
            yield Due("half", person, ledger.row.practice, "manager", about, says, to)


def _moved(tally, before):
    count = f"{tally.of} now count{'s' if tally.of == 1 else ''}"
    needed = f"{tally.needed} {'is' if tally.needed == 1 else 'are'} needed"
    return f"The roster changed: {count}, so that {needed} for each activity; before it was {before}."


def done_by_cms(ledger, roles):
    """Managers, and clinicians with days of it, learn what CMS did within the year to a chosen activity."""
    if ledger.today > deadlines(ledger.rules)["submission_closes"]:
        return
    for tally in ledger.tallies:
        event = _event(ledger, tally.activity)
        if event is None:
            continue
        about = (f"event {ledger.year} {tally.activity} {event.kind} {event.known_on}",)
        says, to = f"{tally.activity}: {event.says}", page(ledger, f"activities/{tally.activity}/")
        in_it = [each.clinician.person for each in ledger.counted if tally.cells[each.id].window]
        whom = {person: "taking_part" for person in in_it if person} | dict.fromkeys(
            roles["manager"], "manager"
        )
        for person, who in whom.items():
            practice = ledger.row.practice
            yield Due("event", person, practice, who, about, says, to, activity=tally.activity)


def _event(ledger, id):
    """What CMS did to an activity that was there, as far as it is known today."""
    activity = ledger.listed.activities.get(id) or ledger.listed.gone.get(id)
    event = activity and activity.event
    return event if event and event.kind != "added" and event.known_on <= ledger.today else None
