"""The address of the calendar of deadlines, and the calendar itself."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from mips_ia.portal import feeds
from mips_ia.portal.actions.messages import be_reminded, replace_feed
from mips_ia.portal.reminders import stopping
from mips_ia.portal.tenancy import opened, page


@page(see="windows", change="windows")
def plan_calendar(request, access):
    """The secret address, to be put into a calendar; a POST makes it, or replaces it."""
    if request.method == "POST":
        before = feeds.held(access)
        replace_feed(access)
        messages.success(
            request, "Replaced. The old address ended." if before else "Your calendar has an address now."
        )
        return redirect("plan_calendar", access.practice.slug, access.year.year)
    held = feeds.held(access)
    address = held and request.build_absolute_uri(reverse("calendar", args=(held,)))
    return render(request, "plan_calendar.html", {"address": address, "days": sorted(
        (each for each in feeds.days_of(access) if not each.off), key=lambda each: each.on
    )})  # fmt: skip


@opened("secret")
def calendar(request, token):
    """The deadlines of one practice, as its person may see them."""
    made = feeds.calendar(feeds.feed_of(token), request.build_absolute_uri("/"))
    return HttpResponse(made, content_type="text/calendar; charset=utf-8")


@opened("person")
def reminders_page(request):
    """Stop reminders, or have them again."""
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "yes"
        be_reminded(request.user, wanted)
        messages.success(request, f"Saved. You {'get' if wanted else 'no longer get'} reminders.")
        return redirect("reminders")
    return render(request, "reminders.html")


@csrf_exempt  # a mail program sends it, which has no session (RFC 8058); the link itself is the proof
@opened("secret")
def reminders_stop(request, token):
    """Stop reminders by the link of a message, without signing in; looking at it changes nothing."""
    person = stopping.person_of(token)
    if person is None:
        raise Http404
    stopped = request.method == "POST"
    if stopped:
        be_reminded(person, False)
    return render(request, "reminders_stop.html", {"stopped": stopped})
