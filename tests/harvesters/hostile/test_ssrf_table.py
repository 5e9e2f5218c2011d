"""Every spelling of a private address, in every place that an answer can name one: no socket is opened there."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from harvesters import protocols
from harvesters.errors import PortalError
from harvesters.http import Client, Limits
from harvesters.loopback.answers import Reply, json_reply
from portal.models import Source
from tests.harvesters.emulator import Emulator, serving
from tests.harvesters.test_http_addresses import PRIVATE, SPELLINGS, entry

NUMBERS = [f"http://[{address}]/" if ":" in address else f"http://{address}/" for address in PRIVATE]
FORMS = list(dict.fromkeys(SPELLINGS + NUMBERS))
QUICK = Limits(connect_s=1, read_s=2, total_s=3, tries=2, backoff_s=0, pause_s=0)
ITEMS = {"type": "FeatureCollection", "features": [{"type": "Feature", "id": "a", "properties": {}, "geometry": None}]}
DATASET = {"id": "a", "name": "a", "title": "A"}
ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "%s">]><kml><Placemark><name>&a;</name></Placemark></kml>'
)


def at_redirect(form: str, path: str) -> Reply:
    return Reply(b"", "text/plain", 302, {"Location": form.encode().decode("latin-1")})


def at_next_page(form: str, path: str) -> Reply:
    if not path.endswith("/items"):
        return json_reply({"id": "lieux", "links": []})
    return json_reply(ITEMS | {"numberMatched": 2, "links": [{"rel": "next", "href": form}]})


def at_items_link(form: str, path: str) -> Reply:
    if path.endswith("/items"):
        return json_reply(ITEMS)
    return json_reply({"id": "lieux", "links": [{"rel": "items", "type": "application/geo+json", "href": form}]})


def at_resource(form: str, path: str) -> Reply:
    dataset = DATASET | {"resources": [{"id": "r", "url": form, "format": "CSV"}]}
    return json_reply({"success": True, "result": {"count": 1, "results": [dataset]}})


def at_context(form: str, path: str) -> Reply:
    return json_reply({"@context": [form, {"@import": form}], "@graph": [{"@id": "a", "name": "x"}]})


def at_crs(form: str, path: str) -> Reply:
    return json_reply({"crs": {"type": "link", "properties": {"href": form}}} | ITEMS)


def at_entity(form: str, path: str) -> Reply:
    return Reply((ENTITY % form).encode(), "application/vnd.google-earth.kml+xml")


def at_catalogue_file(form: str, path: str) -> Reply:
    file = {"@type": "dcat:Distribution", "downloadURL": form, "mediaType": "text/csv"}
    return json_reply({"dataset": [{"identifier": "a", "title": "A", "distribution": [file]}]})


PLACES: dict[str, tuple[str, str, Callable[[str, str], Reply]]] = {
    "redirect": ("file", "/a.csv", at_redirect),
    "next page": ("ogcapi", "/collections/lieux", at_next_page),
    "link of a collection": ("ogcapi", "/collections/lieux", at_items_link),
    "file of a dataset": ("ckan", "", at_resource),
    "file of a catalogue": ("datajson", "/data.json", at_catalogue_file),
    "JSON-LD context": ("file", "/a.jsonld", at_context),
    "coordinate system": ("file", "/a.geojson", at_crs),
    "entity": ("file", "/a.kml", at_entity),
}


LINKS = ["redirect", "next page", "link of a collection", "file of a dataset", "file of a catalogue"]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that a socket was asked to connect to; those of the internet are not reached."""
    seen: list[Any] = []
    connect = socket.socket.connect

    def spy(self: socket.socket, address: Any) -> None:
        seen.append(address)
        if not str(address[0]).startswith("127."):
            raise ConnectionRefusedError
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", spy)
    return seen


def read(protocol: str, address: str, host: str) -> None:
    with Client("https://mons.example", [host], QUICK) as client:
        reading = protocols.read(Source(protocol=protocol, address=address, options={}), client)
        try:
            list(reading)
        except PortalError as error:
            assert str(error)


def elsewhere(connections: list[Any], portal: Emulator) -> list[Any]:
    return [where for where in connections if f"{where[0]}:{where[1]}" != portal.host]


@pytest.mark.parametrize("form", FORMS)
def test_a_source_s_own_address(form: str, connections: list[Any]) -> None:
    for protocol in ("file", "ckan", "ogcapi", "opendatasoft"):
        read(protocol, form, "mons.example:80")
    assert connections == []


@pytest.mark.parametrize("place", PLACES)
def test_an_address_in_an_answer(place: str, connections: list[Any]) -> None:
    protocol, path, answer = PLACES[place]
    for form in FORMS:
        with serving(lambda asked, _, form=form: answer(form, asked)) as portal:  # type: ignore[misc]
            read(protocol, portal.url + path, portal.host)
            assert (form, elsewhere(connections, portal)) == (form, [])
        connections.clear()


def rebinding(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A name that leads to the internet when it is looked up first, then to this machine, and so on."""
    lookups: list[str] = []
    real = socket.getaddrinfo

    def resolver(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "rebinding.example":
            return real(host, port, *args, **kwargs)
        lookups.append(str(host))
        return [entry("93.184.216.34" if len(lookups) % 2 else "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return lookups


@pytest.mark.parametrize(
    "place", ["redirect", "file of a dataset", "file of a catalogue", "link of a collection", "next page"]
)
def test_a_name_that_changes_its_mind(place: str, connections: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    rebinding(monkeypatch)
    protocol, path, answer = PLACES[place]
    with serving(lambda asked, _: answer("http://rebinding.example/", asked)) as portal:
        for _ in range(3):
            read(protocol, portal.url + path, portal.host)
        assert {where[0] for where in elsewhere(connections, portal)} <= {"93.184.216.34"}


def test_a_source_s_own_name_that_changes_its_mind(connections: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = rebinding(monkeypatch)
    for _ in range(4):
        read("file", "http://rebinding.example/a.csv", "mons.example:80")
    assert (len(lookups) > 1, {where[0] for where in connections}) == (True, {"93.184.216.34"})


def test_the_table_is_long_enough() -> None:
    assert (len(FORMS) >= 40, len(PLACES) >= 5) == (True, True)
