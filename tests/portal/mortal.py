"""A server of the portal in which a request can be the last thing that its process does.

Each request is answered by a process of its own. With the header `X-Killed: 3 before` that process is killed,
as by a power cut, before its third step: a call that changes what is on a disk, or a commit of the database;
`in` is the middle of a write, and `after` is behind the step.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable
from socketserver import BaseServer, ForkingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from served import Served

STEPS = ("write", "fsync", "replace", "unlink")


class MortalServed(Served):
    """A portal behind this server."""

    @property
    def command(self) -> list[str]:
        return ["-m", "mortal", str(self.port)]


def arm(at: int, when: str) -> None:
    """From now on the steps of this process are counted, and one is the last."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    left = at

    def counted(real: Callable[..., Any], *, writes: bool = False) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            nonlocal left
            if when == "in" and not writes:
                return real(*given, **named)
            left -= 1
            if left == 0 and when == "in":
                real(given[0], bytes(given[1])[: len(given[1]) // 2])
            answer = real(*given, **named) if left or when == "after" else None
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name), writes=name == "write"))
    BaseDatabaseWrapper._commit = counted(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]  # noqa: SLF001


class Forking(ForkingMixIn, WSGIServer):
    """Each request in a process of its own; this one touches nothing."""


class Quiet(WSGIRequestHandler):
    """It prints no line for each request."""

    def log_message(self, *_: Any) -> None:
        pass


def main() -> BaseServer:
    import django

    django.setup()
    from django.db import connections
    from django.test import Client

    from mips_ia.portal.wsgi import application

    def mortal(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if told := environ.get("HTTP_X_KILLED"):
            at, when = told.split()
            arm(int(at), when)
        return application(environ, start_response)

    Client().get("/rules/2026/IA_PSPA_21/")  # what is read once is read before the first fork
    connections.close_all()
    return make_server("127.0.0.1", int(sys.argv[1]), mortal, server_class=Forking, handler_class=Quiet)


if __name__ == "__main__":
    main().serve_forever()
