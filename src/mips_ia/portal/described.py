"""What was recorded of a practice's year and of a clinician of it, as the core takes it."""

STATUSES = ("non_patient_facing", "rural", "hpsa")  # that a clinician has as well as a practice
PATHWAY = "traditional"


def known_of(row):
    """What was recorded of a practice's year."""
    sites = row.sites_recognized, row.sites_all
    return {
        "pathway": row.pathway or PATHWAY, "mvp": row.mvp or None, "apm": row.apm or None,
        "statuses": None if row.statuses is None else frozenset(row.statuses),
        "medical_home_sites": None if None in sites else sites,
        "quality_and_pi_submitted": row.quality_and_pi_submitted,
        "not_scored": None if row.not_scored is None else frozenset(row.not_scored),
        "extreme_circumstances": row.extreme_circumstances, "study": row.study,
    }  # fmt: skip


def how_many(people):
    """How many of them the roster says have each status; None where it does not say so of everybody."""
    held = {name: [person.own(name) for person in people] for name in STATUSES}
    return {
        f"{name}_clinicians": None if None in each or not each else sum(each) for name, each in held.items()
    }


def known_of_one(row, person):
    """What was recorded, of one clinician: their own statuses on the roster come before the practice's.

    The regulation defines each for an individual apart from a group (42 CFR 414.1305).
    """
    known = known_of(row)
    if known["statuses"] is None:
        return known | how_many([person])
    own = {name: person.own(name) for name in STATUSES}
    yes, no = ({name for name, held in own.items() if held is answer} for answer in (True, False))
    return known | {"statuses": known["statuses"] - no | yes}
