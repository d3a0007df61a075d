"""How an operation of the API opens: by a scope of its token, and by the rule of a page."""

import re
from functools import wraps
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.params.models import File, Form, Query
from ninja.parser import Parser

from mips_ia.portal.api.answers import Problems
from mips_ia.portal.api.codes import pause
from mips_ia.portal.api.tokens import ByToken
from mips_ia.portal.often import wait
from mips_ia.portal.tenancy import access_of
from mips_ia.problems import Problem, Refused

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Readable(Parser):
    """The body as JSON, in which no text has a character that no database keeps."""

    def parse_body(self, request):
        if _NUL.search(request.body):
            raise ValueError
        return super().parse_body(request)


api = NinjaAPI(
    parser=Readable(),
    title="mips-ia",
    version="1",
    description="Improvement activities of a practice: who did what when, who signed, and the score.",
    auth=ByToken(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
ERRORS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429, 500), Problems)
# The status of a refusal that has such a problem, and how many seconds to wait after some.
STATUS = {
    "changed": 409, "needs_person": 403, "needs_second_factor": 403, "needs_app": 403, "wrong_code": 403,
    "no_delegation": 403, "not_allowed": 403, "too_often": 429, "too_many_codes": 429,
}  # fmt: skip
WAIT = {"too_often": wait, "too_many_codes": pause}


def operation(see, change=None, scope="read"):
    """Marks an operation with the rule of `tenancy` and the token's scope by which it opens.

    The function gets an `Access` in the place of the practice and year of the address.
    """

    def declared(view):
        names = _names(view)

        @wraps(view)
        def guarded(request, practice, year, **rest):
            needs(request, scope)
            if any("\0" in each for each in (practice, *rest.values()) if isinstance(each, str)):
                raise Http404
            only(request, *names)
            access = request.access = access_of(request.user, practice, year)
            access.need(see)
            if change:
                access.need(change)
            return view(request, access, **rest)

        guarded.rule, guarded.scope = (see, change), scope
        guarded.__signature__ = _with_address(view)
        return guarded

    return declared


def of_a_person(scope="read"):
    """Marks an operation of no one practice: its rows are those of the token's person."""

    def declared(view):
        names = _names(view, 1)

        @wraps(view)
        def guarded(request, **rest):
            needs(request, scope)
            only(request, *names)
            return view(request, **rest)

        guarded.rule, guarded.scope = "organization", scope
        return guarded

    return declared


def _with_address(view):
    """The view's own parameters, with the practice and the year in the place of the access."""
    import inspect  # noqa: PLC0415 - only where operations are declared

    own = inspect.signature(view)
    request, _, *rest = own.parameters.values()
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    address = [
        inspect.Parameter("practice", kind, annotation=str),
        inspect.Parameter("year", kind, annotation=int),
    ]
    return own.replace(parameters=[request, *address, *rest])


def _names(view, known=2):
    """The names that the query of an address may have, and those of a form; the first come from elsewhere."""
    import inspect  # noqa: PLC0415 - only where operations are declared

    query, form = set(), set()
    for each in list(inspect.signature(view).parameters.values())[known:]:
        kind = getattr(each.annotation, "__origin__", each.annotation)
        how = next(iter(getattr(each.annotation, "__metadata__", ())), None)
        if isinstance(how, File | Form):
            form.add(each.name)
        elif isinstance(how, Query) or (how is None and each.default is not each.empty):
            query |= {*getattr(kind, "model_fields", [each.name])}
    return query, form


def only(request, query=frozenset(), form=frozenset()):
    """Refuse what asks or sends something else, so that nothing is dropped unseen; or asks with a NUL."""
    wrong = [*_unknown_names("query", "ask for", request.GET.keys(), query)]
    if form:
        wrong += _unknown_names("form", "send", request.POST.keys() | request.FILES.keys(), form)
    what, fix = "No text here has the character NUL.", "Leave it out."
    wrong += [
        Problem("wrong_shape", f"query.{name}", what, fix)
        for name, values in request.GET.lists() if any("\0" in each for each in values)
    ]  # fmt: skip
    if wrong:
        raise Refused(wrong)


def _unknown_names(where, verb, given, names):
    fix = f"Use: {', '.join(sorted(names)) or 'no query'}."
    for each in sorted(given - names):
        yield Problem("unknown_parameter", f"{where}.{each}", f"There is nothing to {verb} by {each!r}.", fix)


def needs(request, scope):
    """Refuse a token that was not given the scope."""
    if scope not in request.auth.scopes:
        what, fix = (
            f"The token lacks the scope {scope}.",
            f"Make one with the scope {scope} under your account.",
        )
        raise Refused([Problem("not_allowed", request.path, what, fix)])


def refused(request, status, *problems):
    """An answer that says what is wrong, in the form of all our problems."""
    found = [{name: getattr(each, name) for name in ("code", "where", "what", "fix", "cite", "severity")}
             for each in problems]  # fmt: skip
    return api.create_response(request, {"problems": found}, status=status)


@api.exception_handler(Refused)
def _refused(request, refusal):
    code = next((each.code for each in refusal.problems if each.code in STATUS), None)
    answer = refused(request, STATUS.get(code, 422), *refusal.problems)
    if code in WAIT:
        answer.headers["Retry-After"] = str(WAIT[code]())
    return answer


@api.exception_handler(Http404)
def _not_found(request, _exception):
    what = "There is nothing of this name, or it does not concern you."
    return refused(request, 404, Problem("not_found", request.path, what, "Check the address."))


@api.exception_handler(PermissionDenied)
def _denied(request, exception):
    what = "You may see it and not change it, or not see it at all."
    who = f"{exception} can." if str(exception) else "Nobody at this practice has the right yet."
    return refused(request, 403, Problem("not_allowed", request.path, what, who))


@api.exception_handler(AuthenticationError)
def _unknown(request, _exception):
    what = "The token is missing, ended, or not known."
    fix = "Send it as Authorization: Bearer …; make one under your account."
    answer = refused(request, 401, Problem("no_token", request.path, what, fix))
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def _http(request, error):
    code = "not_json" if error.status_code == HTTPStatus.BAD_REQUEST else "refused"
    problem = Problem(code, request.path, str(error), "Send it as the OpenAPI says.")
    return refused(request, error.status_code, problem)


@api.exception_handler(ValidationError)
def _wrong_shape(request, error):
    return refused(request, 422, *(_of_a_field(each) for each in error.errors))


def _of_a_field(error):
    """What is wrong with one field, or that the operation knows none of its name."""
    where = ".".join(map(str, error["loc"]))
    if error["type"] != "extra_forbidden":
        return Problem("wrong_shape", where, f"{error['msg']}.", "See the OpenAPI.")
    what = f"There is nothing to send by {error['loc'][-1]!r}."
    return Problem("unknown_parameter", where, what, "See the OpenAPI.")
