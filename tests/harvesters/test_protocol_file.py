"""The file protocol over HTTP: whole, unchanged, broken, and not there."""

from typing import Any

import pytest

from harvesters import protocols
from harvesters.errors import PortalError
from harvesters.http import Client, Limits
from harvesters.reading import Reading, Row
from portal.models import Source
from tests.harvesters.rude import Behaviour, head, rude, says, sends

QUICK = Limits(total_s=5, tries=1, backoff_s=0)


def read(behaviour: Behaviour, **options: Any) -> tuple[list[Row], Reading]:
    with rude({"/data": behaviour}) as portal, Client("x", [portal.host], QUICK) as client:
        source = Source(protocol="file", address=portal.url + "/data", options=options)
        reading = protocols.read(source, client)
        return list(reading), reading


def test_a_whole_file() -> None:
    rows, reading = read(says(b"id;nom\n1;Mons\n", "Content-Type: text/csv"))
    assert rows == [Row(1, {"id": "1", "nom": "Mons"})]
    assert (reading.complete, reading.why_not, reading.announced) == (True, "", None)


def test_the_declared_charset_is_used() -> None:
    rows, reading = read(says("a\nŁódź\n".encode("cp1250"), "Content-Type: text/csv; charset=windows-1250"))
    assert (rows[0].data, reading.notes) == ({"a": "Łódź"}, ["The text is in windows-1250."])


def test_validators_are_for_the_next_time() -> None:
    def behaviour(send: Any, count: int) -> None:
        says(b"a\n1\n", 'ETag: "v1"')(send, count) if count == 1 else says(b"", status="304 Not Modified")(send, count)

    with rude({"/data": behaviour}) as portal, Client("x", [portal.host], QUICK) as client:
        source = Source(protocol="file", address=portal.url + "/data")
        first = protocols.read(source, client)
        assert len(list(first)) == 1
        source.validators = first.validators
        again = protocols.read(source, client)
        assert (list(again), again.unchanged, again.complete) == ([], True, True)
        assert again.validators == first.validators


@pytest.mark.parametrize(
    "body",
    [b'[{"id": 1}, {"id": 2}, {"id', b'{"id": 1}\n{"id": 2}\n{"id', b"id\n1\n2\n3"],
)
def test_a_broken_connection_keeps_what_was_whole(body: bytes) -> None:
    rows, reading = read(sends(head("Content-Length: 1000") + body))
    assert [str(row.data["id"]) for row in rows] == ["1", "2"]
    assert (reading.complete, "breaks off before its end" in reading.why_not) == (False, True)
    assert reading.validators == {}


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (says(b"<html><title>Maintenance</title>", "Content-Type: text/html"), "html-instead"),
        (says(b""), "empty"),
        (says(b'{"message": "no"}'), "not-json"),
        (says(b"%PDF-1.7"), "unknown-format"),
        (says(b"gone", status="410 Gone"), "http-status"),
        (sends(head("Content-Length: 1000")), "truncated"),
    ],
)
def test_what_cannot_be_read_is_named(behaviour: Behaviour, code: str) -> None:
    with pytest.raises(PortalError) as error:
        read(behaviour)
    assert error.value.code == code


def test_an_empty_list_is_not_complete() -> None:
    rows, reading = read(says(b"[]"))
    assert (rows, reading.complete) == ([], False)
    assert reading.why_not == "The portal answered properly, but without a single record."


def test_protocols_are_found_by_the_names_of_their_files() -> None:
    assert {"ckan", "file", "opendatasoft"} <= set(protocols.names())


def test_an_unknown_protocol_is_named() -> None:
    with (
        Client("x") as client,
        pytest.raises(PortalError, match=r"There is no protocol “gopher”; there are: .*ckan, .*file"),
    ):
        protocols.read(Source(protocol="gopher"), client)


def test_words_about_a_reading_can_be_stored() -> None:
    reading = Reading(lambda _: iter(()))
    reading.note("a\0b")
    reading.stop("c\ud800d")
    told = (reading.notes, reading.why_not, PortalError("empty", "e\0f").what)
    assert told == (["a\ufffdb"], "c\ufffdd", "e\ufffdf")
