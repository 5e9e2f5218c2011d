"""A server on the loopback that misbehaves as portals do: each path sends the bytes it is told to, when it is told."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TypeVar

Server = TypeVar("Server", bound="RudeServer")
Send = Callable[[bytes], None]
Behaviour = Callable[[Send, int], None]


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "Connection: close", "", ""]).encode()


def says(body: bytes, *lines: str, status: str = "200 OK") -> Behaviour:
    """A whole, proper answer."""
    return lambda send, _: send(head(*lines, f"Content-Length: {len(body)}", status=status) + body)


def sends(data: bytes) -> Behaviour:
    """These bytes and no more."""
    return lambda send, _: send(data)


def first(*behaviours: Behaviour) -> Behaviour:
    """One behaviour after the other, the last one for ever."""
    return lambda send, count: behaviours[min(count, len(behaviours)) - 1](send, count)


def redirects(location: str, status: str = "302 Found") -> Behaviour:
    return says(b"", f"Location: {location}", status=status)


class RudeServer(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, routes: dict[str, Behaviour]) -> None:
        super().__init__(("127.0.0.1", 0), RudeHandler)
        self.routes = routes
        self.asked: dict[str, list[str]] = defaultdict(list)
        self.stopped = threading.Event()
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.url = f"http://{self.host}"

    def behaviour(self, path: str, _query: str) -> Behaviour:
        return self.routes.get(path, says(b"", status="404 Not Found"))


class RudeHandler(StreamRequestHandler):
    server: RudeServer

    def handle(self) -> None:
        lines = list(iter(lambda: self.rfile.readline(65_536).decode("latin-1").strip(), ""))
        if not lines:
            return
        path, _, query = lines[0].split()[1].partition("?")
        self.server.asked[path].append("\n".join(lines))
        behaviour = self.server.behaviour(path, query)
        try:
            behaviour(self.send, len(self.server.asked[path]))
        except OSError:
            return

    def send(self, data: bytes) -> None:
        if self.server.stopped.is_set():
            raise ConnectionAbortedError
        self.wfile.write(data)


@contextmanager
def rude(routes: dict[str, Behaviour]) -> Iterator[RudeServer]:
    with serving(RudeServer(routes)) as server:
        yield server


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
