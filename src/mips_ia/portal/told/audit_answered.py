"""What an answer to a request consists of: each item with its files as they are, to be packed and sealed."""

from mips_ia.portal.told.audits import destroyed


def answered(every, places=None):
    """Each item with its files. `places` says where each revision lies in a package; None: it is in none."""
    return [
        {
            "number": each.item.number, "label": each.item.label, "words": each.item.words,
            "activity": each.item.activity, "note": each.item.note, "ready": each.word,
            "clinician": each.item.clinician.npi if each.item.clinician else "",
            "gaps": [gap.says for gap in each.gaps if gap.lack and not each.ready],
            "evidence": [_file(one, places) for one in each.kept],
        } for each in every
    ]  # fmt: skip


def _file(kept, places):
    row = kept.revision
    known = {
        "number": kept.evidence.number, "title": kept.evidence.title, "name": row.name,
        "revision": row.number, "sha256": row.sha256, "odd": kept.odd,
        "first": str(kept.first or ""), "last": str(kept.last or ""),
    }  # fmt: skip
    if row.is_link:
        known["link"] = True
    if places is None:
        return known
    path = places.get(row.pk, "")
    return known | {"path": path, "why": "" if path else _why(kept)}


def _why(kept):
    """Why a file is not in a package."""
    if destroyed(kept.evidence):
        return "Destroyed, so it is not in this package."
    return "It may name patients, and is not in this package."


def as_now(answer, every):
    """Whether what was packed is still what the desk says of each item."""
    return [_without_places(each) for each in answer] == answered(every)


def _without_places(item):
    kept = [{name: one[name] for name in one if name not in ("path", "why")} for one in item["evidence"]]
    return item | {"evidence": kept}
