"""The connection misbehaves: cut, slow, endless, packed to burst, or it answers with something else."""

import gzip
import time
import zlib

from tests.harvesters.hostile.mode import COMPLETE, Mode, Place, failed, partial
from tests.harvesters.rude import Behaviour, Send, head, redirects, says, sends

PAGE = b"<!doctype html><html><head><title>Maintenance</title></head><body>Revenez demain.</body></html>"
CUT = [*partial("truncated"), *failed("truncated", "no-records")]


def drip(body: bytes, _place: Place) -> Behaviour:
    def send_slowly(send: Send, _: int) -> None:
        send(head(f"Content-Length: {len(body)}"))
        for at in range(len(body)):
            send(body[at : at + 1])
            time.sleep(0.05)

    return send_slowly


def silence(_body: bytes, _place: Place) -> Behaviour:
    return lambda _send, _: time.sleep(1.5)


def endless(_body: bytes, _place: Place) -> Behaviour:
    def send_on(send: Send, _: int) -> None:
        send(head("Content-Type: text/csv"))
        while True:
            send(b"id;titre\n" * 10_000)

    return send_on


def half(body: bytes, _place: Place) -> Behaviour:
    return sends(head(f"Content-Length: {len(body)}") + body[: len(body) // 2])


def half_in_chunks(body: bytes, _place: Place) -> Behaviour:
    part = body[: len(body) // 2]
    return sends(head("Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (len(part), part))


def half_packed(body: bytes, _place: Place) -> Behaviour:
    packed = gzip.compress(body)
    return says(packed[: len(packed) // 2], "Content-Encoding: gzip")


def statuses(status: str, *codes: str, everywhere: bool = True, lines: tuple[str, ...] = ()) -> Mode:
    """An answer of this status to every question, or for the data alone."""
    where = "everywhere" if everywhere else "for the data"
    ends = [*failed(*codes), *(partial(*codes) if not everywhere else [])]
    return Mode(
        f"{status} {where}", ends, wire=lambda _body, _place: says(b"", *lines, status=status), everywhere=everywhere
    )


def recovers(body: bytes, place: Place) -> Behaviour:
    return says(b"", status="503 Service Unavailable") if place.count == 1 else says(body)


def wanders(body: bytes, place: Place) -> Behaviour:
    return redirects(f"{place.url}{place.path}?step={place.count}")


# Made beforehand: packing them while the client waits may take longer than it does.
GZIP_BOMB = gzip.compress(b"0" * 12_500_000)
ZLIB_BOMB = zlib.compress(b"0" * 12_500_000)

MODES = [
    Mode("closed at once", failed("unreachable"), wire=lambda *_: sends(b""), everywhere=True),
    Mode("another protocol", failed("unreachable"), wire=lambda *_: sends(b"SSH-2.0-OpenSSH\r\n"), everywhere=True),
    Mode("cut in the middle", CUT, wire=half, touches="none"),
    Mode("cut between chunks", CUT, wire=half_in_chunks, touches="none"),
    Mode("cut while packed", CUT, wire=half_packed, touches="none"),
    Mode("a drip", failed("too-slow"), wire=drip, everywhere=True),
    Mode("silence", failed("timeout"), wire=silence, everywhere=True),
    Mode("an endless body", failed("too-large"), wire=endless, everywhere=True),
    Mode(
        "a gzip bomb",
        failed("too-large"),
        wire=lambda *_: says(GZIP_BOMB, "Content-Encoding: gzip"),
        everywhere=True,
    ),
    Mode(
        "a zlib bomb",
        failed("too-large"),
        wire=lambda *_: says(ZLIB_BOMB, "Content-Encoding: deflate"),
        everywhere=True,
    ),
    Mode(
        "packed twice",
        failed("bad-answer"),
        wire=lambda body, _: says(gzip.compress(gzip.compress(body)), "Content-Encoding: gzip"),
        everywhere=True,
    ),
    Mode(
        "a packing nobody asked for",
        failed("bad-answer"),
        wire=lambda body, _: says(body, "Content-Encoding: br"),
        everywhere=True,
    ),
    Mode(
        "a flood of headers",
        failed("unreachable"),
        wire=lambda *_: sends(b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 300 + b"\r\n"),
        everywhere=True,
    ),
    Mode(
        "nothing in it",
        failed("empty", "no-records", "not-json", "portal-error"),
        wire=lambda *_: says(b""),
        everywhere=True,
    ),
    Mode(
        "a page of maintenance",
        failed("html-instead", "not-json", "portal-error"),
        wire=lambda *_: says(PAGE, "Content-Type: text/html"),
        everywhere=True,
    ),
    Mode(
        "a page that calls itself data",
        [*failed("html-instead", "no-records"), *partial("html-instead")],
        wire=lambda *_: says(PAGE, "Content-Type: text/csv"),
        touches="none",
    ),
    Mode("data that calls itself a page", COMPLETE, wire=lambda body, _: says(body, "Content-Type: text/html")),
    Mode(
        "a circle of redirects",
        failed("too-many-redirects"),
        wire=lambda _, place: redirects(place.url + place.path),
        everywhere=True,
    ),
    Mode("redirects without an end", failed("too-many-redirects"), wire=wanders, everywhere=True),
    Mode(
        "a redirect to a mail address",
        failed("bad-address", "redirect-refused"),
        wire=lambda *_: redirects("mailto:a@b.example"),
        everywhere=True,
    ),
    Mode(
        "unchanged, though nobody asked",
        failed("http-status", "portal-error"),
        wire=lambda *_: says(b"", status="304 Not Modified"),
        everywhere=True,
    ),
    Mode(
        "a part nobody asked for",
        [*partial("truncated"), *failed("truncated", "no-records")],
        wire=lambda body, _: says(body[: len(body) // 2], status="206 Partial Content"),
        touches="none",
    ),
    statuses("204 No Content", "http-status", "empty", "portal-error"),
    statuses("403 Forbidden", "http-status", "portal-error"),
    statuses("404 Not Found", "http-status", "no-dataset", "portal-error"),
    statuses("410 Gone", "http-status", "no-records", everywhere=False),
    statuses("500 Internal Server Error", "http-status", "portal-error"),
    statuses("503 Service Unavailable", "busy"),
    statuses("429 Too Many Requests", "busy", lines=("Retry-After: 3600",)),
    Mode("one failure in passing", COMPLETE, wire=recovers),
]
