"""OGC API Features: pages by their links, servers that clamp, refuse, loop, shrink or say nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply, json_reply
from harvesters.portals import Portal
from harvesters.protocols import ogcapi
from portal.models import Source
from tests.harvesters.emulator import client_of, read_served, serving
from tests.harvesters.real_files import DATA, needs_real_files

RECORDED = DATA / "portal_responses" / "ogcapi_features"
ITEMS = "/ogc/collections/lieux/items"


def feature(number: int) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [number / 100, 50.5]}
    return {"type": "Feature", "id": f"é-{number}", "properties": {"nom": f"Lieu {number}"}, "geometry": point}


class Server:
    """An OGC API Features server with `total` items, and the ways of those that exist."""

    def __init__(self, total: int = 25, **ways: Any) -> None:
        self.total, self.ways = total, ways

    def __call__(self, path: str, asked: dict[str, str]) -> Any:
        answers = {"/ogc/": self.landing, "/ogc/collections": self.collections, "/ogc/collections/lieux": self.lieux}
        if path == ITEMS:
            return self.items(asked)
        return answers[path]() if path in answers else json_reply({"code": "NotFound"}, 404)

    def landing(self) -> Any:
        rels = [{"rel": rel, "href": "x"} for rel in ("self", "conformance", "data")]
        return {"title": "Lieux de vie", "links": rels}

    def collections(self) -> Any:
        return {"collections": [self.lieux(), {"id": "coverage", "itemType": "coverage"}, {"title": "no id"}]}

    def lieux(self) -> Any:
        licence = {"rel": "license", "href": "https://example.org/l", "title": "Licence Ouverte"}
        return {"id": "lieux", "title": "Lieux", "description": "<b>Tous</b> les lieux", "links": [licence]}

    def items(self, asked: dict[str, str]) -> Any:
        limit, offset = int(asked.get("limit", 10)), int(asked.get("offset", 0))
        if limit > self.ways.get("refuses_above", limit):
            return json_reply({"detail": "limit"}, 422)
        limit = min(limit, self.ways.get("clamp", limit))
        start = 0 if self.ways.get("ignores_offset") else max(0, offset - self.ways.get("overlap", 0))
        found = [feature(number) for number in range(self.total)][start : start + limit]
        return {"type": "FeatureCollection", "features": found} | self.count(offset) | self.links(offset, limit)

    def count(self, offset: int) -> dict[str, Any]:
        number = self.total - (self.ways.get("shrinks", 0) if offset else 0)
        return {"numberMatched": number} if self.ways.get("counts", True) else {}

    def links(self, offset: int, limit: int) -> dict[str, Any]:
        is_last = offset + limit >= self.total and not self.ways.get("ignores_offset")
        if is_last or not self.ways.get("links", True):
            return {"links": []}
        host = self.ways.get("next", ITEMS)
        kind = self.ways.get("kind", "application/geo+json")
        return {"links": [{"rel": "next", "type": kind, "href": f"{host}?limit={limit}&offset={offset + limit}"}]}


@pytest.mark.parametrize("ways", [
    {}, {"clamp": 10}, {"clamp": 10, "counts": False}, {"clamp": 10, "links": False},
    {"clamp": 5, "links": False, "counts": False}, {"refuses_above": 100}, {"refuses_above": 20}, {"overlap": 3},
    {"clamp": 10, "next": "items"}, {"clamp": 10, "kind": "application/json"},
    {"clamp": 10, "next": "http://inside.local/ogc/collections/lieux/items"},
])  # fmt: skip
@pytest.mark.parametrize("path", ["/ogc", "/ogc/collections/lieux", ITEMS + "?f=json&limit=7"])
def test_everything_comes_in_whatever_pages(path: str, ways: dict[str, Any]) -> None:
    rows, reading = read_served("ogcapi", Server(**ways), path)
    assert [row.data["_id"] for row in rows] == [f"é-{number}" for number in range(25)]
    assert (reading.why_not, reading.announced) == ("", 25 if ways.get("counts", True) else None)


def test_a_record_is_its_properties_its_id_and_its_place() -> None:
    rows, _ = read_served("ogcapi", Server(1), "/ogc", collection="lieux")
    assert rows[0].data == {"nom": "Lieu 0", "_id": "é-0", "_dataset_id": "lieux", "_dataset_title": "Lieux"}
    assert rows[0].geometry == {"type": "Point", "coordinates": [0.0, 50.5]}


@pytest.mark.parametrize(("ways", "why"), [
    ({"clamp": 10, "ignores_offset": True}, "The portal gave the same records twice, from record 11 on."),
    ({"clamp": 10, "shrinks": 5}, "The portal announced 25 records, then 20 while they were read."),
    ({"clamp": 10, "next": "https://elsewhere.example/"}, "The next page is said to be elsewhere"),
    ({"clamp": 10, "links": False, "ignores_offset": True}, "The portal announced 25 records and 10 came."),
])  # fmt: skip
def test_a_server_that_pages_wrongly_is_never_complete(ways: dict[str, Any], why: str) -> None:
    rows, reading = read_served("ogcapi", Server(**ways), "/ogc")
    ids = [row.data["_id"] for row in rows]
    assert (len(ids), reading.complete, reading.why_not.startswith(why)) == (len(set(ids)), False, True)


def test_a_look_at_the_first_asks_for_no_more() -> None:
    with serving(Server()) as served, client_of(served) as client:
        source = Source(protocol="ogcapi", address=served.url + ITEMS, options={"limit": 3})
        reading = ogcapi.read(source, client)
        assert (len(list(reading)), reading.why_not) == (3, "Only the first 3 of 25 records were asked for.")
        assert (served.asked[-1].path, served.asked[-1].query) == (ITEMS, {"limit": "3"})


def test_a_page_for_people_is_asked_again_for_json() -> None:
    def answers(path: str, asked: dict[str, str]) -> Any:
        html = Reply(b"<!doctype html><title>Lieux</title>", "text/html")
        return Server()(path, asked) if asked.get("f") == "json" else html

    assert len(read_served("ogcapi", answers, "/ogc")[0]) == 25


def test_several_collections_are_named() -> None:
    both = {"/ogc/collections": {"collections": [{"id": "a"}, {"id": "b"}]}}
    with pytest.raises(PortalError, match="is to name one of: a, b"):
        read_served("ogcapi", lambda path, _: both[path], "/ogc")


@pytest.mark.parametrize(("path", "options"), [("/ogc", {}), (ITEMS, {"collection": "lieux"}), ("/ogc/?f=html", {})])
def test_a_service_is_known_by_its_landing_page(path: str, options: dict[str, str]) -> None:
    with serving(Server()) as served, client_of(served) as client:
        evidence = "its landing page links to collections and to what it conforms to"
        wanted = Portal("ogcapi", served.url + "/ogc", options, "Lieux de vie", 1.0, evidence)
        assert ogcapi.probe(served.url + path, client) == wanted
        assert len(served.asked) <= 3


def test_what_is_no_such_service_is_none() -> None:
    with serving(lambda *_: json_reply([], 200)) as served, client_of(served) as client:
        assert ogcapi.probe(served.url, client) is None


def test_collections_of_features_are_its_datasets() -> None:
    with serving(Server()) as served, client_of(served) as client:
        found = [(d.id, d.title, d.options, d.licence) for d in ogcapi.datasets(served.url + "/ogc", client)]
    assert found == [("lieux", "Lieux", {"collection": "lieux"}, "Licence Ouverte")]


def recorded(*names: str) -> Any:
    """Recorded pages one after the other, at any address; the collection says nothing of itself."""
    bodies = [Reply((RECORDED / name).read_bytes(), "application/geo+json") for name in names]
    pages = iter(bodies)
    empty = {"type": "FeatureCollection", "features": []}
    return lambda path, _: next(pages, empty) if "/items" in path else {"id": "lakes"}


@needs_real_files
def test_recorded_pages_of_lakes_are_all_25() -> None:
    answers = recorded("ets-util-items_1-10.json", "ets-util-items_11-20.json", "ets-util-items_21-30.json")
    rows, reading = read_served("ogcapi", answers, "/collections/lakes")
    assert (len(rows), reading.announced, reading.complete) == (25, 25, True)


@needs_real_files
@pytest.mark.parametrize(("name", "path", "count", "announced"), [
    ("hamburg-garages.geojson", "/datasets/v1/parkhaeuser/collections/verkehr_parkhaeuser", 10, 125),
    ("hamburg-park_and_ride.geojson", "/datasets/v1/p_und_r/collections/p_und_r", 10, 33),
    ("ets-crs-query-collectionItems-vineyards.json", "/vineyards/collections/vineyards", 3, 1587),
])  # fmt: skip
def test_a_recorded_first_page_is_a_part(name: str, path: str, count: int, announced: int) -> None:
    rows, reading = read_served("ogcapi", recorded(name), path)
    assert (len(rows), reading.why_not) == (count, f"The portal announced {announced} records and {count} came.")
    assert all(row.geometry for row in rows)


@needs_real_files
def test_recorded_collections_are_three() -> None:
    page = json.loads((RECORDED / "ets-core-collections-collections.json").read_text())
    with serving(lambda *_: page) as served, client_of(served) as client:
        assert len(list(ogcapi.datasets(served.url, client))) == 3


Anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
Link = st.fixed_dictionaries(
    {"rel": st.sampled_from(["next", "self"]), "href": Anything | st.just("?offset=1"), "type": Anything}
)


@given(st.fixed_dictionaries({"links": Anything | st.lists(Link | Anything), "features": Anything}))
def test_any_page_gives_an_address_of_ours_or_an_error_in_words(page: dict[str, Any]) -> None:
    try:
        url = ogcapi.next_url(page, "https://a.org/collections/x/items", "https://a.org/collections/x/items")
    except PortalError as error:
        assert error.code == "portal-error"
    else:
        assert url == "" or url.startswith("https://a.org/")
