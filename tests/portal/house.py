"""A small OpenID Connect that really speaks it, and says of whoever comes what a test decides."""

import base64
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CLIENT = "the-portal"


class House(BaseHTTPRequestHandler):
    """Whoever comes is who `claims` says."""

    claims: dict[str, Any] = {}  # noqa: RUF012 - the tests decide it
    asked: dict[str, str] = {}  # noqa: RUF012 - what was asked for last
    error = ""  # what it answers instead of letting somebody in
    base = ""
    server: ThreadingHTTPServer

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/authorize":
            asked = House.asked = dict(urllib.parse.parse_qsl(query))
            answer = {"error": self.error} if self.error else {"code": "a-code"}
            back = urllib.parse.urlencode(answer | {"state": asked["state"]})
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


def _opened(port: int = 0) -> None:
    House.server = ThreadingHTTPServer(("127.0.0.1", port), House)
    threading.Thread(target=House.server.serve_forever, daemon=True).start()


def _closed() -> None:
    House.server.shutdown()
    House.server.server_close()


@contextmanager
def served() -> Iterator[str]:
    """Its address, while it answers."""
    _opened()
    House.base = f"http://127.0.0.1:{House.server.server_port}"
    yield House.base
    _closed()


@contextmanager
def away() -> Iterator[None]:
    """Nobody is at home: whoever knocks at its address is turned away, until it is opened again."""
    _closed()
    try:
        yield
    finally:
        _opened(House.server.server_port)
