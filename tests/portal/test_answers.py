"""What every answer carries: where content may come from, and what keeps a session safe."""

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection
from django.test import Client, override_settings
from django.urls import get_resolver

from mips_ia.portal import demo, feeds
from mips_ia.portal.actions.messages import replace_feed
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Person, Practice

ROOT = Path(__file__).resolve().parents[2]
Browse = Callable[[str], Client]


def visitor() -> Client:
    return Client(SERVER_NAME="localhost")


def addresses() -> list[str]:
    """Every address that names nothing."""
    from addresses import _within

    routes = [each.route for each in _within(get_resolver().url_patterns, "")]
    return [f"/{route}" for route in routes if "<" not in route and "^" not in route]


def test_no_page_has_anything_inline_and_each_says_where_content_may_come_from(browse: Browse) -> None:
    found = addresses()
    assert "/account/second-factor/" in found
    for client in (visitor(), browse("manager")):
        for address in found:
            answer = client.get(address)
            policy = answer["Content-Security-Policy"]
            assert "default-src 'self'" in policy, address
            assert "unsafe" not in policy, address
            assert answer["X-Content-Type-Options"] == "nosniff", address
            assert answer["X-Frame-Options"] == "DENY", address
            if answer["Content-Type"].startswith("text/html") and not address.startswith("/api"):
                page = answer.content.decode()
                assert not re.search(r"<script(?![^>]* src=)", page), address
                assert not re.search(r"<style|\sstyle=|\son\w+=", page), address
                assert answer.status_code in (301, 302, 405) or "ia-page" in page, address


def test_a_first_visit_is_small(harbor: Practice, browse: Browse) -> None:
    """As a browser gets it: each page of the demonstration's practice, its sheets and its scripts."""
    client, most = browse("manager"), 1024

    def sent(address: str) -> int:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip", address
        assert "Accept-Encoding" in answer.headers["Vary"], address
        packed = b"".join(answer) if answer.streaming else answer.content
        assert len(gzip.decompress(packed)) > len(packed), address
        return len(packed)

    here = f"/p/{harbor.slug}/2026/"
    pages = ["", "setup/", "roster/", "activities/", "plan/", "participation/", "signatures/", "evidence/",
             "score/", "export/", "audit/", "log/", "activities/IA_PSPA_21/"]  # fmt: skip
    assert [(each, size) for each in pages if (size := sent(here + each)) >= 60 * most] == []
    page = client.get(here).content.decode()
    sheets = re.findall(r'<link rel="stylesheet" href="(/static/[^"]+)"', page)
    scripts = re.findall(r'<script src="(/static/[^"]+)"', page)
    assert (len(sheets), len(scripts)) == (3, 2)
    assert sum(map(sent, sheets)) < 28 * most
    assert sum(map(sent, scripts)) < 20 * most  # htmx is 16 of them


def test_what_is_downloaded_keeps_its_length(harbor: Practice, browse: Browse) -> None:
    answer = browse("manager").post(
        f"/p/{harbor.slug}/2026/roster/export/", {"as": "xlsx"}, headers={"Accept-Encoding": "gzip"}
    )
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_every_kind_of_answer_carries_the_policy(
    harbor: Practice, browse: Browse, person: Callable[[str], Person], access: Callable[..., Any]
) -> None:
    """Files, calendars, programs, redirects, and whatever is refused or breaks."""
    here, manager, kim = f"/p/{harbor.slug}/2026/", browse("manager"), browse("kim")
    manager.raise_request_exception = False
    replace_feed(access("manager"))
    secret = feeds.held(access("manager"))
    token, _ = make(person("manager"), "a test", ("read",), 1)
    answers = {
        "a style sheet": (200, visitor().get("/static/portal.css")),
        "no such style sheet": (404, visitor().get("/static/none.css")),
        "a table": (200, manager.post(f"{here}roster/export/", {"as": "csv"})),
        "a workbook": (200, manager.post(f"{here}roster/export/", {"as": "xlsx"})),
        "the log": (200, manager.get(f"{here}log/log.csv")),
        "the score as JSON": (200, manager.get(f"{here}score/score.json")),
        "the score as PDF": (200, manager.get(f"{here}score/score.pdf")),
        "a calendar": (200, visitor().get(f"/calendar/{secret}.ics")),
        "no such calendar": (404, visitor().get("/calendar/none.ics")),
        "the API": (200, visitor().get("/api/practices", headers={"Authorization": f"Bearer {token}"})),
        "the API without a token": (401, visitor().get("/api/practices")),
        "no such operation": (404, visitor().get("/api/none")),
        "the API's description": (200, visitor().get("/api/openapi.json")),
        "to the sign-in page": (302, visitor().get(here)),
        "after a form": (303, manager.post(f"{here}activities/", {"choose": "IA_BE_4"})),
        "a form that does not fit": (200, manager.post(f"{here}setup/reporting/", {})),
        "forbidden": (403, kim.get(f"{here}roster/")),
        "not found": (404, manager.get("/no-such-page/")),
        "not allowed": (405, manager.get("/typed/keep/")),
        "no such host": (400, Client(SERVER_NAME="elsewhere.example").get("/")),
        "too many": (429, _too_often()),
    }
    with connection.execute_wrapper(_no_database):
        answers["broken"] = (500, manager.get(here))

    assert {what: answer.status_code for what, (_, answer) in answers.items()} == {
        what: status for what, (status, _) in answers.items()
    }
    for what, (_, answer) in answers.items():
        policy = answer.get("Content-Security-Policy", "none")
        assert "default-src 'self'" in policy, what
        assert "unsafe" not in policy, what
        answer.close()


def _no_database(*_: object) -> None:
    raise OperationalError("it answers nothing")


def _too_often() -> Any:
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        client = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.77")
        return [client.post("/sign-in/", {"login": "x@demo.example", "password": "x"}) for _ in "12"][-1]


def test_a_session_is_read_by_no_script_and_sent_to_no_other_site(harbor: Practice) -> None:  # noqa: ARG001
    client = visitor()
    client.post("/sign-in/", {"login": "kim@demo.example", "password": demo.PASSWORD})
    client.get("/account/")

    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/"), name
    assert client.cookies["sessionid"]["expires"] == ""  # it ends with the browser


def in_a_process(code: str, **environment: str) -> str:
    """What a portal with other settings prints; settings hold for a whole process."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ours = {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "mips_ia.portal.settings"}
    told = kept | ours | environment
    run = "import django; django.setup(); from django.test import Client\n" + code
    command = [sys.executable, "-W", "ignore", "-c", run]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_with_tls_browsers_are_told_to_insist_on_it(tmp_path: Path) -> None:
    told = in_a_process(
        "client = Client(SERVER_NAME='localhost')\n"
        "print([client.get(each).status_code for each in ('/healthz', '/readyz')])\n"
        "plain = client.get('/help/')\n"
        "print(plain.status_code, plain['Location'])\n"
        "print(plain['Content-Security-Policy'][:18])\n"
        "safe = client.get('/healthz', HTTP_X_FORWARDED_PROTO='https')\n"
        "print(safe['Strict-Transport-Security'])\n"
        "from django.conf import settings\n"
        "print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)\n",
        MIPS_IA_TLS="1",
        MIPS_IA_HOME=str(tmp_path),
    )

    assert told.splitlines() == [
        "[200, 503]", "301 https://localhost/help/", "default-src 'self'",
        "max-age=31536000; includeSubDomains", "True True",
    ]  # fmt: skip
