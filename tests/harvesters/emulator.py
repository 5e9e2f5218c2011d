"""Portals on the loopback, in a few lines each: a function answers every request, true to the quirks of one kind.

`emulated` hands the function the whole request, `serving` its path and parameters alone. What it gives is a Reply, a
value (sent as JSON), or None (nothing is there).
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harvesters import protocols
from harvesters.http import Client, Limits
from harvesters.loopback.answers import Reply, json_reply
from harvesters.reading import Reading, Row
from portal.models import Source

QUICK = Limits(total_s=10, tries=1, backoff_s=0)
NOTHING = Reply(b"not here", "text/plain", 404)
LISTE = Reply(b"id;nom\n1;Mons\n2;Jemappes\n", "text/csv")


@dataclass(frozen=True)
class Asked:
    """One request: `url` is its path and query, unquoted; `number` counts those of the same path, from 1."""

    method: str
    url: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    number: int


Answering = Callable[[Asked], Any]
Answers = Callable[[str, dict[str, str]], Any]


class Emulator(ThreadingHTTPServer):
    """`asked` holds every request; `url` is where it is."""

    daemon_threads = True

    def __init__(self, answering: Answering) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answering = answering
        self.asked: list[Asked] = []
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.url = f"http://{self.host}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Emulator

    def do_GET(self) -> None:
        self.reply()

    def do_POST(self) -> None:
        self.reply()

    def reply(self) -> None:
        asked = self.request_read()
        self.server.asked.append(asked)
        reply = reply_of(self.server.answering(asked))
        self.send_response(reply.status)
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body))} | reply.headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def request_read(self) -> Asked:
        address = urlsplit(self.path)
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return Asked(
            method=self.command,
            url=unquote(self.path),
            path=unquote(address.path),
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=json.loads(data) if data else None,
            number=1 + sum(asked.path == unquote(address.path) for asked in self.server.asked),
        )

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
        """Stay silent."""


def reply_of(found: Any) -> Reply:
    if found is None:
        return NOTHING
    return found if isinstance(found, Reply) else json_reply(found)


def said(
    body: Any, status: int = 200, content_type: str = "application/json", headers: dict[str, str] | None = None
) -> Reply:
    """A reply of bytes as they are, or of a value as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Reply(data, content_type, status, headers or {})


@contextmanager
def emulated(answering: Answering) -> Iterator[Emulator]:
    server = Emulator(answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def serving(answers: Answers) -> AbstractContextManager[Emulator]:
    return emulated(lambda asked: answers(asked.path, asked.query))


def fixed(paths: dict[str, Any], content_type: str = "application/json") -> Answering:
    """The same answer at each path: a Reply, bytes or a value."""

    def answering(asked: Asked) -> Reply:
        found = paths.get(asked.path, NOTHING)
        return found if isinstance(found, Reply) else said(found, content_type=content_type)

    return answering


def client_of(portal: Emulator) -> Client:
    return Client("x", [portal.host], QUICK)


def read_all(protocol: str, portal: Emulator, path: str = "", **options: Any) -> tuple[list[Row], Reading]:
    """What a protocol reads of an emulated portal, and how it ended."""
    with client_of(portal) as client:
        reading = protocols.read(Source(protocol=protocol, address=portal.url + path, options=options), client)
        return list(reading), reading


def read_served(protocol: str, answers: Answers, path: str = "", **options: Any) -> tuple[list[Row], Reading]:
    """The same of a portal that is served as long as it is read."""
    with serving(answers) as portal:
        return read_all(protocol, portal, path, **options)
