"""Manners: who asks, what is asked for, how redirects and validators are handled."""

import gzip
import time
from email.utils import formatdate

import pytest

from harvesters.errors import PortalError
from harvesters.http import Client, Limits
from harvesters.http.session import retry_after_s
from tests.harvesters.rude import RudeServer, first, redirects, rude, says

QUICK = Limits(total_s=5, tries=2, backoff_s=0.001)


def client_of(portal: RudeServer) -> Client:
    return Client("https://example.org/contact", [portal.host], QUICK)


def test_it_says_who_it_is_and_whom_to_write_to() -> None:
    with rude({"/": says(b"x")}) as portal, client_of(portal) as client:
        client.get(portal.url + "/")
        request = portal.asked["/"][0]
    assert "User-Agent: Parages/0.1 (civic map; +https://example.org/contact)" in request
    assert request.splitlines()[-1] == "Accept-Encoding: gzip"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed(status: str) -> None:
    routes = {"/": redirects("/a%20b?x=1", status), "/a%20b": redirects("../end"), "/end": says(b"here")}
    with rude(routes) as portal, client_of(portal) as client:
        assert client.get(portal.url + "/").body == b"here"


def test_three_redirects_are_enough() -> None:
    chain = {f"/{number}": redirects(f"/{number + 1}") for number in range(10)}
    with rude(chain) as portal, client_of(portal) as client:
        with pytest.raises(PortalError, match="more than 3 redirects"):
            client.get(portal.url + "/0")
        assert list(portal.asked) == ["/0", "/1", "/2", "/3"]


def test_validators_ask_for_news_only() -> None:
    behaviour = first(
        says(b"x", 'ETag: "a"', "Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT"), says(b"", status="304 Same")
    )
    with rude({"/": behaviour}) as portal, client_of(portal) as client:
        answer = client.get(portal.url + "/")
        again = client.get(portal.url + "/", validators=answer.validators)
        request = portal.asked["/"][1]
    assert (again.unchanged, again.validators) == (True, answer.validators)
    assert 'If-None-Match: "a"\nIf-Modified-Since: Sat, 21 Nov 2026 10:00:00 GMT' in request


def test_validators_that_cannot_be_sent_back_are_dropped() -> None:
    behaviour = says(b"x", "ETag: a\x07b", "Last-Modified: Sat,\tnow")
    stored = {"etag": "a\x00b", "last_modified": ["now"]}
    with rude({"/": behaviour}) as portal, client_of(portal) as client:
        answer = client.get(portal.url + "/", validators=stored | {"url": portal.url + "/"})
        assert (answer.validators, "If-None-Match" in portal.asked["/"][0]) == ({}, False)


def test_validators_of_another_address_are_not_sent() -> None:
    with rude({"/": says(b"x")}) as portal, client_of(portal) as client:
        client.get(portal.url + "/", validators={"url": "https://example.org/", "etag": '"a"'})
        assert "If-None-Match" not in portal.asked["/"][0]


@pytest.mark.parametrize(
    "header", ["Content-Encoding: gzip", "Content-Encoding: x-gzip", "Content-Type: application/gzip"]
)
def test_one_layer_of_gzip_is_unpacked(header: str) -> None:
    packed = gzip.compress(b"one,") + gzip.compress(b"two") + b"\0\0"
    with rude({"/": says(packed, "Content-" + header)}) as portal, client_of(portal) as client:
        assert client.get(portal.url + "/").body == b"one,two"


def test_content_type_and_charset_are_told_apart() -> None:
    header = 'Content-Type: Text/CSV; header=present; charset="ISO-8859-1"'
    with rude({"/": says(b"x", header)}) as portal, client_of(portal) as client:
        answer = client.get(portal.url + "/")
    assert (answer.content_type, answer.charset) == ("text/csv", "iso-8859-1")


def test_one_connection_serves_several_questions() -> None:
    def keep_alive(send: object, _: int) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")  # type: ignore[operator]

    with rude({"/": keep_alive}) as portal, client_of(portal) as client:
        assert [client.get(portal.url + "/").body for _ in range(3)] == [b"x"] * 3


def test_a_short_wait_that_is_asked_for_is_waited() -> None:
    busy = says(b"", "Retry-After: 0", status="503 Service Unavailable")
    with rude({"/": first(busy, says(b"data"))}) as portal, client_of(portal) as client:
        assert client.get(portal.url + "/").body == b"data"


@pytest.mark.parametrize(("text", "seconds"), [("120", 120), (" 0 ", 0), ("", None), ("soon", None), ("-5", None)])
def test_retry_after_in_seconds(text: str, seconds: float | None) -> None:
    assert retry_after_s(text) == seconds


def test_retry_after_as_a_date() -> None:
    wait_s = retry_after_s(formatdate(time.time() + 3600, usegmt=True))
    assert wait_s is not None
    assert 3500 < wait_s <= 3600


def test_a_post_is_never_sent_on() -> None:
    with rude({"/": redirects("/end", "307 Temporary"), "/end": says(b"x")}) as portal, client_of(portal) as client:
        with pytest.raises(PortalError, match="answers POST with a redirect"):
            client.session.post(portal.url + "/", data=b"question")
        assert "/end" not in portal.asked
