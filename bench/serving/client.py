"""One connection that is kept, for what is asked one at a time: checks, pages of a crawl, facets."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected

ANSWER_SECONDS = 300
BLOCK = 1 << 20


@dataclass(frozen=True)
class Answer:
    """seconds: until its last byte had come."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Client:
    def __init__(self, host: str) -> None:
        self._connection = HTTPConnection(host, timeout=ANSWER_SECONDS)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        started = time.perf_counter()
        response = self.open(path, headers)
        body = response.read()
        seconds = time.perf_counter() - started
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body, seconds)

    def open(self, path: str, headers: Mapping[str, str] | None = None) -> HTTPResponse:
        """The answer before its body was read, which is for the caller to do."""
        try:
            return self._ask(path, headers)
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # Servers end connections that were quiet for some seconds.
            self._connection.close()
            return self._ask(path, headers)

    def _ask(self, path: str, headers: Mapping[str, str] | None) -> HTTPResponse:
        self._connection.request("GET", path, headers=dict(headers or {}))
        return self._connection.getresponse()

    def close(self) -> None:
        self._connection.close()
