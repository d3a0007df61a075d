"""Everything that a practice keeps: what lacks first, then each file with what it shows."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render

from mips_ia.portal.folding import having
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import evidence_of, page
from mips_ia.portal.told import evidence as told
from mips_ia.portal.told import proofs, targets
from mips_ia.portal.told.evidence_checks import findings
from mips_ia.portal.web.numbers import number
from mips_ia.portal.web.searching import words as words_of

ROWS = 50


@page(see="see_evidence")
def evidence(request, access):
    """Gaps, a search, and the table."""
    ledger, words = ledger_of(access.year), words_of(request.GET)
    rows = evidence_of(access).order_by("-number")
    if words:
        near = (
            Q(having("title", words)) | Q(having("revisions__name", words)) | Q(uses__activity__iexact=words)
        )
        if (own := number(words.upper().removeprefix("E-"))) is not None:
            near |= Q(number=own)
        rows = rows.filter(near).distinct()
    rows = told.with_what_it_shows(rows)
    whole = access.how("see_evidence") == "yes"
    return render(request, "evidence.html", {
        "ledger": ledger, "words": words, "pages": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "findings": findings(ledger, access) if whole else [], "verdict": proofs.verdict(ledger),
        "asked": proofs.asked(ledger, ledger.proofs if whole else targets.of(ledger, access)),
        "may_add": access.may("evidence"), "may_hold": access.may("review"), "whole": whole,
    })  # fmt: skip
