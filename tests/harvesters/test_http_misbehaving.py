"""What bad portals do, and what is said of it: a code for programs, two sentences for people."""

import gzip
import time
import zlib
from dataclasses import replace

import pytest
from urllib3.connection import HTTPConnection

from harvesters.errors import ADVICE, PortalError
from harvesters.http import Answer, Client, Limits, refuse_page
from harvesters.http.guard import Guard
from tests.harvesters.rude import Behaviour, RudeServer, Send, first, head, redirects, rude, says, sends

KB = 1000
SMALL = Limits(read_s=1, total_s=1.5, raw_bytes=200 * KB, unpacked_bytes=7_000 * KB, tries=2, backoff_s=0.001)


def impatient(portal: RudeServer) -> Client:
    return Client("x", [portal.host], SMALL)


def drip(send: Send, _: int) -> None:
    """One byte at a time, never long enough between them for a read timeout."""
    send(head("Content-Length: 100000"))
    for _count in range(1000):
        send(b"x")
        wait(0.05)


def drip_headers(send: Send, _: int) -> None:
    send(b"HTTP/1.1 200 OK\r\n")
    for _count in range(1000):
        send(b"X-Slow: 1\r\n")
        wait(0.05)


def silent(_send: Send, _: int) -> None:
    wait(3)


def endless(send: Send, _: int) -> None:
    send(head("Content-Type: text/csv"))
    while True:
        send(b"x;y\r\n" * KB)


def wait(seconds: float) -> None:
    time.sleep(seconds)


def chunked(*chunks: bytes, ends: bool) -> bytes:
    framed = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head("Transfer-Encoding: chunked") + framed + (b"0\r\n\r\n" if ends else b"")


