"""What the token's person wants to be told, and the secret address of their calendar."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema

from mips_ia.portal import feeds
from mips_ia.portal.actions.messages import be_reminded, replace_feed
from mips_ia.portal.api.answers import YesNo
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, needs, only, operation
from mips_ia.portal.api.practices import PATH
from mips_ia.problems import Problem, Refused

ADDRESS = f"{PATH}/calendar/address"


class WantedOut(Schema):
    """Whether the token's person gets the reminders that nobody sends by hand."""

    wanted: bool


class WantedIn(Given):
    """Whether to get them from now on."""

    wanted: YesNo


class HeldOut(Schema):
    """Whether the person has an address for the calendar of the practice, and since when."""

    held: bool
    made_at: datetime | None


class AddressIn(Given):
    """With `replace` an address that is there ends; without it, it is kept and nothing is made."""

    replace: YesNo = False


class AddressOut(HeldOut):
    """The address, which no other answer has. Whoever knows it reads the calendar without signing in."""

    address: str


@api.get("/reminders", response={200: WantedOut, **ERRORS}, operation_id="own_reminders")
def own_reminders(request: HttpRequest):
    """Whether the token's person gets reminders."""
    needs(request, "read")
    only(request)
    return {"wanted": request.user.reminded}


@api.put("/reminders", response={200: WantedOut, **ERRORS}, operation_id="set_reminders")
def set_reminders(request: HttpRequest, given: WantedIn):
    """Stop the reminders of the token's person, or take them up again."""
    needs(request, "write")
    only(request)
    be_reminded(request.user, given.wanted)
    return {"wanted": given.wanted}


own_reminders.rule, own_reminders.scope = "person", "read"
set_reminders.rule, set_reminders.scope = "person", "write"


@api.get(ADDRESS, response={200: HeldOut, **ERRORS}, operation_id="calendar_address")
@operation(see="windows")
def address(request: HttpRequest, access):
    """Whether there is an address, and since when; a token that may only read does not learn it."""
    return _held(access)


@api.post(ADDRESS, response={200: AddressOut, **ERRORS}, operation_id="make_calendar_address")
@operation(see="windows", change="windows", scope="write")
def make(request: HttpRequest, access, given: AddressIn):
    """Make the address of one's own calendar of the practice, or replace it."""
    held = _held(access)
    if held["held"] and not given.replace:
        what = "There is an address already, and a calendar may be reading it."
        raise Refused([Problem("address_held", "replace", what, "Send replace to end it and get another.")])
    replace_feed(access)
    token = feeds.held(access)
    return _held(access) | {"address": request.build_absolute_uri(reverse("calendar", args=(token,)))}


def _held(access):
    last = access.person.feeds.filter(practice=access.practice, ended_at=None).last()
    found = last is not None and bool(feeds.held(access))
    return {"held": found, "made_at": last.made_at if found else None}
