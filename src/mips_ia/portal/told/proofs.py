"""Whether what is kept proves an activity, in words: each leaf with its verdict and what is kept for it."""

from mips_ia.portal.told.inventory import requirement
from mips_ia.portal.told.misfits import said
from mips_ia.problems import counted
from mips_ia.reading.guides import Leaf

WORDS = {True: ("met", "Met"), False: ("notmet", "Not met"), None: ("unknown", "Unknown")}


def checklist(ledger, activity):
    """The requirement of an activity with the verdict of each part; None where no guide is here."""
    found = ledger.proofs.get(activity)
    if found is None or found.guide is None:
        return None
    kept = {}
    for use, _ in ledger.kept.get(activity, ()):
        kept.setdefault(use.leaf, []).append(use)
    tree = requirement(found.guide.requirement)
    alone = isinstance(found.finding.part, Leaf)
    lacking = []
    _judged(tree["parts"][0] if alone else tree, found.finding, kept, lacking)
    if lacking:
        lacking[0]["first"] = True  # where a file is added next
    kind, word = WORDS[found.met]
    return {"tree": tree, "kind": kind, "word": word, "held": _held(found)}


def _held(found):
    """How many items are on file, as a sentence."""
    held = count(found)
    return f"{held['sure']} of {held['sure'] + held['open']} {'is' if held['sure'] == 1 else 'are'} on file."


def _judged(shown, finding, kept, lacking):
    """Put the verdict beside each part, as the tree is drawn, and add each leaf that is open to `lacking`."""
    kind, word = WORDS[finding.met]
    if isinstance(finding.part, Leaf):
        uses = kept.get(finding.part.id, [])
        only_links = all(use.revision.is_link for use in uses)
        word = "On file" if finding.met else "Missing" if only_links else word
    shown |= {"kind": kind, "word": word}
    if isinstance(finding.part, Leaf):
        shown |= {"uses": uses, "link": uses[-1] if uses and only_links else None}
        if not finding.met:
            lacking.append(shown)
        shown["why"] = list(
            dict.fromkeys(_why(each) for each in finding.problems if each.code != "no_evidence")
        )
        return
    for part, below in zip(shown["parts"], finding.parts, strict=True):
        _judged(part, below, kept, lacking)


def _why(problem):
    """What is wrong with what is kept, and what to do here."""
    if problem.code == "not_verified":
        return "Nobody has reviewed it yet."
    return said(problem)


def count(proof):
    """How many leaves are met, of how many that are needed at least."""
    sure = sum(each.met is True for each in leaves_of(proof.finding))
    return {"sure": sure, "open": len([each for each in leaves_of(proof.finding) if each.met is not True])}


def on_file(ledger, activity):
    """How much of an activity's checklist is on file, in a few words."""
    found = ledger.proofs.get(activity)
    if found is None or found.finding is None:
        return f"No checklist for {ledger.year}"
    if found.met:
        return "All on file"
    held = count(found)
    return f"{held['sure']} of {counted(held['sure'] + held['open'], 'item')} on file"


def leaves_of(finding):
    """The findings of leaves, in order."""
    if isinstance(finding.part, Leaf):
        return [finding]
    return [leaf for part in finding.parts for leaf in leaves_of(part)]


def short(ledger):
    """The chosen activities that are not proved yet, each with its proof."""
    return [(id, found) for id, found in ledger.proofs.items() if found.met is not True]


def asked(ledger, activities):
    """How many items the checklists of these activities have together."""
    found = [ledger.proofs[id].finding for id in activities if id in ledger.proofs]
    return sum(len(leaves_of(each)) for each in found if each)


def verdict(ledger):
    """The answer for all chosen activities at once: kind, word, and a sentence."""
    every, lacking = ledger.proofs, short(ledger)
    if not every:
        return "none", "Not claimed", "No activity is chosen."
    if not lacking:
        return "met", "Complete", f"What you keep proves {'it' if len(every) == 1 else f'all {len(every)}'}."
    gaps = [id for id, found in lacking if found.met is False]
    if gaps:
        lack = "lacks" if len(gaps) == 1 else "lack"
        return "notmet", "Not met", f"{len(gaps)} of {counted(len(every), 'activity')} {lack} evidence."
    return "unknown", "Unknown", f"Evidence of {counted(len(lacking), 'activity')} is not known to be whole."
