"""A server on the loopback that answers by a function, for portals that page, count and refuse."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harvesters import protocols
from harvesters.http import Client, Limits
from harvesters.reading import Reading, Row
from portal.models import Source

QUICK = Limits(total_s=5, tries=1, backoff_s=0)


@dataclass(frozen=True)
class Asked:
    """One request; `number` counts those of the same path, from 1."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    number: int


@dataclass(frozen=True)
class Said:
    body: Any = b""
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()


Answering = Callable[[Asked], Said]
NOTHING = Said(b"not here", 404, "text/plain")


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
    server: Emulator

    def do_GET(self) -> None:
        self.reply()

    def do_POST(self) -> None:
        self.reply()

    def reply(self) -> None:
        address = urlsplit(self.path)
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        number = 1 + sum(asked.path == address.path for asked in self.server.asked)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        asked = Asked(self.command, address.path, query, headers, json.loads(data) if data else None, number)
        self.server.asked.append(asked)
        said = self.server.answering(asked)
        self.send_response(said.status)
        kept = {"Content-Type": said.content_type, "Content-Length": str(len(said.bytes))} | said.headers
        for name, value in kept.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.bytes)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
        """Stay silent."""


@contextmanager
def emulated(answering: Answering) -> Iterator[Emulator]:
    server = Emulator(answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fixed(paths: dict[str, Any], content_type: str = "application/json") -> Answering:
    """The same answer at each path."""

    def answering(asked: Asked) -> Said:
        found = paths.get(asked.path, NOTHING)
        return found if isinstance(found, Said) else Said(found, content_type=content_type)

    return answering


def client_of(portal: Emulator) -> Client:
    return Client("x", [portal.host], QUICK)


def read_all(protocol: str, portal: Emulator, path: str = "", **options: Any) -> tuple[list[Row], Reading]:
    """What a protocol reads of an emulated portal, and how it ended."""
    with client_of(portal) as client:
        reading = protocols.read(Source(protocol=protocol, address=portal.url + path, options=options), client)
        return list(reading), reading
