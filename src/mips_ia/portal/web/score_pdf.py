"""The explained score on paper."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mips_ia.portal import clock
from mips_ia.portal.pdf.setting import setting
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.explained import parts
from mips_ia.portal.told.printed import printed
from mips_ia.portal.web.score import explained

PAGES = 40  # clinicians whose steps one file explains; the others have their own


@page(see="see")
def score_pdf(request, access):
    """The same as the score page as a PDF; where there is no score, that page says why."""
    found = explained(request, access)
    if "refused" in found or found["form"].errors:
        return redirect(
            f"{reverse('score', args=(access.practice.slug, access.year.year))}?{found['as_asked']}"
        )
    ledger = found["ledger"]
    data = printed(access.practice, ledger, found, parts(ledger, found, PAGES))
    answer = HttpResponse(setting("score", data, clock.now()), content_type="application/pdf")
    name = f"{access.practice.slug}-{access.year.year}-score.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
