"""What a package says of the request that it answers: who asked, what, by when, and which files answer it."""

from mips_ia.portal.binding.places import places
from mips_ia.portal.leaves import moment
from mips_ia.portal.models import Clinician
from mips_ia.portal.templatetags.audits import days_of
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.told.audit_answered import answered as told
from mips_ia.portal.told.audits import counted


def answered(found):
    """Each item of the request with its files, as they lie in the binder; none without a request."""
    return told(found.asked, places(found))


def request(found):
    """All of the request, as `request.json` has it."""
    audit, practice = found.scope.audit, found.access.practice
    return {
        "practice": practice.name, "tin_ending": practice.tin[-4:], "performance_year": found.ledger.year,
        "asked_by": audit.asked_by, "scope": audit.scope, "received_on": str(audit.received_on),
        "due_on": str(audit.due_on), "due_because": audit.due_because, "recorded_at": moment(audit.at),
        "items": answered(found),
    }  # fmt: skip


def chapter(found):
    """The same on paper; None where it answers no request."""
    audit = found.scope.audit
    if audit is None:
        return None
    items, names = answered(found), _names(found)
    return {
        "facts": [
            ["Asked by", audit.asked_by], ["Scope", audit.scope or "Not told"],
            ["Received", day(audit.received_on)], ["Answer due", f"{day(audit.due_on)}: {audit.due_because}"],
            ["Items", counted(found.asked)],
        ],
        "items": [_item(each, names) for each in items],
    }  # fmt: skip


def _names(found):
    asked = {each.item.clinician_id for each in found.asked} - {None}
    return {each.npi: each.name for each in Clinician.objects.filter(pk__in=asked)}


def _item(each, names):
    label = each["label"] if each["label"] not in ("", str(each["number"])) else ""
    about = each["activity"], names.get(each["clinician"]), label and f"Their number: {label}"
    return {
        "heading": f"{each['number']}. {each['words']}", "about": " · ".join(filter(None, about)),
        "ready": each["ready"], "note": each["note"], "gaps": each["gaps"],
        "files": [
            {"name": f"E-{one['number']} {one['title']}, revision {one['revision']}{_link(one)}",
             "where": one["path"] or one["why"], "sha256": one["sha256"],
             "dated": one["odd"] or (f"Dated {days_of(one)}" if one["first"] else "")}
            for one in each["evidence"]
        ],
    }  # fmt: skip


def _link(one):
    return ": a link; what it shows is not kept" if one.get("link") else ""
