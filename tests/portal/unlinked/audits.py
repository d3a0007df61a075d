"""The audit desk and a reviewer's link, as they are when somebody has asked, and forms that are refused."""

import contextlib
import io
import json
from datetime import date

from inquiry import ASKED

from mips_ia.portal.actions import audit
from mips_ia.portal.models import Person
from mips_ia.portal.tenancy import access_of
from unlinked import Built, Page
from unlinked.binders_made import in_every_state
from unlinked.uploads import HERE, SLUG

DESK = f"/p/{SLUG}/2025/audit/"


def audits(built: Built) -> None:
    """One request that was answered, one that waits, one link that opens, and one that ended."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(ASKED, {})  # noqa: S102 - as `Served.python` runs it
    done, waits, item, sent, secret, ended, link, asked = json.loads(told.getvalue())
    one, review = f"{DESK}{waits}/", f"/review/{secret}/"
    linked = f"/p/{SLUG}/2026/audit/links/"
    built.pages += [
        Page("overview", "manager", HERE, called="when somebody asked"),
        Page("audit", "manager", DESK, called="with requests"),
        Page("audit_one", "manager", f"{DESK}{done}/", called="answered"),
        Page("audit_one", "manager", one),
        Page("audit_item", "manager", f"{one}items/{item}/"),
        Page(
            "audit_item",
            "manager",
            f"{one}items/{item}/",
            {"others": "X-99", "note": "See MRN 0012345."},
            called="with errors",
            status=422,
        ),
        Page("evidence_review", "manager", f"{HERE}evidence/1/", {"reason": "See MRN 0012345."}, status=422),
        Page("audit_package", "manager", f"{one}package/"),
        Page("audit_package", "manager", f"{DESK}{done}/package/", called="not built yet"),
        Page("audit_link_new", "manager", f"{DESK}links/new/", called="with requests"),
        Page("audit_transcript", "manager", f"{DESK}{done}/sent/{sent}/"),
        Page("audit_links", "manager", linked, called="with links"),
        Page("audit_link_end", "manager", f"{linked}{link}/end/"),
        Page("review", None, review),
        Page("review", None, f"/review/{ended}/", called="ended", status=410),
        Page("review", None, f"/review/{asked}/", called="of a request"),
        Page("review_package", None, f"/review/{asked}/package/"),
        Page("review_roster", None, f"{review}roster/"),
        Page("review_participation", None, f"{review}participation/"),
        Page("review_participation", None, f"{review}participation/?activity=IA_BE_16", called="of one"),
        Page("review_activities", None, f"{review}activities/"),
        Page("review_activities", None, f"{review}activities/?activity=IA_PSPA_21", called="one of them"),
        Page("review_evidence", None, f"{review}evidence/"),
        Page("review_log", None, f"{review}log/"),
        Page("review_notes", None, f"{review}notes/"),
        Page("review_notes", None, f"{review}notes/", {"words": ""}, called="with errors", status=422),
    ]
    _packages(built)
    for name, field in (("due", "because"), ("sent", "how"), ("close", "because")):
        place = f"{one}{name}/"
        built.pages += [
            Page(f"audit_{name}", "manager", place),
            Page(f"audit_{name}", "manager", place, {field: ""}, called="with errors", status=422),
        ]
    far = {"due_on": "01/02/2031", "because": "CMS, by phone"}
    built.pages.append(Page("audit_due", "manager", f"{one}due/", far, called="of a far day", status=422))


def _packages(built: Built) -> None:
    """Of another request that waits, the packages."""
    access = access_of(Person.objects.get(email="manager@demo.example"), SLUG, 2025)
    items = [{"label": "", "words": "Minutes", "activity": ""}]
    row = audit.record(access, date(2026, 9, 3), "Another Invented Contractor", "", items)
    packages = in_every_state(year=access.year, audit=row, asked_by=access.person, role="manager")
    built.pages += [
        Page("audit_package", "manager", f"{DESK}{row.pk}/package/?package={each.pk}", called=called)
        for called, each in packages.items()
    ]
