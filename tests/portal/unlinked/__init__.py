"""Pages that no link of the demonstration leads to, each with the state that makes it answer.

`python -m unlinked`, run as a portal, builds the states and prints what there is to look at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

_FILE, _BACK, _SCRIPT = "a file", "leads back to the page from which it was sent", "answers a script"
# Addresses that show no page of their own, each with what they are.
NO_PAGES = {
    **dict.fromkeys((
        "calendar", "evidence_file", "evidence_preview", "log_csv", "mfa_download_recovery_codes",
        "participation_checked", "participation_export", "participation_template",
        "practices_batch_checked", "practices_template", "print_css", "review_file", "review_package_file",
        "roster_checked", "roster_export", "roster_template", "score_json", "score_pdf",
    ), _FILE),
    **dict.fromkeys((
        "account_token_end", "participation_ask", "sign_delegate_end",
        "signatures_delegation_end", "typed_discard", "typed_later",
    ), _BACK),
    **dict.fromkeys(("mfa_login_webauthn", "typed_keep"), _SCRIPT),
    "evidence_waiting": "the page of a stopped file, which is looked at as it is reached, with that file",
    "healthz": "answers a machine",
    "home": "leads on to a practice",
    "openid_connect_callback": "leads on, or shows a page that has its own address",
    "participation_record": "leads on to the form for windows",
    "readyz": "answers a machine",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page: the name of its view, who looks, where, and what is sent there first if it is an answer.

    `send` has fields by name for the first form that has all of them, or for the one that `form` selects;
    `to` is where that form is sent instead of where it leads by itself.
    """

    name: str
    who: str | None
    address: str
    send: Mapping[str, str] | None = None
    form: str = "main form[method=post]"
    to: str = ""
    called: str = ""  # where one view has several pages
    status: int = 200


@dataclass
class Built:
    """All of them, and the cookies of people that the demonstration does not have."""

    pages: list[Page] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)
