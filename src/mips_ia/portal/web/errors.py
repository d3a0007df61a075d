"""Pages for what goes wrong: what it is, what to do, and that nothing is lost."""

import errno
import sqlite3
import sys

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

POSTGRES_FULL = "53100"
FIVE_MINUTES = 300


def not_found(request, exception=None):
    """There is no such page, or it does not concern whoever asks."""
    return render(request, "errors/404.html", status=404)


def refused(request, exception=None):
    """What was asked is not for whoever asked; it names somebody who can, and leads back.

    Who may see a page and sent something to it reads that it can be seen and not changed.
    """
    name = str(exception) if isinstance(exception, PermissionDenied) else ""
    changes = getattr(request, "may_see", False) and request.method not in ("GET", "HEAD")
    access = getattr(request, "access", None)
    back = request.path if changes else ""
    if not back and access and access.year and access.may("see"):
        back = reverse("overview", args=(access.practice.slug, access.year.year))
    return render(request, "errors/403.html", {"name": name, "changes": changes, "back": back}, status=403)


def broken(request, *, kept=False):
    """Something of ours went wrong; `kept` says that what was typed is there.

    That there is no room left is said: whoever reads it can tell who must make some.
    """
    request.no_room = getattr(request, "no_room", False) or _no_room(sys.exc_info()[1])
    read = request.method in ("GET", "HEAD")
    told = {"read": read, "kept": kept, "no_room": request.no_room, "address": request.path}
    return _alone("errors/500.html", 500, **told)


def _no_room(error):
    """Whether it is the disk of the database that is full, or another."""
    said = getattr(error, "__cause__", None)
    return (
        getattr(said, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(said, "sqlstate", None) == POSTGRES_FULL
        or (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT))
    )


def expired(request, reason=""):
    """A form came without its token: the session ended, or cookies are off."""
    return render(request, "errors/expired.html", {"back": request.get_full_path()}, status=403)


def too_many(request):
    """Somebody, or a program, tries too often."""
    answer = _alone("errors/429.html", 429)
    answer.headers["Retry-After"] = str(FIVE_MINUTES)  # as the page says
    return answer


def too_large(most):
    """More came at once than the address takes: so many megabytes, which programs are told too."""
    answer = _alone("errors/413.html", 413, most=most)
    answer.most = most
    return answer


def _alone(template, status, **told):
    """A page that needs nothing that may be broken: no session, no menus, and no database."""
    return HttpResponse(render_to_string(template, told), status=status)