BOMB = gzip.compress(b"0" * 6_500 * KB)
CASES: dict[str, tuple[Behaviour, str]] = {
    "slow drip": (drip, "too-slow"),
    "slow drip of headers": (drip_headers, "too-slow"),
    "no answer": (silent, "timeout"),
    "endless body": (endless, "too-large"),
    "too large by its own word": (says(b"x" * 300 * KB), "too-large"),
    "gzip bomb": (says(BOMB, "Content-Encoding: gzip"), "too-large"),
    "gzip bomb as a file": (says(BOMB, "Content-Type: application/gzip"), "too-large"),
    "zlib bomb": (says(zlib.compress(b"0" * 6_500 * KB), "Content-Encoding: deflate"), "too-large"),
    "too large unpacked": (says(gzip.compress(bytes(range(256)) * 40 * KB), "Content-Encoding: gzip"), "too-large"),
    "packed twice": (says(gzip.compress(gzip.compress(b"x")), "Content-Encoding: gzip"), "bad-answer"),
    "two codings": (says(b"x", "Content-Encoding: gzip, gzip"), "bad-answer"),
    "unasked coding": (says(b"x", "Content-Encoding: br"), "bad-answer"),
    "no gzip in it": (says(b"plain", "Content-Encoding: gzip"), "bad-answer"),
    "half a gzip": (says(gzip.compress(b"abc" * KB)[:20], "Content-Encoding: gzip"), "truncated"),
    "short of its length": (sends(head("Content-Length: 100") + b"x" * 60), "truncated"),
    "broken chunks": (sends(chunked(b"abc", ends=False)), "truncated"),
    "nonsense chunks": (sends(head("Transfer-Encoding: chunked") + b"zz\r\nabc"), "truncated"),
    "closed at once": (sends(b""), "unreachable"),
    "no HTTP": (sends(b"SSH-2.0-OpenSSH_9.2\r\n"), "unreachable"),
    "header flood": (sends(b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n"), "unreachable"),
    "endless header": (sends(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100 * KB + b"\r\n\r\n"), "unreachable"),
    "redirect in a circle": (redirects("/"), "too-many-redirects"),
    "redirect to a mail address": (redirects("mailto:someone@example.org"), "bad-address"),
    "not found": (says(b"no", status="404 Not Found"), "http-status"),
    "forbidden": (says(b"no", status="403 Forbidden"), "http-status"),
    "always 500": (says(b"", status="500 Internal Server Error"), "http-status"),
    "always 503": (says(b"", status="503 Service Unavailable"), "busy"),
    "always 429": (says(b"", status="429 Too Many Requests"), "busy"),
    "asks for an hour": (says(b"", "Retry-After: 3600", status="429 Too Many Requests"), "busy"),
    "asks for two minutes": (says(b"", "Retry-After: 120", status="503 Service Unavailable"), "busy"),
    "a part that was not asked for": (says(b"x", status="206 Partial Content"), "truncated"),
    "several choices": (says(b"x", status="300 Multiple Choices"), "http-status"),
    "not yet made": (says(b"x", status="202 Accepted"), "http-status"),
    "unchanged, though not asked": (says(b"", status="304 Not Modified"), "http-status"),
    "redirect without a place": (says(b"", status="302 Found"), "http-status"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_misbehaviour_has_its_words(name: str) -> None:
    behaviour, code = CASES[name]
    with rude({"/": behaviour}) as portal, impatient(portal) as client, pytest.raises(PortalError) as error:
        client.get(portal.url + "/")
    assert (error.value.code, str(error.value)) == (code, f"{error.value.what} {ADVICE[code]}")


def test_no_connection_is_made_once_time_is_over() -> None:
    """A deadline that ends while a connection is being made finds nothing to cut yet."""
    with rude({"/": drip}) as portal:
        guard = Guard([portal.host])
        guard.watch(lambda: True)
        host, port = portal.host.split(":")
        with pytest.raises(TimeoutError):
            guard.connect(HTTPConnection(host, int(port)), 1)
        guard.close()


@pytest.mark.parametrize(
    "status", ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Timeout"]
)
def test_a_passing_failure_is_tried_again(status: str) -> None:
    behaviour = first(says(b"", status=status), says(b"data"))
    with rude({"/": behaviour}) as portal, impatient(portal) as client:
        assert client.get(portal.url + "/").body == b"data"


def test_a_dropped_connection_is_tried_again() -> None:
    with rude({"/": first(sends(b""), says(b"data"))}) as portal, impatient(portal) as client:
        assert client.get(portal.url + "/").body == b"data"


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "410 Gone", "500 Internal Server Error"])
def test_a_lasting_refusal_is_asked_once(status: str) -> None:
    with rude({"/": says(b"", status=status)}) as portal, impatient(portal) as client:
        with pytest.raises(PortalError):
            client.get(portal.url + "/")
        assert len(portal.asked["/"]) == 1


def test_what_came_of_a_broken_body_can_be_kept() -> None:
    behaviour = sends(head("Content-Length: 100") + b"half of it")
    with rude({"/": behaviour}) as portal, impatient(portal) as client:
        answer = client.get(portal.url + "/", keep_broken=True)
    assert (answer.body, answer.validators, "breaks off" in answer.broken) == (b"half of it", {}, True)


def test_a_part_that_was_not_asked_for_is_not_whole() -> None:
    behaviour = says(b"a part", 'ETag: "a"', status="206 Partial Content")
    with rude({"/": behaviour}) as portal, impatient(portal) as client:
        answer = client.get(portal.url + "/", keep_broken=True)
    assert (answer.body, answer.validators, "gave a part only" in answer.broken) == (b"a part", {}, True)


@pytest.mark.parametrize("target", ["http://[", "http://[bad/x", "http://é\xff/".encode("latin-1").decode("latin-1")])
def test_a_redirect_to_nowhere_is_blamed_on_its_target(target: str) -> None:
    behaviour = sends(head(status="302 Found")[:-4] + b"\r\nLocation: " + target.encode("latin-1") + b"\r\n\r\n")
    with rude({"/": behaviour}) as portal, impatient(portal) as client, pytest.raises(PortalError) as error:
        client.get(portal.url + "/")
    assert (error.value.code, "redirects to" in str(error.value)) == ("redirect-refused", True)


def test_all_the_waits_of_a_fetch_are_bounded() -> None:
    """Each wait is short enough by itself; the second would make them too long together."""
    limits = replace(SMALL, tries=5, retry_after_max_s=1)
    behaviour = says(b"", "Retry-After: 1", status="429 Too Many Requests")
    with rude({"/": behaviour}) as portal, Client("x", [portal.host], limits) as client:
        with pytest.raises(PortalError, match="asks to come back in 1 seconds"):
            client.get(portal.url + "/")
        assert len(portal.asked["/"]) == 2


def test_the_portal_s_own_words_are_passed_on() -> None:
    body = b'{"error_code": "InvalidRESTParameterError", "message": "limit <= 100"}'
    words = pytest.raises(PortalError, match=r"answered 400 Bad Request \(“limit <= 100”\)")
    with rude({"/": says(body, status="400 Bad Request")}) as portal, impatient(portal) as client, words:
        client.get(portal.url + "/")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<!DOCTYPE html><html><head><title> We are\n back soon </title>", "We are back soon"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><!-- a --><!-- b --><html xmlns='x'>", ""),
        (b"id;name\n1;<html>", None),
        (b'{"html": "<html>"}', None),
        (b"<!--" * 2000, None),
        (b"", None),
    ],
)
def test_web_pages_are_told_by_what_they_hold(body: bytes, title: str | None) -> None:
    assert Answer("https://example.org", body).html_title() == title


@pytest.mark.parametrize(("body", "code"), [(b"<html>", "html-instead"), (b" \r\n", "empty")])
def test_pages_and_nothing_are_refused(body: bytes, code: str) -> None:
    with pytest.raises(PortalError) as error:
        refuse_page(Answer("https://example.org", body))
    assert error.value.code == code
