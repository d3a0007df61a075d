"""Keeping what is typed while it is typed, and throwing it away."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve
from django.views.decorators.http import require_POST

from mips_ia.portal.actions import drafts
from mips_ia.portal.tenancy import opened


@opened("person")
@require_POST
def typed_keep(request):
    """The fields of the form of an address, as they are at this moment."""
    drafts.keep(request.user, _address(request), request.POST)
    return HttpResponse(status=204)


@opened("person")
@require_POST
def typed_later(request):
    """Somebody goes on another time: what is typed waits on its page, and they are led to where it began."""
    address = _address(request)
    kept = drafts.keep(request.user, address, request.POST)
    told = f"What you typed waits on that page for {drafts.DAYS} days. Nothing of it counts yet."
    messages.info(request, f"Kept. {told}" if kept else "Nothing was typed, so there was nothing to keep.")
    here = resolve(address).kwargs
    return redirect("overview", here["practice"], here["year"]) if "year" in here else redirect("home")


@opened("person")
@require_POST
def typed_discard(request):
    """What was typed there is not wanted any more."""
    address = _address(request)
    drafts.discard(request.user, address)
    return redirect(address)


def _address(request):
    """The form's address, which travels beside the fields; 404 where its forms are not kept."""
    address = request.GET.get("address", "")
    if not drafts.covers(address):
        raise Http404
    return address
