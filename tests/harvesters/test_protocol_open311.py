"""Open311: windows of time that slide, XML and JSON, nothing personal."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply
from harvesters.protocols.open311 import datasets, probe, request_row
from harvesters.reading import Row
from tests.harvesters.emulator import NOTHING, Answering, Asked, client_of, emulated, fixed, read_all, said

START = datetime(2026, 1, 1, tzinfo=UTC)
SERVICES = [
    {"service_code": "1", "service_name": "Éclairage", "group": "Voirie", "keywords": "lampe, nuit"},
    {"service_code": "2", "service_name": "Propreté"},
]
SPAN = {"since": "2026-01-01", "until": "2026-03-31"}


def request(number: int, moment: datetime) -> dict[str, Any]:
    return {
        "service_request_id": f"r{number}", "status": "open", "service_name": "Éclairage", "service_code": "1",
        "description": "Je suis Jean Dupont & j'habite là", "requested_datetime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "address": "1 Grand-Place", "lat": 50.45, "long": 3.95, "media_url": "https://example.org/face.jpg",
    }  # fmt: skip


def as_xml(name: str, several: str, listed: list[dict[str, Any]]) -> bytes:
    inner = "".join(
        f"<{name}>{''.join(f'<{key}>{escape(str(value))}</{key}>' for key, value in one.items())}</{name}>"
        for one in listed
    )
    return f"<?xml version='1.0' encoding='utf-8'?><{several}>{inner}</{several}>".encode()


def endpoint(requests: list[dict[str, Any]], heeds_dates: bool = True, kinds: tuple[str, ...] = ("xml",)) -> Answering:
    """An endpoint over these requests: the newest 1,000 of the days asked for."""

    def answering(asked: Asked) -> Reply:
        name, _, kind = asked.path.rpartition("/")[2].partition(".")
        listed = SERVICES
        if kind not in kinds:
            return NOTHING
        if name == "requests":
            start, end = asked.query["start_date"], asked.query["end_date"]
            within = [one for one in requests if not heeds_dates or start <= one["requested_datetime"] <= end]
            listed = sorted(within, key=lambda one: str(one["requested_datetime"]), reverse=True)[:1000]
        if kind == "json":
            return said(listed)
        names = ("service", "services") if name == "services" else ("request", "service_requests")
        return said(as_xml(*names, listed), content_type="text/xml")

    return answering


MANY = [request(number, START + timedelta(minutes=30 * number)) for number in range(2500)]


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_full_windows_are_halved_until_all_is_read(kind: str) -> None:
    with emulated(endpoint(MANY, kinds=(kind,))) as portal:
        rows, reading = read_all("open311", portal, format=kind, **SPAN)
        asked = sum("requests" in one.path for one in portal.asked)
    assert (len(rows), len({row.data["_id"] for row in rows}), reading.complete) == (2500, 2500, True)
    assert 3 < asked < 20


def test_what_people_wrote_is_not_taken() -> None:
    with emulated(endpoint(MANY[:1])) as portal:
        (row,), _ = read_all("open311", portal, "/requests.json?x=1", **SPAN)
    assert row.data == {
        "service_request_id": "r0", "status": "open", "service_name": "Éclairage", "service_code": "1",
        "requested_datetime": "2026-01-01T00:00:00Z", "address": "1 Grand-Place", "lat": "50.45", "long": "3.95",
        "_id": "r0", "_service_group": "Voirie",
    }  # fmt: skip
    assert row.geometry == {"type": "Point", "coordinates": [3.95, 50.45]}


def test_a_day_of_more_than_a_thousand_is_told() -> None:
    crowd = [request(number, START + timedelta(seconds=number)) for number in range(1500)]
    with emulated(endpoint(crowd)) as portal:
        rows, reading = read_all("open311", portal, since="2026-01-01", until="2026-01-02")
    assert (len(rows), reading.complete) == (1000, False)
    assert "On 2026-01-01 alone" in reading.why_not


def test_an_endpoint_that_heeds_no_dates_is_found_out() -> None:
    with emulated(endpoint(MANY[:5], heeds_dates=False)) as portal:
        rows, reading = read_all("open311", portal, since="2026-01-01", until="2026-06-30")
    assert (len(rows), reading.complete, "the same requests" in reading.why_not) == (5, False, True)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"<errors><error><code>400</code><description>jurisdiction_id was not provided</description></error></errors>",
         200, "portal-error"),
        (b"<html>down</html>", 200, "html-instead"),
        (b"{}", 200, "not-xml"),
        (b"", 404, "http-status"),
    ],
)  # fmt: skip
def test_refusals_are_named(body: bytes, status: int, code: str) -> None:
    with emulated(lambda _: said(body, status)) as portal, pytest.raises(PortalError) as error:
        read_all("open311", portal, **SPAN)
    assert error.value.code == code


@pytest.mark.parametrize("options", [{"since": "soon"}, {"days": "x"}, {"format": "csv"}])
def test_bad_options_are_named(options: dict[str, Any]) -> None:
    with emulated(endpoint([])) as portal, pytest.raises(PortalError) as error:
        read_all("open311", portal, **options)
    assert error.value.code == "bad-option"


def test_without_services_requests_are_read_all_the_same() -> None:
    def answering(asked: Asked) -> Reply:
        return NOTHING if "services" in asked.path else endpoint(MANY[:3])(asked)

    with emulated(answering) as portal:
        rows, reading = read_all("open311", portal, **SPAN)
    assert (len(rows), reading.complete, "The services were not listed" in reading.notes[0]) == (3, True, True)


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_an_endpoint_is_recognised_with_its_services(kind: str) -> None:
    with emulated(endpoint([], kinds=(kind,))) as portal, client_of(portal) as client:
        found = probe(f"{portal.url}/services.{kind}", client)
        listed = list(datasets(portal.url, client))
    assert (found and (found.address, found.options)) == (portal.url, {"format": kind})
    assert [(one.id, one.title, one.options["service_code"]) for one in listed] == [
        ("1", "Éclairage", "1"), ("2", "Propreté", "2"),
    ]  # fmt: skip


def test_other_sites_are_not_taken_for_one() -> None:
    with emulated(fixed({})) as portal, client_of(portal) as client:
        assert probe(portal.url, client) is None


NAMES = st.sampled_from(["lat", "long", "status", "description", "service_request_id", "token", "address"])


@given(st.dictionaries(NAMES, st.none() | st.text(max_size=5) | st.floats() | st.lists(st.integers(), max_size=2)))
def test_any_request_gives_a_row_without_its_text(data: dict[str, Any]) -> None:
    row = request_row(1, Row(1, data), {})
    assert "description" not in row.data
    assert row.geometry is None or all(abs(number) <= 180 for number in row.geometry["coordinates"])
