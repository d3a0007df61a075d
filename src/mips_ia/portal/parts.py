"""The parts of a ledger, and which of them a change leaves as they were, by its line in the log.

What is not said here of a line or of a part is no reason to keep anything.
"""

# What a ledger reads at once, or works out at length, each with what it rests on.
RESTS_ON = {
    "people": {"roster"},
    "roster_changed": {"roster"},
    "activities": {"chosen"},
    "entered": {"windows"},
    "signed": {"signatures"},
    "kept": {"evidence", "roster"},
    "locked": {"finals"},
    "earlier": {"chosen", "finals"},
    "windows": {"roster", "windows", "signatures"},
    "tallies": {"year", "roster", "chosen", "windows", "signatures", "finals"},
}
EVERYTHING = frozenset().union(*RESTS_ON.values())

_WINDOWS = ("window entered", "window changed", "window ended")
_SIGNATURES = ("own", "delegated", "declined", "withdrawn", "delegation given", "delegation ended")
_EVIDENCE = (
    "evidence received", "evidence used", "evidence not used", "evidence reviewed", "evidence renamed",
    "destruction asked for", "evidence destroyed",
)  # fmt: skip
_NOTHING = (
    "TIN shown", "asked to record", "asked to sign", "audit answered", "audit closed", "audit date changed",
    "audit item changed", "audit recorded", "binder asked for", "binder downloaded", "binder made",
    "calendar address made", "calendar address replaced", "evidence opened", "evidence stopped",
    "evidence withdrawn", "file downloaded", "file mended", "file uploaded", "hold lifted", "hold set",
    "invitation withdrawn", "person invited", "reviewer link ended", "reviewer link made", "reviewer noted",
    "reviewer viewed", "role changed",
)  # fmt: skip
CHANGES = {
    "activity chosen": frozenset({"chosen"}),
    "activity taken back": frozenset({"chosen"}),
    **dict.fromkeys(_WINDOWS, frozenset({"windows"})),
    **dict.fromkeys(_SIGNATURES, frozenset({"signatures"})),
    **dict.fromkeys(_EVIDENCE, frozenset({"evidence"})),
    **dict.fromkeys(_NOTHING, frozenset()),
}


def changed(actions):
    """What the changes may have touched of which these lines tell: of a line unknown here, everything."""
    return frozenset().union(*(CHANGES.get(each, EVERYTHING) for each in actions))


def unchanged(ledger, touched):
    """The parts of a ledger that were read so far and rest on nothing of what was touched."""
    read = vars(ledger)
    return {name: read[name] for name, on in RESTS_ON.items() if name in read and on.isdisjoint(touched)}
