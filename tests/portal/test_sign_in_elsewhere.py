"""Signing in by an organization's own OpenID Connect, against a small one that really speaks it."""

import base64
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from serving import Portal, send

from mips_ia.portal import demo

CLIENT = "the-portal"


class House(BaseHTTPRequestHandler):
    """Whoever comes is who `claims` says."""

    claims: dict[str, Any] = {}  # noqa: RUF012 - the tests decide it
    base = ""

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/authorize":
            asked = dict(urllib.parse.parse_qsl(query))
            back = urllib.parse.urlencode({"code": "a-code", "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/userinfo":
            self.say(self.claims)
        else:
            self.say({
                "issuer": self.base, "authorization_endpoint": f"{self.base}/authorize",
                "token_endpoint": f"{self.base}/token", "userinfo_endpoint": f"{self.base}/userinfo",
                "jwks_uri": f"{self.base}/keys",
            })  # fmt: skip

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = self.claims | {"iss": self.base, "aud": CLIENT, "exp": int(time.time()) + 300}
        head = {"alg": "HS256", "typ": "JWT"}
        parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (head, told)]
        token = b".".join([*parts, b"c2lnbmVk"]).decode()
        self.say({"access_token": "a-token", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def say(self, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def house() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), House)
    House.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield House.base
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def portal(house: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    home: Path = tmp_path_factory.mktemp("elsewhere") / "home"
    told = {"MIPS_IA_OIDC_SERVER": house, "MIPS_IA_OIDC_CLIENT": CLIENT, "MIPS_IA_OIDC_SECRET": "a secret"}
    with Portal(home, "--demo", MIPS_IA_OIDC_NAME="Harbor Health", **told) as found:
        yield found


def come(portal: Portal, **claims: object) -> requests.Response:
    """Somebody presses the button of the organization."""
    House.claims = claims
    return send(requests.Session(), f"{portal.address}/sign-in/oidc/start/")


def test_the_sign_in_page_offers_it_and_lets_the_form_lead_there(portal: Portal, house: str) -> None:
    answer = requests.get(f"{portal.address}/sign-in/", timeout=20)

    assert "Sign in with Harbor Health" in answer.text
    assert f"form-action 'self' {house}" in answer.headers["Content-Security-Policy"]


def test_who_was_invited_is_let_in(portal: Portal) -> None:
    answer = come(portal, sub="m-1", email="manager@demo.example", email_verified=True)

    assert answer.url.startswith(f"{portal.address}/p/harbor-rehabilitation-group/")
    assert "Dana Whitfield" in answer.text


def test_who_was_not_invited_is_told_so(portal: Portal) -> None:
    answer = come(portal, sub="n-1", email="nobody@demo.example", email_verified=True)

    assert answer.status_code == 403
    assert "You were not invited yet." in answer.text


def test_an_address_that_was_not_checked_lets_nobody_in(portal: Portal) -> None:
    assert come(portal, sub="k-1", email="kim@demo.example", email_verified=False).status_code == 403
    assert come(portal, sub="k-1", email="kim@demo.example").status_code == 403  # nobody says that it was


def test_an_invitation_is_taken_up_without_a_password(portal: Portal) -> None:
    admin = requests.Session()
    send(admin, f"{portal.address}/sign-in/", login="admin@demo.example", password=demo.PASSWORD)
    invite = f"{portal.address}/p/harbor-rehabilitation-group/2026/people/invite/"
    send(admin, invite, name="Noor Haidar", email="noor@demo.example", role="reviewer")
    assert come(portal, sub="o-1", email="noor@demo.example", email_verified=False).status_code == 403

    answer = come(portal, sub="o-1", email="noor@demo.example", email_verified=True)
    assert answer.url.startswith(f"{portal.address}/p/harbor-rehabilitation-group/")
    assert "Noor Haidar" in answer.text
    assert come(portal, sub="o-1", email="noor@demo.example", email_verified=True).status_code == 200


def test_a_cancelled_or_strange_answer_has_a_page_of_its_own(portal: Portal) -> None:
    back = f"{portal.address}/sign-in/oidc/callback/"

    assert "ia-page" in requests.get(f"{back}?error=access_denied", timeout=20).text
    assert "ia-page" in requests.get(f"{back}?code=a&state=unknown", timeout=20).text
    assert requests.get(f"{portal.address}/sign-in/other/start/", timeout=20).status_code == 404
