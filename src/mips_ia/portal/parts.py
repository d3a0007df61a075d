"""The parts of a ledger, and which of them a change leaves as they were, by its line in the log.

What is not said here of a line or of a part is no reason to keep anything.
"""

# What a ledger reads at once, or works out at length, each with what it rests on.
RESTS_ON = {
    "people": {"clinicians", "stays"},
    "roster_changed": {"clinicians", "stays"},
    "activities": {"chosen"},
    "entered": {"windows"},
    "signed": {"signatures"},
    "kept": {"clinicians", "evidence"},
    "locked": {"finals"},
    "earlier": {"chosen", "finals"},
    "windows": {"clinicians", "stays", "windows", "signatures"},
    "tallies": {"year", "clinicians", "stays", "chosen", "windows", "signatures", "finals"},
}
EVERYTHING = frozenset().union(*RESTS_ON.values())
# What the change touched of which a line tells, by the line's action.
_TOUCHED = {
    "year": "year described, practice renamed",
    "clinicians": "clinician renamed",
    "stays": "clinician changed, clinician taken off, site added, site changed, site ended",
    "chosen": "activity chosen, activity taken back",
    "windows": "window entered, window changed, window ended",
    "signatures": "own, delegated, declined, withdrawn, delegation given, delegation ended",
    "evidence": """evidence received, evidence used, evidence not used, evidence reviewed, evidence renamed,
        destruction asked for, evidence destroyed""",
}
_NOTHING = """TIN shown, asked to record, asked to sign, audit answered, audit closed, audit date changed,
    audit item changed, audit recorded, binder asked for, binder downloaded, binder made,
    calendar address made, calendar address replaced, evidence opened, evidence stopped, evidence withdrawn,
    file downloaded, file mended, file uploaded, hold lifted, hold set, invitation withdrawn, person invited,
    reviewer link ended, reviewer link made, reviewer noted, reviewer refused, reviewer viewed,
    role changed"""


def _named(actions):
    return " ".join(actions.split()).split(", ")


CHANGES = {action: {on} for on, actions in _TOUCHED.items() for action in _named(actions)}
CHANGES |= {action: set() for action in _named(_NOTHING)} | {"clinician added": {"clinicians", "stays"}}


def changed(actions):
    """What the changes may have touched of which these lines tell: of a line unknown here, everything."""
    return frozenset().union(*(CHANGES.get(each, EVERYTHING) for each in actions))


def unchanged(ledger, touched):
    """The parts of a ledger that were read so far and rest on nothing of what was touched."""
    read = vars(ledger)
    return {name: read[name] for name, on in RESTS_ON.items() if name in read and on.isdisjoint(touched)}
