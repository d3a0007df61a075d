"""The log: its lines, whether their seals hold, and who signed in when."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Query, Schema

from mips_ia.portal import seals, signins
from mips_ia.portal.actions.people import belonging
from mips_ia.portal.api.answers import EntryOut, LogQuery
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.log import broken
from mips_ia.portal.tenancy import whom_to_ask
from mips_ia.portal.told import lines, records
from mips_ia.portal.told.sealed import spoken


class SealsOut(Schema):
    """How many lines and records there are, and the first of each that was changed past the portal."""

    lines: int
    broken_line: int | None
    records: int
    changed_record: str | None


class SignInOut(Schema):
    """A line about an account: whose it is, and who caused it, where that is somebody else and known."""

    id: int
    at: datetime
    person: str
    by: str
    action: str
    before: Any = None
    after: Any = None


@api.get(f"{PATH}/log", response={200: Listed[EntryOut], **ERRORS}, operation_id="log")
@operation(see="log")
def log(request: HttpRequest, access, asked: Query[LogQuery]):
    """The newest lines of the log that fit, or those before a line; one's own where one may not see all."""
    wanted = asked.dict(exclude={"before", "limit", "offset"}, exclude_none=True)
    found = lines.fitting(lines.seen_by(access), access.practice, **wanted).order_by("-id")
    if asked.before is not None:
        found = found.filter(id__lt=asked.before)
    shown = list(part(found, asked))
    known = records.named(access, shown)
    return listed(found, asked, (
        {"id": each.id, "about": records.record(each, known, access).says, "at": each.at,
         "by": each.person.name if each.person else "", "person": each.person_id, "role": each.role,
         "action": each.action, "record": each.record, "before": each.before, "after": each.after,
         "digest": each.digest}
        for each in shown
    ))  # fmt: skip


@api.get(f"{PATH}/log/seals", response={200: SealsOut, **ERRORS}, operation_id="log_seals")
@operation(see="log")
def log_seals(request: HttpRequest, access):
    """Whether every line and every record is as it was written, for those who see all of the log."""
    if access.how("log") != "yes":
        raise PermissionDenied(whom_to_ask(access.practice, "log"))
    line, (sealed, unfit) = broken(access.practice), seals.checked(access.practice)
    return {
        "lines": access.practice.entries.count(), "broken_line": line and line.id, "records": sealed,
        "changed_record": unfit and spoken(unfit),
    }  # fmt: skip


@api.get(f"{PATH}/log/sign-ins", response={200: Listed[SignInOut], **ERRORS}, operation_id="sign_ins")
@operation(see="people")
def sign_ins(request: HttpRequest, access, asked: Query[Part]):
    """Who of the practice signed in, was refused, or changed how they sign in, newest first."""
    names = {f"person {id}": name for id, name in belonging(access.practice).values_list("id", "name")}
    found = signins.lines_of(each.removeprefix("person ") for each in names)
    return listed(found, asked, (
        {"id": each.id, "at": each.at, "person": names[each.record], "action": each.action,
         "by": each.person.name if each.person and each.record != f"person {each.person_id}" else "",
         "before": each.before, "after": each.after}
        for each in part(found, asked)
    ))  # fmt: skip
