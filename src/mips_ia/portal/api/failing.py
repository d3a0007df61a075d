"""What goes wrong under `/api/` is answered with problems, whatever part of the portal answered it."""

from http import HTTPStatus

from mips_ia.portal.api.operations import refused
from mips_ia.problems import Problem

PLACE = "/api/"


def with_problems(get_response):
    """A program is told what is wrong as values: a page, or a bare text, is put into their form."""

    def answer(request):
        response = get_response(request)
        values = response.headers.get("Content-Type", "").startswith("application/json")
        if values or response.status_code < HTTPStatus.BAD_REQUEST or not request.path.startswith(PLACE):
            return response
        told = refused(request, response.status_code, _problem(request, response))
        for each in (name for name in ("Allow", "Retry-After") if response.has_header(name)):
            told.headers[each] = response.headers[each]
        return told

    return answer


def _problem(request, response):
    where = request.path
    match response.status_code:
        case HTTPStatus.BAD_REQUEST:
            return Problem("bad_request", where, "The request cannot be read.", "Check its host and form.")
        case HTTPStatus.NOT_FOUND:
            return Problem("not_found", where, "There is nothing at this address.", "Check the address.")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            what = f"Nothing here is done by {request.method}."
            return Problem("wrong_method", where, what, f"Use: {response.headers['Allow']}.")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            what = f"It is more than the {response.most} MB that are taken at once here."
            return Problem("too_large", where, what, "Send it in parts.")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Problem("too_often", where, "This was tried too often.", "Try again in five minutes.")
    return _broken(request)


def _broken(request):
    """Something of ours went wrong; what was to be changed may be so or not."""
    read = request.method in ("GET", "HEAD")
    if getattr(request, "no_room", False):
        what, fix = "There is no room left on the disk.", "Tell whoever runs this installation to make room."
        return Problem("no_room", request.path, what, fix)
    what = "Something went wrong on our side."
    again = "Ask again" if read else "Look whether it is saved before you send it again"
    fix = f"{again}; if this happens again, tell whoever runs this installation."
    return Problem("broken", request.path, what, fix)
