"""Each form of a practice and of signing gives back what was typed, if the session ends or a page breaks."""

from functools import cached_property
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.shortcuts import resolve_url

from mips_ia.portal.actions import drafts
from mips_ia.portal.web import errors
from mips_ia.portal.web.refill import refilled, sending_to

ASKED = "typed"  # in an address: `before` the sign-out, or brought `back` by oneself
CONFIRM = "/account/confirm/"  # who signs is asked first who they are; the form waits meanwhile
BROKEN = 500  # what has no room or no vault says itself what is the matter


def what_was_typed(get_response):
    """Keeps a form that could not be saved, fills it in where it returns, forgets it once it is saved."""

    def answer(request):
        if request.path.startswith(CONFIRM):
            request.waits = _waiting(request)
        if request.method == "POST":
            return _posted(request, get_response)
        return _read(request, get_response) if drafts.covers(request.path) else get_response(request)

    return answer


def _posted(request, get_response):
    sent_to = request.path
    response = get_response(request)
    address = request.path  # another one where somebody has just shown who they are: that of what waited
    if address != sent_to and not response.has_header("Location"):
        _sends_to(response, request.get_full_path())
    if not drafts.covers(address):
        return _whole(response) if sent_to == address else response
    if request.user.is_authenticated:
        if _leads(response, CONFIRM):
            drafts.keep(request.user, address, request.POST)
            return _whole(response)
        if response.status_code == BROKEN and drafts.keep(request.user, address, request.POST):
            return errors.broken(request, kept=True)
        _saved(request, address, response)
    elif _leads(response, resolve_url(settings.LOGIN_URL)):
        if request.was:
            drafts.keep(request.was, address, request.POST)
        response.headers["Location"] = _back_after(response.url)
    return response


def _waiting(request):
    """Where the form is that waits until somebody shows who they are; empty where it is not kept."""
    given = request.POST if request.method == "POST" else request.GET
    address = urlsplit(given.get("next", "")).path
    return f"{address}?{ASKED}=back" if drafts.covers(address) else ""


def _sends_to(response, address):
    """A form that waited shows itself again: it is sent to its own page, and not to the one that asked."""
    page = response.content.decode(response.charset)
    response.content = sending_to(page, address).encode(response.charset)


def _whole(response):
    """A form waits under its address alone; what stands behind the question mark waits with its fields."""
    if _leads(response, CONFIRM):
        parts = urlsplit(response.url)
        wanted = parse_qs(parts.query).get("next", [""])[0]
        response.headers["Location"] = f"{parts.path}?{urlencode({'next': urlsplit(wanted).path}, safe='/')}"
    return response


def _leads(response, to):
    return response.has_header("Location") and urlsplit(response.url).path.startswith(to)


def _saved(request, address, response):
    """A form that was saved leads to another page, and one that was not shows itself again."""
    if response.has_header("Location"):
        drafts.discard(request.user, address)


def _back_after(sign_in):
    """The address of signing in, after which the form is back."""
    parts = urlsplit(sign_in)
    wanted = urlsplit(parse_qs(parts.query)["next"][0])
    query = "&".join(filter(None, (wanted.query, f"{ASKED}=before")))
    return f"{parts.path}?{urlencode({'next': f'{wanted.path}?{query}'}, safe='/')}"


def _read(request, get_response):
    asked = request.GET.get(ASKED)
    if asked:
        request.GET = request.GET.copy()
        del request.GET[ASKED]
    if request.user.is_authenticated and not request.htmx:
        request.typed = Typed(request, asked)
    response = get_response(request)
    if asked and response.status_code == 200 and "text/html" in response["Content-Type"]:
        draft = request.typed.draft if hasattr(request, "typed") else None
        if draft:
            page = response.content.decode(response.charset)
            response.content = refilled(page, draft.fields).encode(response.charset)
    return response


class Typed:
    """What a page says of it: what was typed, whether it is filled in, and where it is brought back."""

    def __init__(self, request, asked):
        self.request, self.asked, self.address = request, asked, request.path

    @cached_property
    def draft(self):
        """It is looked for where a page asks, since a page without a form need not know."""
        return drafts.draft_of(self.request.user, self.address)

    @property
    def signs(self):
        """Whether something is signed there, which must be read and typed again."""
        return drafts.signs(self.address)

    @property
    def back(self):
        """The address that brings it back."""
        again = self.request.GET.copy()
        again[ASKED] = "back"
        return f"?{again.urlencode()}"
