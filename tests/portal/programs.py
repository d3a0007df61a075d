"""What somebody's program asks of the API, and what the answer says."""

import json
from typing import Any

from django.test import Client

from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Person


def asked(
    person: Person, method: str, path: str, body: object = None, *, version: str = "",
    scopes: tuple[str, ...] = ("read", "write"),
) -> tuple[int, Any]:  # fmt: skip
    """The status and the JSON of an answer, to a token of somebody's own; `version` is what they read."""
    secret, _ = make(person, "a test", scopes, 1)
    answer = Client(SERVER_NAME="localhost").generic(
        method, path, json.dumps({} if body is None else body), content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", **({"If-Match": version} if version else {})},
    )  # fmt: skip
    return answer.status_code, json.loads(answer.content) if answer.content else None


def codes(found: Any) -> list[tuple[str, str]]:
    """The problems of an answer that refuses, each with its place."""
    return [(each["code"], each["where"]) for each in found["problems"]]
