"""Real clients against a running site: OWSLib, GDAL's driver, and the way QGIS reads pages."""

import json
import os
import struct
import subprocess
import sys
from typing import Any
from urllib.request import Request, urlopen

import pytest
from owslib.ogcapi.features import Features

from portal.models import Activity
from tests.portal.ogc.conftest import make_items, texts_at_once

pytestmark = pytest.mark.django_db(transaction=True)
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def read(address: str, accept: str = "application/geo+json, application/json") -> Any:
    with urlopen(Request(address, headers={"Accept": accept}), timeout=20) as response:
        return json.load(response)


def following(answer: dict[str, Any], rel: str = "next") -> str:
    return next((link["href"] for link in answer["links"] if link["rel"] == rel), "")


@pytest.fixture
def few(transactional_db: None) -> dict[str, Activity]:
    with texts_at_once():
        return make_items()


def test_a_client_that_pages_like_qgis_reads_every_item_once(site: str, many: set[str]) -> None:
    """It takes `limit` from the document, asks for pages of that size or less, and follows `next`."""
    landing = read(f"{site}/api")
    document = read(following(landing, "service-desc"), "application/vnd.oai.openapi+json;version=3.0")
    limit = document["components"]["parameters"]["limit"]["schema"]
    assert (limit["default"], limit["maximum"]) == (100, 10_000)
    collection = next(one for one in read(following(landing, "data"))["collections"] if one["id"] == "missions")
    address, seen, pages = following(collection, "items") + f"?limit={limit['default']}", [], 0
    while address:
        answer = read(address)
        seen += [feature["id"] for feature in answer["features"]]
        address, pages = following(answer), pages + 1
    assert (len(seen), set(seen), pages) == (350, many, 4)


def test_owslib_finds_collections_and_reads_every_item(site: str, many: set[str]) -> None:
    client = Features(f"{site}/api/")
    assert set(client.feature_collections()) == {"all", "initiatives", "projects", "missions"}
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in client.conformance()["conformsTo"]
    assert client.api()["openapi"] == "3.0.3"
    assert client.collection("missions")["itemType"] == "feature"
    assert "title" in client.collection_queryables("missions")["properties"]
    seen: list[str] = []
    for offset in range(0, 350, 100):
        page = client.collection_items("missions", limit=100, offset=offset)
        seen += [feature["id"] for feature in page["features"]]
    assert (len(seen), set(seen)) == (350, many)
    one = client.collection_item("missions", seen[0])
    assert one["id"] == seen[0]


def test_owslib_asks_by_box_and_time(site: str, few: dict[str, Activity]) -> None:
    client = Features(f"{site}/api")
    boxed = client.collection_items("all", bbox=[2, 48, 3, 49])
    assert [one["properties"]["title"] for one in boxed["features"]] == ["Verger"]
    timed = client.collection_items("all", datetime_="2026-11-28T10:00:00Z/2026-11-28T11:00:00Z")
    assert {one["properties"]["title"] for one in timed["features"]} == {"Maraude", "Toute la ville"}


# In a process of its own: pyogrio keeps the interpreter to itself while GDAL waits for the site.
GDAL = """
import json, sys, pyogrio
address, layer, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
options |= {"bbox": tuple(options["bbox"])} if "bbox" in options else {}
if layer:
    info = pyogrio.read_info(address, layer=layer)
    meta, _fids, shapes, values = pyogrio.raw.read(address, layer=layer, **options)
    told = {"types": dict(zip(info["fields"], info["dtypes"])), "features": info["features"], "crs": meta["crs"],
            "shapes": [shape.hex() if shape is not None else None for shape in shapes],
            "values": {name: [str(one) for one in column] for name, column in zip(meta["fields"], values)}}
else:
    told = {"layers": [name for name, _type in pyogrio.list_layers(address)]}
print(json.dumps(told, default=str))
"""


def run_gdal(site: str, layer: str = "", **options: Any) -> tuple[dict[str, Any], str]:
    """What it read, and the addresses that it asked."""
    command = [sys.executable, "-c", GDAL, f"OAPIF:{site}/api", layer, json.dumps(options)]
    environment = os.environ | {"CPL_DEBUG": "OAPIF,HTTP"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def gdal(site: str, layer: str = "", **options: Any) -> dict[str, Any]:
    return run_gdal(site, layer, **options)[0]


def test_gdal_lists_the_collections_and_knows_their_columns(site: str, few: dict[str, Activity]) -> None:
    assert gdal(site)["layers"] == ["all", "initiatives", "projects", "missions"]
    told = gdal(site, "projects")
    assert told["features"] == 2
    assert (told["types"]["title"], told["types"]["budget"], told["types"]["votes"]) == ("object", "float64", "int32")


@pytest.mark.parametrize("page_size", [None, 100])
def test_gdal_reads_every_item_once(site: str, many: set[str], page_size: int | None) -> None:
    told = gdal(site, "missions", **({"PAGE_SIZE": page_size} if page_size else {}))
    ids = told["values"]["id"]
    assert (len(ids), set(ids)) == (350, many)
    assert None not in told["shapes"]


@pytest.mark.parametrize(
    ("options", "titles", "asked"),
    [
        ({"bbox": (2, 48, 3, 49)}, {"Verger"}, "bbox=2,48,3,49"),
        # Of a condition it sends what the document has a parameter for, and looks at the rest itself: it speaks an
        # older draft of CQL only.
        ({"where": "kind = 'project' AND votes = 42"}, {"Verger"}, "kind=project"),
        ({"where": "title LIKE 'Ver%'"}, {"Verger"}, "/api/collections/all/items"),
    ],
)
def test_gdal_lets_the_server_choose(
    site: str, few: dict[str, Activity], options: dict[str, Any], titles: set[str], asked: str
) -> None:
    told, log = run_gdal(site, "all", **options)
    assert set(told["values"]["title"]) == titles
    assert asked in log


@pytest.mark.parametrize(("code", "place"), [("2154", (652469.023, 6862035.259)), ("3812", (502017.941, 451329.559))])
def test_gdal_reads_in_another_system(
    site: str, few: dict[str, Activity], code: str, place: tuple[float, float]
) -> None:
    """Asked for EPSG:4326 it takes CRS84, and has nothing to turn around."""
    told, log = run_gdal(site, "projects", CRS=f"{EPSG}{code}")
    assert f"crs={EPSG}{code}" in log
    assert code in told["crs"]
    shape = told["shapes"][told["values"]["title"].index("Verger")]
    assert struct.unpack("<2d", bytes.fromhex(shape)[5:21]) == pytest.approx(place, abs=0.001)
