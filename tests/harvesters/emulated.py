"""A portal on the loopback that answers as a function says: the emulators of the catalogue protocols stand on it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harvesters import protocols
from harvesters.http import Client, Limits
from harvesters.loopback.answers import Reply, json_reply
from harvesters.reading import Reading, Row
from portal.models import Source

Answers = Callable[[str, dict[str, str]], Reply | None]
QUICK = Limits(total_s=10, tries=1, backoff_s=0)
LISTE = Reply(b"id;nom\n1;Mons\n2;Jemappes\n", "text/csv")


class Emulated(ThreadingHTTPServer):
    """`asked` holds what was asked for: path and query of each request."""

    daemon_threads = True

    def __init__(self, answers: Answers) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.asked: list[str] = []
        self.headers_asked: list[dict[str, str]] = []
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.url = f"http://{self.host}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Emulated

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.server.asked.append(unquote(self.path))
        self.server.headers_asked.append(dict(self.headers))
        parameters = dict(parse_qsl(address.query, keep_blank_values=True))
        reply = self.server.answers(unquote(address.path), parameters) or Reply(b"", "text/plain", 404)
        self.send_response(reply.status)
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body))} | reply.headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
        """Stay silent."""


@contextmanager
def emulated(answers: Answers) -> Iterator[Emulated]:
    server = Emulated(answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client_of(server: Emulated) -> Client:
    return Client("x", [server.host], QUICK)


def rows_of(server: Emulated, protocol: str, path: str = "", **options: Any) -> tuple[list[Row], Reading]:
    """What a source of `protocol` at this portal reads."""
    with client_of(server) as client:
        source = Source(protocol=protocol, address=server.url + path, options=options)
        reading = protocols.read(source, client)
        return list(reading), reading


def files(replies: dict[str, Reply]) -> Answers:
    """A portal of plain files."""
    return lambda path, _: replies.get(path)


__all__ = ["LISTE", "QUICK", "Emulated", "Reply", "client_of", "emulated", "files", "json_reply", "rows_of"]
