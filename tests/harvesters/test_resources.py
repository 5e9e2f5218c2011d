"""Which files and services of a dataset are read: one kind of each dataset, the best that it has."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.catalogues.entry import Entry, Resource
from harvesters.catalogues.resources import choose, read_entries, with_service
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.loopback import portals
from harvesters.loopback.answers import Reply, json_reply
from harvesters.protocols import ckan, opendatasoft
from harvesters.reading import Reading, Row
from portal.models import Source
from tests.harvesters.emulator import LISTE, QUICK, Emulator, emulated, fixed, serving

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "portals"
CSV = Resource("/liste.csv", id="csv", format="CSV")
GEOJSON = Resource("/liste.geojson", id="geojson", format="GeoJSON 4326")
SHP = Resource("/liste.zip", id="shp", format="Shapefile (zip)")
ZIP = Resource("/tout.zip", id="zip", format="ZIP")
WFS = Resource("https://a.example/ows?service=WFS", id="wfs", format="OGC:WFS")
PAGE = Resource("https://a.example/page", id="page", format="HTML")
GUIDE = Resource("/guide.csv", id="guide", format="CSV", is_data=False)
UNSAID = Resource("https://a.example/download/7", id="unsaid")


def chosen(*resources: Resource, **options: Any) -> tuple[list[str], list[str]]:
    reading = Reading(lambda _: iter(()))
    found = choose(Entry("d", "Lieux", resources=resources), options, reading)
    return [resource.id for resource in found], reading.notes


@pytest.mark.parametrize(
    ("resources", "options", "ids"),
    [
        ((PAGE, CSV, GEOJSON, SHP, WFS), {}, ["geojson"]),
        ((ZIP, WFS, SHP), {}, ["shp"]),
        ((ZIP, WFS), {}, ["wfs"]),
        ((ZIP, PAGE), {}, ["zip"]),
        ((WFS, CSV), {"formats": ["wfs", "csv"]}, ["wfs"]),
        ((CSV, GUIDE), {}, ["csv"]),
        ((CSV, GUIDE), {"resource": "guide"}, ["guide"]),
        ((UNSAID,), {}, []),
        ((UNSAID,), {"resource": "unsaid"}, ["unsaid"]),
    ],
)
def test_one_kind_of_a_dataset_is_read(resources: Any, options: dict[str, Any], ids: list[str]) -> None:
    assert chosen(*resources, **options)[0] == ids


@pytest.mark.parametrize(
    ("resources", "note"),
    [
        ((PAGE,), "gives only web pages (https://a.example/page), no file that can be read."),
        ((Resource("a.pdf"), Resource("b", format="WMS")), "has no file that can be read (it has: pdf, wms)."),
        ((), "has no file that can be read."),
    ],
)
def test_what_cannot_be_read_is_said(resources: Any, note: str) -> None:
    assert chosen(*resources) == ([], [f"The dataset “Lieux” {note}"])


@pytest.mark.parametrize(
    ("url", "words", "protocol"),
    [
        ("https://a.example/ows?service=WFS&version=2.0.0", "", "wfs"),
        ("https://a.example/x", "OGC:WFS-1.0.0-http-get-feature", "wfs"),
        ("https://a.example/arcgis/rest/services/Lieux/MapServer/0", "Esri REST", "arcgis"),
        ("https://a.example/arcgis/rest/services/Lieux/FeatureServer/0", "JSON", "arcgis"),
        ("https://a.example/collections/lieux/items", "", "ogcapi"),
        ("https://a.example/x", "OGC API Features", "ogcapi"),
        ("https://a.example/wfs.csv", "CSV", ""),
        ("https://a.example/wms?service=WMS", "WMS", ""),
    ],
)
def test_services_are_known_by_words_and_addresses(url: str, words: str, protocol: str) -> None:
    assert with_service(Resource(url, format=words)).protocol == protocol


def read(server: Emulator, *resources: Resource, **options: Any) -> tuple[list[Row], Reading]:
    source = Source(protocol="x", address=server.url, options=options)
    with Client("x", [server.host], QUICK) as client:
        entry = Entry("d", "Lieux", resources=resources)
        reading = Reading(lambda reading: read_entries([entry], source, client, reading))
        return list(reading), reading


PLACE = {"type": "Point", "coordinates": [3.95, 50.45]}
FEATURES = [{"type": "Feature", "id": n, "geometry": PLACE, "properties": {"nom": f"n{n}"}} for n in (1, 2)]


def ogc_api(path: str, _: dict[str, str]) -> Reply | None:
    collection = {"id": "lieux", "itemType": "feature", "links": []}
    replies: dict[str, Any] = {
        "/collections": {"collections": [collection]},
        "/collections/lieux": collection,
        "/collections/lieux/items": {
            "type": "FeatureCollection",
            "features": FEATURES,
            "numberMatched": 2,
            "links": [],
        },
    }
    return json_reply(replies[path]) if path in replies else None


def test_a_service_is_read_by_its_own_protocol() -> None:
    with serving(ogc_api) as server:
        service = Resource(server.url + "/collections/lieux", id="s", format="OGC API Features")
        rows, reading = read(server, service, dataset="d")
    assert ([row.data["nom"] for row in rows], rows[0].geometry, reading.complete) == (["n1", "n2"], PLACE, True)
    assert (rows[0].data["_dataset_title"], rows[0].data["_resource_id"]) == ("Lieux", "s")


def test_one_file_that_fails_costs_no_other() -> None:
    with emulated(fixed({"/liste.csv": LISTE})) as server:
        rows, reading = read(server, Resource("/gone.csv", format="CSV"), CSV)
    assert (len(rows), reading.complete, "answered 404" in reading.why_not) == (2, False, True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/liste.csv", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd"]
)
def test_a_catalogue_leads_nowhere_that_is_private(url: str) -> None:
    with emulated(fixed({})) as server, pytest.raises(PortalError) as error:
        read(server, Resource(url, format="CSV"))
    assert error.value.code in ("refused-address", "bad-address")


@given(st.lists(st.builds(Resource, st.text(), st.text(), st.text(), st.text(), st.text()), max_size=3))
def test_whatever_a_catalogue_says_of_its_files_a_choice_is_made(resources: list[Resource]) -> None:
    ids, notes = chosen(*resources)
    assert ids or len(notes) == 1


@pytest.mark.parametrize(("path", "protocol"), [("/bruxelles", ckan), ("/paris", opendatasoft)])
def test_the_demo_portals_are_known_and_listed(path: str, protocol: Any) -> None:
    with portals(DEMO) as base_url, Client("x", [base_url.removeprefix("http://")], QUICK) as client:
        found = protocol.probe(base_url + path, client)
        listed = list(protocol.datasets(found.address, client))
        read_back = [
            len(list(protocol.read(Source(protocol=one.protocol, address=one.address, options=one.options), client)))
            for one in listed
        ]
    assert (found.address, len(listed), all(read_back)) == (base_url + path, 1, True)
