"""The API with all of its operations."""

from mips_ia.portal.api import ledger, practices, results  # noqa: F401 - each adds its operations
from mips_ia.portal.api.operations import api

urls = api.urls
