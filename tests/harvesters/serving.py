"""A server on the loopback that answers as a function of ours says: services in a few lines, true to their quirks."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harvesters import protocols
from harvesters.http import Client, Limits
from harvesters.loopback.answers import Reply
from harvesters.reading import Reading, Row
from portal.models import Source

QUICK = Limits(total_s=10, tries=1, backoff_s=0)
Answers = Callable[[str, dict[str, str]], Any]


@dataclass
class Served:
    """Where the server is, and what it was asked: (path, parameters) each."""

    url: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")


@contextmanager
def serving(answers: Answers) -> Iterator[Served]:
    """Serve while the block runs. `answers(path, parameters)` gives a Reply, or a value that is sent as JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            parameters = dict(parse_qsl(address.query, keep_blank_values=True))
            served.asked.append((address.path, parameters))
            value = answers(address.path, parameters)
            reply = value if isinstance(value, Reply) else Reply(json.dumps(value).encode())
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client_of(served: Served) -> Client:
    return Client("x", [served.host], QUICK)


def read_all(protocol: str, answers: Answers, path: str = "", **options: Any) -> tuple[list[Row], Reading]:
    """Everything that the protocol reads from a service at `path`."""
    with serving(answers) as served, client_of(served) as client:
        source = Source(protocol=protocol, address=served.url + path, options=options)
        reading = protocols.read(source, client)
        return list(reading), reading
