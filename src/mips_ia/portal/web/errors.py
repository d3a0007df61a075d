"""Pages for what goes wrong: what it is, what to do, and that nothing is lost."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render


def not_found(request, exception=None):
    """There is no such page, or it does not concern whoever asks."""
    return render(request, "errors/404.html", status=404)


def refused(request, exception=None):
    """One may see it and not change it; it names somebody who can."""
    name = str(exception) if isinstance(exception, PermissionDenied) else ""
    return render(request, "errors/403.html", {"name": name}, status=403)


def broken(request):
    """Something of ours went wrong."""
    return render(request, "errors/500.html", status=500)


def expired(request, reason=""):
    """A form came without its token: the session ended, or cookies are off."""
    return render(request, "errors/expired.html", status=403)


def too_many(request):
    """Somebody, or a program, tries too often."""
    return render(request, "errors/429.html", status=429)
