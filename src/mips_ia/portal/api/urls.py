"""The API with all of its operations."""

from mips_ia.portal.api import (  # noqa: F401 - each adds its operations
    batches,
    catalogue,
    delegating,
    invitations,
    ledger,
    locks,
    log,
    messages,
    own_scores,
    people,
    planned,
    practice_answers,
    practices,
    results,
    rules,
    saying,
    setup,
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
