"""What every answer carries: where content may come from, and what keeps a session safe."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.test import Client
from django.urls import get_resolver

from mips_ia.portal import demo
from mips_ia.portal.models import Practice

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


def test_files_carry_the_policy_too() -> None:
    answer = visitor().get("/static/portal.css")

    assert "unsafe" not in answer["Content-Security-Policy"]
    b"".join(answer.streaming_content)


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
        "plain = client.get('/healthz')\n"
        "print(plain.status_code, plain['Location'])\n"
        "safe = client.get('/healthz', HTTP_X_FORWARDED_PROTO='https')\n"
        "print(safe['Strict-Transport-Security'])\n"
        "from django.conf import settings\n"
        "print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)\n",
        MIPS_IA_TLS="1",
        MIPS_IA_HOME=str(tmp_path),
    )

    assert told.splitlines() == [
        "301 https://localhost/healthz", "max-age=31536000; includeSubDomains", "True True",
    ]  # fmt: skip
