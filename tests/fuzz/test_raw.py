"""The same over real HTTP: bytes on a wire, some of which are no request at all."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from itertools import islice
from random import Random
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings

from tests.fuzz.judge import LEAKS
from tests.fuzz.requests import Attacker, Request
from tests.fuzz.routes import api_routes
from tests.oracle.record import Record

MANY, WAIT_S = 300, 5
ITEMS = b"/api/collections/all/items"
LINES = (
    b"", b"\r\n\r\n", b"\x00" * 50, b"GET", b"GET /", b"GET  / HTTP/1.1", b"GET /\x00 HTTP/1.1",
    b"GET " + b"/" * 9_000 + b" HTTP/1.1",
    b"GET http://canary.invalid/api/ HTTP/1.1", b"GET //canary.invalid/api HTTP/1.1",
    b"GET /api/../../etc/passwd HTTP/1.1",
    b"GET /api/\xff\xfe HTTP/1.1", b"GET " + ITEMS + b"?q=\xe9 HTTP/1.1", b"GET " + ITEMS + b"?q=%00 HTTP/1.1",
    b"GET * HTTP/1.1",
    b"OPTIONS * HTTP/1.1", b"CONNECT 127.0.0.1:22 HTTP/1.1", b"get /api/ HTTP/1.1", b"GET /api/#x HTTP/1.1",
    b"GET /api/?%s HTTP/1.1" % (b"a&" * 20_000),
)  # fmt: skip
HEADERS = (
    b"Host: canary.invalid", b"Host: 127.0.0.1\r\nHost: canary.invalid", b"Host:", b"X: \x00", b"X" * 70_000 + b": 1",
    b"no colon", b" folded",
    b"Content-Length: -1", b"Content-Length: 5\r\nContent-Length: 6",
    b"Transfer-Encoding: chunked\r\nContent-Length: 3", b"Expect: 100-continue",
    b"Range: bytes=0-", b"If-None-Match: " + b'"x",' * 9_000, b"Connection: upgrade\r\nUpgrade: h2c",
    b"\xff\xfe: \xff", b"A: 1\r\n" * 150,
)  # fmt: skip


def wires(records: list[Record], dice: Random) -> Iterator[bytes]:
    """First lines with good headers, good lines with bad headers, then requests as in the other tests."""
    yield from (line + b"\r\nHost: 127.0.0.1\r\n\r\n" for line in LINES)
    yield from (b"GET " + ITEMS + b" HTTP/1.1\r\n" + header + b"\r\n\r\n" for header in HEADERS)
    requests = Attacker(dice, api_routes(), records).requests()
    yield from (written(request) for request in requests)


def written(request: Request) -> bytes:
    """Its headers too, but for the length of its body: what that may be is for the server in front to judge."""
    target = f"{request.path}?{request.query}".replace(" ", "+").encode()
    given = {name: value for name, value in request.headers.items() if name != "CONTENT_LENGTH"}
    names = ((name.removeprefix("HTTP_").replace("_", "-").title(), value) for name, value in given.items())
    headers = b"".join(f"{name}: {value}\r\n".encode() for name, value in names)
    method = request.method[:40].encode() or b"GET"
    length = b"" if "CONTENT_LENGTH" in request.headers else b"Content-Length: %d\r\n" % len(request.body[:9_000])
    return (
        method + b" " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + length + b"\r\n" + request.body[:9_000]
    )


def answered(address: tuple[str, int], wire: bytes) -> bytes:
    """All that comes back until the server, or we, have done."""
    with socket.create_connection(address, WAIT_S) as connection:
        answer = b""
        try:
            connection.sendall(wire)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65_536):
                answer += piece
        except ConnectionError:
            pass  # The server may hang up on nonsense.
        return answer


@pytest.fixture
def address(settings: LazySettings, request: pytest.FixtureRequest) -> tuple[str, int]:
    """Of a server with no files of its own: by itself, Django's takes every address for one of an upload."""
    settings.MEDIA_URL = "/media/"
    parts = urlsplit(request.getfixturevalue("live_server").url)
    return parts.hostname or "", parts.port or 0


def test_whatever_comes_over_the_wire_is_answered(
    transactional_db: None, records: list[Record], address: tuple[str, int]
) -> None:
    for wire in islice(wires(records, Random(6)), MANY):
        answer = answered(address, wire)
        status = re.match(rb"HTTP/1\.[01] ([1-4]\d\d) ", answer)
        assert status or not answer.startswith(b"HTTP/"), (wire[:300], answer[:300])
        assert not LEAKS.search(answer), wire[:300]
        assert b"canary.invalid" not in answer.partition(b"\r\n\r\n")[0], wire[:300]
    with closing(HTTPConnection(*address, timeout=WAIT_S)) as still:
        still.request("GET", "/health")
        assert still.getresponse().status == 200
