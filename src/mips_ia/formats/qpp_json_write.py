"""Submissions as CMS's QPP Submissions JSON, in CMS's order and without what is absent."""

import json
from collections.abc import Sequence
from typing import Any

from mips_ia.formats.submissions import MeasurementSet, Submission, cms_words


def write(submissions: Sequence[Submission]) -> str:
    """The JSON of one submission, or a list of several, with a newline at its end."""
    found = [plain_submission(each) for each in submissions]
    return json.dumps(found[0] if len(found) == 1 else found, indent=2, ensure_ascii=False) + "\n"


def plain_submission(of: Submission) -> dict[str, Any]:
    """A submission as plain data."""
    entities = {ours: theirs for theirs, ours in cms_words(of.performance_year)["entities"].items()}
    found = {
        "performanceYear": of.performance_year,
        "entityType": entities[of.entity],
        "nationalProviderIdentifier": of.npi,
        "taxpayerIdentificationNumber": of.tin,
        "entityId": of.entity_id,
        "measurementSets": [_plain_set(each) for each in of.sets],
    }
    return {name: value for name, value in found.items() if value != ""}


def _plain_set(of: MeasurementSet) -> dict[str, Any]:
    found = {
        "category": "ia",
        "submissionMethod": of.method,
        "programName": of.program,
        "performanceStart": of.first and of.first.isoformat(),
        "performanceEnd": of.last and of.last.isoformat(),
        "measurements": [{"measureId": id, "value": done} for id, done in of.activities],
    }
    return {name: value for name, value in found.items() if value is not None}
