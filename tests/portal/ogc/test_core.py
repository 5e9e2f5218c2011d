"""The abstract tests of OGC API - Features, part 1 (17-069r4, annex A), each by the name it has there."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

from portal.models import Activity
from tests.portal.ogc.reading import CONF, ITEMS, get, href, links, titles

COLLECTIONS = ("all", "initiatives", "projects", "missions")
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("items")]


def parameters(client: Client, path: str) -> dict[str, dict[str, Any]]:
    document = get(client, "/api/openapi.json")
    described = document["paths"][path]["get"]["parameters"]
    parts = document["components"]["parameters"]
    found = [parts[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in described]
    return {one["name"]: one for one in found}


@pytest.mark.parametrize("address", ["/api/", "/api"])
@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_root_op_and_root_success(client: Client, address: str, accept: str) -> None:
    landing = get(client, address, accept=accept)
    assert {link["rel"] for link in landing["links"]} == {"self", "service-desc", "service-doc", "conformance", "data"}
    assert [links(landing, rel)[0]["type"] for rel in ("service-desc", "service-doc", "data")] == [
        OPENAPI,
        "text/html",
        "application/json",
    ]


def test_links_never_follow_the_host_header(client: Client) -> None:
    answer = client.get("/api/", headers={"host": "localhost"}).json()
    assert {link["href"].split("/api")[0] for link in answer["links"]} == {"http://127.0.0.1:8000"}


def test_who_wants_a_page_is_sent_to_one(client: Client) -> None:
    response = client.get("/api/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, follow=True)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert client.get("/api/docs", follow=True)["Content-Type"] == "text/html; charset=utf-8"


def test_api_definition_op_and_success(client: Client) -> None:
    response = client.get(href(get(client, "/api/"), "service-desc"))
    assert response["Content-Type"] == OPENAPI
    assert response.json()["openapi"] == "3.0.3"
    validate(response.json())


def test_conformance_op_and_success(client: Client) -> None:
    classes = get(client, href(get(client, "/api/"), "conformance"))["conformsTo"]
    assert {f"{CONF}ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson", "oas30")} <= set(classes)
    assert not [name for name in classes if name.endswith("/html")]


def test_fc_md_op_success_items_and_extent(client: Client) -> None:
    document = get(client, href(get(client, "/api/"), "data"))
    assert href(document, "self").endswith("/api/collections")
    assert tuple(one["id"] for one in document["collections"]) == COLLECTIONS
    for one in document["collections"]:
        assert {"id", "title", "description", "links", "extent", "crs", "itemType"} <= one.keys()
        assert {link["type"] for link in links(one, "items")} == {"application/geo+json"}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_sfc_md_op_and_success(client: Client, name: str) -> None:
    listed = {one["id"]: one for one in get(client, "/api/collections")["collections"]}
    assert get(client, f"/api/collections/{name}") == listed[name]
    assert listed[name]["itemType"] == "feature"
    assert get(client, "/api/collections/nothing", 404)["status"] == 404


def test_every_link_of_the_documents_leads_somewhere(client: Client) -> None:
    documents = [get(client, "/api/"), get(client, "/api/collections"), get(client, "/api/collections/all")]
    for link in [link for document in documents for link in document["links"]]:
        response = client.get(link["href"], follow=True)
        assert (link["rel"], response.status_code) == (link["rel"], 200)
        assert response["Content-Type"].removesuffix("; charset=utf-8") == link["type"]


def test_the_extent_holds_every_item(client: Client, items: dict[str, Activity]) -> None:
    extent = get(client, "/api/collections/all")["extent"]
    west, south, east, north = extent["spatial"]["bbox"][0]
    assert (west, south, north) == (2.3522, 48.8566, 51.2194)
    assert east == pytest.approx(4.4025)
    assert extent["temporal"]["interval"] == [["2026-11-28T09:00:00Z", None]]
    projects = get(client, "/api/collections/projects")["extent"]
    assert projects["temporal"]["interval"] == [[None, None]]


def test_an_empty_collection_has_an_extent_too(client: Client) -> None:
    Activity.objects.all().delete()
    extent = get(client, "/api/collections/missions")["extent"]
    assert extent["spatial"] == {"bbox": [[-180.0, -90.0, 180.0, 90.0]], "crs": CRS84}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_fc_op_and_fc_response(client: Client, name: str) -> None:
    response = client.get(f"/api/collections/{name}/items")
    assert response["Content-Type"] == "application/geo+json"
    answer = response.json()
    assert answer["type"] == "FeatureCollection"
    assert all(feature["type"] == "Feature" and feature["id"] for feature in answer["features"])


@pytest.mark.parametrize("name", COLLECTIONS)
def test_fc_bbox_limit_and_time_definition(client: Client, name: str) -> None:
    known = parameters(client, f"/collections/{name}/items")
    limit, bbox, when = known["limit"], known["bbox"], known["datetime"]
    assert [(one["in"], one.get("required", False), one["style"], one["explode"]) for one in (limit, bbox, when)] == [
        ("query", False, "form", False)
    ] * 3
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 100}
    assert bbox["schema"]["items"] == {"type": "number"}
    assert {(one["minItems"], one["maxItems"]) for one in bbox["schema"]["oneOf"]} == {(4, 4), (6, 6)}
    assert when["schema"]["type"] == "string"


@pytest.mark.parametrize(
    ("bbox", "found"),
    [
        ("2,48,3,49", {"Verger"}),
        ("2,48,0,3,49,100", {"Verger"}),
        ("4.3,50.8,4.5,51.3", {"Fietspad", "Maraude"}),
        ("3.95,50.45,3.96,50.46", {"Repair café", "Maraude", "Toute la ville"}),
        ("177,65,-177,70", set()),
        ("-180,-90,180,90", {"Verger", "Fietspad", "Repair café", "Maraude", "Toute la ville"}),
        ("-180,85,180,90", set()),
    ],
)
def test_fc_bbox_response(client: Client, bbox: str, found: set[str]) -> None:
    assert titles(client, f"bbox={bbox}") == found


@pytest.mark.parametrize("limit", [1, 3, 7, 10_000, 99_999_999])
def test_fc_limit_response(client: Client, limit: int) -> None:
    answer = get(client, f"{ITEMS}?limit={limit}")
    assert answer["numberReturned"] == len(answer["features"]) == min(limit, 7)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("unknownQueryParameter=1", "unknownQueryParameter"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=unlimited", "limit"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,4,5", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=1,10,2,5", "bbox"),
    ],
)
def test_query_param_unknown_and_invalid(client: Client, query: str, parameter: str) -> None:
    assert get(client, f"{ITEMS}?{query}", 400)["parameter"] == parameter


@pytest.mark.parametrize("address", ["/api/", "/api/conformance", "/api/collections", "/api/collections/all"])
def test_query_param_unknown_in_documents(client: Client, address: str) -> None:
    assert get(client, f"{address}?x=1", 400)["parameter"] == "x"
    assert get(client, f"{address}?f=xml", 400)["parameter"] == "f"
    assert get(client, f"{address}?f=json") == get(client, address)


def test_fc_links(client: Client) -> None:
    answer = get(client, f"{ITEMS}?limit=3")
    assert href(answer, "self").endswith("?limit=3")
    assert get(client, href(answer, "collection"))["id"] == "all"
    assert {link["type"] for rel in ("self", "next") for link in links(answer, rel)} == {"application/geo+json"}
    assert links(get(client, ITEMS), "next") == []
    (sheet,) = links(answer, "alternate")
    assert client.get(sheet["href"])["Content-Type"].startswith(sheet["type"])


def test_fc_time_stamp_is_within_the_request(client: Client) -> None:
    before = datetime.now(UTC)
    stamp = get(client, ITEMS)["timeStamp"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp)
    assert before - timedelta(seconds=1) <= datetime.fromisoformat(stamp) <= datetime.now(UTC)


@pytest.mark.parametrize(("query", "matched"), [("", 7), ("kind=mission", 4), ("bbox=2,48,3,49", 1), ("limit=2", 7)])
def test_fc_number_matched_and_returned(client: Client, query: str, matched: int) -> None:
    answer = get(client, f"{ITEMS}?{query}")
    assert answer["numberMatched"] == matched
    assert answer["numberReturned"] == len(answer["features"])


def test_f_op_and_f_success(client: Client, items: dict[str, Activity]) -> None:
    address = f"{ITEMS}/{items['paris'].public_id}"
    response = client.get(address)
    assert response["Content-Type"] == "application/geo+json"
    feature = response.json()
    assert (feature["type"], feature["id"]) == ("Feature", str(items["paris"].public_id))
    assert get(client, href(feature, "collection"))["id"] == "all"
    assert get(client, href(feature, "self")) == feature
    assert get(client, f"{address}?x=1", 400)["parameter"] == "x"
    (listed,) = [one for one in get(client, ITEMS)["features"] if one["id"] == feature["id"]]
    assert listed["properties"] == feature["properties"]


def test_an_item_of_another_collection_is_not_found(client: Client, items: dict[str, Activity]) -> None:
    get(client, f"/api/collections/missions/items/{items['paris'].public_id}", 404)


def test_crs84_is_what_is_given_when_nothing_is_asked(client: Client, items: dict[str, Activity]) -> None:
    response = client.get(f"{ITEMS}/{items['paris'].public_id}")
    assert response["Content-Crs"] == f"<{CRS84}>"
    assert response.json()["geometry"]["coordinates"] == [2.3522, 48.8566]


@pytest.mark.parametrize("address", ["/api/", "/api/collections", "/api/openapi.json", ITEMS])
def test_http_head_and_other_methods(client: Client, address: str) -> None:
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(address).status_code == 405
    assert client.options(address).status_code == 204
    assert head["Access-Control-Allow-Origin"] == "*"
    assert "Content-Crs" in head["Access-Control-Expose-Headers"]
