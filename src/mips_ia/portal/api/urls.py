"""The API with all of its operations."""

# Each adds its operations.
from mips_ia.portal.api import ledger, practices, results, signatures, sites, statuses, stays, uploads  # noqa: F401
from mips_ia.portal.api.operations import api

urls = api.urls
