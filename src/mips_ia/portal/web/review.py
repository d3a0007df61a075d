"""What somebody outside reads by a link: the answer, the activities, the evidence and the log; no forms."""

from functools import wraps
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse

from mips_ia.portal.actions import reviewer_links
from mips_ia.portal.often import too_often
from mips_ia.portal.reviewing import Scope, ended_on, link_of
from mips_ia.portal.tenancy import opened
from mips_ia.portal.told import shown, steps
from mips_ia.portal.told.answer import answer
from mips_ia.portal.told.assumed import assumed
from mips_ia.portal.told.explained import of_all, told
from mips_ia.portal.told.proofs import checklist
from mips_ia.portal.told.signed import of_activity
from mips_ia.portal.vaults import store
from mips_ia.portal.web.errors import too_many
from mips_ia.portal.web.evidence_one import SEALED
from mips_ia.portal.web.log import row as line

OFTEN = 120  # pages a minute, so that nobody tries addresses
PACKAGE = "review_package"  # where the link was made for a request
WHOLE = ("review_roster", "review_participation")  # where the link is about all activities
PAGES = (
    ("review", "Answer"), ("review_roster", "Roster"), ("review_activities", "Activities"),
    ("review_participation", "Participation"), ("review_evidence", "Evidence"), (PACKAGE, "Package"),
    ("review_log", "Log"), ("review_notes", "Notes"),
)  # fmt: skip
ROWS = 50


def read(name, writes=False, whole=False):
    """Marks a page that is read by a link: nobody is signed in there, and each look is kept in the log.

    A view adds to `request.parts` what it shows of its page. A page of the `whole` year is not there where
    the link is about some activities.
    """
    methods = ["GET", "HEAD", *(["POST"] if writes else [])]

    def declared(view):
        @wraps(view)
        def guarded(request, token, **rest):
            if too_often(request, "review", OFTEN):
                return too_many(request)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            link = link_of(token)
            request.user = AnonymousUser()
            request.of_year = link.year.year
            over = ended_on(link)
            if over is not None:
                reviewer_links.tried(link, name.format(**rest), over)
                found = {"link": link, "over": over}
                return _closed(render(request, "review/over.html", found, status=410))
            if whole and link.activities:
                raise Http404
            scope = request.reviewed = Scope(link)
            request.parts = []
            nav = _nav(link, token, request.resolver_match.url_name)
            found = view(request, scope, {"link": link, "scope": scope, "nav": nav, "token": token}, **rest)
            reviewer_links.viewed(link, ", ".join([name.format(**rest), *request.parts]))
            return _closed(found)

        return opened("secret")(guarded)

    return declared


def _nav(link, token, here):
    """The pages that a link has."""
    without = WHOLE if link.activities else ()
    without += () if link.audit else (PACKAGE,)
    return [
        {"label": label, "address": reverse(to, args=(token,)), "here": to == here}
        for to, label in PAGES if to not in without
    ]  # fmt: skip


def page_of(pages):
    """Which page of a list is shown, in words; nothing where there is one alone."""
    last = pages.paginator.num_pages
    return [f"page {pages.number} of {last}"] if last > 1 else []


def _closed(answer):
    """No other host learns the address, and no search engine keeps it."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@read("answer")
def review(request, scope, around):
    """The practice's answer, and how its score came about."""
    ledger = scope.ledger
    found = {"ledger": ledger, "around": shown.frame(ledger), "refused": ledger.problem}
    if not ledger.problem:
        found["answer"] = answer(ledger)
        if ledger.individuals:
            found |= of_all(ledger)
        else:
            judged = steps.of_group(ledger, shown.activities(ledger))
            found |= told(ledger, ledger.assessment, judged, ledger.best.score.most, assumed(ledger))
    return render(request, "review/answer.html", around | found)


@read("activities")
def review_activities(request, scope, around):
    """Each activity with its verdict; of one who took part, what each of them signed, and its checklist."""
    ledger = scope.ledger
    every = [each for each in shown.activities(ledger) if each["activity"] in scope.activities]
    one = next((each for each in every if each["activity"] == request.GET.get("activity")), None)
    if one is not None:
        request.parts.append(one["activity"])
        cells = [(who, one["tally"].cells[who.id]) for who in ledger.counted]
        signed = of_activity(scope.year, one["activity"])
        one["people"] = [(who, cell, who.id in signed) for who, cell in cells if cell.window]
        one["signed"] = [(who, signed[who.id]) for who, _, says in one["people"] if says]
        one["checklist"] = checklist(ledger, one["activity"])
    found = {"ledger": ledger, "every": every, "one": one}
    return render(request, "review/activities.html", around | found)


@read("evidence")
def review_evidence(request, scope, around):
    """Everything that is kept, with what it shows and its fingerprint."""
    rows = [
        {"evidence": each, "uses": scope.uses.get(each.pk, []),
         "revisions": [(one, scope.opens(one)) for one in each.revisions.all()]}
        for each in scope.evidence
    ]  # fmt: skip
    return render(request, "review/evidence.html", around | {"rows": rows})


@read("file E-{evidence}, revision {revision}")
def review_file(request, scope, around, evidence, revision):
    """The file as it came in, where the link includes files."""
    row = scope.file(evidence, revision)
    answer = HttpResponse(b"".join(store().read(row.sha256)), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name)}"
    answer.headers["Content-Security-Policy"] = SEALED
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@read("log")
def review_log(request, scope, around):
    """The lines of the log about what the link shows, the newest first."""
    pages = Paginator(scope.entries, ROWS).get_page(request.GET.get("page"))
    request.parts += page_of(pages)
    rows = [line(each) for each in pages]
    return render(request, "review/log.html", around | {"pages": pages, "rows": rows})
