"""The API with all of its operations."""

from mips_ia.portal.api import (  # noqa: F401 - each adds its operations
    catalogue,
    ledger,
    locks,
    own_scores,
    people,
    practice_answers,
    practices,
    results,
    signatures,
    sites,
    statuses,
    stays,
    uploads,
    waiting,
    what_if,
)
from mips_ia.portal.api.operations import api

urls = api.urls
